"""The manager and an NFVO (nfvo.py), on loopback: grants. The manager has one host, whose agent does not run: what is
granted fails for want of it, after the grant.

Usage: nfvo_test.py BIN_DIR SOURCE_DIR [--schemas DIR] [TEST...]    DIR: SOL003's OpenAPI and JSON schemas; messages to
the NFVO are checked against them
"""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zipfile

from nfvo import Nfvo

arguments = argparse.ArgumentParser()
arguments.add_argument("binaries", type=pathlib.Path)
arguments.add_argument("source", type=pathlib.Path)
arguments.add_argument("--schemas", type=pathlib.Path)
GIVEN, REST = arguments.parse_known_args()
SAMPLE = GIVEN.source / "samples" / "enterprise-edge"
DEADLINE = 30
LINKS = [{"id": "a", "resourceId": "wan", "extCps": [{"cpdId": "in"}]},
         {"id": "b", "resourceId": "lan", "extCps": [{"cpdId": "out"}]}]


def until(what, condition, seconds=DEADLINE):
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"no {what} within {seconds} s")
        time.sleep(0.02)


class WithNfvo(unittest.TestCase):
    nfvo_config = {}

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-nfvo-"))
        self.addCleanup(shutil.rmtree, self.work)
        self.nfvo = Nfvo(GIVEN.schemas).start()
        self.addCleanup(self.nfvo.server_close)
        self.addCleanup(self.nfvo.shutdown)
        (self.work / "secret").write_text("s3cret\n")
        (self.work / "secret").chmod(0o600)
        self.manager = None
        self.addCleanup(self.end)
        self.start()

    def tearDown(self):
        self.assertEqual(self.nfvo.violations, [])

    def config(self):
        nics = [{"name": "in", "network": "wan", "pair": "out", "device": "null"},
                {"name": "out", "network": "lan", "pair": "in", "device": "null"}]
        text = json.dumps(self.nfvo_config).replace("WORK", str(self.work)).replace("NFVO", self.nfvo.url)
        return {"listen": str(self.work / "manager.sock"), "state": str(self.work / "state"),
                "rest": {"listen": "127.0.0.1:0", "allow": ["127.0.0.0/8"]},
                "nfvo": {"url": self.nfvo.url, **json.loads(text)},
                "operations": {"patience_ms": 1000},
                "hosts": [{"name": "h", "agent": str(self.work / "agent.sock"), "cores": [{"id": 1}],
                           "memory_mb": 64, "nics": nics}]}

    def start(self):
        (self.work / "vnfm.yaml").write_text(json.dumps(self.config()))  # YAML includes JSON
        log = self.work / "log"
        log.write_text("")
        with open(log, "a") as output:
            self.manager = subprocess.Popen([GIVEN.binaries / "vnfm", "serve", "--config", self.work / "vnfm.yaml"],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)

        def endpoint():
            self.assertIsNone(self.manager.poll(), log.read_text())
            return next((line for line in log.read_text().splitlines() if "REST on" in line), None)

        self.endpoint = until("REST server", endpoint).split()[-1]

    def end(self, with_signal=signal.SIGTERM):
        if self.manager is not None and self.manager.poll() is None:
            self.manager.send_signal(with_signal)
            self.manager.wait(DEADLINE)

    def call(self, method, path, body=None, kind="application/json"):
        """Status, headers and JSON of an answer."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        url = path if path.startswith("http") else self.endpoint + path
        request = urllib.request.Request(url, data, {"Content-Type": kind} if data is not None else {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                text = answer.read()
                return answer.status, answer.headers, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.loads(error.read() or b"null")

    def csar(self):
        with zipfile.ZipFile(self.work / "firewall.csar", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in ("firewall.yaml", "edge.rules"):
                archive.write(SAMPLE / file, file)
        return (self.work / "firewall.csar").read_bytes()

    def instance(self):
        """A new one, its package uploaded."""
        package = self.call("POST", "/vnfpkgm/v1/vnf_packages", {})[2]["id"]
        path = f"/vnfpkgm/v1/vnf_packages/{package}"
        self.call("PUT", path + "/package_content", self.csar(), "application/zip")
        vnfd = until("onboarded package", lambda: self.call("GET", path)[2].get("vnfdId"))
        status, _, instance = self.call("POST", "/vnflcm/v2/vnf_instances", {"vnfdId": vnfd})
        self.assertEqual(status, 201, instance)
        return instance["id"]

    def instantiate(self):
        """The path of the operation's occurrence."""
        status, headers, problem = self.call("POST", f"/vnflcm/v2/vnf_instances/{self.instance()}/instantiate",
                                             {"flavourId": "default", "extVirtualLinks": LINKS})
        self.assertEqual(status, 202, problem)
        return headers["Location"][len(self.endpoint):]

    def in_state(self, operation, *states):
        """The occurrence, once it is in one of the states."""
        def arrived():
            shown = self.call("GET", operation)[2]
            return shown if shown["operationState"] in states else None
        return until(" or ".join(states), arrived)


