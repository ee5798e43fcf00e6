"""What goes wrong ends in one line and exit status 2, and costs no more than it must.

Usage: failures_test.py SPINLAB [unittest's arguments]
"""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPINLAB = sys.argv[1]
REFUSE = [sys.executable, str(pathlib.Path(__file__).with_name("refuse_calls.py"))]
CELL = ["--locks", "tas", "--threads", "1", "--workload", "empty", "--load", "saturated",
        "--interface", "direct"]
BENCH = [SPINLAB, "bench", *CELL, "--window", "1", "--processes", "2", "--repetitions", "1",
         "--any-build"]
SIMULATE = [SPINLAB, "simulate", "--topology", "uniform-128", "--locks", "ticket", "--threads", "2",
            "--load", "saturated", "--window", "0.05", "--repetitions", "1", "--processes", "2"]
SANITIZED = os.environ.get("SPINLAB_SANITIZED") == "1"


def is_progress(line):
    return " [" in line and line.split()[0] in ("bench", "check", "simulate")


def make_advisable(path):
    """Of windows of 1 ms, a busy host leaves nothing that advice could rest on."""
    document = json.loads(path.read_text())
    document["context"]["fit_for_measuring"] = True
    for row in document["benchmarks"]:
        row["acquisitions_per_second"] = 1e6
    path.write_text(json.dumps(document))


