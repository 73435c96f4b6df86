"""A manager on loopback with one host, and the agent of that host where a test starts it: NICs that move nothing, uNFs as
threads. For tests of what programs say to each other: no namespaces, no hugepages. What the manager says is checked
against SOL003's schemas, where they are (sol003.py).
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

import sol003
from deadline import DEADLINE, until
from nfvo import Nfvo
from rest_call import rest_call

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
OPERATION_DEADLINE = 120  # [s]: on a machine that is busy, threads that poll take long to start
CELL = f"loopback-{os.getpid()}"
SAMPLE = SOURCE / "samples" / "enterprise-edge"
FIREWALL = "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0a01"
LINKS = [{"id": "a", "resourceId": "wan", "extCps": [{"cpdId": "in"}]},
         {"id": "b", "resourceId": "lan", "extCps": [{"cpdId": "out"}]}]
INSTANTIATE = {"flavourId": "default", "extVirtualLinks": LINKS}


class Loopback(unittest.TestCase):
    schemas = sol003.Schemas(sol003.folder(SOURCE))
    rest = {}  # more of `rest` of vnfm.yaml; WORK stands for the test's directory
    more = {}  # more of vnfm.yaml

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-loopback-"))
        self.addCleanup(shutil.rmtree, self.work)
        (self.work / "secret").write_text("s3cret\n")
        (self.work / "secret").chmod(0o600)
        self.manager = self.agent = None
        self.violations = []
        self.addCleanup(lambda: self.assertEqual(sorted(set(self.violations)), []))
        self.addCleanup(self.end_agent)
        self.addCleanup(self.end)

    def host(self):
        nics = [{"name": "in", "network": "wan", "pair": "out", "device": "null"},
                {"name": "out", "network": "lan", "pair": "in", "device": "null"}]
        return {"name": "h", "io_core": 0, "cores": [{"id": 1}], "memory_mb": 128, "mode": "threads", "nics": nics}

    def config(self):
        config = {"listen": str(self.work / "manager.sock"), "state": str(self.work / "state"),
                  "rest": {"listen": "127.0.0.1:0", "allow": ["127.0.0.0/8"], **self.rest},
                  "hosts": [{**self.host(), "agent": str(self.work / "agent.sock")}], **self.more}
        return json.loads(json.dumps(config).replace("WORK", str(self.work)))

    def start(self, program=BIN / "vnfm", environment=None):
        (self.work / "vnfm.yaml").write_text(json.dumps(self.config()))  # YAML includes JSON
        log = self.work / "log"
        log.write_text("")
        with open(log, "a") as output:
            self.manager = subprocess.Popen([program, "serve", "--config", self.work / "vnfm.yaml"],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            env={**os.environ, **(environment or {})})

        def endpoint():
            self.assertIsNone(self.manager.poll(), log.read_text())
            return next((line for line in log.read_text().splitlines() if "REST on" in line), None)

        self.endpoint = until("REST server", endpoint).split()[-1]

    def end(self, with_signal=signal.SIGTERM):
        if self.manager is not None and self.manager.poll() is None:
            self.manager.send_signal(with_signal)
            self.manager.wait(DEADLINE)

    def start_agent(self):
        (self.work / "agent.yaml").write_text(json.dumps(
            {"host": self.host(), "listen": str(self.work / "agent.sock"), "state": str(self.work / "agent"),
             "run": str(self.work / "run"), "cell": CELL}))
        with open(self.work / "agent.log", "a") as output:
            self.agent = subprocess.Popen([BIN / "unf-agent", "--config", self.work / "agent.yaml"],
                                          stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def end_agent(self):
        """And unf-io, which outlives it: it is known by the test's directory."""
        if self.agent is None:
            return
        self.agent.send_signal(signal.SIGCONT)  # a test may have stopped it
        self.agent.terminate()
        self.agent.wait(DEADLINE)
        for cmdline in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.work / "run") in cmdline.read_bytes().decode(errors="replace"):
                    os.kill(int(cmdline.parent.name), signal.SIGKILL)
            except OSError:
                pass  # it has ended
        for directory in pathlib.Path("/var/run/dpdk").glob(f"unf-{CELL}-*"):
            shutil.rmtree(directory)

    def call(self, method, path, body=None, kind="application/json", headers=None):
        """Status, headers and JSON of an answer, which has to be as the schemas want it."""
        url = path if path.startswith("http") else self.endpoint + path
        status, headers, answer = rest_call(method, url, body, kind, headers)
        self.violations += self.schemas.answer_violations(method, path.removeprefix(self.endpoint), status, answer)
        return status, headers, answer

    def csar(self, name="firewall.csar", files=("firewall.yaml", "edge.rules")):
        """A package of files of the sample."""
        with zipfile.ZipFile(self.work / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(SAMPLE / file, file)
        return self.work / name

    def upload(self, csar, state="ONBOARDED"):
        """The package, once it is in the state."""
        package = self.call("POST", "/vnfpkgm/v1/vnf_packages", {})[2]["id"]
        path = f"/vnfpkgm/v1/vnf_packages/{package}"
        self.call("PUT", path + "/package_content", csar.read_bytes(), "application/zip")

        def arrived():
            shown = self.call("GET", path)[2]
            return shown if shown["onboardingState"] == state else None
        return until(state, arrived)

    def onboard(self):
        return self.upload(self.csar())["vnfdId"]

    def create(self, vnfd, api="v2"):
        """The path of a new instance."""
        status, _, instance = self.call("POST", f"/vnflcm/{api}/vnf_instances", {"vnfdId": vnfd})
        self.assertEqual(status, 201, instance)
        return f"/vnflcm/{api}/vnf_instances/{instance['id']}"

    def begin(self, instance, task, body, method="POST"):
        """The path of the occurrence of an operation on an instance."""
        status, headers, problem = self.call(method, instance + task, body)
        self.assertEqual(status, 202, problem)
        return headers["Location"][len(self.endpoint):]

    def instantiate(self, vnfd=None):
        """The same of a new instance, of a package that is there or uploaded."""
        return self.begin(self.create(vnfd or self.onboard()), "/instantiate", INSTANTIATE)

    def in_state(self, operation, *states):
        """The occurrence, once it is in one of the states."""
        def arrived():
            shown = self.call("GET", operation)[2]
            return shown if shown["operationState"] in states else None
        return until(" or ".join(states), arrived, OPERATION_DEADLINE)


class WithNfvo(Loopback):
    nfvo_config = {}
    more = {"operations": {"patience_ms": 1000}}

    def setUp(self):
        super().setUp()
        self.nfvo = Nfvo(self.schemas).start()
        self.addCleanup(lambda: self.assertEqual(self.nfvo.violations, []))
        self.addCleanup(self.nfvo.server_close)
        self.addCleanup(self.nfvo.shutdown)
        self.start()

    def config(self):
        text = json.dumps({**super().config(), "nfvo": {"url": "NFVO", **self.nfvo_config}})
        return json.loads(text.replace("WORK", str(self.work)).replace("NFVO", self.nfvo.url))
