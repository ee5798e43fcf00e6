"""What each interface costs: the same lock taken directly and through the Windows doors."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Iterator

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .floors import Condition, draw_floors, floor_handles, floor_values, within_reach
from .lanes import Lanes, arrange, draw_lanes
from .page import MARGIN, WIDTH, Page, Picture
from .results import INTERFACES, Cell, Results, Scene, in_order, load_title, threads_title
from .styles import INK, make_styles
from .units import known, set_from_zero, set_log, spans_decades

COUNTER = "ns_per_acquisition"
MARKERS = ("o", "s", "^", "D", "v", "P")
LANE_HEIGHT = 0.5  # Each lane has a sub-lane a door.


def draw(results: Results) -> Iterator[Picture]:
    for scene in results.scenes():
        cells = [
            cell
            for cell in results.in_scene(scene, doors=True, borrowed=False)
            if results.contestants[cell.lock].kind == "lock"
            and known([results.estimate(cell, COUNTER).median])
        ]
        doors: dict[tuple[str, int, str], set[str]] = {}
        for cell in cells:
            doors.setdefault((cell.lock, cell.threads, cell.load), set()).add(cell.interface)
        compared = [c for c in cells if len(doors[c.lock, c.threads, c.load]) > 1]
        if compared:
            yield draw_scene(results, scene, compared)


def choose_conditions(results: Results, cells: list[Cell]) -> list[Condition]:
    """One thread, which shows the price itself, and a thread a processor, at the highest load."""
    counts = [1] * any(cell.threads == 1 for cell in cells) + [results.full_house(cells)]
    loads = {
        count: [cell.load for cell in cells if cell.threads == count and cell.load != "none"]
        or [cell.load for cell in cells if cell.threads == count]
        for count in counts
    }
    return [(count, in_order(loads[count], ())[-1]) for count in counts if loads[count]]


def draw_scene(results: Results, scene: Scene, cells: list[Cell]) -> Picture:
    conditions = choose_conditions(results, cells)
    doors = in_order((cell.interface for cell in cells), INTERFACES)
    first = conditions[0]
    locks = {cell.lock for cell in cells}
    deciders = {
        lock: replace(results.find(scene, lock, *first), interface=doors[0]) for lock in locks
    }
    lanes = arrange(results, deciders, COUNTER, largest_first=False)
    floors = {name for one in conditions for name in floor_values(results, scene, one, COUNTER)}
    left = MARGIN + lanes.name_width
    height = LANE_HEIGHT * (lanes.depth + 0.6)
    page = Page(
        results,
        f"The price of an interface: {scene_words(results, scene)}",
        "Medians with 95 % intervals of the time that a thread spends on each acquisition; sorted "
        f"by {doors[0]} in the first panel. The distance of a lock's markers is what the door "
        "adds.",
        (WIDTH, height + 1.0),
        door_handles(doors) + floor_handles(results, floors),
    )
    panel = (WIDTH - left - 0.3) / len(conditions) - 0.4
    for number, (threads, load) in enumerate(conditions):
        axes = page.axes(left + number * (panel + 0.4), 0.65, panel, height)
        here = [cell for cell in cells if (cell.threads, cell.load) == (threads, load)]
        set_axis(axes, results, here, floor_values(results, scene, (threads, load), COUNTER))
        draw_lanes(axes, lanes, results, named=number == 0)
        draw_doors(axes, results, lanes, here, doors)
        place = "alone" if threads == 1 else load_title(load)
        axes.set_title(f"{threads_title(threads)}, {place}", fontsize=11, loc="left")
    return Picture(f"doors-{results.scene_name(scene)}", page.figure)


def scene_words(results: Results, scene: Scene) -> str:
    return results.scene_title(scene).split(", interface ")[0]


def set_axis(axes: Axes, results: Results, cells: list[Cell], floors: dict[str, float]) -> None:
    estimates = [results.estimate(cell, COUNTER) for cell in cells]
    ends = known(end for one in estimates for end in (one.low, one.median, one.high))
    near = within_reach(floors, ends)
    draw_floors(axes, results, floors, near, is_rate=False)
    if spans_decades(ends):
        set_log(axes.xaxis, ends + list(near.values()))
        axes.set_xlabel("ns per acquisition, log scale")
    else:
        set_from_zero(axes.xaxis, max(ends), ticks=8)
        axes.set_xlabel("ns per acquisition")


def draw_doors(
    axes: Axes,
    results: Results,
    lanes: Lanes,
    cells: list[Cell],
    doors: list[str],
    counter: str = COUNTER,
    scale: float = 1.0,
) -> None:
    styles = make_styles(results.contestants)
    for cell in cells:
        number = doors.index(cell.interface)
        place = lanes.places[cell.lock] + (number - (len(doors) - 1) / 2) * 0.2
        one, colour = results.estimate(cell, counter), styles[cell.lock].colour
        if math.isnan(one.median):
            continue
        if one.has_interval:
            axes.plot([one.low * scale, one.high * scale], [place, place], color=colour, linewidth=2)
        axes.plot(one.median * scale, place, **door_looks(number, colour))


def door_looks(number: int, colour: str) -> dict[str, object]:
    return {
        "marker": MARKERS[number % len(MARKERS)],
        "markersize": 6.5,
        "markerfacecolor": "white" if number == 0 else colour,
        "markeredgecolor": colour,
        "markeredgewidth": 1.3,
        "linestyle": "none",
    }


def door_handles(doors: list[str]) -> list[Line2D]:
    return [
        Line2D([], [], label=door, **door_looks(number, INK)) for number, door in enumerate(doors)
    ]
