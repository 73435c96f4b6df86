"""What unf-bench measures on a host is what vnfm plan counts with.

Usage: calibrate_test.py BIN_DIR SOURCE_DIR
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
HOST = """hosts:
  - name: {}
    agent: 127.0.0.1:9892
    io_core: 0
    cores: [{{id: 1, ghz: 1000}}]
    nics:
      - {{name: in, device: "null", network: wan, pair: out}}
      - {{name: out, device: "null", network: lan, pair: in}}
"""


class Calibrate(unittest.TestCase):
    def setUp(self):
        work = pathlib.Path(tempfile.mkdtemp(prefix="unf-calibrate-"))
        self.addCleanup(shutil.rmtree, work)
        self.inventory = work / "inventory.yaml"

    def calibrate(self, *options):
        return subprocess.run([BIN / "unf-bench", "calibrate", "--quick", "--inventory", self.inventory, *options],
                              check=False, capture_output=True, text=True, timeout=120)

    def plan(self):
        done = subprocess.run([BIN / "vnfm", "plan", SOURCE / "samples" / "enterprise-edge", "--inventory",
                               self.inventory, "-o", "json"], check=False, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_plan_counts_with_what_was_measured(self):
        self.inventory.write_text(HOST.format("one"))
        done = self.calibrate()
        self.assertEqual(done.returncode, 0, done.stderr)
        cycles = {name: int(figure) for name, figure in
                  re.findall(r"^ +([\w.]+): (\d+)$", self.inventory.read_text().split("cycles:")[1], re.MULTILINE)}
        self.assertGreaterEqual(set(cycles), {"CheckIPHeader", "L3L4Filter", "HeaderClassifier.table", "call", "ring"})
        plan = self.plan()
        planned = {node["type"]: node["cycles_per_packet"] for node in plan["nodes"]}
        self.assertEqual(planned, {name: cycles[name] for name in planned})
        spared = [line["reason"] for line in plan["report"] if line["rule"] == "R14"]
        self.assertEqual(len(spared), 1 if cycles["ring"] > cycles["call"] else 0, spared)

    def test_says_which_host_it_cannot_tell(self):
        before = HOST.format("one") + HOST.format("two").replace("hosts:\n", "")
        self.inventory.write_text(before)
        done = self.calibrate()
        self.assertEqual(done.returncode, 2)
        self.assertIn("2 hosts, expected one: say which by --host", done.stderr)
        self.assertEqual(self.inventory.read_text(), before)
        self.assertEqual(self.calibrate("--host", "two").returncode, 0)
        one, two = self.inventory.read_text().split("name: two")
        self.assertNotIn("cycles", one)
        self.assertIn("ring:", two)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
