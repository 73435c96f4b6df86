"""A manager and an agent that is asked for nothing but its real work: null NICs, uNFs as threads. For what drives the REST
interfaces of whole programs.
"""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import zipfile

from deadline import DEADLINE, until
from rest_call import rest_call


def between(a, b):
    """An instantiation on two networks."""
    return {"flavourId": "default",
            "extVirtualLinks": [{"id": "a", "resourceId": a, "extCps": [{"cpdId": "in"}]},
                                {"id": "b", "resourceId": b, "extCps": [{"cpdId": "out"}]}]}


def ended(site, uri):
    operation = site.show(uri)
    return operation if operation["operationState"] in ("COMPLETED", "FAILED_TEMP", "FAILED", "ROLLED_BACK") else None


class Site:
    """An agent with null NICs in threads mode, and a manager; on loopback."""

    def __init__(self, binaries, source, program):
        self.program = program  # the manager
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-site-"))
        self.manager = self.agent = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        nics = [{"name": name, "network": name, "pair": pair, "device": "null"}
                for name, pair in (("wan", "lan"), ("lan", "wan"), ("mid", "dmz"), ("dmz", "mid"))]
        host = {"name": "h", "io_core": 0, "cores": [{"id": 1}], "memory_mb": 128, "mode": "threads", "nics": nics}
        (self.work / "agent.yaml").write_text(json.dumps(
            {"host": host, "listen": str(self.work / "agent.sock"), "state": str(self.work / "agent"),
             "run": str(self.work / "run")}))
        (self.work / "vnfm.yaml").write_text(json.dumps(
            {"listen": str(self.work / "vnfm.sock"), "state": str(self.work / "vnfm"),
             "rest": {"listen": f"127.0.0.1:{self.port}", "allow": ["127.0.0.0/8"]},
             "operations": {"converge_ms": 1000}, "hosts": [{**host, "agent": str(self.work / "agent.sock")}]}))
        with zipfile.ZipFile(self.work / "firewall.csar", "w") as archive:
            for file in ("firewall.yaml", "edge.rules"):
                archive.write(source / "samples/enterprise-edge" / file, file)
        self.agent = self.spawn("agent.log", binaries / "unf-agent", "--config", self.work / "agent.yaml")

    def spawn(self, log, *command, environment=None):
        with open(self.work / log, "a") as output:
            return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=output, env=environment)

    def start(self, failpoint=None):
        environment = {"UNF_FAILPOINT": failpoint} if failpoint else {}
        self.manager = self.spawn("vnfm.log", self.program, "serve", "--config", self.work / "vnfm.yaml",
                                  environment=environment)
        self.started = time.monotonic()
        until("manager", self.answers)

    def answers(self):
        if self.manager.poll() is not None:
            raise AssertionError(f"the manager ended with {self.manager.returncode}")
        try:
            return self.call("GET", "/vnflcm/api_versions")
        except urllib.error.URLError:
            return None

    def stop(self):
        self.manager.terminate()
        self.manager.wait(DEADLINE)

    def close(self):
        for process in (self.manager, self.agent):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(DEADLINE)
        self.end_dataplane()
        shutil.rmtree(self.work)

    def end_dataplane(self):
        """unf-io outlives its agent: it is known by the socket of this site's cell."""
        for cmdline in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.work / "run") in cmdline.read_bytes().decode(errors="replace"):
                    subprocess.run(["kill", cmdline.parent.name], check=False)
            except OSError:
                pass

    def call(self, method, path, body=None, kind="application/json"):
        """Status, headers and JSON of an answer."""
        url = path if path.startswith("http") else f"http://127.0.0.1:{self.port}{path}"
        return rest_call(method, url, body, kind)

    def show(self, path):
        return self.call("GET", path)[2]

    def onboard(self, name):
        package = self.call("POST", "/vnfpkgm/v1/vnf_packages", {})[2]["id"]
        path = f"/vnfpkgm/v1/vnf_packages/{package}"
        self.call("PUT", path + "/package_content", (self.work / name).read_bytes(), "application/zip")
        return until("onboarded package", lambda: self.show(path).get("vnfdId"))

    def graphs(self):
        """What the host runs: a counter file each."""
        return sorted(file.stem for file in (self.work / "run").glob("*/*.counters"))
