"""`spinlab simulate` as its users call it: what it writes, prints and refuses.

Usage: simulate_command_test.py SPINLAB BROKEN_SPINLAB [--write-golden | unittest's arguments]
--write-golden makes the golden file anew, for when the model or its costs were meant to change.
"""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPINLAB, BROKEN = sys.argv[1], sys.argv[2]
HERE = pathlib.Path(__file__).resolve().parent
TOPOLOGIES = HERE.parents[1] / "topologies"
GOLDEN = HERE / "golden" / "simulated_uniform_128.json"
GOLDEN_RUN = ["--topology", "uniform-128", "--locks", "ticket,mcs,cna", "--threads", "1,4,16",
              "--load", "saturated", "--window", "0.05", "--repetitions", "2", "--processes", "2",
              "--seed", "7"]
# One small cell.
SHORT = ["--locks", "ticket", "--threads", "2", "--load", "saturated", "--window", "0.05",
         "--repetitions", "1", "--processes", "2"]
# Each draw takes long enough for a signal to come in between.
LONG = ["--topology", "uniform-128", "--locks", "ttas,ticket", "--threads", "64", "--load",
        "saturated", "--window", "5", "--repetitions", "2", "--processes", "4", "--jobs", "1"]


def without_host(text):
    """A results file but for context.host, which is of this computer and hour."""
    kept, is_host = [], False
    for line in text.splitlines(keepends=True):
        is_host = is_host or line == '  "host": {\n'
        if not is_host:
            kept.append(line)
        is_host = is_host and line.rstrip(",\n") != "  }"
    return "".join(kept)


class Simulate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "results.json"

    def simulate(self, *arguments, program=SPINLAB):
        return subprocess.run([program, "simulate", "--out", str(self.out), *arguments],
                              capture_output=True, text=True, timeout=120, check=False)

    def written(self, *arguments):
        result = self.simulate("--force", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return without_host(self.out.read_text())

    def rows(self, *arguments):
        rows = json.loads(self.written(*arguments))["benchmarks"]
        return [row for row in rows if row["run_type"] == "iteration"]

    def assert_refused(self, result, *parts):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertFalse(self.out.exists())
        self.assertFalse(pathlib.Path(f"{self.out}.partial").exists())


class Bytes(Simulate):
    def test_a_seed_gives_the_bytes_of_the_golden_file(self):
        made = self.written(*GOLDEN_RUN).splitlines()
        golden = GOLDEN.read_text().splitlines()
        for number, (one, other) in enumerate(zip(golden, made), 1):
            # Not the whole files, of which unittest would make a difference for minutes.
            self.assertEqual(one, other, f"{GOLDEN.name}, line {number}; see --write-golden")
        self.assertEqual(len(golden), len(made))

    def test_the_number_of_jobs_changes_no_byte(self):
        one = self.written(*GOLDEN_RUN, "--jobs", "1")
        self.assertTrue(one == self.written(*GOLDEN_RUN, "--jobs", "4"))

    def test_another_seed_gives_other_results(self):
        seven = self.rows(*GOLDEN_RUN)
        self.assertNotEqual(seven, self.rows(*GOLDEN_RUN[:-1], "8"))

    def test_what_is_of_this_computer_is_in_the_host_alone(self):
        self.written(*SHORT, "--topology", "uniform-128")
        context = json.loads(self.out.read_text())["context"]
        host = context.pop("host")
        self.assertEqual(host["executable"], "spinlab simulate")
        self.assertLessEqual({"date", "commit", "compiler", "jobs"}, host.keys())
        self.assertEqual(context.keys() & host.keys(), {"processor"})
        self.assertEqual([one["name"] for one in context["contestants"]], ["ticket"])

    def test_an_interrupted_run_that_goes_on_writes_the_bytes_of_one_that_was_not(self):
        whole = self.written(*LONG)
        self.out.unlink()
        process = subprocess.Popen([SPINLAB, "simulate", "--out", str(self.out), *LONG],
                                   stderr=subprocess.PIPE, text=True)
        first = pathlib.Path(f"{self.out}.partial") / "block_000"
        deadline = time.monotonic() + 60
        while not first.exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("simulated uniform-128 | interrupted", errors)
        self.assertFalse(self.out.exists())
        self.assertEqual(self.simulate(*LONG).returncode, 2)  # Would lose what is there.
        self.assertEqual(self.simulate(*LONG, "--seed", "5", "--resume").returncode, 2)
        self.assertTrue(self.written(*LONG, "--resume") == whole)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["results.json"])


