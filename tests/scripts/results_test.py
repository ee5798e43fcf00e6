"""What the figures ask of results."""

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import sample_results
from spinlab_plots import page
from spinlab_plots.best import choose
from spinlab_plots.reader import read_results
from spinlab_plots.results import Cell, Results, Scene


def row(cell: Cell, rate: float, handovers: float = 1.0, **more: Any) -> dict[str, Any]:
    return {
        "run_name": f"{cell.workload}/{cell.lock}/threads:{cell.threads}/load:{cell.load}"
                    f"/placement:{cell.placement}/interface:{cell.interface}",
        "run_type": "iteration", "threads": cell.threads, "block": 0,
        "acquisitions_per_second": rate, "handovers_per_acquisition": handovers,
    } | more


def cell(lock: str, threads: int = 2, load: str = "saturated", placement: str = "compact") -> Cell:
    return Cell("empty", lock, threads, load, placement, "direct")


def make_results(rows: list[dict[str, Any]], processors: int = 2,
                 machine: str = "native") -> Results:
    document = {"context": {"format": "spinlab-results-1", "machine": machine, "seed": 1,
                            "processors": processors},
                "benchmarks": rows}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.json"
        path.write_text(json.dumps(document))
        return read_results([str(path)])[0][0]


def repeated(cell_: Cell, rate: float, handovers: float = 1.0) -> list[dict[str, Any]]:
    return [row(cell_, rate + number, handovers) for number in range(8)]


class Capture(unittest.TestCase):
    def captures(self, measured: Cell, handovers: float) -> bool:
        return make_results([row(measured, 1e6, handovers)]).captures(measured)

    def test_fewer_than_a_quarter_hand_overs_are_capture(self):
        self.assertTrue(self.captures(cell("tas"), 0.2499))
        self.assertFalse(self.captures(cell("tas"), 0.25))

    def test_one_thread_cannot_capture(self):
        self.assertFalse(self.captures(cell("tas", threads=1), 0.0))

    def test_locks_that_nobody_shares_are_not_captured(self):
        self.assertFalse(self.captures(cell("tas", load="none"), 0.0))


class Best(unittest.TestCase):
    def test_a_faster_lock_that_captures_is_left_out_and_counted(self):
        results = make_results(repeated(cell("tas"), 9e6, 0.1) + repeated(cell("mcs"), 4e6)
                               + repeated(cell("spin_park"), 1e6, 0.1))
        choice = choose(results, list(results.cells))
        self.assertEqual((choice.best, choice.level, choice.faster), (cell("mcs"), 0, 1))

    def test_locks_whose_intervals_meet_are_level(self):
        results = make_results(repeated(cell("clh"), 4e6) + repeated(cell("mcs"), 4e6 + 1)
                               + repeated(cell("ticket"), 3e6))
        choice = choose(results, list(results.cells))
        self.assertEqual((choice.best, choice.level), (cell("mcs"), 1))

    def test_on_a_simulated_machine_locks_are_level_that_one_draw_does_not_tell_apart(self):
        def draws(lock: str, *rates: float) -> list[dict[str, Any]]:
            return [row(cell(lock), rate, block=draw) for draw, rate in enumerate(rates)]

        # The ranges of all three overlap; ticket is slower in each draw.
        results = make_results(draws("clh", 4e6, 6e6) + draws("mcs", 3e6, 6e6)
                               + draws("ticket", 3e6, 5e6), machine="simulated")
        choice = choose(results, list(results.cells))
        self.assertEqual((choice.best, choice.level), (cell("clh"), 1))

    def test_if_every_lock_captures_there_is_no_best(self):
        results = make_results(repeated(cell("tas"), 9e6, 0.1))
        self.assertIsNone(choose(results, list(results.cells)).best)


