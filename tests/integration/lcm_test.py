"""What OpenStack's users do with a VNF: the unmodified `openstack` command of python3-tackerclient drives it through its
life on a real agent, and real requests pass or not after each step. Usage: lcm_test.py BIN_DIR SOURCE_DIR
"""

import json
import os
import re
import signal
import subprocess
import sys
import unittest
import zipfile

import sol003
from testbed import CLIENT_NS, HOST_NS, SERVER, SERVER_NS, SOURCE, Testbed, run, until

SAMPLE = SOURCE / "samples" / "enterprise-edge"
ALLOW, DENY = "allow any any any any any\n", "deny any any any any any\n"
ENDED = ("COMPLETED", "FAILED_TEMP", "FAILED", "ROLLED_BACK")

# Takes notifications, a line of JSON each.
CALLBACK = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print(body, flush=True)
        self.do_GET()
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", 9990), Handler).serve_forever()
"""

# Sends numbered datagrams until its input ends; says how many.
SEND = """
import select, socket, sys, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
n = 0
while not select.select([sys.stdin], [], [], 0.002)[0]:
    out.sendto(n.to_bytes(4, "big"), ("%s", 7000))
    n += 1
print(n, flush=True)
""" % SERVER

# Takes them until its input ends; says which numbers came, in their order, as runs.
TAKE = """
import select, socket, sys
into = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
into.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
into.bind(("", 7000))
print("ready", flush=True)
taken = []
while True:
    ready = select.select([into, sys.stdin], [], [])[0]
    if into in ready:
        taken.append(int.from_bytes(into.recv(64), "big"))
    elif sys.stdin in ready:
        break