class Output(Simulate):
    def test_every_line_says_that_it_is_simulated_and_on_which_topology(self):
        for more in [[], ["--list"], ["--trace", str(self.folder / "trace.json")]]:
            result = self.simulate(*SHORT, "--topology", "uniform-128", *more)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue(result.stdout)
            for line in result.stdout.splitlines():
                self.assertTrue(line.startswith("simulated uniform-128 | "), line)

    def test_a_trace_has_waits_and_holds_that_exclude_each_other_and_transfers(self):
        for lock in ["ticket", "mcs", "hemlock", "twa"]:
            path = self.folder / f"{lock}.json"
            result = self.simulate("--topology", "uniform-128", "--locks", lock, "--threads", "8",
                                   "--load", "saturated", "--window", "0.02", "--trace", str(path))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertFalse(self.out.exists())
            events = json.loads(path.read_text())["traceEvents"]
            self.assertTrue({event["ph"] for event in events} == {"M", "X"})
            spans = [event for event in events if event["ph"] == "X"]
            for span in spans:
                self.assertLessEqual({"name", "pid", "tid", "ts", "dur"}, span.keys())
                self.assertGreaterEqual(span["dur"], 0)
            holds = sorted((span["ts"], span["ts"] + span["dur"], span["tid"]) for span in spans
                           if span["name"] == "holds")
            self.assertEqual({tid for _, _, tid in holds}, set(range(8)))
            for (_, end, _), (begin, _, _) in zip(holds, holds[1:]):
                self.assertLessEqual(end, begin + 1e-6, lock)  # Sums of us are rounded.
            self.assertEqual(sum(span["name"] == "waits" for span in spans), len(holds))
            transfers = [span for span in spans if "args" in span]
            self.assertTrue(transfers)
            for span in transfers:
                self.assertRegex(span["name"], r"^to (read|write) line \d+$")
                self.assertIn("from", span["args"])

    def test_with_more_threads_than_processors_a_lock_that_sleeps_beats_one_that_spins(self):
        rows = self.rows("--topology", 'synthetic "package:1 core:2 pu:1"', "--oversubscribe",
                         "--threads", "4", "--locks", "ticket,spin_park", "--load", "saturated",
                         "--window", "20", "--repetitions", "1", "--processes", "2")
        slowest, fastest = (
            of(row["acquisitions_per_second"] for row in rows if f"/{lock}/" in row["run_name"])
            for of, lock in ((min, "spin_park"), (max, "ticket")))
        self.assertGreater(slowest, fastest)

    def test_a_lock_that_is_broken_fails_the_run_and_is_a_row_with_an_error(self):
        result = self.simulate("--topology", "uniform-128", "--locks",
                               "tas,open_door,never_free", "--threads", "2", "--load", "saturated",
                               "--window", "0.05", "--processes", "1", program=BROKEN)
        self.assertEqual(result.returncode, 1, result.stderr)
        for words in ["open_door: exclusion violated", "never_free: deadlock"]:
            self.assertIn(f"simulated uniform-128 | {words}", result.stderr)
        rows = json.loads(self.out.read_text())["benchmarks"]
        failed = {row["run_name"].split("/")[1] for row in rows if row.get("error_occurred")}
        self.assertEqual(failed, {"open_door", "never_free"})


