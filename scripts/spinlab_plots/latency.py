"""How long an acquire takes: from the median to the maximum, one lane a lock."""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .lanes import Lanes, arrange, draw_lanes
from .page import MARGIN, WIDTH, Page, Picture
from .results import LOADS, Cell, Results, Scene, in_order, load_title, threads_title
from .styles import INK, make_styles
from .units import duration, known, set_log

# Counter, its name, its marker, and whether the marker is filled.
QUANTILES = (
    ("acquire_p50_ns", "p50", "o", True),
    ("acquire_p90_ns", "p90", "D", False),
    ("acquire_p99_ns", "p99", "s", True),
    ("acquire_p999_ns", "p99.9", "^", False),
    ("acquire_max_ns", "max", "|", True),
)
DECIDER = "acquire_p99_ns"
BAND_POINTS = 10
GUTTER = 0.45  # Between panels, for the labels at their axes' ends.


def draw(results: Results) -> Iterator[Picture]:
    for scene in results.scenes():
        cells = results.contested(
            scene,
            lambda cell: known(results.estimate(cell, one[0]).median for one in QUANTILES),
        )
        if cells:
            yield draw_scene(results, scene, cells)


def draw_scene(results: Results, scene: Scene, cells: list[Cell]) -> Picture:
    threads = cells[0].threads
    loads = in_order((cell.load for cell in cells), LOADS)
    locks = {cell.lock for cell in cells}
    deciders = {lock: results.find(scene, lock, threads, loads[-1]) for lock in locks}
    lanes = arrange(results, deciders, DECIDER, largest_first=False)
    left = MARGIN + lanes.name_width
    height = lanes.height(4.6)
    page = Page(
        results,
        f"Acquire latency: {results.scene_title(scene)}, {threads_title(threads)}",
        "Medians of the windows' quantiles and maximum "
        f"({results.interval_words('bands')}), sorted by the last panel's p99. A capturing lock "
        "has a short median, for the thread that keeps it, and a long tail, for those that wait."
        f"{lanes.caption}",
        (WIDTH, height + 1.0),
        quantile_handles(),
    )
    panel = (WIDTH - left - 0.3) / len(loads) - GUTTER
    ends = known(
        end
        for cell in cells
        for one in (results.estimate(cell, name) for name, *_ in QUANTILES)
        for end in (one.low, one.median, one.high)
    )
    for number, load in enumerate(loads):
        axes = page.axes(left + number * (panel + GUTTER), 0.65, panel, height)
        set_log(axes.xaxis, ends, duration)
        draw_lanes(axes, lanes, results, named=number == 0)
        draw_load(axes, results, lanes, [cell for cell in cells if cell.load == load])
        axes.set_title(load_title(load), fontsize=11, loc="left")
        axes.set_xlabel("log scale")
    return Picture(f"latency-{results.scene_name(scene)}", page.figure)


def quantile_handles() -> list[Line2D]:
    return [
        Line2D([], [], linestyle="none", label=name, **quantile_looks(INK, marker, filled))
        for _, name, marker, filled in QUANTILES
    ]


def quantile_looks(colour: str, marker: str, filled: bool) -> dict[str, Any]:
    return {
        "marker": marker,
        "markersize": 11 if marker == "|" else 7,
        "markerfacecolor": colour if filled else "white",
        "markeredgecolor": colour,
        "markeredgewidth": 2.0 if marker == "|" else 1.3,
    }


def draw_load(axes: Axes, results: Results, lanes: Lanes, cells: list[Cell]) -> None:
    styles = make_styles(results.contestants)
    colours = [styles[cell.lock].colour for cell in cells]
    places = [lanes.places[cell.lock] for cell in cells]
    estimates = [[results.estimate(cell, one[0]) for one in QUANTILES] for cell in cells]
    medians = np.array([[one.median for one in row] for row in estimates])
    ends = np.nanmin(medians, axis=1), np.nanmax(medians, axis=1)
    axes.hlines(places, *ends, colors=colours, linewidth=1.6)
    for column, (_, _, marker, filled) in enumerate(QUANTILES):
        for place, colour, row in zip(places, colours, estimates):
            if row[column].has_interval:
                axes.plot([row[column].low, row[column].high], [place, place], color=colour,
                          linewidth=BAND_POINTS, alpha=0.25, solid_capstyle="butt")
        looks = quantile_looks(INK, marker, filled)
        paint = {"color": colours} if filled else {"facecolors": "white", "edgecolors": colours}
        axes.scatter(
            medians[:, column],
            places,
            s=looks["markersize"] ** 2,
            marker=marker,
            linewidths=looks["markeredgewidth"],
            zorder=2.5,
            **paint,
        )