print(len(taken), taken == list(range(len(taken))), flush=True)
"""


def links(in_, out):
    return [{"id": "left", "resourceId": in_, "extCps": [{"cpdId": "virtual_link_in"}]},
            {"id": "right", "resourceId": out, "extCps": [{"cpdId": "virtual_link_out"}]}]


class Lcm(Testbed):
    """With API version 1."""

    schemas = sol003.Schemas(sol003.folder(SOURCE))
    rest = {"listen": "127.0.0.1:9890", "allow": ["127.0.0.0/8"]}
    api = "1"
    mode = "fused"

    def setUp(self):
        super().setUp()
        run("ip", "netns", "exec", HOST_NS, "true")
        until(self.manager_answers, 20)

    def manager_answers(self):
        return subprocess.run(["ip", "netns", "exec", HOST_NS, "curl", "--silent", "--fail", "--output", "/dev/null",
                               "http://127.0.0.1:9890/vnflcm/api_versions"], check=False).returncode == 0

    def openstack(self, *words, api=None, fails=False):
        environment = {**os.environ, "OS_AUTH_TYPE": "none", "OS_ENDPOINT": "http://127.0.0.1:9890"}
        done = subprocess.run(["ip", "netns", "exec", HOST_NS, "openstack", "--os-tacker-api-version", api or self.api,
                               *map(str, words)], env=environment, cwd=self.work, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode != 0, fails, done.stdout + done.stderr)
        return done.stderr if fails else done.stdout

    def shown(self, *words, **options):
        return json.loads(self.openstack(*words, "-f", "json", **options))

    def request(self, method, path, body=None):
        """What tackerclient has no command for, and what would take too long by it."""
        words = ["--request", method]
        words += ["--header", "Content-Type: application/json", "--data", json.dumps(body)] if body is not None else []
        answer = run("ip", "netns", "exec", HOST_NS, "curl", "--silent", "--include", *words,
                     f"http://127.0.0.1:9890{path}")
        head, _, text = answer.partition("\n\n")
        body = json.loads(text) if text else None
        self.assertEqual(self.schemas.answer_violations(method, path, int(head.split()[1]), body), [])
        location = re.search(r"(?im)^location: \S+(/vnf_lcm_op_occs/\S+)", head)
        return body if text else f"/vnflcm/v{self.api}{location[1]}" if location else None

    def onboard(self, name, *files):
        with zipfile.ZipFile(self.work / f"{name}.csar", "w") as archive:
            for file in files:
                archive.write(SAMPLE / file, file)
        package = self.shown("vnf", "package", "create", api="1")["ID"]
        self.openstack("vnf", "package", "upload", "--path", f"{name}.csar", package, api="1")
        return until(lambda: self.request("GET", f"/vnfpkgm/v1/vnf_packages/{package}").get("vnfdId"), 20)

    def file(self, content):
        path = self.work / "parameters.json"
        path.write_text(json.dumps(content))
        return path

    def last_operation(self, instance):
        operations = self.request("GET", f"/vnflcm/v{self.api}/vnf_lcm_op_occs?filter=(eq,vnfInstanceId,{instance})")
        return max(operations, key=lambda operation: operation["startTime"])

    def ended(self, instance, operation, state="COMPLETED"):
        """The last operation of the instance, once it is in an end state, which must be `state`."""
        found = until(lambda: (o := self.last_operation(instance)) and o["operationState"] in ENDED and o, 90)
        self.assertEqual((found["operation"], found["operationState"]), (operation, state), self.operation(found))
        return found

    def passes(self):
        until(lambda: self.answer() == "200", 10)

    def connections(self):
        """Those that may still send something."""
        listed = [run("ip", "netns", "exec", namespace, "ss", "-Htan") for namespace in (CLIENT_NS, SERVER_NS)]
        return [line for line in "".join(listed).splitlines() if line.split()[0] not in ("LISTEN", "TIME-WAIT")]

    def stops(self):
        until(lambda: self.answer() != "200" and self.answer() != "200", 10)

    def test_the_life_of_a_vnf(self):
        vnfd = self.onboard("firewall", "firewall.yaml", "edge.rules")
        events = self.start(HOST_NS, sys.executable, "-u", "-c", CALLBACK, stdout=subprocess.PIPE, text=True)
        subscription = until(lambda: self.subscribe(), 10)
        self.assertEqual([s["ID"] for s in self.shown("vnflcm", "subsc", "list")], [subscription])
        self.assertEqual(self.shown("vnflcm", "subsc", "show", subscription)["Callback URI"], "http://127.0.0.1:9990/")

        vnf = self.shown("vnflcm", "create", vnfd, "--name", "edge", "--description", "a firewall")["ID"]
        self.stops()
        self.openstack("vnflcm", "instantiate", vnf, self.file({"flavourId": "default", "extVirtualLinks": links("wan", "lan")}))
        self.ended(vnf, "INSTANTIATE")
        self.passes()
        listed = self.shown("vnflcm", "list")
        self.assertEqual([(v["ID"], v["Instantiation State"]) for v in listed], [(vnf, "INSTANTIATED")])
        self.assertEqual(self.shown("vnflcm", "show", vnf)["VNF Instance Name"], "edge")

        self.openstack("vnflcm", "scale", "--type", "SCALE_OUT", "--aspect-id", "capacity", "--number-of-steps", "1", vnf)
        scaled = self.ended(vnf, "SCALE")
        self.assertIn("ADDED", [c["changeType"] for c in self.operation(scaled)["resourceChanges"]["affectedVnfcs"]])
        self.passes()
        self.openstack("vnflcm", "heal", "--cause", "test", "--", vnf)
        self.ended(vnf, "HEAL")
        self.passes()

        self.update(vnf, DENY)
        self.ended(vnf, "MODIFY_INFO")
        self.stops()
        self.update(vnf, ALLOW)
        self.ended(vnf, "MODIFY_INFO")
        self.passes()
        self.openstack("vnflcm", "change-ext-conn", vnf, self.file({"extVirtualLinks": links("lan", "wan")}))
        self.ended(vnf, "CHANGE_EXT_CONN")
        self.passes()

        self.fails(vnf)
        self.passes()
        self.openstack("vnflcm", "terminate", "--termination-type", "FORCEFUL", vnf)
        self.ended(vnf, "TERMINATE")
        self.stops()
        self.openstack("vnflcm", "delete", vnf)
        self.assertEqual(self.shown("vnflcm", "list"), [])
        self.openstack("vnflcm", "subsc", "delete", subscription)
        events.terminate()
        told = [json.loads(line) for line in events.stdout]
        kinds = [n.get("operationState") or n["notificationType"] for n in told]
        self.assertEqual(kinds[:4], ["VnfIdentifierCreationNotification", "STARTING", "PROCESSING", "COMPLETED"])
        self.assertEqual(kinds[-1], "VnfIdentifierDeletionNotification")

    def operation(self, operation):
        return self.request("GET", f"/vnflcm/v{self.api}/vnf_lcm_op_occs/{operation['id']}")

    def subscribe(self):
        try:
            return self.shown("vnflcm", "subsc", "create", self.file({"callbackUri": "http://127.0.0.1:9990/"}))["ID"]
        except AssertionError:
            return None  # nobody answers there yet

    def update(self, vnf, rules):
        self.openstack("vnflcm", "update", vnf, "--I",
                       self.file({"vnfConfigurableProperties": {"filter": {"rules": rules}}}))

    def fails(self, vnf):
        """Rules that the host refuses: tried again, rolled back, let be; what runs goes on."""
        self.update(vnf, "nonsense\n")
        failed = self.ended(vnf, "MODIFY_INFO", "FAILED_TEMP")
        self.assertIn("filter.rules:1", self.operation(failed)["error"]["detail"])
        self.passes()
        self.openstack("vnflcm", "op", "retry", failed["id"])
        self.ended(vnf, "MODIFY_INFO", "FAILED_TEMP")
        self.openstack("vnflcm", "op", "rollback", failed["id"])
        self.ended(vnf, "MODIFY_INFO", "ROLLED_BACK")
        self.update(vnf, "nonsense\n")
        failed = self.ended(vnf, "MODIFY_INFO", "FAILED_TEMP")
        self.assertEqual(self.shown("vnflcm", "op", "fail", failed["id"])["Operation State"], "FAILED")
        self.assertEqual(self.shown("vnflcm", "op", "show", failed["id"])["Operation State"], "FAILED")
        self.assertGreaterEqual(len(self.shown("vnflcm", "op", "list")), 8)


class Lcm2(Lcm):
    """With API version 2."""

    api = "2"


class HeldUp(Lcm):
    """By an agent that does not answer; the client has `op cancel` in version 1 only."""

    test_the_life_of_a_vnf = None

    def in_state(self, vnf, state):
        return until(lambda: (o := self.last_operation(vnf))["operationState"] == state and o, 60)

    def hold_up(self, vnf):
        """A healing that is cancelled before the agent answers."""
        self.agent.send_signal(signal.SIGSTOP)
        self.openstack("vnflcm", "heal", vnf)
        held = self.in_state(vnf, "PROCESSING")
        # The command says that it failed whatever was answered: it does not expect an answer without content.
        self.openstack("vnflcm", "op", "cancel", held["id"], fails=True)
        self.assertTrue(self.operation(held)["isCancelPending"])
        self.agent.send_signal(signal.SIGCONT)
        failed = self.in_state(vnf, "FAILED_TEMP")
        self.assertEqual((failed["id"], failed["cancelMode"]), (held["id"], "GRACEFUL"))
        return failed["id"]

    def test_it_can_be_cancelled(self):
        self.addCleanup(lambda: self.agent.send_signal(signal.SIGCONT))
        vnfd = self.onboard("firewall", "firewall.yaml", "edge.rules")
        vnf = self.shown("vnflcm", "create", vnfd)["ID"]
        self.openstack("vnflcm", "instantiate", vnf, self.file({"flavourId": "default", "extVirtualLinks": links("wan", "lan")}))
        self.ended(vnf, "INSTANTIATE")

        operation = self.hold_up(vnf)
        self.openstack("vnflcm", "op", "rollback", operation)
        self.ended(vnf, "HEAL", "ROLLED_BACK")
        operation = self.hold_up(vnf)
        self.assertEqual(self.shown("vnflcm", "op", "fail", operation)["Operation State"], "FAILED")
        self.passes()


class Faults(Lcm):
    """A runner that dies: an alarm, by the commands that the client has in version 2."""

    api = "2"
    test_the_life_of_a_vnf = None

    def subscribe(self):
        try:
            return self.shown("vnffm", "sub", "create", self.file({"callbackUri": "http://127.0.0.1:9990/"}))["ID"]
        except AssertionError:
            return None  # nobody answers there yet

    def test_an_alarm_is_raised_and_cleared(self):
        vnfd = self.onboard("firewall", "firewall.yaml", "edge.rules")
        events = self.start(HOST_NS, sys.executable, "-u", "-c", CALLBACK, stdout=subprocess.PIPE, text=True)
        subscription = until(lambda: self.subscribe(), 10)
        vnf = self.shown("vnflcm", "create", vnfd)["ID"]
        self.openstack("vnflcm", "instantiate", vnf, self.file({"flavourId": "default", "extVirtualLinks": links("wan", "lan")}))
        self.ended(vnf, "INSTANTIATE")
        self.passes()
        self.assertEqual(self.shown("vnffm", "alarm", "list"), [])
        shown = json.loads(self.vnfm("show", vnf, "-o", "json"))
        runner, = [process["pid"] for process in shown["processes"] if process["name"] != "io"]
        os.kill(runner, signal.SIGKILL)
        self.passes()
        alarm, = until(lambda: self.shown("vnffm", "alarm", "list"), 20)
        self.assertEqual(alarm["Managed Object Id"], vnf)
        until(lambda: self.shown("vnffm", "alarm", "show", alarm["ID"])["Perceived Severity"] == "CLEARED", 20)
        self.openstack("vnffm", "alarm", "update", "--ack-state", "ACKNOWLEDGED", alarm["ID"])
        self.assertEqual(self.shown("vnffm", "alarm", "show", alarm["ID"])["Ack State"], "ACKNOWLEDGED")
        self.openstack("vnffm", "sub", "delete", subscription)
        events.terminate()
        told = [json.loads(line)["notificationType"] for line in events.stdout]
        self.assertEqual(told, ["AlarmNotification", "AlarmClearedNotification"])


class Shared(Lcm):
    """Two VNFs that share uNFs: what is done to one harms nobody's packets and nobody's counts."""

    test_the_life_of_a_vnf = None

    def carry_out(self, vnf, operation, task, body, method="POST"):
        location = self.request(method, f"/vnflcm/v1/vnf_instances/{vnf}{task}", body)
        self.assertIsInstance(location, str, location)
        return self.ended(vnf, operation)

    def new(self, vnfd):
        vnf = self.request("POST", "/vnflcm/v1/vnf_instances", {"vnfdId": vnfd})["id"]
        self.carry_out(vnf, "INSTANTIATE", "/instantiate", {"flavourId": "default", "extVirtualLinks": links("wan", "lan")})
        return vnf

    def counts(self, vnf, node):
        return json.loads(self.vnfm("show", vnf, "-o", "json"))["owners"][f"{vnf}/vnf/{node}"]

    def passing(self, vnf, node):
        """Returns when the node has seen more of the sender's packets than it had when this was called."""
        seen = self.counts(vnf, node)["in"]
        until(lambda: self.counts(vnf, node)["in"] >= seen + 20, 10)

    def test_neither_harms_the_other(self):
        firewall = self.new(self.onboard("firewall", "firewall.yaml", "edge.rules"))
        self.carry_out(firewall, "MODIFY_INFO", "", {"vnfConfigurableProperties": {"filter": {"rules": ALLOW}}}, "PATCH")
        vnfd = self.onboard("monitor", "monitor.yaml")
        self.passes()
        monitor = self.new(vnfd)
        graph = json.loads(self.vnfm("show", monitor, "-o", "json"))["plan"]
        self.assertEqual(sorted(graph["services"]), sorted([firewall, monitor]))
        self.assertTrue([node for node in graph["nodes"] if len(node["owners"]) > 1], "nothing is shared")

        taker = self.start(SERVER_NS, sys.executable, "-u", "-c", TAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(taker.stdout.readline().strip(), "ready")
        until(lambda: not self.connections(), 30)
        before = {vnf: self.counts(vnf, node)["in"] for vnf, node in ((firewall, "filter"), (monitor, "histogram"))}
        sender = self.start(CLIENT_NS, sys.executable, "-u", "-c", SEND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.passing(firewall, "filter")
        self.carry_out(monitor, "HEAL", "/heal", {"cause": "test"})
        self.passing(firewall, "filter")
        self.carry_out(firewall, "SCALE", "/scale", {"type": "SCALE_OUT", "aspectId": "capacity"})
        self.passing(monitor, "histogram")
        self.carry_out(monitor, "MODIFY_INFO", "", {"vnfConfigurableProperties": {"count": {"top": 5}}}, "PATCH")
        self.passing(monitor, "histogram")
        sender.stdin.close()
        sent = int(sender.stdout.readline())
        until(lambda: self.counts(firewall, "filter")["in"] - before[firewall] >= sent, 10)
        self.assertEqual(self.counts(firewall, "filter")["in"] - before[firewall], sent)
        self.assertEqual(self.counts(monitor, "histogram")["in"] - before[monitor], sent)

        sender = self.start(CLIENT_NS, sys.executable, "-u", "-c", SEND.replace("n = 0", f"n = {sent}"),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.passing(monitor, "histogram")
        ended = self.carry_out(monitor, "TERMINATE", "/terminate", {"terminationType": "FORCEFUL"})
        self.passing(firewall, "filter")
        again = self.new(vnfd)
        self.passing(again, "histogram")
        sender.stdin.close()
        sent = int(sender.stdout.readline())
        until(lambda: self.counts(firewall, "filter")["in"] - before[firewall] >= sent, 10)
        self.assertEqual(self.counts(firewall, "filter")["in"] - before[firewall], sent)
        taker.stdin.close()
        self.assertEqual(taker.stdout.readline().strip(), f"{sent} True", "each of them, once, in order")

        last = {c["vduId"]: c.get("metadata") for c in self.operation(ended)["resourceChanges"]["affectedVnfcs"]}
        left, joined = int(last["histogram"]["in"]), self.counts(again, "histogram")["in"]
        self.assertLessEqual(left - before[monitor] + joined, sent)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
