"""A call to the system that fails: bench and simulate end well, or in one line and can go on.

faults_test.py PROGRAM LIBRARY COMMAND KIND: for every n until a run has fewer calls of that kind,
COMMAND (bench or simulate) runs with its n-th call failing. Each run is a success with all rows, or
one line, exit status 2, and a run that --resume completes. Nothing else is left behind.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PATIENCE_S = 60  # Of a run that takes less than a second: a hang.
MOST_CALLS = 400  # A run has fewer: more would take a day and hide a fault that never ends.

# What fails, and how.
KINDS = {
    "write-full": ("write", errno.ENOSPC),
    "write-interrupted": ("write", errno.EINTR),
    "write-short": ("write", "short"),
    "fsync": ("fsync", errno.EIO),
    "fsync-interrupted": ("fsync", errno.EINTR),
    "rename": ("rename", errno.EACCES),
    "unlink": ("unlink", errno.EACCES),
    "mmap": ("mmap", errno.ENOMEM),
    "fork": ("fork", errno.EAGAIN),
    "pipe": ("pipe", errno.EMFILE),
    "thread": ("thread", errno.EAGAIN),
    "affinity": ("affinity", errno.EPERM),
}
# Calls that nobody may notice at all.
MUST_SUCCEED = {"write-interrupted", "write-short", "fsync-interrupted", "unlink", "affinity"}

COMMANDS = {
    "bench": ["bench", "--any-build", "--locks", "ttas,mcs", "--threads", "1", "--workload",
              "empty", "--load", "saturated", "--placement", "compact", "--interface", "direct",
              "--window", "0.5", "--repetitions", "1", "--processes", "2"],
    "simulate": ["simulate", "--topology", 'synthetic "package:1 core:2 pu:1"', "--locks",
                 "ttas,mcs", "--threads", "2", "--load", "saturated", "--window", "0.01",
                 "--repetitions", "1", "--processes", "2", "--jobs", "1"],
}

PROGRAM, LIBRARY, COMMAND, KIND = sys.argv[1:5]


class Faults(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "run" / "results.json"
        self.counter = self.folder / "counter"

    def run_program(self, *more: str, fault: str = "") -> subprocess.CompletedProcess[str]:
        preloaded = {"LD_PRELOAD": LIBRARY, "SPINLAB_FAULT": fault} if fault else {}
        environment = os.environ | preloaded
        # A hang is a failure of this test, with the arguments in its text.
        return subprocess.run(
            [PROGRAM, *COMMANDS[COMMAND], "--out", str(self.out), *self.calibration, *more],
            env=environment, capture_output=True, text=True, timeout=PATIENCE_S)

    @property
    def calibration(self) -> list[str]:
        return ["--calibration", str(self.folder / "calibration.json")] * (COMMAND == "bench")

    def rows(self) -> list[tuple[str, int, int]]:
        return [(row["run_name"], row["block"], row["repetition_index"])
                for row in json.loads(self.out.read_text())["benchmarks"]
                if row["run_type"] == "iteration" and not row.get("error_occurred")]

    def check_complete(self) -> None:
        self.assertEqual(self.rows(), self.expected)

    def run_with_fault(self, number: int) -> bool:
        """Whether the run had that many calls."""
        call, error = KINDS[KIND]
        shutil.rmtree(self.out.parent)
        self.out.parent.mkdir()
        self.counter.write_bytes(bytes(8))
        done = self.run_program(fault=f"{call}:{number}:{error}:{self.counter}")
        self.check(done)
        return int.from_bytes(self.counter.read_bytes(), sys.byteorder) >= number

    def check(self, done: subprocess.CompletedProcess[str]) -> None:
        # Progress is shown in lines of its own.
        lines = [line for line in done.stderr.splitlines()
                 if not re.match(r"(bench|simulate \S+) \[", line)]
        if done.returncode == 0:
            self.check_complete()
        else:
            self.assertEqual((done.returncode, len(lines)), (2, 1), done.stderr)
            self.assertRegex(lines[0], r"\Aspinlab: .")
            self.assertNotIn(KIND, MUST_SUCCEED, done.stderr)
            resumed = self.run_program("--resume")
            self.assertEqual(resumed.returncode, 0, done.stderr + resumed.stderr)
            self.check_complete()
        left = {path.name for path in self.out.parent.iterdir()} - {self.out.name}
        # What could not be removed stays.
        self.assertTrue(not left or KIND == "unlink", left)

    def test_runs_with_one_failing_call_end_well_or_can_go_on(self) -> None:
        self.out.parent.mkdir()
        if COMMAND == "bench":
            self.write_calibration()
        done = self.run_program()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.expected = self.rows()
        self.assertEqual(len(self.expected), 4)
        number = 1
        while True:
            with self.subTest(call=number):
                if not self.run_with_fault(number):
                    break
            number += 1
            self.assertLess(number, MOST_CALLS)
        self.assertGreater(number, 1, f"{COMMAND} makes no call of the kind {KIND}")
        print(f"{COMMAND}, {KIND}: {number - 1} calls failed, one a run")

    def write_calibration(self) -> None:
        """One that is not measured: only its format counts."""
        numbers = dict.fromkeys(
            ("empty_loop_ns locked_rmw_ns rmw_store_ns pause_ns timer_ns monotonic_clock_ns "
             "ns_per_tick delay_ns_per_iteration").split(), 1.0)
        ping_pong = {"processors": [0], "one_line_ns": [[0.0]], "two_lines_ns": [[0.0]]}
        (self.folder / "calibration.json").write_text(json.dumps(
            {"format": "spinlab-calibration-1", **numbers, "counter_constant": True,
             "ping_pong": ping_pong}))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