class Placements(unittest.TestCase):
    def setUp(self):
        self.results = make_results(
            [row(cell("mcs", threads), 1e6) for threads in (1, 2, 4)]
            + [row(cell("mcs", 2, placement="scatter"), 2e6)], processors=4)
        self.scatter = Scene("empty", "scatter")

    def test_one_thread_and_one_on_every_processor_belong_to_every_placement(self):
        threads = {one.threads for one in self.results.in_scene(self.scatter)}
        self.assertEqual(threads, {1, 2, 4})

    def test_cells_that_were_run_under_two_placements_keep_their_own_numbers(self):
        twice = [cell("mcs", 4), cell("mcs", 4, placement="scatter")]
        results = make_results([row(twice[0], 1e6), row(twice[1], 2e6)], processors=4)
        rates = [results.estimate(one, "acquisitions_per_second").median for one in twice]
        self.assertEqual(rates, [1e6, 2e6])

    def test_borrowed_cells_can_be_told_from_own_ones(self):
        own = self.results.in_scene(self.scatter, borrowed=False)
        self.assertEqual(own, [cell("mcs", 2, placement="scatter")])

    def test_borrowed_cells_are_not_counted_again(self):
        self.assertEqual(self.results.windows, 4)


class Counts(unittest.TestCase):
    def test_the_full_house_has_a_processor_for_each_thread(self):
        results = make_results([row(cell("mcs", n), 1e6) for n in (1, 2, 3, 4, 8)], processors=4)
        self.assertEqual(results.full_house(results.cells), 4)

    def test_if_every_count_is_oversubscribed_the_smallest_is_the_full_house(self):
        results = make_results([row(cell("mcs", n), 1e6) for n in (1, 4, 8)], processors=2)
        self.assertEqual(results.full_house(results.cells), 4)

    def test_contested_cells_are_the_wanted_ones_of_the_full_house_that_share_a_lock(self):
        rows = [row(cell("mcs", n, load), 1e6) for n in (1, 2, 4) for load in ("none", "10", "50")]
        rows += [row(cell("tas", 4), 1e6), row(cell("mcs", 2), 1e6)]
        results = make_results(rows, processors=4)
        scene = Scene("empty", "compact")
        found = results.contested(scene, lambda one: one.lock == "mcs")
        self.assertEqual(found, [cell("mcs", 4, "10"), cell("mcs", 4, "50")])
        # The load is chosen before the threads: nothing is saturated but with two.
        found = results.contested(scene, lambda one: one.lock == "mcs", highest_load=True)
        self.assertEqual(found, [cell("mcs", 2)])
        self.assertEqual(results.contested(scene, lambda one: False, highest_load=True), [])

    def test_windows_without_a_kept_slice_count_and_are_reported(self):
        results = make_results([row(cell("mcs"), 1e6, windows_kept=0),
                                row(cell("mcs"), 2e6, windows_kept=7)])
        self.assertEqual((results.windows, results.disturbed), (2, 1))

    def test_windows_that_were_not_pinned_count_and_are_said_by_every_picture(self):
        results = make_results([row(cell("mcs"), 1e6, pinned=0), row(cell("mcs"), 2e6, pinned=1),
                                row(cell("mcs"), 2e6)])
        self.assertEqual(results.unpinned, 1)
        self.assertIn("1 of them NOT PINNED", page.window_words(results))
        self.assertNotIn("PINNED", page.window_words(make_results([row(cell("mcs"), 1e6)])))

    def test_blocks_of_several_files_are_different_processes(self):
        document = {"context": {"format": "spinlab-results-1", "machine": "native",
                                "processors": 2},
                    "benchmarks": repeated(cell("mcs"), 1e6)}
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number}.json" for number in range(6)]
            for path in paths:
                path.write_text(json.dumps(document))
            results = read_results([str(path) for path in paths])[0]
        self.assertEqual(len(results), 1)
        self.assertEqual((results[0].blocks, results[0].windows), (6, 48))
        self.assertEqual(len(set(results[0].cells[cell("mcs")].blocks)), 6)


class Sample(unittest.TestCase):
    def test_the_same_seed_gives_the_same_sample_and_another_seed_another(self):
        one = sample_results.make_document("native", 7)
        self.assertEqual(one, sample_results.make_document("native", 7))
        self.assertNotEqual(one, sample_results.make_document("native", 8))


if __name__ == "__main__":
    unittest.main()
