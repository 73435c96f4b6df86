"""A client, a host and a server in network namespaces of their own; on the host a manager and an agent. For tests of whole
programs: needs root, and hugepages where uNFs are no threads.
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

import deadline

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SERVER = "10.66.0.2"
NAMESPACES = [f"unf-{name}-{os.getpid()}" for name in ("client", "host", "server")]
CLIENT_NS, HOST_NS, SERVER_NS = NAMESPACES
CELL = f"live-{os.getpid()}"

SERVE = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", 80), Handler).serve_forever()
"""

# Asks once per line on standard input; answers with the status, or the error.
ASK = """
import http.client, sys
for line in sys.stdin:
    try:
        connection = http.client.HTTPConnection("%s", timeout=float(line))
        connection.request("GET", "/")
        print(connection.getresponse().status, flush=True)
        connection.close()
    except OSError as error:
        print(type(error).__name__, flush=True)
""" % SERVER
WITHOUT_IPV6 = "for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e $file ] || echo 1 > $file; done"


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def until(condition, seconds):
    return deadline.until("true condition", condition, seconds)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Testbed(unittest.TestCase):
    mode = "fused"
    rest = {"listen": "127.0.0.1:0"}  # of vnfm.yaml
    nics = [{"name": "wan", "device": "af_packet:h0", "network": "wan", "pair": "lan"},
            {"name": "lan", "device": "af_packet:h1", "network": "lan", "pair": "wan"}]

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-live-"))
        self.addCleanup(shutil.rmtree, self.work, True)
        self.make_network()
        self.write_config()
        self.start(SERVER_NS, sys.executable, "-c", SERVE)
        self.client = self.start(CLIENT_NS, sys.executable, "-c", ASK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.remove_service)
        self.manager = self.start(HOST_NS, BIN / "vnfm", "serve", "--config", self.work / "vnfm.yaml", "--state", self.work / "vnfm")
        self.agent = self.start_agent()

    def make_network(self):
        def remove():
            for namespace in NAMESPACES:
                subprocess.run(["ip", "netns", "delete", namespace], check=False, capture_output=True)

        self.addCleanup(remove)
        for namespace in NAMESPACES:
            run("ip", "netns", "add", namespace)
            # Else the kernel looks for IPv6 routers now and then: packets that nobody here has sent.
            run("ip", "netns", "exec", namespace, "sh", "-c", WITHOUT_IPV6)
            run("ip", "-n", namespace, "link", "set", "lo", "up")
        run("ip", "link", "add", "c0", "netns", CLIENT_NS, "type", "veth", "peer", "name", "h0", "netns", HOST_NS)
        run("ip", "link", "add", "s0", "netns", SERVER_NS, "type", "veth", "peer", "name", "h1", "netns", HOST_NS)
        run("ip", "-n", CLIENT_NS, "address", "add", "10.66.0.1/24", "dev", "c0")
        run("ip", "-n", SERVER_NS, "address", "add", f"{SERVER}/24", "dev", "s0")
        for namespace, interface in ((CLIENT_NS, "c0"), (HOST_NS, "h0"), (HOST_NS, "h1"), (SERVER_NS, "s0")):
            run("ip", "netns", "exec", namespace, "ethtool", "-K", interface, "tx", "off")
            run("ip", "-n", namespace, "link", "set", interface, "up")

    def write_config(self):
        host = {
            "name": "edge-1", "io_core": 0, "cores": [{"id": 1, "numa": 0, "ghz": 2.6}], "memory_mb": 256, "mode": self.mode,
            "nics": self.nics,
        }
        agent = str(self.work / "agent.sock")
        agent_yaml = {"host": host, "listen": agent, "state": str(self.work / "agent"), "run": str(self.work / "run"),
                      "cell": CELL, "idle_s": 0}
        vnfm_yaml = {"listen": str(self.work / "manager.sock"), "rest": self.rest, "state": str(self.work / "vnfm"),
                     "hosts": [{**host, "agent": agent}]}
        for name, content in (("agent.yaml", agent_yaml), ("vnfm.yaml", vnfm_yaml)):
            (self.work / name).write_text(json.dumps(content))  # YAML includes JSON

    def start(self, namespace, *command, **options):
        log = open(self.work / f"{pathlib.Path(str(command[0])).name}.log", "a")
        options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
        process = subprocess.Popen(["ip", "netns", "exec", namespace, *map(str, command)], **options)

        def end():
            if process.poll() is None:
                process.terminate()
            process.wait(10)
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()
            log.close()

        self.addCleanup(end)
        return process

    def start_agent(self):
        return self.start(HOST_NS, BIN / "unf-agent", "--config", self.work / "agent.yaml", "--state", self.work / "agent")

    def vnfm(self, *words):
        return run(BIN / "vnfm", *words, "--server", self.work / "manager.sock")

    def remove_service(self):
        """Whatever the test left: the dataplane outlives an agent by design."""
        for pid in self.pids():
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        for file in self.eal_files():
            if file.is_dir():
                shutil.rmtree(file)
            else:
                file.unlink()

    def eal_files(self):
        """What DPDK keeps of the cell: hugepage files and its runtime directory."""
        return [file for place in ("/dev/hugepages", "/var/run/dpdk") for file in pathlib.Path(place).glob(f"unf-{CELL}-*")]

    def pids(self):
        found = []
        for directory in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (directory / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith((b"/unf-io", b"/unf-runner")) and any(str(self.work).encode() in word for word in words):
                found.append(int(directory.name))
        return found

    def answer(self, timeout=0.2):
        self.client.stdin.write(f"{timeout}\n")
        self.client.stdin.flush()
        return self.client.stdout.readline().strip()
