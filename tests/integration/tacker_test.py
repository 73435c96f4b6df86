"""What OpenStack's users do with a VNF package: the unmodified `openstack` command of python3-tackerclient against
`vnfm serve`, on loopback. Usage: tacker_test.py BIN_DIR SOURCE_DIR
"""

import functools
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request
import zipfile

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SAMPLE = SOURCE / "samples" / "enterprise-edge"
FIREWALL = "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0a01"


def wait_for(what, condition, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"no {what} within {seconds} s")


class Manager(unittest.TestCase):
    """A manager with one host, whose agent does not run: packages need none."""

    auth = {}
    environment = {"OS_AUTH_TYPE": "none"}

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-tacker-"))
        self.addCleanup(shutil.rmtree, self.work)
        (self.work / "secret").write_text("s3cret\n")
        (self.work / "secret").chmod(0o600)
        nics = [{"name": "in", "network": "wan", "pair": "out", "device": "null"},
                {"name": "out", "network": "lan", "pair": "in", "device": "null"}]
        auth = json.loads(json.dumps(self.auth).replace("WORK", str(self.work)))
        config = {"listen": str(self.work / "manager.sock"), "state": str(self.work / "state"),
                  "rest": {"listen": "127.0.0.1:0", "allow": ["127.0.0.0/8"], **auth},
                  "hosts": [{"name": "h", "agent": str(self.work / "agent.sock"), "cores": [{"id": 1}],
                             "memory_mb": 64, "nics": nics}]}
        (self.work / "vnfm.yaml").write_text(json.dumps(config))  # YAML includes JSON
        self.start()

    def start(self):
        log = self.work / "log"
        log.write_text("")
        with open(log, "a") as output:
            self.manager = subprocess.Popen([BIN / "vnfm", "serve", "--config", self.work / "vnfm.yaml"],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.addCleanup(self.end)
        line = wait_for("REST server", lambda: next((l for l in log.read_text().splitlines() if "REST on" in l), None))
        self.endpoint = line.split()[-1]

    def end(self, with_signal=signal.SIGTERM):
        if self.manager.poll() is None:
            self.manager.send_signal(with_signal)
            self.manager.wait(20)

    def openstack(self, *words, fails=False):
        """Its output; of a command that should fail, what it says."""
        environment = {**os.environ, "OS_ENDPOINT": self.endpoint, **self.environment}
        environment = {name: value for name, value in environment.items() if value}
        done = subprocess.run(["openstack", *map(str, words)], env=environment, cwd=self.work, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode != 0, fails, done.stdout + done.stderr)
        return done.stderr if fails else done.stdout

    def shown(self, *words):
        return json.loads(self.openstack(*words, "-f", "json"))

    def csar(self, name="firewall.csar", files=("firewall.yaml", "edge.rules")):
        with zipfile.ZipFile(self.work / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(SAMPLE / file, file)
        return self.work / name

    def onboard(self, csar, state="ONBOARDED"):
        package = self.shown("vnf", "package", "create", "--user-data", "owner=me")
        self.assertEqual(package["Onboarding State"], "CREATED")
        self.openstack("vnf", "package", "upload", "--path", csar, package["ID"])
        return wait_for(state, lambda: next((p for p in [self.shown("vnf", "package", "show", package["ID"])]
                                             if p["Onboarding State"] == state), None))


class Packages(Manager):
    def test_life_of_a_package(self):
        csar = self.csar()
        package = self.onboard(csar)
        self.assertEqual(package["VNFD ID"], FIREWALL)
        self.assertEqual(package["VNF Provider"], "Example")
        self.assertEqual(package["User Defined Data"], {"owner": "me"})
        identity = package["ID"]

        self.assertEqual([p["Id"] for p in self.shown("vnf", "package", "list")], [identity])
        self.assertEqual([p["Id"] for p in self.shown("vnf", "package", "list", "--filter",
                                                      f"(eq,vnfdId,{FIREWALL});(eq,usageState,NOT_IN_USE)")], [identity])
        self.assertEqual(self.shown("vnf", "package", "list", "--filter", "(eq,vnfdId,other)"), [])
        fields = self.shown("vnf", "package", "list", "--fields", "additionalArtifacts")
        self.assertEqual(fields[0]["Additional Artifacts"][0]["artifactPath"], "edge.rules")
        self.assertIn("no such attribute", self.openstack("vnf", "package", "list", "--filter", "(eq,colour,red)",
                                                          fails=True))

        self.openstack("vnf", "package", "download", "--file", "back.csar", identity)
        self.assertEqual((self.work / "back.csar").read_bytes(), csar.read_bytes())
        self.openstack("vnf", "package", "download", "--vnfd", "--type", "text/plain", "--file", "vnfd.yaml", identity)
        self.assertEqual((self.work / "vnfd.yaml").read_text(), (SAMPLE / "firewall.yaml").read_text())
        self.openstack("vnf", "package", "download", "--vnfd", "--type", "application/zip", "--file", "vnfd.zip", identity)
        with zipfile.ZipFile(self.work / "vnfd.zip") as archive:
            self.assertEqual(archive.namelist(), ["firewall.yaml"])
        self.openstack("vnf", "package", "artifact", "download", "--file", "rules", identity, "edge.rules")
        self.assertEqual((self.work / "rules").read_text(), (SAMPLE / "edge.rules").read_text())

        self.assertIn("is ENABLED, expected DISABLED", self.openstack("vnf", "package", "delete", identity, fails=True))
        updated = self.shown("vnf", "package", "update", "--operational-state", "DISABLED", identity)
        self.assertEqual(updated["Operational State"], "DISABLED")
        self.openstack("vnf", "package", "delete", identity)
        self.assertEqual(self.shown("vnf", "package", "list"), [])
        self.assertIn("there is none", self.openstack("vnf", "package", "show", identity, fails=True))

    def test_upload_from_uri(self):
        csar = self.csar()
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=csar.parent)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.addCleanup(server.shutdown)
            package = self.shown("vnf", "package", "create")
            self.openstack("vnf", "package", "upload", "--url", f"http://127.0.0.1:{server.server_port}/{csar.name}",
                           package["ID"])
            package = wait_for("content", lambda: next((p for p in [self.shown("vnf", "package", "show", package["ID"])]
                                                        if p["Onboarding State"] == "ONBOARDED"), None))
            self.assertEqual(package["VNFD ID"], FIREWALL)

    def test_what_is_no_package_says_why(self):
        files = self.work / "no.csar"
        files.write_text("no zip")
        package = self.onboard(files, state="CREATED")
        with urllib.request.urlopen(f"{self.endpoint}/vnfpkgm/v1/vnf_packages/{package['ID']}") as answer:
            self.assertIn("no zip", json.load(answer)["onboardingFailureDetails"]["detail"])

    def test_packages_survive_the_managers_death(self):
        identity = self.onboard(self.csar())["ID"]
        self.end(signal.SIGKILL)
        self.start()
        package = self.shown("vnf", "package", "show", identity)
        self.assertEqual(package["Onboarding State"], "ONBOARDED")
        self.openstack("vnf", "package", "download", "--file", "back.csar", identity)


class WithToken(Manager):
    auth = {"auth": {"mode": "static-token", "callers": [
        {"name": "nfvo", "tenant": "t", "role": "admin", "secret_file": "WORK/secret"}]}}
    environment = {"OS_AUTH_TYPE": "admin_token", "OS_TOKEN": "s3cret"}

    def test_the_token_opens(self):
        self.onboard(self.csar())
        self.environment = {**self.environment, "OS_TOKEN": "other"}
        self.assertIn("not a known token", self.openstack("vnf", "package", "list", fails=True))


class WithPassword(Manager):
    auth = {"auth": {"mode": "basic", "callers": [{"name": "nfvo", "role": "reader", "secret_file": "WORK/secret"}]}}
    environment = {"OS_AUTH_TYPE": "http_basic", "OS_USERNAME": "nfvo", "OS_PASSWORD": "s3cret"}

    def test_a_reader_reads(self):
        self.assertEqual(self.shown("vnf", "package", "list"), [])
        self.assertIn("may only read", self.openstack("vnf", "package", "create", fails=True))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
