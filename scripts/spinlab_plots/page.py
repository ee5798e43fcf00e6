"""A page: what every picture has around its axes. All lengths are inches, so nothing is clipped.

From the top: title, host, legend, the body with the figure's axes, caption, provenance.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Iterable, Sequence

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .results import CAPTURE_BOUND, Results
from .styles import FAINT, INK, MUTED
from .units import grouped

WIDTH = 13.33  # With a body of 5 inches about the shape of a slide.
MARGIN = 0.3
TITLE_POINTS, HOST_POINTS, TEXT_POINTS, SMALL_POINTS = 17, 12, 10.5, 8.5

CAPTURE_WORDS = f"fewer than {CAPTURE_BOUND:g} hand-overs per acquisition"

matplotlib.rcParams.update(
    {
        "font.family": "DejaVu Sans",  # Comes with matplotlib: the same widths everywhere.
        "font.size": TEXT_POINTS,
        "text.parse_math": False,  # A processor's name may hold a dollar sign.
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.axisbelow": True,
        "grid.color": FAINT,
        "grid.linewidth": 0.7,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "spinlab",  # The same results give the same bytes.
    }
)


@dataclass(frozen=True)
class Picture:
    name: str
    figure: Figure


def text_width(characters: int, points: float) -> float:
    """Inches, at a mean width that real names and sentences stay below."""
    return characters * points * 0.62 / 72


def title_points(title: str, width: float) -> float:
    """Long titles are smaller; bold letters are a tenth wider."""
    return min(TITLE_POINTS, width / text_width(len(title), 1.1))


def fit(text: str, width: float, points: float) -> str:
    limit = int(width / text_width(1, points))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


class Page:
    def __init__(
        self,
        results: Results,
        title: str,
        caption: str,
        body: tuple[float, float],
        legend: Sequence[Artist] = (),
        also: Results | None = None,
    ) -> None:
        """`also`: further results that the picture is of; the host line names those of `results`."""
        self.width, self.body_height = body
        room = self.width - 2 * MARGIN
        columns, rows = legend_grid(legend, room)
        lines = textwrap.wrap(caption, int(room / text_width(1, TEXT_POINTS) * 1.08))
        header = 0.85 + (0.16 + 0.27 * rows) * bool(legend)
        small_room = int(room / text_width(1, SMALL_POINTS))
        sources = textwrap.wrap(provenance(results), small_room)
        if also is not None:
            sources += textwrap.wrap(f"{also.host.machine}: {provenance(also)}", small_room)
        small = 0.16 * len(sources)
        self.body_bottom = 0.26 + small + 0.205 * len(lines)
        self.height = self.body_bottom + self.body_height + header
        self.figure = Figure(figsize=(self.width, self.height), facecolor="white")
        self._write(title, 0.42, title_points(title, room), weight="bold")
        self._write(fit(results.host.description, room, HOST_POINTS), 0.71, HOST_POINTS)
        if legend:
            self._add_legend(legend, columns)
        for number, line in enumerate(reversed(lines)):
            self._write(line, self.height - 0.24 - small - 0.205 * number, TEXT_POINTS)
        for number, line in enumerate(reversed(sources)):
            self._write(line, self.height - 0.14 - 0.16 * number, SMALL_POINTS, color=MUTED)

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """In inches from the body's lower left corner."""
        axes = self.figure.add_axes(
            (
                left / self.width,
                (self.body_bottom + bottom) / self.height,
                width / self.width,
                height / self.height,
            )
        )
        axes.spines[["top", "right"]].set_visible(False)
        return axes

    def _write(self, text: str, below_top: float, points: float, **looks: object) -> None:
        self.figure.text(
            MARGIN / self.width, 1 - below_top / self.height, text, fontsize=points, **looks
        )

    def _add_legend(self, legend: Sequence[Artist], columns: int) -> None:
        self.figure.legend(
            handles=legend,
            loc="upper left",
            bbox_to_anchor=((MARGIN - 0.06) / self.width, 1 - 0.92 / self.height),
            ncol=columns,
            frameon=False,
            fontsize=TEXT_POINTS,
            borderpad=0,
            borderaxespad=0,
            handlelength=2.0,
            handletextpad=0.5,
            columnspacing=1.6,
        )


def legend_grid(legend: Sequence[Artist], room: float) -> tuple[int, int]:
    """Columns and rows: one row if all fit beside each other, else as wide as the longest."""
    if not legend:
        return 0, 0
    widths = [text_width(len(str(one.get_label())), TEXT_POINTS) + 0.6 for one in legend]
    columns = len(legend) if sum(widths) <= room else max(1, int(room / max(widths)))
    return columns, math.ceil(len(legend) / columns)


def provenance(results: Results) -> str:
    host = results.host
    facts = [window_words(results), f"commit {host.commit[:12]}"]
    if not host.is_simulated:
        facts += [f"{host.compiler} {host.flags}", host.kernel, f"governor {host.governor}"]
    facts.append(f"seed {', '.join(map(str, results.seeds)) or 'unknown'}")
    return " · ".join(facts)


def window_words(results: Results) -> str:
    block = "draw" if results.host.is_simulated else "block"
    words = f"{grouped(results.windows)} windows in {results.blocks} {block}"
    words += "s" * (results.blocks > 1) + " of the machine's costs" * results.host.is_simulated
    if results.unpinned:
        words += f", {grouped(results.unpinned)} of them NOT PINNED (refused)"
    if results.disturbed:
        # Their rates are kept, or a busy host would have no results, but they are less sure.
        words += f", {grouped(results.disturbed)} of them disturbed throughout"
    return words


def kind_handles(results: Results, locks: Iterable[str]) -> list[Artist]:
    """Explains filled and hollow markers, where there are both."""
    if len({results.contestants[lock].kind for lock in locks}) < 2:
        return []
    looks = {"linestyle": "none", "marker": "o", "markersize": 7, "markeredgecolor": INK}
    return [
        Line2D([], [], markerfacecolor=INK, label="lock of spinlab", **looks),
        Line2D([], [], markerfacecolor="white", label="peer (another library)", **looks),
    ]
