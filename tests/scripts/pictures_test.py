"""What holds for every picture of every sample: readable, complete, and saying where it is from."""

import itertools
import json
import tempfile
import unittest
from importlib import import_module
from pathlib import Path
from typing import Iterator

import sample_results
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from spinlab_plots import validation
from spinlab_plots.catalogue import FIGURES
from spinlab_plots.page import Picture
from spinlab_plots.reader import read_results
from spinlab_plots.results import Results

TOUCH_PIXELS = 1.5  # Boxes of text have a margin: they may touch.
# Facts about hosts that are longer than any seen, with what would be faulty TeX.
LONG = {"processor": r"A $\very{$ long_name of a processor, " * 6, "flags": "-O3 -mavx2 " * 20}


def read(sample: str, **context: str) -> Results:
    document = sample_results.make_document(sample, 1)
    document["context"].update(context)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.json"
        path.write_text(json.dumps(document))
        return read_results([str(path)])[0][0]


def render(drawn: list[Picture]) -> None:
    """So that all texts have their places."""
    for picture in drawn:
        FigureCanvasAgg(picture.figure).draw()


def pictures(sample: str, **context: str) -> list[Picture]:
    results = read(sample, **context)
    drawn = []
    for figure in FIGURES:
        if not figure.compares:
            drawn += import_module(f"spinlab_plots.{figure.module}").draw(results)
    render(drawn)
    return drawn


def texts(figure: Figure) -> Iterator[Text]:
    """Those that are shown: matplotlib also keeps labels of ticks outside an axis."""
    yield from figure.texts
    for legend in figure.legends:
        yield from legend.get_texts()
    for axes in figure.axes:
        yield from axes.texts
        yield from (axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label)
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in axis.get_major_ticks():
                if min(low, high) <= tick.get_loc() <= max(low, high):
                    yield from (tick.label1, tick.label2)


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    return [(text.get_text(), text.get_window_extent()) for text in texts(figure)
            if text.get_visible() and text.get_text().strip()]


def has_data(axes: Axes) -> bool:
    marks = [line for line in axes.lines if line.get_transform().contains_branch(axes.transData)]
    return bool(marks or axes.collections or axes.patches or axes.images)


class Pictures:
    """Checks for the pictures of a sample, which setUpClass of each class below makes."""

    drawn: list[Picture]
    machine: str

    def test_no_text_is_clipped(self):
        for picture in self.drawn:
            page = picture.figure.bbox
            for text, box in boxes(picture.figure):
                with self.subTest(picture=picture.name, text=text):
                    self.assertGreaterEqual(box.x0, page.x0)
                    self.assertGreaterEqual(box.y0, page.y0)
                    self.assertLessEqual(box.x1, page.x1)
                    self.assertLessEqual(box.y1, page.y1)

    def test_no_texts_overlap(self):
        for picture in self.drawn:
            for (one, box), (other, box_) in itertools.combinations(boxes(picture.figure), 2):
                common = Bbox.intersection(box, box_)
                if common is None:
                    continue
                with self.subTest(picture=picture.name, texts=(one, other)):
                    self.assertLess(min(common.width, common.height), TOUCH_PIXELS)

    def test_no_axes_are_empty(self):
        for picture in self.drawn:
            self.assertTrue(picture.figure.axes)
            for axes in picture.figure.axes:
                with self.subTest(picture=picture.name, axes=axes.get_title(loc="left")):
                    self.assertTrue(has_data(axes))

    def test_every_picture_says_on_which_machine_it_was_measured(self):
        for picture in self.drawn:
            with self.subTest(picture=picture.name):
                found = [text.get_text() for text in picture.figure.texts]
                self.assertTrue(any(text.startswith(self.machine) for text in found), found)

    def test_every_picture_of_one_workload_names_it_in_its_title(self):
        for picture in self.drawn:
            title = picture.figure.texts[0].get_text()
            for workload in ("empty", "shared_line", "private_data"):
                if workload in picture.name:
                    self.assertIn(workload.replace("_", " "), title)

    def test_names_of_pictures_are_unique(self):
        names = [picture.name for picture in self.drawn]
        self.assertEqual(len(set(names)), len(names))


class NativePictures(Pictures, unittest.TestCase):
    machine = "AMD EPYC 7B13, 2 processors"

    @classmethod
    def setUpClass(cls):
        cls.drawn = pictures("native")


class SimulatedPictures(Pictures, unittest.TestCase):
    machine = "simulated: an-epyc-2x32 (An EPYC, 2 x 32 cores), 64 processors"

    @classmethod
    def setUpClass(cls):
        cls.drawn = pictures("simulated")

    def test_no_picture_of_rates_has_bare_medians(self):
        for picture in self.drawn:
            if picture.name.split("-")[0] in ("throughput", "capture", "latency", "fairness"):
                said = " ".join(text.get_text() for text in picture.figure.texts)
                self.assertRegex(said, "(bars|bands): costs at their 5th to 95th percentile")

    def test_nothing_of_the_computer_that_simulated_is_named(self):
        for picture in self.drawn:
            said = " ".join(text.get_text() for text in picture.figure.texts)
            self.assertNotRegex(said, r"Linux|g\+\+|governor")
            self.assertIn("draws of the machine's costs", said)


class ValidationPictures(Pictures, unittest.TestCase):
    machine = "simulated: an-epyc-2x32 (An EPYC, 2 x 32 cores), 64 processors"

    @classmethod
    def setUpClass(cls):
        cls.drawn = list(validation.draw(read("native"), read("simulated")))
        render(cls.drawn)

    def test_every_picture_names_the_host_as_well(self):
        for picture in self.drawn:
            labels = [text.get_text() for text in picture.figure.legends[0].get_texts()]
            self.assertIn("native: AMD EPYC 7B13, 2 processors", labels)


class CrowdedPictures(Pictures, unittest.TestCase):
    machine = r"A $\very{$ long_name of a processor"

    @classmethod
    def setUpClass(cls):
        cls.drawn = pictures("crowded", **LONG)


if __name__ == "__main__":
    unittest.main()
