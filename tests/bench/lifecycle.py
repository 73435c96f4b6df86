"""What operations on VNFs take, of whole programs: many of them in a row, and from the request to the first packet.

Needs root, and hugepages for the mode `fused`. Usage: lifecycle.py BIN_DIR SOURCE_DIR [--json] [--quick]
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from deadline import until
from rest_site import Site, between, ended
from testbed import BIN, CLIENT_NS, HOST_NS, SERVER, SERVER_NS, SOURCE, Testbed, run

TERMINATE = {"terminationType": "FORCEFUL"}
BLOCK = 100  # operations that a median is of

# Sends a datagram each millisecond until its input ends.
SEND = """
import select, socket, sys
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while not select.select([sys.stdin], [], [], 0.001)[0]:
    out.sendto(b"x", ("%s", 7000))
""" % SERVER

# For each line of its input: when the next datagram came.
FIRST = """
import socket, sys, time
into = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
into.bind(("", 7000))
print("ready", flush=True)
for line in sys.stdin:
    into.settimeout(0)
    try:
        while True:
            into.recv(64)
    except BlockingIOError:
        pass
    into.settimeout(30)
    print("listening", flush=True)
    into.recv(64)
    print(time.monotonic(), flush=True)
"""

# Asks the manager as each line of its input says; answers with a line of JSON.
ASK = """
import http.client, json, sys
for line in sys.stdin:
    method, path, body, kind = json.loads(line)
    connection = http.client.HTTPConnection("127.0.0.1:9890", timeout=30)
    connection.request(method, path, body and body.encode("latin-1"), {"Content-Type": kind})
    answer = connection.getresponse()
    print(json.dumps([answer.status, answer.getheader("Location"), answer.read().decode()]), flush=True)
