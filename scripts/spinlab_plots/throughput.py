"""Throughput: dots by lock where there are one or two thread counts, else lines over threads."""

from __future__ import annotations

import math
from typing import Iterator

from matplotlib.axes import Axes

from .intervals import Estimate
from .floors import Condition, draw_floors, floor_handles, floor_values, within_reach
from .lanes import Lanes, arrange, draw_lanes, draw_points, write_gutter
from .page import MARGIN, WIDTH, Page, Picture, kind_handles
from .results import LOADS, Cell, Results, Scene, in_order, load_title, threads_title
from .styles import make_styles
from .throughput_lines import LINE_COUNTS, draw_lines
from .units import MILLIONS, known, percent, set_from_zero, set_log, spans_decades

COUNTER = "acquisitions_per_second"
PANEL_WIDTH = 1.25
GUTTER = 0.55  # Right of each panel, for hand-overs.


def draw(results: Results) -> Iterator[Picture]:
    for scene in results.scenes():
        measured = [
            cell
            for cell in results.in_scene(scene)
            if known([results.estimate(cell, COUNTER).median])
        ]
        lined = [
            load
            for load in in_order((cell.load for cell in measured), LOADS)
            if len({cell.threads for cell in measured if cell.load == load}) >= LINE_COUNTS
        ]
        for load in lined:
            yield draw_lines(results, scene, load, [c for c in measured if c.load == load])
        dotted = [cell for cell in measured if cell.load not in lined]
        if not results.borrowed.issuperset(dotted):
            yield draw_dots(results, scene, dotted)


def millions(one: Estimate) -> Estimate:
    return Estimate(one.median * MILLIONS, one.low * MILLIONS, one.high * MILLIONS)


def draw_dots(results: Results, scene: Scene, cells: list[Cell]) -> Picture:
    conditions = sorted(
        {(cell.threads, cell.load) for cell in cells},
        key=lambda one: (one[0], in_order((cell.load for cell in cells), LOADS).index(one[1])),
    )
    locks = {cell.lock for cell in cells}
    deciders = {lock: results.find(scene, lock, *conditions[-1]) for lock in locks}
    lanes = arrange(results, deciders, COUNTER, largest_first=True)
    left = MARGIN + lanes.name_width
    width = max(WIDTH, left + len(conditions) * (PANEL_WIDTH + GUTTER) + 0.2)
    height = lanes.height(4.6)
    page = Page(
        results,
        f"Throughput: {results.scene_title(scene)}",
        f"Medians ({results.interval_words('bars')}), sorted by the last panel. Right of each "
        "panel: how many of the acquisitions were by another thread than the one before. Where "
        f"they are few, one thread keeps the lock: fast, but not shared.{lanes.caption}",
        (width, height + 1.3),
        kind_handles(results, locks) + floor_handles(results, floor_names(results, scene)),
    )
    panel = (width - left - 0.1) / len(conditions) - GUTTER
    medians = [results.estimate(cell, COUNTER).median for cell in cells]
    for number, condition in enumerate(conditions):
        axes = page.axes(left + number * (panel + GUTTER), 0.65, panel, height)
        draw_panel(axes, results, scene, lanes, condition, is_log=spans_decades(medians))
        draw_lanes(axes, lanes, results, named=number == 0)
    return Picture(f"throughput-{results.scene_name(scene)}", page.figure)


def draw_panel(
    axes: Axes,
    results: Results,
    scene: Scene,
    lanes: Lanes,
    condition: Condition,
    *,
    is_log: bool,
) -> None:
    threads, load = condition
    styles = make_styles(results.contestants)
    cells = {lock: results.find(scene, lock, threads, load) for lock in lanes.names}
    estimates = {lock: millions(results.estimate(cell, COUNTER)) for lock, cell in cells.items()}
    ends = known(end for one in estimates.values() for end in (one.median, one.low, one.high))
    floors = {
        name: rate * MILLIONS
        for name, rate in floor_values(results, scene, condition, COUNTER).items()
    }
    near = within_reach(floors, ends)
    if is_log:
        set_log(axes.xaxis, ends + list(near.values()))
    else:
        set_from_zero(axes.xaxis, max(ends + list(near.values())), ticks=3)
    draw_floors(axes, results, floors, near, is_rate=True)
    draw_points(
        axes,
        [lanes.places[lock] for lock in lanes.names],
        [estimates[lock] for lock in lanes.names],
        [styles[lock] for lock in lanes.names],
    )
    place = "alone" if (threads, load) == (1, "saturated") else load_title(load)
    axes.set_title(f"{threads_title(threads)}\n{place}", fontsize=11, loc="left", pad=18)
    axes.set_xlabel("M/s" + (", log scale" if is_log else ""))
    if threads > 1 and load != "none":
        handovers = {
            lock: results.estimate(cell, "handovers_per_acquisition").median
            for lock, cell in cells.items()
        }
        texts = {lock: percent(handovers[lock]) for lock in known_names(handovers)}
        write_gutter(axes, lanes, "hand-\novers", texts)


def known_names(values: dict[str, float]) -> list[str]:
    return [name for name, value in values.items() if not math.isnan(value)]


def floor_names(results: Results, scene: Scene) -> set[str]:
    return {cell.lock for cell in results.in_scene(scene, floors=True)}
