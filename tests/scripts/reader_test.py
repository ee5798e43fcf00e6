"""Input that is wrong: one line that says what would be right, status 2, and nothing written."""

import copy
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import sample_results

PLOT = Path(__file__).resolve().parents[2] / "scripts" / "plot.py"


def small_document() -> dict[str, Any]:
    document = sample_results.make_document("native", 1)
    document["benchmarks"] = document["benchmarks"][:80]
    return document


class BadInput(unittest.TestCase):
    document = small_document()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "pictures"

    def plot(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, PLOT, *arguments], capture_output=True, text=True)

    def refuse(self, text: str | bytes | dict, *words: str) -> None:
        """A file with this content is refused with a line that names it and holds all words."""
        path = self.folder / "some.json"
        if isinstance(text, dict):
            text = json.dumps(text)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.refuse_arguments([str(path), "--out", str(self.out)], "some.json", *words)

    def refuse_arguments(self, arguments: list[str], *words: str) -> None:
        done = self.plot(*arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Aplot: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertFalse(self.out.exists())

    def changed(self, **context: Any) -> dict[str, Any]:
        document = copy.deepcopy(self.document)
        document["context"].update(context)
        return document

    def with_row(self, **members: Any) -> dict[str, Any]:
        document = copy.deepcopy(self.document)
        document["benchmarks"][0].update(members)
        return document

    def test_a_missing_file(self):
        self.refuse_arguments([str(self.folder / "none.json"), "--out", str(self.out)],
                              "none.json: no such file", "spinlab bench")

    def test_a_folder_instead_of_a_file(self):
        self.refuse_arguments([str(self.folder), "--out", str(self.out)], "Is a directory")

    def test_an_empty_file(self):
        self.refuse("", "empty")

    def test_a_file_that_is_not_text(self):
        self.refuse(b"\x89PNG\xff\xfe\x00", "not text")

    def test_json_that_was_cut_short(self):
        self.refuse(json.dumps(self.document)[:-100], "not complete JSON", "cut short")

    def test_json_that_nests_without_end(self):
        self.refuse("[" * 100_000, "not complete JSON")

    def test_json_of_plain_google_benchmark(self):
        document = copy.deepcopy(self.document)
        del document["context"]["format"]
        self.refuse(document, "no context.format", "spinlab-results-1")

    def test_json_that_is_not_an_object(self):
        self.refuse("[1, 2]", "no context.format")

    def test_another_version_of_the_format(self):
        self.refuse(self.changed(format="spinlab-results-2"),
                    "'spinlab-results-2'", "'spinlab-results-1'")

    def test_no_rows(self):
        self.refuse(self.document | {"benchmarks": []}, "no iteration rows")

    def test_only_aggregate_rows(self):
        rows = [one for one in self.document["benchmarks"] if one["run_type"] == "aggregate"]
        self.assertTrue(rows)
        self.refuse(self.document | {"benchmarks": rows}, "no iteration rows")

    def test_benchmarks_that_are_no_list_of_rows(self):
        self.refuse(self.document | {"benchmarks": [3]}, "not a list of rows")

    def test_a_machine_that_nobody_knows(self):
        self.refuse(self.changed(machine="dreamt"), "'dreamt'", "simulated")

    def test_a_count_of_processors_that_is_none(self):
        for value in ("two", 0, -1, 2.5, 1e308, True, None, 10**400):
            self.refuse(self.changed(processors=value), "context.processors", "no whole number")

    def test_a_seed_that_is_none(self):
        for value in (-1, 1.5, 2**64, "1"):
            self.refuse(self.changed(seed=value), "context.seed", "no whole number")

    def test_contestants_without_names(self):
        self.refuse(self.changed(contestants=[{"title": "x"}]), "contestants")

    def test_a_ping_pong_matrix_that_is_not_square(self):
        calibration = {"ping_pong": {"processors": [0, 1], "one_line_ns": [[0.0, 1.0]]}}
        self.refuse(self.changed(calibration=calibration), "one_line_ns", "not an array of 2")

    def test_a_ping_pong_that_has_no_numbers(self):
        for value in ("1", -1, 1e300, 10**400, math.nan, [1]):
            ping_pong = {"processors": [0, 1], "one_line_ns": [[0, value], [1, 0]]}
            self.refuse(self.changed(calibration={"ping_pong": ping_pong}),
                        "ping_pong.one_line_ns.0.1", "no number from 0")
        for value in ("1", -1, 0.5, True, 10**400):
            ping_pong = {"processors": [0, value], "one_line_ns": [[0, 1], [1, 0]]}
            self.refuse(self.changed(calibration={"ping_pong": ping_pong}),
                        "ping_pong.processors.1", "no whole number")
        for value in (7, [], {"processors": 7}, {"processors": [0]}):
            self.refuse(self.changed(calibration={"ping_pong": value}), "ping_pong")

    def test_a_run_name_of_another_program(self):
        self.refuse(self.with_row(run_name="BM_StringCopy/8"), "BM_StringCopy/8", "<workload>")

    def test_a_counter_that_is_no_number(self):
        for value in ("fair", [1], True, 1e300, 10**400):
            self.refuse(self.with_row(jain=value), "jain", "no number")

    def test_a_counter_of_advice_that_is_no_number_from_0_on(self):
        for name in ("acquisitions_per_second", "handovers_per_acquisition", "acquire_p99_ns"):
            for value in ("3", math.nan, -math.inf, None, True, -0.5):
                self.refuse(self.with_row(**{name: value}), name, "no number from 0")

    def test_a_block_that_is_no_number(self):
        for value in (-1, 1e308, 0.5, "0", [0], None, 10**400):
            self.refuse(self.with_row(block=value), "block", "no whole number")

    def test_an_error_that_is_neither_true_nor_false(self):
        self.refuse(self.with_row(error_occurred="no"), "error_occurred", "neither true nor false")

    def test_threads_beyond_any_number(self):
        name = self.document["benchmarks"][0]["run_name"]
        for digits in ("9" * 15, "9" * 5000):
            self.refuse(self.with_row(run_name=re.sub(r"threads:\d+", f"threads:{digits}", name)),
                        "threads", "no whole number")

    def test_numbers_of_thousands_of_digits(self):
        self.refuse('{"context": {"seed": ' + "1" * 10_000 + "}}", "not complete JSON")

    def test_text_that_is_half_a_surrogate_pair(self):
        self.refuse(self.changed(processor="\ud800"), "surrogate")

    def test_a_device_that_has_no_end(self):
        self.refuse_arguments(["/dev/zero", "--out", str(self.out)], "/dev/zero", "regular file")

    def test_the_same_file_twice(self):
        path = self.folder / "some.json"
        path.write_text(json.dumps(self.document))
        other_name = os.path.join(self.folder, ".", "some.json")
        self.refuse_arguments([str(path), other_name, "--out", str(self.out)], "given twice")

    def test_an_error_row_in_every_cell(self):
        rows = [one | {"error_occurred": True, "error_message": "two in the section"}
                for one in self.document["benchmarks"]]
        path = self.folder / "some.json"
        path.write_text(json.dumps(self.document | {"benchmarks": rows}))
        done = self.plot(str(path), "--out", str(self.out), "--only", "throughput")
        self.assertEqual(done.returncode, 2)
        self.assertIn("two in the section", done.stderr)
        self.assertFalse(self.out.exists())

    def test_no_file_at_all(self):
        self.refuse_arguments(["--out", str(self.out)], "no results file")

    def test_no_folder_for_the_pictures(self):
        self.refuse_arguments(["some.json"], "--out")

    def test_a_figure_that_does_not_exist(self):
        self.refuse_arguments(["some.json", "--out", str(self.out), "--only", "throughput,pie"],
                              "'pie'", "throughput, capture")

    def test_an_option_that_does_not_exist(self):
        self.refuse_arguments(["some.json", "--pie"], "--pie", "--help")

    def test_an_output_that_is_a_file(self):
        path = self.folder / "some.json"
        path.write_text(json.dumps(self.document))
        self.refuse_arguments([str(path), "--out", str(path), "--only", "ping-pong"],
                              "not a folder")

    def test_an_output_that_cannot_be_written(self):
        path = self.folder / "some.json"
        path.write_text(json.dumps(self.document))
        self.refuse_arguments([str(path), "--out", "/proc/pictures", "--only", "ping-pong"],
                              "/proc/pictures", "cannot be written")


if __name__ == "__main__":
    unittest.main()