"""


def milliseconds_since(start):
    return 1000 * (time.monotonic() - start)


def memory_mb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def carry_out(site, path, body):
    """How long an operation takes from the request until it is seen to be done."""
    start = time.monotonic()
    uri = site.call("POST", path, body)[1]["Location"]
    operation = until("end of the operation", lambda: ended(site, uri))
    assert operation["operationState"] == "COMPLETED", operation
    return milliseconds_since(start)


def measure_operations(instances, repeats):
    """A manager that has `instances`, one of which is instantiated and terminated `repeats` times."""
    site = Site(BIN, SOURCE, BIN / "vnfm")
    try:
        site.start()
        vnfd = site.onboard("firewall.csar")
        yield {"point": "memory", "when": "start", "rss_mb": memory_mb(site.manager)}

        creations = []
        for _ in range(instances):
            start = time.monotonic()
            status, _, instance = site.call("POST", "/vnflcm/v1/vnf_instances", {"vnfdId": vnfd})
            assert status == 201, instance
            creations.append(milliseconds_since(start))
        for name, block in (("first", creations[:BLOCK]), ("last", creations[-BLOCK:])):
            yield {"point": "create", "of": instances, "block": name, "p50_ms": statistics.median(block)}
        yield {"point": "memory", "when": f"{instances} instances", "rss_mb": memory_mb(site.manager)}

        path = f"/vnflcm/v1/vnf_instances/{instance['id']}"
        for begin in range(0, repeats, BLOCK):
            waits = [(carry_out(site, path + "/instantiate", between("wan", "lan")),
                      carry_out(site, path + "/terminate", TERMINATE)) for _ in range(BLOCK)]
            yield {"point": "operations", "first": begin + 1, "last": begin + BLOCK,
                   "instantiate_p50_ms": statistics.median(wait for wait, _ in waits),
                   "terminate_p50_ms": statistics.median(wait for _, wait in waits)}
        yield {"point": "memory", "when": f"{2 * repeats} operations", "rss_mb": memory_mb(site.manager)}
    finally:
        site.close()


class FirstPacket(Testbed):
    """A VNF between a client that sends all the time and a server; a second pair of NICs leads nowhere."""

    rest = {"listen": "127.0.0.1:9890"}
    nics = Testbed.nics + [{"name": name, "device": "null", "network": name, "pair": pair}
                           for name, pair in (("mid", "dmz"), ("dmz", "mid"))]

    def __init__(self, mode):
        super().__init__("cold")
        self.mode = mode

    def setUp(self):
        super().setUp()
        self.asker = self.talk(HOST_NS, ASK)
        until("manager", lambda: self.ask("GET", "/vnflcm/api_versions"))
        self.vnfd = self.onboard()
        server = json.loads(run("ip", "-n", SERVER_NS, "-j", "link", "show", "s0"))[0]["address"]
        run("ip", "-n", CLIENT_NS, "neighbor", "add", SERVER, "lladdr", server, "dev", "c0")  # ARP passes a VNF only
        self.talk(CLIENT_NS, SEND)
        self.first = self.talk(SERVER_NS, FIRST)
        assert self.first.stdout.readline() == "ready\n"

    def talk(self, namespace, program):
        return self.start(namespace, sys.executable, "-u", "-c", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True)

    def ask(self, method, path, body=None, kind="application/json"):
        """Location and JSON of an answer; None where the manager is not there yet."""
        if self.asker.poll() is not None:
            self.asker = self.talk(HOST_NS, ASK)
        text = json.dumps(body) if isinstance(body, dict) else body
        try:
            self.asker.stdin.write(json.dumps([method, path, text, kind]) + "\n")
            self.asker.stdin.flush()
            status, location, text = json.loads(self.asker.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            return None
        assert status < 300, text
        return location, json.loads(text) if text else None

    def onboard(self):
        csar = self.work / "monitor.csar"
        with zipfile.ZipFile(csar, "w") as archive:
            archive.write(SOURCE / "samples/enterprise-edge/monitor.yaml", "monitor.yaml")
        path = "/vnfpkgm/v1/vnf_packages/" + self.ask("POST", "/vnfpkgm/v1/vnf_packages", {})[1]["id"]
        self.ask("PUT", path + "/package_content", csar.read_bytes().decode("latin-1"), "application/zip")
        return until("onboarded package", lambda: self.ask("GET", path)[1].get("vnfdId"))

    def begin(self, instance, task, body):
        """The path of the operation."""
        return "/vnflcm" + self.ask("POST", f"/vnflcm/v1/vnf_instances/{instance}/{task}", body)[0].split("/vnflcm")[1]

    def finish(self, operation):
        ends = ("COMPLETED", "FAILED_TEMP", "ROLLED_BACK")
        shown = until("end", lambda: (o := self.ask("GET", operation)[1]) and o["operationState"] in ends and o)
        assert shown["operationState"] == "COMPLETED", shown

    def create(self):
        return self.ask("POST", "/vnflcm/v1/vnf_instances", {"vnfdId": self.vnfd})[1]["id"]

    def until_first_packet(self):
        """An instantiation; then the instance is terminated."""
        instance = self.create()
        self.first.stdin.write("\n")
        self.first.stdin.flush()
        assert self.first.stdout.readline() == "listening\n"
        start = time.monotonic()
        operation = self.begin(instance, "instantiate", between("wan", "lan"))
        came = float(self.first.stdout.readline())
        self.finish(operation)
        self.finish(self.begin(instance, "terminate", TERMINATE))
        return 1000 * (came - start)

    def cold(self):
        """Nothing of ours runs on the host but its agent."""
        until("idle host", lambda: not self.pids())
        return self.until_first_packet()

    def warm(self, since=1.0):
        """Another VNF has run on the host for that many seconds."""
        other = self.create()
        self.finish(self.begin(other, "instantiate", between("mid", "dmz")))
        time.sleep(since)
        waited = self.until_first_packet()
        self.finish(self.begin(other, "terminate", TERMINATE))
        return waited

    def next(self):
        """Another VNF was instantiated just before."""
        return self.warm(0)


def measure_first_packet(mode, rounds):
    bed = FirstPacket(mode)
    try:
        bed.setUp()
        waits = [(bed.cold(), bed.warm(), bed.next()) for _ in range(rounds)]
    finally:
        bed.doCleanups()
    for name, of_round in zip(("cold", "warm", "next"), zip(*waits)):
        yield {"point": "first_packet", "mode": mode, "host": name, "rounds": rounds,
               "p50_ms": statistics.median(of_round), "max_ms": max(of_round)}


def main():
    parser = argparse.ArgumentParser(description="What operations on VNFs take, of whole programs")
    parser.add_argument("binaries")
    parser.add_argument("source")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="done in 20 s")
    parser.add_argument("--instances", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=1_000)
    given = parser.parse_args()
    if given.quick:
        given.instances, given.repeats = 500, BLOCK
    parts = [measure_first_packet(mode, 1 if given.quick else 7) for mode in ("threads", "fused")]
    parts.append(measure_operations(given.instances, given.repeats))
    for part in parts:
        for point in part:
            point = {"bench": "lifecycle", **{key: round(value, 2) if isinstance(value, float) else value
                                              for key, value in point.items()}}
            print(json.dumps(point) if given.json else " ".join(f"{k}={v}" for k, v in point.items()), flush=True)


main()
