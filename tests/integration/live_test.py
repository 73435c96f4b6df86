"""What a user sees when processes die: a manager, an agent and its dataplane between a client and a web server.

Three network namespaces, real HTTP, `kill -9` by pid. Needs root and hugepages. Usage: live_test.py BIN_DIR SOURCE_DIR
"""

import json
import os
import signal
import sys
import threading
import time
import unittest

from testbed import SOURCE, Testbed, alive, until


class Live(Testbed):
    def setUp(self):
        super().setUp()
        until(lambda: self.deploy(), 20)
        until(lambda: self.answer() == "200", 20)

    def deploy(self):
        try:
            self.vnfm("deploy", SOURCE / "samples" / "enterprise-edge")
            return True
        except AssertionError:
            return False  # manager or agent are not there yet

    def processes(self):
        show = json.loads(self.vnfm("show", "edge", "-o", "json"))
        return {process["name"]: process for process in show.get("processes", [])}

    def runner(self):
        return next(process for name, process in self.processes().items() if name != "io")

    def test_requests_work_again_after_a_runner_is_killed(self):
        for _ in range(3):
            runner = self.runner()
            os.kill(runner["pid"], signal.SIGKILL)
            began = time.monotonic()
            until(lambda: not alive(runner["pid"]), 1)
            # An answer that was on its way does not count: only a request made by the successor does.
            until(lambda: self.answer() == "200" and self.runner()["pid"] != runner["pid"], 5)
            print(f"{self.mode}: requests worked again after {1000 * (time.monotonic() - began):.0f} ms", file=sys.stderr)

    def test_requests_survive_the_agent_and_the_next_one_adopts(self):
        before = self.processes()
        answers, stop = [], threading.Event()

        def ask():
            while not stop.is_set():
                answers.append(self.answer(1))

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            until(lambda: len(answers) > 20, 10)
            os.kill(self.agent.pid, signal.SIGKILL)
            self.agent.wait(5)
            seen = len(answers)
            until(lambda: len(answers) > seen + 50, 10)
            self.agent = self.start_agent()
            until(lambda: self.adopted(), 10)
            seen = len(answers)
            until(lambda: len(answers) > seen + 20, 10)
        finally:
            stop.set()
            asking.join()
        self.assertEqual(set(answers), {"200"})
        after = self.processes()
        self.assertEqual({name: process["pid"] for name, process in before.items()},
                         {name: process["pid"] for name, process in after.items()})

    def adopted(self):
        try:
            return bool(self.processes())
        except AssertionError:
            return False

    def test_a_killed_io_comes_back(self):
        io = self.processes()["io"]
        os.kill(io["pid"], signal.SIGKILL)
        until(lambda: self.answer() == "200" and self.processes().get("io", io)["pid"] != io["pid"], 20)

    def test_terminating_leaves_no_process_and_no_hugepage_file(self):
        pids = [process["pid"] for process in self.processes().values()]
        self.assertGreaterEqual(len(pids), 2)
        self.assertNotEqual(self.eal_files(), [])
        self.vnfm("terminate", "edge")
        until(lambda: not any(map(alive, pids)), 10)
        self.assertEqual(self.pids(), [])
        self.assertEqual(self.eal_files(), [])
        self.assertNotEqual(self.answer(), "200")


class LiveIsolated(Live):
    mode = "isolated"


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
