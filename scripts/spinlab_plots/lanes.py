"""Dot plots with one lane a lock: names at the left, sorted, capturing locks in a band below."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

from matplotlib.axes import Axes

from .intervals import Estimate
from .page import CAPTURE_WORDS, TEXT_POINTS, text_width
from .results import Cell, Results
from .styles import BAND, FAINT, MUTED, Style

POINT_SIZE = 8.0


@dataclass(frozen=True)
class Lanes:
    names: list[str]  # From the top.
    places: dict[str, float]  # The y of each, downwards.
    captures_from: float | None  # The y of the band's heading.

    @property
    def depth(self) -> float:
        return max(self.places.values()) + 0.6

    @property
    def caption(self) -> str:
        """What the gray band means, where there is one."""
        return "" if self.captures_from is None else f" Gray: capture, {CAPTURE_WORDS}."

    @property
    def name_width(self) -> float:
        return text_width(max(map(len, self.names)), TEXT_POINTS) + 0.15

    def height(self, wanted: float) -> float:
        """Inches for all lanes: `wanted` if they then are neither cramped nor far apart."""
        lanes = self.depth + 0.6
        return min(max(wanted, 0.24 * lanes), 0.42 * lanes)


def arrange(
    results: Results, deciders: dict[str, Cell], counter: str, *, largest_first: bool
) -> Lanes:
    """Sorts locks by the counter of the cell that decides for each; unmeasured ones come last."""

    def key(name: str) -> tuple[bool, bool, float, str]:
        median = results.estimate(deciders[name], counter).median
        unknown = math.isnan(median)
        rank = 0.0 if unknown else -median if largest_first else median
        return (results.captures(deciders[name]), unknown, rank, name)

    names = sorted(deciders, key=key)
    free = sum(not results.captures(deciders[name]) for name in names)
    # The heading has a lane of its own.
    places = {name: float(at if at < free else at + 1) for at, name in enumerate(names)}
    return Lanes(names, places, float(free) if free < len(names) else None)


def draw_lanes(axes: Axes, lanes: Lanes, results: Results, *, named: bool) -> None:
    axes.set_ylim(lanes.depth, -0.6)
    axes.set_yticks(list(lanes.places.values()) if named else [])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.hlines(list(lanes.places.values()), 0, 1, transform=axes.get_yaxis_transform(),
                colors=FAINT, linewidth=0.6, zorder=0)
    if lanes.captures_from is not None:
        axes.axhspan(lanes.captures_from - 0.5, lanes.depth, color=BAND, zorder=-1, linewidth=0)
    if not named:
        return
    if lanes.captures_from is not None:
        axes.annotate("capture:", (0, lanes.captures_from), xytext=(-4, 0), ha="right",
                      va="center", xycoords=axes.get_yaxis_transform(), fontsize=9.5,
                      textcoords="offset points", color=MUTED, weight="bold")
    for label, name in zip(axes.set_yticklabels(lanes.names), lanes.names):
        label.set_style("italic" if results.contestants[name].kind == "peer" else "normal")


def draw_points(
    axes: Axes, places: Sequence[float], estimates: Sequence[Estimate], styles: Sequence[Style]
) -> None:
    """A point at each median over a bar from end to end of its interval."""
    bars = [
        (place, one, style.colour)
        for place, one, style in zip(places, estimates, styles)
        if one.has_interval
    ]
    if bars:
        axes.hlines(
            [place for place, _, _ in bars],
            [one.low for _, one, _ in bars],
            [one.high for _, one, _ in bars],
            colors=[colour for _, _, colour in bars],
            linewidth=2.4,
        )
    for place, one, style in zip(places, estimates, styles):
        if not math.isnan(one.median):
            axes.plot(one.median, place, **style.points(POINT_SIZE))


def write_gutter(axes: Axes, lanes: Lanes, heading: str, texts: dict[str, str]) -> None:
    """A column of small figures at the panel's right."""
    axes.annotate(heading, (1.0, 1.0), xytext=(5, 4), xycoords="axes fraction",
                  textcoords="offset points", fontsize=8, color=MUTED, va="bottom",
                  linespacing=0.95)
    for name, text in texts.items():
        axes.annotate(text, (1.0, lanes.places[name]), xytext=(5, 0),
                      xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      fontsize=8.5, color=MUTED, va="center")
