"""How evenly a saturated lock serves its threads."""

from __future__ import annotations

import math
from typing import Iterator

from matplotlib.axes import Axes

from .intervals import Estimate
from .lanes import Lanes, arrange, draw_lanes, draw_points
from .page import MARGIN, WIDTH, Page, Picture, kind_handles
from .results import Cell, Results, Scene, threads_title
from .styles import INK, make_styles
from .units import known, set_log

# What a panel shows: counter, title, label of its axis.
PANELS = (
    ("smallest_share", "Smallest share", "of a fair share"),
    ("jain", "Jain's index", "1: all equal; dashed: one thread has all"),
    ("longest_run", "Longest run of one thread", "acquisitions in a row, log scale"),
)


def draw(results: Results) -> Iterator[Picture]:
    for scene in results.scenes():
        cells = results.contested(
            scene,
            lambda cell: cell.load == "saturated"
            and known(results.estimate(cell, one[0]).median for one in PANELS),
        )
        if cells:
            yield draw_scene(results, scene, cells)


def draw_scene(results: Results, scene: Scene, cells: list[Cell]) -> Picture:
    threads = cells[0].threads
    panels = [
        one for one in PANELS if known(results.estimate(cell, one[0]).median for cell in cells)
    ]
    deciders = {cell.lock: cell for cell in cells}
    lanes = arrange(results, deciders, panels[0][0], largest_first=True)
    left = MARGIN + lanes.name_width
    height = lanes.height(4.6)
    page = Page(
        results,
        f"Fairness: {results.scene_title(scene)}, {threads_title(threads)}, saturated",
        f"Medians ({results.interval_words('bars')}), sorted by the first panel. Share: of the "
        f"acquisitions in a window. A fair share is 1/{threads} of them; Jain's index is "
        f"1/{threads} if one thread has them all.{lanes.caption}",
        (WIDTH, height + 1.0),
        kind_handles(results, deciders),
    )
    panel = (WIDTH - left - 0.3) / len(panels) - 0.4
    for number, (counter, title, unit) in enumerate(panels):
        axes = page.axes(left + number * (panel + 0.4), 0.65, panel, height)
        draw_panel(axes, results, lanes, deciders, counter)
        draw_lanes(axes, lanes, results, named=number == 0)
        axes.set_title(title, fontsize=11, loc="left")
        axes.set_xlabel(unit)
    return Picture(f"fairness-{results.scene_name(scene)}", page.figure)


def draw_panel(
    axes: Axes, results: Results, lanes: Lanes, cells: dict[str, Cell], counter: str
) -> None:
    styles = make_styles(results.contestants)
    # Shares are shown as multiples of a fair one: 1 at best, whatever the number of threads.
    threads = next(iter(cells.values())).threads
    scale = threads if counter == "smallest_share" else 1
    estimates = []
    for name in lanes.names:
        one = results.estimate(cells[name], counter)
        estimates.append(Estimate(one.median * scale, one.low * scale, one.high * scale))
    if counter == "longest_run":
        set_log(axes.xaxis, [end for one in estimates for end in (one.low, one.median, one.high)])
    else:
        axes.set_xlim(-0.03, 1.03)
        axes.axvline(1, color=INK, linewidth=1)
        if counter == "jain":
            axes.axvline(1 / threads, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    shown = [at for at, one in enumerate(estimates) if not math.isnan(one.median)]
    draw_points(
        axes,
        [lanes.places[lanes.names[at]] for at in shown],
        [estimates[at] for at in shown],
        [styles[lanes.names[at]] for at in shown],
    )
