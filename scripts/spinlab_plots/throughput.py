"""Throughput: dots by lock where there are one or two thread counts, else lines over threads."""

from __future__ import annotations

from typing import Iterator

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .intervals import Estimate
from .lanes import Lanes, arrange, draw_lanes, draw_points, head_capture_band, write_gutter
from .page import MARGIN, WIDTH, Page, Picture, kind_handles
from .results import LOADS, Cell, Results, Scene, in_order, load_title, threads_title
from .styles import FLOOR_LINES, INK, MUTED, make_styles
from .throughput_lines import LINE_COUNTS, draw_lines
from .units import MILLIONS, known, set_from_zero, set_log, short, spans_decades

COUNTER = "acquisitions_per_second"
PANEL_WIDTH = 1.25
GUTTER = 0.55  # Right of each panel, for hand-overs.
# A floor further away than this is written, not drawn: it would squeeze what is compared.
FLOOR_REACH = 1.5

Condition = tuple[int, str]  # Threads and load: a panel.


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
        if dotted:
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
        "Medians with 95 % intervals, sorted by the last panel. A figure right of a panel: "
        "hand-overs per acquisition, in percent of all acquisitions. Few hand-overs mean that one "
        "thread kept the lock: fast, but not shared.",
        (width, height + 1.25),
        kind_handles() + floor_handles(results, scene, conditions),
    )
    panel = min(3.6, (width - left - 0.1) / len(conditions) - GUTTER)
    medians = [results.estimate(cell, COUNTER).median for cell in cells]
    for number, condition in enumerate(conditions):
        axes = page.axes(left + number * (panel + GUTTER), 0.65, panel, height)
        draw_panel(axes, results, scene, lanes, condition, is_log=spans_decades(medians))
        draw_lanes(axes, lanes, results, named=number == 0)
        if number == 0:
            head_capture_band(page, axes, lanes)
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
    floors = floor_rates(results, scene, condition)
    near = {name: rate for name, rate in floors.items() if rate <= max(ends) * FLOOR_REACH}
    if is_log:
        set_log(axes.xaxis, min(ends), max(ends + list(near.values())))
    else:
        set_from_zero(axes.xaxis, max(ends + list(near.values())), ticks=3)
    for name, rate in near.items():
        axes.axvline(rate, color=INK, linewidth=1.3, linestyle=floor_line(results, name))
    draw_points(
        axes,
        [lanes.places[lock] for lock in lanes.names],
        [estimates[lock] for lock in lanes.names],
        [styles[lock] for lock in lanes.names],
    )
    far = [f"{name} {short(rate)} →" for name, rate in floors.items() if name not in near]
    place = "alone" if threads == 1 else load_title(load)
    axes.set_title(f"{threads_title(threads)}\n{place}", fontsize=11, loc="left", pad=18)
    axes.annotate("   ".join(far), (1, 1), xytext=(0, 4), xycoords="axes fraction",
                  textcoords="offset points", ha="right", fontsize=8, color=MUTED)  # fmt: skip
    axes.set_xlabel("M/s" + (", log scale" if is_log else ""))
    if threads > 1 and load != "none":
        handovers = {
            lock: results.estimate(cell, "handovers_per_acquisition").median
            for lock, cell in cells.items()
        }
        texts = {lock: f"{100 * rate:.3g} %" for lock, rate in handovers.items() if rate == rate}
        write_gutter(axes, lanes, "hand-\novers", texts)


def floor_rates(results: Results, scene: Scene, condition: Condition) -> dict[str, float]:
    threads, load = condition
    rates = {
        cell.lock: results.estimate(cell, COUNTER).median * MILLIONS
        for cell in results.in_scene(scene, floors=True)
        if cell.threads == threads and (threads == 1 or cell.load == load)
    }
    return {name: rate for name, rate in rates.items() if rate == rate}


def floor_line(results: Results, name: str) -> object:
    floors = [one.name for one in results.contestants.values() if one.kind == "floor"]
    return FLOOR_LINES[floors.index(name) % len(FLOOR_LINES)]


def floor_handles(results: Results, scene: Scene, conditions: list[Condition]) -> list[Line2D]:
    names = {name for one in conditions for name in floor_rates(results, scene, one)}
    return [
        Line2D([], [], color=INK, linestyle=floor_line(results, name), label=f"floor: {name}")
        for name in results.contestants
        if name in names
    ]
