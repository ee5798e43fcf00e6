"""The program scripts/plot.py: its options, and what it leaves in its folder."""

import json
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import sample_results

PLOT = Path(__file__).resolve().parents[2] / "scripts" / "plot.py"
CPU_SECONDS = 15.0  # For all pictures of the default sweep of two processors.


def thinned(sample: str) -> dict[str, Any]:
    """A sample with one window a block, where the number of windows does not matter."""
    document = sample_results.make_document(sample, 1)
    first = {(row["run_name"], row.get("block")): row for row in document["benchmarks"]}
    return document | {"benchmarks": list(first.values())}


class Plot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "pictures"

    def write(self, name: str, document: dict[str, Any]) -> str:
        path = self.folder / name
        path.write_text(json.dumps(document))
        return str(path)

    def plot(self, *arguments: str) -> subprocess.CompletedProcess:
        # A warning of a library would be a line that the user cannot act on.
        return subprocess.run([sys.executable, "-W", "error", PLOT, *arguments],
                              capture_output=True, text=True)

    def draw(self, *arguments: str) -> list[str]:
        done = self.plot(*arguments, "--out", str(self.out))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_the_default_sweep_gives_every_figure_in_time_and_prints_their_paths(self):
        path = self.write("native.json", sample_results.make_document("native", 1))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        printed = self.draw(path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(after.ru_utime - before.ru_utime, CPU_SECONDS)
        self.assertEqual(sorted(printed), sorted(str(one) for one in self.out.iterdir()))
        names = {Path(one).stem.split("-")[0] for one in printed}
        self.assertEqual(names, {"throughput", "capture", "best", "ping", "latency", "fairness",
                                 "doors", "packets"})
        for one in printed:
            start = Path(one).read_bytes()[:8]
            self.assertIn(start, (b"\x89PNG\r\n\x1a\n", b"<?xml ve"))

    def test_each_picture_is_an_svg_and_a_png_of_the_same_name(self):
        path = self.write("native.json", thinned("native"))
        printed = self.draw(path, "--only", "best,ping-pong")
        self.assertEqual([Path(one).name for one in printed],
                         ["best.svg", "best.png", "ping-pong.svg", "ping-pong.png"])

    def test_the_same_results_give_the_same_bytes(self):
        path = self.write("native.json", thinned("native"))
        pictures = []
        for _ in range(2):
            printed = self.draw(path, "--only", "capture", "--force")
            pictures.append([Path(one).read_bytes() for one in printed])
        self.assertEqual(*pictures)

    def test_pictures_that_are_there_are_overwritten_only_by_force(self):
        path = self.write("native.json", thinned("native"))
        self.out.mkdir()
        (self.out / "best.png").write_text("mine")
        done = self.plot(path, "--only", "best", "--out", str(self.out))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Aplot: [^\n]+best.png: exists; --force [^\n]+\n\Z")
        self.assertEqual([one.name for one in self.out.iterdir()], ["best.png"])
        self.assertEqual((self.out / "best.png").read_text(), "mine")
        self.draw(path, "--only", "best", "--force")

    def test_no_name_moves_the_terminals_cursor(self):
        done = self.plot(str(self.folder / "a\x1b[31m.json"), "--out", str(self.out))
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.rstrip("\n").isprintable(), ascii(done.stderr))

    def test_only_may_be_repeated(self):
        path = self.write("native.json", thinned("native"))
        printed = self.draw(path, "--only", "best", "--only", "ping-pong")
        self.assertEqual(len(printed), 4)

    def test_a_figure_without_data_is_named_in_one_line_and_not_written(self):
        document = thinned("native")
        del document["context"]["calibration"]
        path = self.write("native.json", document)
        done = self.plot(path, "--only", "ping-pong,best", "--out", str(self.out))
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"\Aplot: ping-pong: not drawn: [^\n]+\n\Z")
        self.assertEqual({one.name for one in self.out.iterdir()}, {"best.svg", "best.png"})

    def test_rows_with_errors_are_counted_and_left_out(self):
        document = thinned("native")
        document["benchmarks"][0] = {
            key: document["benchmarks"][0][key] for key in ("name", "run_name", "run_type")
        } | {"error_occurred": True, "error_message": "the section was entered twice"}
        path = self.write("native.json", document)
        done = self.plot(path, "--only", "best", "--out", str(self.out))
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"\Aplot: 1 row\(s\) [^\n]+entered twice\n\Z")

    def test_files_of_different_hosts_give_pictures_of_their_own(self):
        paths = [self.write(f"{name}.json", thinned(name))
                 for name in ("native", "crowded")]
        printed = self.draw(*paths, "--only", "best")
        self.assertEqual([Path(one).name for one in printed if one.endswith("svg")],
                         ["best-native.svg", "best-crowded.svg"])

    def test_simulated_machines_of_one_name_and_different_costs_are_not_mixed(self):
        documents = [thinned("simulated") for _ in range(2)]
        documents[1]["context"]["fingerprint"] += "-slower"
        paths = [self.write(f"{number}.json", one) for number, one in enumerate(documents)]
        self.assertEqual(len(self.draw(*paths, "--only", "best")), 4)

    def test_a_machine_simulated_on_two_computers_is_one(self):
        documents = [thinned("simulated") for _ in range(2)]
        documents[1]["context"]["host"].update(kernel="another", compiler="another")
        paths = [self.write(f"{number}.json", one) for number, one in enumerate(documents)]
        self.assertEqual(len(self.draw(*paths, "--only", "best")), 2)

    def test_builds_are_not_mixed(self):
        documents = [thinned("native") for _ in range(2)]
        documents[1]["context"]["commit"] = "another"
        paths = [self.write(f"{number}.json", one) for number, one in enumerate(documents)]
        self.assertEqual(len(self.draw(*paths, "--only", "ping-pong")), 4)

    def test_a_single_cell_is_enough(self):
        document = thinned("native")
        for threads in (1, 2):
            rows = [one for one in document["benchmarks"]
                    if one["run_name"].startswith(f"empty/mcs/threads:{threads}/load:saturated")]
            self.assertTrue(rows)
            path = self.write("one.json", document | {"benchmarks": rows[:3]})
            self.assertTrue(self.draw(path, "--force"))

    def test_counters_that_were_not_measured_leave_their_figures_out(self):
        document = thinned("native")
        for row in document["benchmarks"]:
            for counter in [key for key in row if key.startswith("acquire_")]:
                del row[counter]
        path = self.write("native.json", document)
        done = self.plot(path, "--only", "latency,best", "--out", str(self.out))
        self.assertIn("plot: latency: not drawn", done.stderr)
        self.assertEqual(done.returncode, 0)

    def test_numbers_of_ping_pong_that_were_not_measured_are_left_blank(self):
        document = thinned("native")
        document["context"]["calibration"]["ping_pong"]["one_line_ns"][0][1] = None
        self.assertEqual(len(self.draw(self.write("a.json", document), "--only", "ping-pong")), 2)

    def test_help_has_an_example_and_list_names_every_figure(self):
        self.assertIn("example:", self.plot("--help").stdout)
        names = [line.split()[0] for line in self.plot("--list").stdout.splitlines()]
        self.assertEqual(names, ["throughput", "capture", "best", "ping-pong", "latency",
                                 "fairness", "doors", "packets", "validation"])


if __name__ == "__main__":
    unittest.main()