class Grants(WithNfvo):
    nfvo_config = {"grants": "nfvo"}

    def assert_granted(self, operation):
        """It has its grant, and fails later: there is no agent."""
        shown = self.in_state(operation, "FAILED_TEMP")
        self.assertIn(shown["grantId"], self.nfvo.grants)
        self.assertEqual(shown["_links"]["grant"]["href"], f"{self.nfvo.url}/grant/v1/grants/{shown['grantId']}")

    def test_a_grant_at_once(self):
        self.assert_granted(self.instantiate())
        request = json.loads(self.nfvo.asked("POST", "/grant")[0]["body"])
        self.assertEqual({r["vduId"] for r in request["addResources"]}, {"check", "filter"})

    def test_a_refusal_says_why(self):
        self.nfvo.behave(grants="refused")
        shown = self.in_state(self.instantiate(), "ROLLED_BACK")
        self.assertIn("there is no room", shown["error"]["detail"])

    def test_failures_and_dropped_connections_are_tried_again(self):
        self.nfvo.behave(grant_failures=1, grant_drops=1)
        self.assert_granted(self.instantiate())
        requests = [r["body"] for r in self.nfvo.asked("POST", "/grant")]
        self.assertEqual(len(requests), 3)
        self.assertEqual(len(set(requests)), 1)

    def test_a_pending_grant_outlives_the_manager(self):
        self.nfvo.behave(grants="pending", pending_polls=1_000)
        operation = self.instantiate()
        until("poll", lambda: self.nfvo.asked("GET", "/grant"))
        self.end(signal.SIGKILL)
        with self.nfvo.lock:
            next(iter(self.nfvo.grants.values()))["polls"] = 0
        self.start()
        self.assert_granted(operation)
        self.assertEqual(len(self.nfvo.asked("POST", "/grant")), 1)

    def test_a_pending_grant_can_be_cancelled(self):
        self.nfvo.behave(grants="pending", pending_polls=1_000)
        operation = self.instantiate()
        until("poll", lambda: self.nfvo.asked("GET", "/grant"))
        self.assertEqual(self.call("POST", operation + "/cancel", {"cancelMode": "GRACEFUL"})[0], 202)
        self.in_state(operation, "ROLLED_BACK")


class WithTokens(Grants):
    """The same, where the NFVO wants tokens, which end at once."""
    nfvo_config = {"grants": "nfvo", "auth": {"mode": "oauth2", "user": "vnfm", "secret_file": "WORK/secret",
                                              "token_endpoint": "NFVO/oauth2/token"}}

    def setUp(self):
        super().setUp()
        self.nfvo.behave(token={"client": "vnfm", "password": "s3cret"})

    def subscribe(self, password):
        oauth2 = {"clientId": "vnfm", "clientPassword": password, "tokenEndpoint": self.nfvo.url + "/oauth2/token"}
        return self.call("POST", "/vnflcm/v2/subscriptions", {
            "callbackUri": self.nfvo.url + "/callback",
            "authentication": {"authType": ["OAUTH2_CLIENT_CREDENTIALS"], "paramsOauth2ClientCredentials": oauth2}})

    def test_notifications_bear_a_token(self):
        self.assertEqual(self.subscribe("wrong")[0], 422)
        self.assertEqual(self.subscribe("s3cret")[0], 201)
        with self.nfvo.lock:
            self.nfvo.tokens.clear()  # those that the manager has are not taken any more
        self.nfvo.behave(callback_failures=1)
        operation = self.instantiate()
        self.in_state(operation, "FAILED_TEMP")

        def states():
            told, seen = [], set()
            for request in self.nfvo.asked("POST", "/callback"):
                message = json.loads(request["body"])
                if "operationState" in message and message["id"] not in seen:
                    seen.add(message["id"])
                    told.append(message["operationState"])
            return told

        until("notifications", lambda: states() == ["STARTING", "PROCESSING", "FAILED_TEMP"])
        self.assertNotIn("s3cret", (self.work / "log").read_text())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *REST])
