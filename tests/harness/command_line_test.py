"""The program as its users call it: what it prints, its exit status, and what it leaves behind.

Usage: command_line_test.py SPINLAB BROKEN_SPINLAB [unittest's arguments]
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPINLAB, BROKEN = sys.argv[1], sys.argv[2]
# One short window of few cells; --any-build, since tests run in builds that do not measure.
SHORT = ["--window", "1", "--processes", "1", "--repetitions", "1", "--any-build"]
PROCESSORS = sorted(os.sched_getaffinity(0))


def run(*arguments, program=SPINLAB, **options):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120,
                          check=False, **options)


class CommandLine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "results.json"

    def bench(self, *arguments, program=SPINLAB, **options):
        return run("bench", *SHORT, "--out", str(self.out), *arguments, program=program, **options)

    def assert_refused(self, result, *parts):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_every_command_shows_an_example_in_its_help(self):
        for command in ["list", "topology", "calibrate", "bench", "simulate", "recommend",
                        "compare", "check", "plot"]:
            self.assertIn("Example", run(command, "--help").stdout, command)

    def test_list_has_the_names_and_fields_that_other_tools_rely_on(self):
        entries = json.loads(run("list", "--json").stdout)
        by_name = {entry["name"]: entry for entry in entries}
        for name in ["tas", "ttas", "ttas_backoff", "ticket", "ticket_backoff", "mcs", "spin_park",
                     "tas_mcs", "clh", "hemlock", "qspinlock", "twa", "cna", "cohort",
                     "cohort_mcs", "qspinlock_cna"]:
            self.assertEqual(by_name[name]["kind"], "lock")
        for name in ["pthread_spin", "pthread_mutex", "std_mutex", "tbb_spin", "tbb_queuing",
                     "tbb_speculative", "tbb_mutex"]:
            self.assertEqual(by_name[name]["kind"], "peer")
        for name in ["empty_loop", "locked_rmw", "rmw_store", "store_rmw_store", "cmpxchg_byte"]:
            self.assertEqual(by_name[name]["kind"], "floor")
        for entry in entries:
            self.assertEqual(list(entry), ["name", "title", "family", "source", "year", "fairness",
                                           "words", "node", "kind"])
            self.assertIn(entry["fairness"], ["fifo", "bounded", "none"])
            self.assertIn(entry["node"], ["none", "caller", "thread"])

    def test_topology_lists_the_machines_with_the_fields_that_other_tools_rely_on(self):
        entries = json.loads(run("topology", "--list", "--json").stdout)
        for entry in entries:
            self.assertEqual(list(entry), ["name", "processor", "packages", "nodes", "cores",
                                           "threads", "source"])
        self.assertIn("epyc-7742-2x64", [entry["name"] for entry in entries])

    def test_rows_are_named_as_their_cell_and_carry_its_counters(self):
        result = self.bench("--locks", "tas", "--threads", "1", "--workload", "empty",
                            "--load", "saturated", "--interface", "direct")
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(self.out.read_text())
        row = document["benchmarks"][0]
        name = "empty/tas/threads:1/load:saturated/placement:compact/interface:direct"
        self.assertEqual(row["run_name"], name)
        self.assertEqual(row["name"], name)
        self.assertEqual(row["threads"], 1)
        for counter in ["acquisitions_per_second", "ns_per_acquisition",
                        "handovers_per_acquisition", "smallest_share", "jain", "acquire_p50_ns",
                        "acquire_p99_ns", "acquire_max_ns", "windows_kept", "windows_rejected"]:
            self.assertIn(counter, row)
        self.assertIn(name + "_median", [row["name"] for row in document["benchmarks"]])
        for key in ["processor", "topology", "kernel", "compiler", "flags", "governor", "commit",
                    "calibration", "machine"]:
            self.assertIn(key, document["context"])

    def test_rows_with_interrupts_carry_what_became_of_the_packets(self):
        result = self.bench("--locks", "tas,clh", "--threads", "1", "--workload", "isr_dpc",
                            "--interface", "direct,ke,ndis,instack")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = [row for row in json.loads(self.out.read_text())["benchmarks"]
                if row["run_type"] == "iteration"]
        self.assertEqual(len(rows), 6)
        for row in rows:
            self.assertGreater(row["packets_per_dpc"], 0)
            self.assertEqual(row["packets_dropped_share"], 0)
            self.assertIn("packets_per_second", row)

    @unittest.skipIf(len(PROCESSORS) < 2, "needs two processors")
    def test_threads_of_a_row_are_the_size_of_the_team(self):
        self.bench("--locks", "ticket", "--threads", "2", "--workload", "empty", "--load",
                   "saturated", "--interface", "direct")
        self.assertEqual(json.loads(self.out.read_text())["benchmarks"][0]["threads"], 2)

    def test_bad_input_is_named_in_one_line_and_writes_nothing(self):
        self.assert_refused(self.bench("--locks", "tass"), "tass", "ticket")
        self.assert_refused(self.bench("--workload", "full"), "full", "shared_line")
        self.assert_refused(self.bench("--placement", "nearby"), "nearby", "compact")
        self.assert_refused(self.bench("--load", "20"), "20", "saturated")
        self.assert_refused(self.bench("--interface", "zw"), "zw", "ndis")
        self.assert_refused(self.bench("--workload", "isr_dpc", "--interface", "direct"),
                            "isr_dpc", "ke, ndis, instack")
        self.assert_refused(self.bench("--threads", "0"), "0")
        self.assert_refused(self.bench("--threads", "100000"), "100000", "--oversubscribe")
        self.assert_refused(self.bench("--processors", "99999"), "99999", "allowed")
        self.assert_refused(run("bench", "--repetitions", "0", "--out", str(self.out)), "repetitions")
        self.assert_refused(run("bench", "--window", "-1", "--out", str(self.out)), "window")
        self.assert_refused(self.bench("--benchmark_nonsense=1"), "benchmark_nonsense")
        self.assert_refused(self.bench("--nonsense"), "nonsense")
        self.assert_refused(run("topology", "--synthetic", "nonsense:x"), "nonsense")
        self.assert_refused(run("topology", "epyc"), "epyc", "uniform-128")
        self.assert_refused(run("topology", "/nowhere/machine.json"), "/nowhere/machine.json")
        self.assert_refused(run("topology", "--draw", "picture.png"), "picture.png")
        self.assert_refused(run("nonsense"), "nonsense")

    def test_an_option_that_is_no_number_in_its_range_is_refused(self):
        bad = {"--seed": ["-1", "", "0x10", "1.5", "18446744073709551616"],
               "--repetitions": ["", "-1", "1001", "3x"],
               "--processes": ["", "0", "1001", "99999999999"],
               "--window": ["", "nan", "inf", "0.4", "1001"],
               "--watchdog": ["", "0", "86401"],
               "--processors": ["", "x"],
               "--threads": ["", "2x"]}
        for option, values in bad.items():
            for value in values:
                result = run("bench", "--any-build", "--out", str(self.out), option, value)
                self.assert_refused(result, option, f"'{value}'")
        self.assert_refused(run("bench", "--out", str(self.out), "--benchmark_repetitions="),
                            "--benchmark_repetitions", "1 to 1000")
        self.assert_refused(run("bench", "--out", str(self.out), "--calibration", ""), "no name")
        self.assert_refused(run("calibrate", "--out", ""), "no name")
        self.assert_refused(run("calibrate", "--write-topology", ""), "no name")
        for value in ["", "0", "-1", "1.5"]:
            self.assert_refused(run("topology", "--threads", value), f"'{value}'")

    def test_an_output_that_cannot_be_written_is_refused_before_measuring(self):
        result = run("bench", *SHORT, "--out", str(self.folder / "missing" / "results.json"))
        self.assert_refused(result, "missing")

    def test_output_that_is_lost_is_an_error(self):
        commands = [["list"], ["list", "--json"], ["topology"], ["check", "tas", "--json"],
                    ["check", "--help"], ["--version"], ["bench", "--list"]]
        for command in commands:
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = subprocess.run([SPINLAB, *command], stdout=full, stderr=subprocess.PIPE,
                                        text=True, timeout=120, check=False)
            self.assertEqual(result.returncode, 2, command)
            *progress, last = result.stderr.strip().splitlines()
            self.assertIn("cannot write to the standard output", last, command)
            self.assertEqual([line for line in progress if not line.startswith("check [")], [])

    def test_what_is_no_file_is_neither_read_nor_replaced(self):
        with tempfile.TemporaryDirectory() as other:
            pipe = pathlib.Path(other) / "pipe"
            os.mkfifo(pipe)
            for path in [other, str(pipe), other + "/", ""]:
                self.assert_refused(run("bench", *SHORT, "--out", path), "file")
            for path in [other, str(pipe)]:
                self.assert_refused(run("recommend", path), "regular file")
            self.assertTrue(pipe.is_fifo())
            self.assertEqual(len(list(pathlib.Path(other).iterdir())), 1)

    def test_a_name_that_is_too_long_is_refused_before_measuring(self):
        self.assert_refused(run("bench", *SHORT, "--out", str(self.folder / ("x" * 250))), "long")

    def test_a_processor_outside_the_allowed_set_is_refused(self):
        if len(PROCESSORS) < 2:
            self.skipTest("needs two processors")
        result = subprocess.run(
            ["taskset", "-c", str(PROCESSORS[0]), SPINLAB, "bench", *SHORT, "--out", str(self.out),
             "--processors", str(PROCESSORS[1])],
            capture_output=True, text=True, timeout=120, check=False)
        self.assert_refused(result, str(PROCESSORS[1]), "allowed")

    def test_a_machine_of_which_only_a_part_is_allowed_is_not_written_down(self):
        if len(PROCESSORS) < 2:
            self.skipTest("needs two processors")
        result = subprocess.run(
            ["taskset", "-c", str(PROCESSORS[0]), SPINLAB, "calibrate", "--quick",
             "--write-topology", str(self.out)],
            capture_output=True, text=True, timeout=120, check=False)
        self.assert_refused(result)
        self.assertEqual(result.stdout, "")

    def test_one_allowed_processor_is_said_and_measured(self):
        result = subprocess.run(
            ["taskset", "-c", str(PROCESSORS[0]), SPINLAB, "bench", *SHORT, "--out", str(self.out),
             "--locks", "tas", "--workload", "empty", "--interface", "direct"],
            capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("only processor", result.stderr)
        self.assertTrue(self.out.exists())

    def test_results_files_that_are_none_are_refused(self):
        self.bench("--locks", "tas", "--threads", "1", "--workload", "empty")
        text = self.out.read_text()
        bad = {"empty.json": "", "truncated.json": text[: len(text) // 2],
               "version.json": text.replace("spinlab-results-1", "spinlab-results-0")}
        for name, content in bad.items():
            path = self.folder / name
            path.write_text(content)
            result = run("recommend", str(path))
            self.assertEqual(result.returncode, 2, name)
            self.assertIn(name, result.stderr)
            self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)

    def test_a_lock_that_does_not_exclude_fails_the_run_and_is_named(self):
        if len(PROCESSORS) < 2:
            self.skipTest("needs two processors")
        # Windows long enough for both threads to run at once, whatever else this host does.
        result = run("bench", "--window", "50", "--processes", "2", "--repetitions", "2",
                     "--any-build", "--out", str(self.out), "--locks", "tas,open_door",
                     "--threads", "2", "--workload", "shared_line", "--load", "saturated",
                     "--interface", "direct", program=BROKEN)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("open_door: exclusion violated", result.stderr)
        self.assertNotIn("tas: ", result.stderr)

    def test_a_hung_cell_is_ended_and_the_others_are_measured(self):
        result = self.bench("--locks", "tas,never_free", "--threads", "1", "--workload", "empty",
                            "--watchdog", "1", program=BROKEN)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("never_free: hung", result.stderr)
        rows = json.loads(self.out.read_text())["benchmarks"]
        good = [row for row in rows if not row.get("error_occurred")]
        self.assertTrue(any("/tas/" in row["run_name"] for row in good))

    def test_a_crash_is_reported_and_the_others_are_measured(self):
        result = self.bench("--locks", "tas,crash", "--threads", "1", "--workload", "empty",
                            program=BROKEN)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("crash: crashed", result.stderr)

    def test_an_interrupted_run_goes_on_where_it_was(self):
        arguments = ["bench", "--locks", "tas", "--threads", "1", "--workload", "empty",
                     "--interface", "direct", "--window", "100", "--processes", "4",
                     "--repetitions", "3", "--any-build", "--out", str(self.out)]
        first_block = pathlib.Path(str(self.out) + ".partial") / "block_000"
        process = subprocess.Popen([SPINLAB, *arguments], stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not first_block.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("--resume", errors)
        self.assertFalse(self.out.exists())
        measured = first_block.read_text()

        self.assertEqual(run(*arguments).returncode, 2)  # Would lose what is there.
        self.assertEqual(run(*arguments, "--seed", "7", "--resume").returncode, 2)
        self.assertEqual(first_block.read_text(), measured)
        self.assertEqual(run(*arguments, "--resume").returncode, 0)
        rows = json.loads(self.out.read_text())["benchmarks"]
        windows = [row for row in rows if row["run_type"] == "iteration"]
        self.assertEqual(len(windows), 12)
        kept = json.loads(measured.split("\n", 1)[1])["benchmarks"][0]["acquisitions_per_second"]
        self.assertIn(kept, [row["acquisitions_per_second"] for row in windows])
        self.assertEqual([path.name for path in self.folder.iterdir()], ["results.json"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
