"""A manager that is killed at each of its failpoints during each operation: the next one ends the operation as it should
end, with nobody acting; subscribers hear of every state, in order; hosts run what is desired and nothing else.

A real agent with null NICs on loopback; the manager is a build whose failpoints are armed.
Usage: crash_matrix.py BIN_DIR SOURCE_DIR ARMED_VNFM [--seeds N] [--seed S]
"""

import argparse
import http.client
import http.server
import json
import pathlib
import random
import signal
import threading
import time
import urllib.error

from deadline import until
from rest_site import Site, between, ended

FAILPOINTS = ["before_op_commit", "after_op_commit", "before_plan", "after_plan", "before_agent_call",
              "after_agent_ack", "before_terminal", "after_terminal_before_notify", "after_notify"]
FAILING = ["before_failed_temp", "before_agent_call", "after_agent_ack", "after_plan"]
RESUME_SECONDS = 2  # from the restart until work on the operation goes on


class Subscriber(http.server.ThreadingHTTPServer):
    """Takes notifications, the same one more than once if need be."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.taken = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A manager that is killed resets its connections."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.answer()

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.taken.append(body)
            self.answer()

        def answer(self):
            self.send_response(204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    def told_of_deletion(self, instance):
        return any(notification["notificationType"] == "VnfIdentifierDeletionNotification"
                   and notification["vnfInstanceId"] == instance for notification in list(self.taken))

    def states_of(self, operation):
        """The states that were told of an operation, each notification once."""
        seen, states = set(), []
        for notification in list(self.taken):
            if notification.get("vnfLcmOpOccId") == operation and notification["id"] not in seen:
                seen.add(notification["id"])
                states.append(notification["operationState"])
        return states


class Case:
    """One operation on one instance, during which the manager is killed."""

    def __init__(self, operation, task, body, instantiated=True, leaves=True, method="POST",
                 failing=False, check=lambda instance: True):
        self.operation, self.task, self.body = operation, task, body
        self.instantiated, self.leaves, self.method, self.failing = instantiated, leaves, method, failing
        self.check = check


INSTANTIATE = between("wan", "lan")
CASES = [
    Case("INSTANTIATE", "/instantiate", INSTANTIATE, instantiated=False),
    Case("SCALE", "/scale", {"type": "SCALE_OUT", "aspectId": "capacity"},
         check=lambda i: {"aspectId": "capacity", "scaleLevel": 1} in i["scaleStatus"]),
    Case("HEAL", "/heal", {"cause": "test"}),
    Case("OPERATE", "/operate", {"changeStateTo": "STOPPED"}, check=lambda i: i["vnfState"] == "STOPPED"),
    Case("CHANGE_EXT_CONN", "/change_ext_conn", {"extVirtualLinks": between("mid", "dmz")["extVirtualLinks"]},
         check=lambda i: [l["resourceHandle"]["resourceId"] for l in i["extVirtualLinkInfo"]] == ["mid", "dmz"]),
    Case("MODIFY_INFO", "", {"vnfConfigurableProperties": {"filter": {"rules": "allow any any any any any\n"}}}, method="PATCH"),
    Case("CHANGE_FLAVOUR", "/change_flavour", {"newFlavourId": "default"}),
    Case("TERMINATE", "/terminate", {"terminationType": "FORCEFUL"}, leaves=False),
]
# A rule file that unf-io refuses: the operation fails for now, and the firewall goes on with its old rules.
FAILS = Case("MODIFY_INFO", "", {"vnfConfigurableProperties": {"filter": {"rules": "nonsense\n"}}},
             method="PATCH", failing=True)


def begin(site, case, instance):
    """The operation's URI; None where the manager died before it answered."""
    try:
        status, headers, problem = site.call(case.method, f"/vnflcm/v1/vnf_instances/{instance}{case.task}", case.body)
    except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
        return None
    assert status == 202, problem
    return headers["Location"]


def start_armed(site, failpoint):
    """A manager that is not dead yet. One that was stopped may have left a notification to the next, which dies of it."""
    for _ in range(5):
        try:
            return site.start(failpoint)
        except AssertionError:
            site.start()
            site.stop()
    raise AssertionError(f"at {failpoint} it dies before anything is asked of it")


