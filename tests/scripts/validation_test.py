"""Simulated results against native ones: which cells are compared, and how far apart they are."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from spinlab_plots.intervals import Estimate
from spinlab_plots.reader import read_results
from spinlab_plots.results import Results, Scene
from spinlab_plots.validation import Pair, draw, find_pairs, in_reach

PLOT = Path(__file__).resolve().parents[2] / "scripts" / "plot.py"
SCENE = Scene("empty", "compact")


def rows(lock: str, threads: int, ns: list[float], handovers: float = 1.0,
         load: str = "saturated", placement: str = "compact") -> list[dict[str, Any]]:
    """One window a block: of `ns` each an acquisition takes."""
    name = f"empty/{lock}/threads:{threads}/load:{load}/placement:{placement}/interface:direct"
    return [{"run_name": name, "run_type": "iteration", "threads": threads, "block": block,
             "acquisitions_per_second": 1e9 / one, "ns_per_acquisition": one * threads,
             "handovers_per_acquisition": handovers}
            for block, one in enumerate(ns)]


def document(machine: str, benchmarks: list[dict[str, Any]]) -> dict[str, Any]:
    context = {"format": "spinlab-results-1", "machine": machine, "processor": "P", "seed": 1,
               "processors": 2, "topology_name": "a-1x2"}
    return {"context": context, "benchmarks": benchmarks}


class Validation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, machine: str, benchmarks: list[dict[str, Any]]) -> str:
        path = self.folder / name
        path.write_text(json.dumps(document(machine, benchmarks)))
        return str(path)

    def read(self, machine: str, benchmarks: list[dict[str, Any]]) -> Results:
        return read_results([self.write(f"{machine}.json", machine, benchmarks)])[0][0]

    def pairs(self, native: list[dict[str, Any]], simulated: list[dict[str, Any]],
              threads: int, counter: str) -> list[Pair]:
        return find_pairs(self.read("native", native), self.read("simulated", simulated), SCENE,
                          "saturated", threads, counter)

    def test_one_thread_is_compared_by_its_time_per_acquisition(self):
        pair, = self.pairs(rows("mcs", 1, [20.0] * 6), rows("mcs", 1, [22.0, 25.0, 30.0]), 1,
                           "ns_per_acquisition")
        self.assertEqual((pair.native.median, pair.simulated.median), (20.0, 25.0))
        self.assertAlmostEqual(pair.ratio.median, 1.25)
        self.assertTrue(pair.is_within_bound)

    def test_two_threads_are_compared_by_their_time_per_hand_over(self):
        pair, = self.pairs(rows("tas", 2, [50.0] * 6, handovers=0.5),
                           rows("tas", 2, [40.0] * 2, handovers=0.25), 2, "ns_per_handover")
        self.assertAlmostEqual(pair.native.median, 100.0)
        self.assertAlmostEqual(pair.simulated.median, 160.0)
        self.assertFalse(pair.is_within_bound)

    def test_the_ratio_reaches_as_far_as_both_intervals_allow(self):
        native, simulated = Estimate(100.0, 80.0, 125.0), Estimate(100.0, 90.0, 120.0)
        ratio = Pair("mcs", native, simulated).ratio
        self.assertEqual((ratio.low, ratio.median, ratio.high), (90 / 125, 1.0, 120 / 80))
        bare = Estimate(100.0, float("nan"), float("nan"))
        self.assertEqual(Pair("mcs", bare, simulated).ratio.high, 1.2)
        self.assertFalse(Pair("mcs", bare, bare).ratio.has_interval)

    def test_only_cells_of_both_are_compared(self):
        native = rows("mcs", 2, [50.0]) + rows("tas", 2, [50.0]) + rows("mcs", 1, [20.0])
        simulated = rows("mcs", 2, [50.0]) + rows("clh", 2, [50.0]) + rows("tas", 4, [50.0])
        found = self.pairs(native, simulated, 2, "ns_per_handover")
        self.assertEqual([pair.lock for pair in found], ["mcs"])
        self.assertEqual(self.pairs(native, simulated, 1, "ns_per_acquisition"), [])

    def test_a_single_placement_of_each_is_compared_whatever_they_are_called(self):
        native, simulated = rows("mcs", 2, [50.0]), rows("mcs", 2, [60.0], placement="core")
        pair, = self.pairs(native, simulated, 2, "ns_per_handover")
        self.assertAlmostEqual(pair.ratio.median, 1.2)
        picture, = draw(self.read("native", native), self.read("simulated", simulated))
        labels = [text.get_text() for text in picture.figure.legends[0].get_texts()]
        self.assertEqual(labels, ["native: P, 2 processors, placement compact",
                                  "simulated, placement core"])
        several = simulated + rows("mcs", 2, [60.0], placement="scatter")
        self.assertEqual(self.pairs(native, several, 2, "ns_per_handover"), [])

    def test_a_lock_that_is_never_handed_over_is_left_out(self):
        both = rows("mcs", 2, [50.0]) + rows("tas", 2, [50.0], handovers=0.0)
        found = self.pairs(both, both, 2, "ns_per_handover")
        self.assertEqual([pair.lock for pair in found], ["mcs"])

    def test_there_is_a_picture_for_each_load_that_both_have(self):
        native = [row for load in ("50", "90", "saturated")
                  for row in rows("mcs", 2, [50.0], load=load)]
        simulated = native[1:] + rows("mcs", 2, [9.0], load="10")
        drawn = draw(self.read("native", native), self.read("simulated", simulated))
        self.assertEqual([one.name for one in drawn],
                         ["validation-empty-90", "validation-empty-saturated"])

    def test_a_single_far_bar_does_not_hide_the_others(self):
        reach = in_reach([Estimate(1.0, 0.9, 1.1), Estimate(2.0, 1.0, 5000.0)])
        self.assertEqual((min(reach), max(reach)), (0.9, 8.0))

    def plot(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-W", "error", PLOT, *arguments,
                               "--out", str(self.folder / "out")], capture_output=True, text=True)

    def test_against_draws_this_figure_alone(self):
        native = self.write("n.json", "native", rows("mcs", 1, [20.0]) + rows("mcs", 2, [50.0]))
        simulated = self.write("s.json", "simulated", rows("mcs", 1, [20.0]))
        done = self.plot(native, "--against", simulated)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([Path(one).name for one in done.stdout.split()],
                         ["validation-empty-saturated.svg", "validation-empty-saturated.png"])

    def test_what_cannot_be_compared_is_refused_in_one_line(self):
        native = self.write("n.json", "native", rows("mcs", 1, [20.0]))
        simulated = self.write("s.json", "simulated", rows("mcs", 1, [20.0]))
        other = self.write("o.json", "simulated", rows("clh", 1, [20.0]))
        refused = {"native results": [native, "--against", native],
                   "with native results": [simulated, "--against", other],
                   "say --against": [native, "--only", "validation"],
                   "no such file": [native, "--against", str(self.folder / "none.json")],
                   "nothing to draw": [native, "--against", other]}
        for words, arguments in refused.items():
            done = self.plot(*arguments)
            with self.subTest(words):
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr.splitlines()[-1])
                self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
