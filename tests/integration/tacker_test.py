"""What OpenStack's users do with a VNF package: the unmodified `openstack` command of python3-tackerclient against
`vnfm serve`, on loopback. Usage: tacker_test.py BIN_DIR SOURCE_DIR
"""

import functools
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import unittest
import urllib.request
import zipfile

from deadline import until
from loopback import FIREWALL, SAMPLE, Loopback


class Manager(Loopback):
    environment = {"OS_AUTH_TYPE": "none"}

    def setUp(self):
        super().setUp()
        self.start()

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

    def in_onboarding_state(self, package, state):
        """The package, once it is in the state."""
        def arrived():
            shown = self.shown("vnf", "package", "show", package)
            return shown if shown["Onboarding State"] == state else None
        return until(state, arrived)

    def onboard(self, csar, state="ONBOARDED"):
        package = self.shown("vnf", "package", "create", "--user-data", "owner=me")
        self.assertEqual(package["Onboarding State"], "CREATED")
        self.openstack("vnf", "package", "upload", "--path", csar, package["ID"])
        return self.in_onboarding_state(package["ID"], state)


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
            package = self.in_onboarding_state(package["ID"], "ONBOARDED")
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
    rest = {"auth": {"mode": "static-token", "callers": [
        {"name": "nfvo", "tenant": "t", "role": "admin", "secret_file": "WORK/secret"}]}}
    environment = {"OS_AUTH_TYPE": "admin_token", "OS_TOKEN": "s3cret"}

    def test_the_token_opens(self):
        self.onboard(self.csar())
        self.environment = {**self.environment, "OS_TOKEN": "other"}
        self.assertIn("not a known token", self.openstack("vnf", "package", "list", fails=True))


class WithPassword(Manager):
    rest = {"auth": {"mode": "basic", "callers": [{"name": "nfvo", "role": "reader", "secret_file": "WORK/secret"}]}}
    environment = {"OS_AUTH_TYPE": "http_basic", "OS_USERNAME": "nfvo", "OS_PASSWORD": "s3cret"}

    def test_a_reader_reads(self):
        self.assertEqual(self.shown("vnf", "package", "list"), [])
        self.assertIn("may only read", self.openstack("vnf", "package", "create", fails=True))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