def run(site, subscriber, vnfd, case, failpoint, nth):
    site.start()
    instance = site.call("POST", "/vnflcm/v1/vnf_instances", {"vnfdId": vnfd})[2]["id"]
    path = f"/vnflcm/v1/vnf_instances/{instance}"
    if case.instantiated:
        uri = site.call("POST", path + "/instantiate", INSTANTIATE)[1]["Location"]
        assert until("instantiation", lambda: ended(site, uri))["operationState"] == "COMPLETED"
    site.stop()

    start_armed(site, f"{failpoint}:{nth}")
    uri = begin(site, case, instance)
    died = True
    try:
        until("death", lambda: site.manager.poll() is not None or (uri and ended(site, uri) and nth > 1), 10)
    except (AssertionError, urllib.error.URLError, ConnectionError, http.client.HTTPException):
        pass
    died = site.manager.poll() is not None
    if died:
        assert site.manager.returncode == -signal.SIGKILL, site.manager.returncode
    else:
        site.stop()  # it was not reached so often
    site.start()
    resumed = time.monotonic() - site.started

    mine = site.show(f"/vnflcm/v1/vnf_lcm_op_occs?filter=(eq,vnfInstanceId,{instance});(eq,operation,{case.operation})")
    assert len(mine) <= 1, mine
    if not mine:
        assert failpoint == "before_op_commit", f"an operation that was accepted is lost: {uri}"
        uri = begin(site, case, instance)
    else:
        uri = mine[0]["_links"]["self"]["href"]
    operation = until("end of the operation", lambda: ended(site, uri))
    expected = "FAILED_TEMP" if case.failing else "COMPLETED"
    assert operation["operationState"] == expected, operation
    assert not operation["isCancelPending"]
    if case.failing:
        site.call("POST", uri + "/rollback")
        operation = until("rollback", lambda: (o := ended(site, uri)) and o["operationState"] == "ROLLED_BACK" and o)

    shown = site.show(path)
    runs = case.leaves
    assert shown["instantiationState"] == ("INSTANTIATED" if runs else "NOT_INSTANTIATED"), shown
    if runs:
        assert case.check(shown["instantiatedVnfInfo"]), shown["instantiatedVnfInfo"]
    until("graphs as desired", lambda: len(site.graphs()) == (1 if runs else 0))
    states = ["PROCESSING"] if case.operation == "MODIFY_INFO" else ["STARTING", "PROCESSING"]
    states += ["FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK"] if case.failing else ["COMPLETED"]
    until(f"notifications {states}, there are {subscriber.states_of(operation['id'])}",
          lambda: subscriber.states_of(operation["id"]) == states)

    if runs:
        uri = site.call("POST", path + "/terminate", {"terminationType": "FORCEFUL"})[1]["Location"]
        assert until("termination", lambda: ended(site, uri))["operationState"] == "COMPLETED"
    assert site.call("DELETE", path)[0] == 204
    until("no graph", lambda: not site.graphs())
    until("notification of the deletion", lambda: subscriber.told_of_deletion(instance))
    site.stop()
    return died, resumed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("armed", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    site, subscriber = Site(given.binaries, given.source, given.armed), Subscriber()
    try:
        site.start()
        vnfd = site.onboard("firewall.csar")
        status, _, problem = site.call("POST", "/vnflcm/v1/subscriptions",
                                       {"callbackUri": f"http://127.0.0.1:{subscriber.server_port}/"})
        assert status == 201, problem
        site.stop()
        cases = [(case, failpoint) for case in CASES for failpoint in FAILPOINTS]
        cases += [(FAILS, failpoint) for failpoint in FAILING]
        deaths, slowest = 0, 0.0
        for seed in range(given.seed, given.seed + given.seeds):
            order = random.Random(seed)
            for case, failpoint in order.sample(cases, len(cases)):
                nth = 1 if seed == 1 else order.randint(1, 2)
                print(f"seed {seed}: {case.operation} killed at {failpoint}:{nth}", flush=True)
                died, resumed = run(site, subscriber, vnfd, case, failpoint, nth)
                deaths += died
                slowest = max(slowest, resumed)
        assert deaths >= len(cases) * given.seeds // 3, deaths
        assert slowest <= RESUME_SECONDS, f"{slowest:.2f} s until a manager answered"
        print(f"{deaths} deaths in {len(cases) * given.seeds} operations; the slowest restart took {slowest:.2f} s")
    except BaseException:
        print((site.work / "vnfm.log").read_text()[-6000:])
        raise
    finally:
        site.close()
        subscriber.shutdown()


main()