class Failures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "results.json"
        self.partial = self.folder / "results.json.partial"

    def run_it(self, command, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.run([str(word) for word in command], text=True, timeout=120, check=False,
                              cwd=self.folder, errors="surrogateescape", **options)

    def assert_refused(self, result, *parts):
        """One line, but for progress; status 2; nothing that a terminal would obey."""
        lines = [line for line in result.stderr.splitlines() if not is_progress(line)]
        self.assertEqual((result.returncode, len(lines)), (2, 1), result.stderr)
        self.assertTrue(lines[0].startswith("spinlab: "), lines[0])
        self.assertTrue(lines[0].isprintable(), ascii(lines[0]))
        for part in parts:
            self.assertIn(part, lines[0])

    def assert_run_is_whole(self):
        self.assertEqual([path.name for path in self.folder.glob("results.json*")],
                         ["results.json"])
        rows = json.loads(self.out.read_text())["benchmarks"]
        windows = [row for row in rows if row["run_type"] == "iteration"]
        self.assertEqual(len(windows), 2)

    def start_and_kill_after_first_block(self, command):
        """Leaves an unfinished run with its first block."""
        process = subprocess.Popen([*command, "--out", str(self.out)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.partial / "block_000").exists() and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()


class ClosedAndFull(Failures):
    def test_a_message_that_nobody_can_read_harms_nobody(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.assertEqual(self.run_it([SPINLAB, "list", "--nope"], stderr=full).returncode, 2)
            result = self.run_it([*BENCH, "--out", self.out], stderr=full)
        self.assertEqual(result.returncode, 0)
        self.assert_run_is_whole()
        for closed in [(2,), (0, 2), (0, 1, 2)]:
            def close(numbers=closed):
                for number in numbers:
                    os.close(number)
            result = self.run_it([SPINLAB, "list", "--nope"], preexec_fn=close)
            self.assertEqual((result.returncode, result.stderr), (2, ""), closed)

    def test_closed_streams_get_no_file_of_a_run(self):
        def close():
            for number in (0, 1, 2):
                os.close(number)
        result = self.run_it([*BENCH, "--out", self.out], preexec_fn=close)
        self.assertEqual(result.returncode, 2)  # Its last line on stdout is lost.
        self.assert_run_is_whole()


class Resources(Failures):
    def limited(self, command, which, value):
        return self.run_it(command, preexec_fn=lambda: resource.setrlimit(which, (value, value)))

    @unittest.skipIf(SANITIZED, "needs more address space than any limit")
    def test_too_little_memory_is_one_line_however_little(self):
        refused = 0
        for kilobytes in range(16_000, 60_000, 4_000):
            result = self.limited([SPINLAB, "check", "ttas", "--jobs", "2"], resource.RLIMIT_AS,
                                  kilobytes * 1024)
            self.assertNotIn("terminate", result.stderr)
            if result.returncode in (0, 127):  # Enough; not even for the loader.
                continue
            self.assert_refused(result)
            refused += 1
        self.assertGreater(refused, 0)

    def test_too_few_descriptors_are_one_line_and_no_line_gets_into_a_block(self):
        refused = 0
        for number in range(4, 24):
            for command in (BENCH, SIMULATE):
                result = self.limited([*command, "--out", self.out, "--force", "--resume"],
                                      resource.RLIMIT_NOFILE, number)
                if result.returncode == 0:
                    self.assert_run_is_whole()
                    self.out.unlink()
                elif result.returncode != 127:
                    self.assert_refused(result, "open files")
                    refused += 1
        self.assertGreater(refused, 0)

    def test_a_file_that_may_not_grow_is_one_line(self):
        result = self.limited([*BENCH, "--out", self.out], resource.RLIMIT_FSIZE, 1024)
        self.assert_refused(result, "File too large")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_host_without_proc_is_one_line(self):
        mount = "mount -t tmpfs none /proc && exec \"$@\""
        probe = self.run_it(["unshare", "-m", "sh", "-c", mount, "sh", "true"])
        if probe.returncode != 0:
            self.skipTest("may not mount here")
        result = self.run_it(["unshare", "-m", "sh", "-c", mount, "sh", *BENCH, "--out", self.out])
        self.assert_refused(result, "/proc/self/exe")

    def test_hwloc_that_finds_nothing_is_one_line(self):
        for components in ("stop", "stop,foo"):
            result = self.run_it([SPINLAB, "topology"],
                                 env=os.environ | {"HWLOC_COMPONENTS": components})
            self.assert_refused(result, "HWLOC_COMPONENTS")


class Sandboxes(Failures):
    def refusing(self, call, command):
        result = self.run_it([*REFUSE, call, "--", *command])
        if result.returncode == 77:
            self.skipTest("no seccomp here")
        return result

    def test_a_system_that_hides_the_allowed_processors_is_one_line(self):
        for command in ([SPINLAB, "topology"], [*BENCH, "--out", self.out]):
            self.assert_refused(self.refusing("sched_getaffinity", command), "sched_getaffinity")

    def test_pinning_that_is_refused_is_said_by_bench_and_recommend(self):
        result = self.refusing("sched_setaffinity", [*BENCH, "--out", self.out])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("refused to pin threads to their processors in 2 windows", result.stderr)
        make_advisable(self.out)
        advice = self.run_it([SPINLAB, "recommend", self.out])
        self.assertIn("NOT PINNED: in 2 of 2 windows", advice.stdout)
        advice = json.loads(self.run_it([SPINLAB, "recommend", self.out, "--json"]).stdout)
        self.assertEqual(advice["unpinned_windows"], 2)

    def test_pinned_windows_are_not_called_unpinned(self):
        result = self.run_it([*BENCH, "--out", self.out])
        self.assertNotIn("pin", result.stderr)
        make_advisable(self.out)
        advice = self.run_it([SPINLAB, "recommend", self.out]).stdout
        self.assertIn("Advice", advice)
        self.assertNotIn("NOT PINNED", advice)

    def test_processors_that_cannot_be_chosen_are_one_line(self):
        processor = min(os.sched_getaffinity(0))
        result = self.refusing("sched_setaffinity",
                               [*BENCH, "--out", self.out, "--processors", processor])
        self.assert_refused(result, "--processors")


class Names(Failures):
    def test_no_name_moves_the_terminals_cursor(self):
        name = "a\x1b[31m\x07\nb"
        for command in (["list", "--" + name], [name], ["bench", "--locks", name],
                        ["bench", "--benchmark_" + name], ["recommend", name],
                        ["compare", name, "--pair", "a:b"], ["check", name],
                        ["topology", name], ["topology", "--synthetic", name],
                        ["topology", "--xml", name], ["simulate", "--topology", name],
                        ["bench", "--seed", name], ["bench", "--calibration", name],
                        ["bench", "--out", f"{name}/{name}"], ["check", "--replay", name]):
            self.assert_refused(self.run_it([SPINLAB, *command]), "\\x1b")

    def test_what_has_no_end_or_no_beginning_is_not_read(self):
        os.mkfifo(self.folder / "pipe")
        for path in ("pipe", "/dev/zero", "/dev/null", "."):
            for command in ([*BENCH, "--out", self.out, "--calibration", path],
                            [SPINLAB, "recommend", path],
                            [SPINLAB, "topology", "--xml", path]):
                self.assert_refused(self.run_it(command), f"'{path}': not a regular file")
        self.assert_refused(self.run_it([SPINLAB, "simulate", "--topology", "./pipe"]), "'./pipe'")


class Options(Failures):
    def test_what_processes_of_a_run_tell_each_other_is_not_for_users(self):
        for words in (["--block", "0"], ["--section", "x"], ["--give-up", "x"],
                      ["--block-out", "x"]):
            self.assert_refused(self.run_it([SPINLAB, "bench", *words]), "leave them out")
        block = ["--block", "0", "--block-out", "block"]
        for words, part in ((["--block", "x"], "'x'"), (["--block", "-1"], "'-1'"),
                            (["--block", "1000"], "'1000'"), (block, "--section"),
                            ([*block, "--section", "x"], "'x'"),
                            ([*block, "--section", "empty=x"], "'empty=x'"),
                            ([*block, "--section", "empty=nan"], "'empty=nan'"),
                            ([*block, "--section", "empty=1", "--give-up", "x"], "--give-up")):
            self.assert_refused(self.run_it([*BENCH, *words]), part)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_flag_takes_no_value(self):
        for command in (["recommend", "--json=-1", "x"], ["topology", "--json=-1"],
                        ["check", "tas", "--symmetric=1e999"], ["bench", "--resume=x"],
                        ["bench", "--force=false"], ["calibrate", "--quick=0"]):
            flag = command[1].split("=")[0].lstrip("-") if command[0] != "check" else "symmetric"
            self.assert_refused(self.run_it([SPINLAB, *command]), flag)

    def test_google_benchmarks_flags_that_work_do_and_the_others_are_refused(self):
        for command in (BENCH, SIMULATE):
            listed = self.run_it([*command, "--benchmark_list_tests"]).stdout.splitlines()
            self.assertEqual(len(listed), 1)
            self.assertEqual(listed, self.run_it([*command, "--list"]).stdout.splitlines())
            self.assertEqual(
                listed, self.run_it([*command, "--benchmark_list_tests=true"]).stdout.splitlines())
            result = self.run_it([*command, "--benchmark_list_tests=false",
                                  "--benchmark_repetitions=3", f"--benchmark_out={self.out}",
                                  "--benchmark_filter=saturated"])
            self.assertEqual(result.returncode, 0, result.stderr)
            rows = json.loads(self.out.read_text())["benchmarks"]
            self.assertEqual(sum(row["run_type"] == "iteration" for row in rows), 6)
            self.out.unlink()
            self.assert_refused(self.run_it([*command, "--benchmark_filter=-saturated"]), "no cell")
            for flag in ("min_time=x", "min_time=1", "context=a=b", "out_format=csv", "nonsense",
                         "list_tests=2", "repetitions=x", "out=-", "filter=("):
                self.assert_refused(self.run_it([*command, "--benchmark_" + flag]),
                                    "'-'" if flag == "out=-" else "benchmark")
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_google_benchmarks_environment_changes_no_run(self):
        variables = {"BENCHMARK_FILTER": "x", "BENCHMARK_REPETITIONS": "3",
                     "BENCHMARK_REPORT_AGGREGATES_ONLY": "1", "BENCHMARK_OUT": "theirs.json",
                     "BENCHMARK_ENABLE_RANDOM_INTERLEAVING": "1", "BENCHMARK_LIST_TESTS": "1"}
        for command in (BENCH, SIMULATE):
            result = self.run_it([*command, "--out", self.out], env=os.environ | variables)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assert_run_is_whole()
            self.out.unlink()
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_dash_is_no_name_of_a_file(self):
        for command in ([*BENCH, "--out"], [*SIMULATE, "--out"], [*SIMULATE, "--trace"],
                        [SPINLAB, "calibrate", "--out"], [SPINLAB, "calibrate", "--write-topology"],
                        [SPINLAB, "recommend", "x", "--write-profile"],
                        [SPINLAB, "plot", "x", "--out"], [SPINLAB, "topology", "--draw"]):
            self.assert_refused(self.run_it([*command, "-"]), "'-'")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_no_file_is_overwritten_unless_forced(self):
        self.run_it([*BENCH, "--out", "measured.json"])
        make_advisable(self.folder / "measured.json")
        commands = [[*BENCH, "--out"], [*SIMULATE, "--out"], [*SIMULATE, "--trace"],
                    [SPINLAB, "calibrate", "--quick", "--out"],
                    [SPINLAB, "calibrate", "--quick", "--write-topology"],
                    [SPINLAB, "recommend", "measured.json", "--write-profile"]]
        if SANITIZED:
            commands = [command for command in commands if "calibrate" not in command]
        for command in commands:
            path = self.folder / "there.json"
            path.write_text("mine")
            self.assert_refused(self.run_it([*command, path]), "there.json' exists", "--force")
            self.assertEqual(path.read_text(), "mine")
            self.assertEqual({one.name for one in self.folder.iterdir()},
                             {"there.json", "measured.json"})
        for command in commands[:3]:
            path.write_text("mine")
            result = self.run_it([*command, path, "--force"])
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertNotEqual(path.read_text(), "mine")
        if shutil.which("lstopo") or shutil.which("lstopo-no-graphics"):
            path = self.folder / "there.svg"
            path.write_text("mine")
            self.assert_refused(self.run_it([SPINLAB, "topology", "--draw", path]), "--force")
            self.assertEqual(path.read_text(), "mine")


class UnfinishedRuns(Failures):
    def test_a_damaged_block_is_named_and_measured_again(self):
        for command in (BENCH, SIMULATE):
            # Long enough to be killed before its end.
            longer = [*command[:command.index("--window") + 1],
                      "40" if command is BENCH else "2",
                      *command[command.index("--window") + 2:]]
            whole = b""
            for damage in (lambda text: b"", lambda text: text[:-1],
                           lambda text: text.replace(b"real_time", b"rea1_time", 1),
                           lambda text: b'{"context": {}, "benchmarks": []}'):
                self.start_and_kill_after_first_block(longer)
                if self.out.exists():
                    self.fail("it was not killed in time")
                block = self.partial / "block_000"
                whole = block.read_bytes()
                block.write_bytes(damage(whole))
                result = self.run_it([*longer, "--out", self.out, "--resume"])
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn("block_000' is damaged", result.stderr)
                self.assertIn("measured again", result.stderr)
                self.assert_run_is_whole()
                self.out.unlink()

    def test_resuming_a_finished_run_says_so_and_changes_nothing(self):
        for command in (BENCH, SIMULATE):
            run = [*command, "--out", self.out]
            self.assertEqual(self.run_it(run).returncode, 0)
            before = self.out.read_bytes()
            result = self.run_it([*run, "--resume"])
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("nothing to resume", result.stdout)
            self.assert_refused(self.run_it([*run, "--resume", "--seed", "9"]), "--force")
            self.assertEqual(self.out.read_bytes(), before)
            self.assert_run_is_whole()
            self.out.unlink()

    def test_a_second_run_says_who_has_the_folder(self):
        run = [*BENCH[:BENCH.index("--window")], "--window", "1000", "--processes", "2",
               "--repetitions", "20", "--any-build", "--out", str(self.out)]
        first = subprocess.Popen(run, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.partial / "plan.txt").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        for more in ([], ["--resume"], ["--force"]):
            self.assert_refused(self.run_it([*run, *more]), f"process {first.pid}")
        first.send_signal(signal.SIGINT)
        self.assertEqual(first.wait(), 130)
        self.assertFalse(self.partial.exists())  # It had no finished block.

    def test_a_folder_that_is_removed_meanwhile_is_one_line(self):
        run = [*BENCH[:BENCH.index("--window")], "--window", "100", "--processes", "3",
               "--repetitions", "2", "--any-build", "--out", str(self.out)]
        process = subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not (self.partial / "block_000").exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        shutil.rmtree(self.partial)
        _, errors = process.communicate(timeout=60)
        self.assert_refused(subprocess.CompletedProcess(run, process.returncode, "", errors),
                            "results.json.partial")
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