class BadInput(Simulate):
    def refuse(self, *arguments, words):
        self.assert_refused(self.simulate(*SHORT, *arguments), *words)

    def refuse_file(self, change, *words, xml=None):
        """A topology file that `change` made from a good one."""
        file = json.loads((TOPOLOGIES / "xeon-e7-8895v3-4x18.json").read_text())
        change(file)
        path = self.folder / "changed.json"
        path.write_text(json.dumps(file))
        if xml is not None:
            (self.folder / file["xml"]).write_text(xml)
        self.refuse("--topology", str(path), words=["changed.json", *words])

    def test_a_topology_that_there_is_not(self):
        self.refuse("--topology", "nonsense", words=["nonsense", "uniform-128"])
        self.refuse("--topology", str(self.folder / "none.json"), words=["none.json"])
        self.refuse("--topology", "", words=["no name"])

    def test_a_description_that_hwloc_does_not_understand(self):
        self.refuse("--topology", 'synthetic "package:x"', words=["package:x"])
        self.refuse("--topology", "synthetic package:2 core:", words=["core:"])

    def test_a_latency_that_is_missing_or_negative(self):
        def remove(file):
            del file["transfers"]["remote"]["ns_median"]

        def negate(file):
            file["transfers"]["remote"]["ns_p5"] = -1

        self.refuse_file(remove, "ns_median")
        self.refuse_file(lambda file: file["transfers"].pop("remote"), "remote")
        self.refuse_file(negate, "remote")

    def test_a_matrix_that_is_not_symmetric(self):
        def skew(file):
            cost = file["transfers"].pop("remote")
            more = cost | {"ns_median": cost["ns_p95"]}
            file["between_packages"] = [
                [None if row == column else more if (row, column) == (0, 1) else cost
                 for column in range(4)] for row in range(4)]

        self.refuse_file(skew, "between_packages", "both directions")

    def test_an_xml_file_of_another_version(self):
        def name_xml(file):
            del file["synthetic"]
            file["xml"] = "machine.xml"

        self.refuse_file(name_xml, "machine.xml",
                         xml='<?xml version="1.0"?>\n<topology version="9.0"></topology>\n')

    def test_more_threads_than_processors(self):
        self.refuse("--topology", "uniform-128", "--threads", "129",
                    words=["129", "--oversubscribe"])

    def test_locks_and_doors_that_are_not_simulated(self):
        self.refuse("--topology", "uniform-128", "--locks", "tbb_spin", words=["tbb_spin", "mcs"])
        self.refuse("--topology", "uniform-128", "--locks", "tickets", words=["tickets"])
        self.refuse("--topology", "uniform-128", "--interface", "ke", words=["'ke'", "direct"])
        self.refuse("--topology", "uniform-128", "--workload", "packet_queue",
                    words=["'packet_queue'", "shared_line"])
        self.refuse("--topology", "uniform-128", "--workload", "isr_dpc", words=["'isr_dpc'"])

    def test_a_home_that_the_machine_has_not(self):
        self.refuse("--topology", "uniform-128", "--home", "7", words=["--home", "7"])

    def test_a_trace_of_several_cells(self):
        trace = self.folder / "trace.json"
        self.refuse("--topology", "uniform-128", "--load", "50", "--trace", str(trace),
                    words=["--trace", "2"])
        self.assertFalse(trace.exists())

    def test_an_output_in_a_folder_that_there_is_not(self):
        self.out = self.folder / "missing" / "results.json"
        self.refuse("--topology", "uniform-128", words=["missing"])

    def test_numbers_outside_their_range(self):
        for option, values in {"--window": ["0", "nan"], "--processes": ["0"], "--jobs": ["0"],
                               "--seed": ["-1"], "--home": ["-1"]}.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    result = self.simulate("--topology", "uniform-128", option, value)
                    self.assert_refused(result, option)


def write_golden():
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "results.json"
        subprocess.run([SPINLAB, "simulate", "--out", str(out), *GOLDEN_RUN], check=True)
        GOLDEN.write_text(without_host(out.read_text()))


if __name__ == "__main__":
    if sys.argv[3:] == ["--write-golden"]:
        sys.exit(write_golden())
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
