"""Callers by Keystone: a real one on loopback, its users and roles, and the unmodified `openstack` command that finds the
manager in its catalogue. Usage: keystone_test.py BIN_DIR SOURCE_DIR
"""

import configparser
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from deadline import until
from loopback import INSTANTIATE
from tacker_test import Manager

ADMIN = {"OS_USERNAME": "admin", "OS_PASSWORD": "adminpw", "OS_PROJECT_NAME": "admin",
         "OS_USER_DOMAIN_NAME": "Default", "OS_PROJECT_DOMAIN_NAME": "Default", "OS_IDENTITY_API_VERSION": "3"}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Keystone:
    """In a directory of its own, with the manager's service user, and a user and project for each of two tenants."""

    def __init__(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-keystone-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/v3"
        config = configparser.ConfigParser()
        config["DEFAULT"] = {"log_file": str(self.work / "keystone.log")}
        config["database"] = {"connection": f"sqlite:///{self.work}/keystone.db"}
        config["token"] = {"provider": "fernet"}
        config["fernet_tokens"] = {"key_repository": str(self.work / "fernet")}
        config["credential"] = {"key_repository": str(self.work / "credential")}
        with open(self.work / "keystone.conf", "w") as file:
            config.write(file)
        self.environment = {**os.environ, "OS_KEYSTONE_CONFIG_FILES": str(self.work / "keystone.conf")}
        user = ["--keystone-user", "root", "--keystone-group", "root"]
        self.manage("db_sync")
        with sqlite3.connect(self.work / "keystone.db") as database:
            database.execute("PRAGMA journal_mode=WAL")  # else it answers writes with "database is locked"
        self.manage("fernet_setup", *user)
        self.manage("credential_setup", *user)
        self.manage("bootstrap", "--bootstrap-password", "adminpw", "--bootstrap-public-url", self.url,
                    "--bootstrap-region-id", "RegionOne")
        self.log = open(self.work / "wsgi.log", "w")
        self.server = subprocess.Popen(["keystone-wsgi-public", "--host", "127.0.0.1", "--port", str(self.port)],
                                       env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        until("Keystone", self.answers, 60)

    def answers(self):
        try:
            return urllib.request.urlopen(self.url, timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def manage(self, *words):
        done = subprocess.run(["keystone-manage", "--config-file", self.work / "keystone.conf", *words],
                              env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"keystone-manage {words[0]}: {done.stderr}")

    def admin(self, script):
        """Commands of `openstack`, a line each, in one process: starting it takes a second."""
        done = subprocess.run(["openstack"], input=script, env={**os.environ, **ADMIN, "OS_AUTH_URL": self.url},
                              capture_output=True, text=True, check=False)
        if done.returncode != 0 or done.stderr.strip():
            raise AssertionError(done.stdout + done.stderr)

    def end(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
        self.log.close()
        shutil.rmtree(self.work)


class WithKeystone(Manager):
    @classmethod
    def setUpClass(cls):
        cls.keystone = Keystone()
        cls.addClassCleanup(cls.keystone.end)
        manager = f"127.0.0.1:{free_port()}"
        cls.keystone.admin(f"""project create service
user create --password s3cret unf
role add --user unf --project service admin
project create blue
project create red
user create --password bluepw blue
user create --password redpw red
user create --password eyepw eye
user create --password nopw nobody
role create operator
role add --user blue --project blue member
role add --user red --project red member
role add --user eye --project blue reader
role add --user nobody --project blue operator
service create --name tacker nfv-orchestration
endpoint create --region RegionOne tacker public http://{manager}
""")
        cls.rest = {"listen": manager, "auth": {"mode": "keystone", "keystone": {
            "url": cls.keystone.url, "user": "unf", "secret_file": "WORK/secret"}}}

    def as_user(self, name, project="blue", password=None):
        return {**ADMIN, "OS_AUTH_TYPE": "password", "OS_AUTH_URL": self.keystone.url, "OS_USERNAME": name,
                "OS_PASSWORD": password or f"{name}pw", "OS_PROJECT_NAME": project, "OS_ENDPOINT": ""}

    def instantiated(self, vnf, state):
        until(state, lambda: self.shown("vnflcm", "show", vnf)["Instantiation State"] == state)

    def lives_in_its_project(self, vnfd, api):
        def become(name, project="blue"):
            self.environment = {**self.as_user(name, project), "OS_TACKER_API_VERSION": api}

        become("blue")
        vnf = self.shown("vnflcm", "create", vnfd)["ID"]
        (self.work / "instantiate.json").write_text(json.dumps(INSTANTIATE))
        self.openstack("vnflcm", "instantiate", vnf, "instantiate.json")
        self.instantiated(vnf, "INSTANTIATED")

        become("eye")
        self.assertEqual([v["ID"] for v in self.shown("vnflcm", "list")], [vnf])
        operations = [op["Operation"] for op in self.shown("vnflcm", "op", "list") if op["VNF Instance ID"] == vnf]
        self.assertEqual(operations, ["INSTANTIATE"])
        for change in (("create", vnfd), ("terminate", vnf)):
            self.assertIn("eye may only read", self.openstack("vnflcm", *change, fails=True))

        become("red", "red")
        self.assertEqual(self.shown("vnflcm", "op", "list"), [])
        for use in ("show", "terminate"):
            self.assertIn("there is none", self.openstack("vnflcm", use, vnf, fails=True))

        become("blue")
        self.openstack("vnflcm", "terminate", vnf)
        self.instantiated(vnf, "NOT_INSTANTIATED")
        self.openstack("vnflcm", "delete", vnf)
        self.assertEqual(self.shown("vnflcm", "list"), [])

    def test_a_vnf_lives_in_its_project(self):
        self.start_agent()
        self.environment = self.as_user("blue")
        vnfd = self.onboard(self.csar())["VNFD ID"]
        for api in ("1", "2"):
            with self.subTest(api=api):
                self.lives_in_its_project(vnfd, api)

    def test_roles_and_tenants(self):
        self.environment = self.as_user("blue")
        identity = self.onboard(self.csar())["ID"]

        self.environment = self.as_user("eye")
        self.assertEqual([p["Id"] for p in self.shown("vnf", "package", "list")], [identity])
        self.assertIn("eye may only read", self.openstack("vnf", "package", "create", fails=True))

        self.environment = self.as_user("nobody", password="nopw")
        self.assertIn("nobody may do nothing", self.openstack("vnf", "package", "list", fails=True))

        self.environment = self.as_user("red", "red")
        self.assertEqual(self.shown("vnf", "package", "list"), [])
        self.assertIn("there is none", self.openstack("vnf", "package", "show", identity, fails=True))

        request = urllib.request.Request(f"{self.endpoint}/vnfpkgm/v1/vnf_packages", headers={"X-Auth-Token": "gAAAA"})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        self.assertEqual(refused.exception.code, 401)
        self.assertEqual(refused.exception.headers["WWW-Authenticate"], f'Keystone uri="{self.keystone.url}"')


if __name__ == "__main__":
    import sys
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
