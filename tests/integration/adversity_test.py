"""The manager where its surroundings fail it: no files or disk left, a clock that jumps, a process that is stopped. On
loopback, with an agent.

Usage: adversity_test.py BIN_DIR SOURCE_DIR [TEST...]
"""

import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import unittest

from deadline import DEADLINE
from loopback import BIN, FIREWALL, Loopback, WithNfvo

FAKETIME = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
FORCEFUL = {"terminationType": "FORCEFUL"}


class Descriptors(Loopback):
    """A process may have few more files than it has."""

    def test_who_waits_is_served_once_others_are_gone(self):
        self.start()
        self.start_agent()
        self.in_state(self.instantiate(), "COMPLETED")
        mine = len(os.listdir(f"/proc/{self.manager.pid}/fd")) + 20
        resource.prlimit(self.manager.pid, resource.RLIMIT_NOFILE, (mine, mine))
        host, port = self.endpoint.removeprefix("http://").split(":")
        idle = [socket.create_connection((host, int(port))) for _ in range(100)]
        try:
            instance, = self.call("GET", "/vnflcm/v2/vnf_instances")[2]  # those that say nothing are cut off
        finally:
            for each in idle:
                each.close()
        path = f"/vnflcm/v2/vnf_instances/{instance['id']}"
        self.in_state(self.begin(path, "/heal", {"cause": "test"}), "COMPLETED")
        self.in_state(self.begin(path, "/terminate", FORCEFUL), "COMPLETED")
        self.assertIsNone(self.manager.poll())


class Disk(Loopback):
    """The disk is full, or takes nothing any more."""

    def setUp(self):
        super().setUp()
        self.state = self.work / "state"
        self.state.mkdir()
        self.mount("-t", "tmpfs", "-o", "size=8m", "none")
        self.addCleanup(lambda: subprocess.run(["umount", self.state], check=True))
        self.addCleanup(self.end)  # it has files there
        self.start()

    def mount(self, *how):
        subprocess.run(["mount", *how, self.state], check=True)

    def fill(self):
        with open(self.state / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(4096))

    def assert_reads_only(self, instances):
        status, headers, problem = self.call("POST", "/vnflcm/v2/vnf_instances", {"vnfdId": FIREWALL})
        self.assertEqual(status, 503, problem)
        self.assertIn("Retry-After", headers)
        self.assertEqual(len(self.call("GET", "/vnflcm/v2/vnf_instances")[2]), instances)

    def test_changes_are_refused_until_there_is_room(self):
        self.create(self.onboard())
        self.fill()
        self.assert_reads_only(1)
        (self.state / "filler").unlink()
        self.create(FIREWALL)
        self.end()
        self.start()
        self.assertEqual(len(self.call("GET", "/vnflcm/v2/vnf_instances")[2]), 2)


class Stopped(Loopback):
    """A manager that was stopped goes on as the only one there is."""

    def test_nobody_else_takes_its_place(self):
        self.start()
        self.start_agent()
        operation = self.instantiate()
        self.manager.send_signal(signal.SIGSTOP)
        self.addCleanup(lambda: self.manager.send_signal(signal.SIGCONT))
        other = subprocess.run([BIN / "vnfm", "serve", "--config", self.work / "vnfm.yaml"], capture_output=True, text=True,
                               timeout=DEADLINE, check=False)
        self.assertNotEqual(other.returncode, 0)
        self.assertIn("another", other.stderr)
        self.manager.send_signal(signal.SIGCONT)
        self.in_state(operation, "COMPLETED")


class Clock(WithNfvo):
    """The time of day jumps; leases, tokens and deadlines go by how long things take."""
    nfvo_config = {"grants": "nfvo", "auth": {"mode": "oauth2", "user": "vnfm", "secret_file": "WORK/secret",
                                              "token_endpoint": "NFVO/oauth2/token"}}

    def start(self, program=BIN / "vnfm", environment=None):
        self.nfvo.behave(token={"client": "vnfm", "password": "s3cret"})
        self.clock = self.work / "clock"
        self.jump("+0")
        super().start(program, {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"})

    def jump(self, to):
        beside = self.work / "clock.new"
        beside.write_text(to + "\n")
        beside.rename(self.clock)

    def test_an_hour_ahead_and_an_hour_back(self):
        self.start_agent()
        operation = self.instantiate()
        self.in_state(operation, "COMPLETED")
        instance = "/vnflcm/v2/vnf_instances/" + self.call("GET", operation)[2]["vnfInstanceId"]
        began = {}
        for jump in ("+1h", "-1h", "+0"):
            self.jump(jump)
            shown = self.in_state(self.begin(instance, "/heal", {"cause": jump}), "COMPLETED")
            began[jump] = shown["startTime"]
        self.assertEqual(sorted(began, key=began.get), ["-1h", "+0", "+1h"], "the clock has jumped")
        self.assertEqual(len(self.nfvo.asked("POST", "/oauth2")), 1, "the token holds as long as it was said to")
        self.in_state(self.begin(instance, "/terminate", FORCEFUL), "COMPLETED")
        self.assertEqual(len(self.nfvo.asked("POST", "/grant")), 5)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
