"""The Python client of samples/thrift-client against a manager and an agent, with TLS and without.

Usage: thrift_test.py BIN_DIR SOURCE_DIR [TEST...]
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import zipfile

from deadline import DEADLINE, until

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
CLIENT = SOURCE / "samples" / "thrift-client" / "deploy_vnf.py"
SAMPLE = SOURCE / "samples" / "enterprise-edge"


class Deploys(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-thrift-"))
        self.addCleanup(shutil.rmtree, self.work)
        self.csar = self.work / "firewall.csar"
        with zipfile.ZipFile(self.csar, "w") as archive:
            for file in ("firewall.yaml", "edge.rules"):
                archive.write(SAMPLE / file, file)
        self.addCleanup(self.end)
        self.programs = []
        host = {"name": "h", "cores": [{"id": 1}], "memory_mb": 128, "mode": "threads",
                "nics": [{"name": "in", "network": "wan", "pair": "out", "device": "null"},
                         {"name": "out", "network": "lan", "pair": "in", "device": "null"}]}
        agent = self.work / "agent.sock"
        self.start("unf-agent", {"host": host, "listen": str(agent), "run": str(self.work / "run"),
                                 "state": str(self.work / "agent"), "cell": f"thrift-{self.work.name[-6:]}"})
        until("agent", agent.exists)
        self.manager = {"listen": "127.0.0.1:0", "state": str(self.work / "manager"), "rest": {"listen": "127.0.0.1:0"},
                        "hosts": [{**host, "agent": str(agent)}]}

    def start(self, program, config):
        file = self.work / f"{program}.yaml"
        file.write_text(json.dumps(config))  # YAML includes JSON
        log = self.work / f"{program}.log"
        verb = ["serve"] if program == "vnfm" else []
        with open(log, "w") as output:
            started = subprocess.Popen([BIN / program, *verb, "--config", file], stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=output)
        self.programs.append(started)
        return log

    def end(self):
        for program in reversed(self.programs):
            program.send_signal(signal.SIGTERM)
            program.wait(DEADLINE)
        for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):  # what outlives its agent, as it should
            try:
                if f"--socket\0{self.work}/" in file.read_text(errors="replace"):
                    os.kill(int(file.parent.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass  # it has ended

    def serve(self, **more):
        log = self.start("vnfm", {**self.manager, **more})
        line = until("manager", lambda: next((x for x in log.read_text().splitlines() if "listens on" in x), None))
        self.server = line.split("listens on ")[1].split(",")[0]

    def deploy(self, *options, check=True):
        done = subprocess.run([CLIENT, self.csar, "--server", self.server, *options], check=False,
                              capture_output=True, text=True, timeout=DEADLINE)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_a_vnf_from_package_to_end(self):
        self.serve()
        said = self.deploy("--connect", "in=wan", "--connect", "out=lan", "--scale", "capacity", "--terminate").stdout
        for line in ("instance ", "instantiate: completed", "scale: completed", "scale levels: {'capacity': 1}",
                     "terminate: completed", "all of it is gone"):
            self.assertIn(line, said)
        self.assertEqual(self.list("package"), [])
        self.assertEqual(self.list("instance"), [])
        self.assertEqual([one["type"] for one in self.list("op")].count("scale"), 1)

    def test_refusals_are_told(self):
        self.serve()
        self.csar.write_bytes(b"no package")
        done = self.deploy(check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("firewall.csar: ", done.stderr)
        self.server = "127.0.0.1:1"
        self.assertIn("the manager does not answer", self.deploy(check=False).stderr)

    def test_certificates_say_who_may_do_what(self):
        self.certify("ca", "/CN=ca", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign", "-signkey", "ca.key")
        by_ca = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        self.certify("server", "/CN=vnfm", "subjectAltName=IP:127.0.0.1", *by_ca)
        for role in ("reader", "member"):
            self.certify(role, "/CN=" + role, "subjectAltName=URI:urn:" + role, *by_ca)
        self.serve(tls={"certificate": str(self.work / "server.pem"), "key": str(self.work / "server.key"),
                        "client_ca": str(self.work / "ca.pem")},
                   callers=[{"name": role, "role": role, "certificate": "urn:" + role} for role in ("reader", "member")])
        self.assertIn("refused: reader may only read", self.deploy(*self.tls("reader"), check=False).stderr)
        self.assertIn("instantiate: completed", self.deploy("--terminate", *self.tls("member")).stdout)
        self.assertEqual(len(self.list("op", *self.tls("reader"))), 2)
        self.assertIn("does not answer", self.deploy(check=False).stderr)

    def list(self, noun, *options):
        done = subprocess.run([BIN / "vnfm", noun, "list", "--server", self.server, "-o", "json", *options], check=True,
                              capture_output=True, text=True, timeout=DEADLINE)
        return json.loads(done.stdout)

    def tls(self, name):
        files = {"--ca": "ca.pem", "--cert": f"{name}.pem", "--key": f"{name}.key"}
        return [word for option, file in files.items() for word in (option, self.work / file)]

    def certify(self, name, subject, extension, *by):
        (self.work / "extension").write_text(extension)
        for command in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                         f"{name}.key", "-out", "csr", "-subj", subject],
                        ["x509", "-req", "-in", "csr", "-out", f"{name}.pem", "-days", "1", "-extfile", "extension", *by]):
            subprocess.run(["openssl", *command], check=True, capture_output=True, cwd=self.work, timeout=DEADLINE)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
