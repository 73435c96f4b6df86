"""The Python client of samples/thrift-client against a manager and an agent, with TLS and without.

Usage: thrift_test.py BIN_DIR SOURCE_DIR [TEST...]
"""

import json
import subprocess
import sys
import unittest

from deadline import DEADLINE
from loopback import BIN, OPERATION_DEADLINE, SOURCE, Loopback

CLIENT = SOURCE / "samples" / "thrift-client" / "deploy_vnf.py"


class Deploys(Loopback):
    tls = {}

    def setUp(self):
        super().setUp()
        self.package = self.csar()
        self.start_agent()

    def config(self):
        return {**super().config(), "listen": "127.0.0.1:0", **self.tls}

    def serve(self):
        self.start()
        said = (self.work / "log").read_text()
        self.server = said.split("listens on ")[1].split(",")[0]

    def deploy(self, *options, check=True):
        done = subprocess.run([CLIENT, self.package, "--server", self.server, *options], check=False,
                              capture_output=True, text=True, timeout=OPERATION_DEADLINE)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def list(self, noun, *options):
        done = subprocess.run([BIN / "vnfm", noun, "list", "--server", self.server, "-o", "json", *options], check=True,
                              capture_output=True, text=True, timeout=DEADLINE)
        return json.loads(done.stdout)

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
        self.package.write_bytes(b"no package")
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
        files = {"certificate": "server.pem", "key": "server.key", "client_ca": "ca.pem"}
        self.tls = {"tls": {name: str(self.work / file) for name, file in files.items()},
                    "callers": [{"name": role, "role": role, "certificate": "urn:" + role}
                                for role in ("reader", "member")]}
        self.serve()
        self.assertIn("refused: reader may only read", self.deploy(*self.identity("reader"), check=False).stderr)
        self.assertIn("instantiate: completed", self.deploy("--terminate", *self.identity("member")).stdout)
        self.assertEqual(len(self.list("op", *self.identity("reader"))), 2)
        self.assertIn("does not answer", self.deploy(check=False).stderr)

    def identity(self, name):
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
