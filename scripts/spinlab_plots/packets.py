"""What a device's packets see of a lock: how many reach their reader, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from matplotlib.axes import Axes

from .doors import LANE_HEIGHT, door_handles, draw_doors, scene_words
from .lanes import Lanes, arrange, draw_lanes
from .page import MARGIN, WIDTH, Page, Picture
from .results import INTERFACES, LOADS, Cell, Results, Scene, in_order, load_title, threads_title
from .units import MILLIONS, known, set_from_zero, set_log, spans_decades

COUNTER = "packets_per_second"
# What a panel shows: counter, its scale, title, label of its axis.
PANELS = (
    (COUNTER, MILLIONS, "Packets delivered", "M/s"),
    ("packets_per_dpc", 1.0, "Packets that a DPC brings", "packets"),
    ("acquire_p99_ns", 1.0, "The reader's acquire, p99", "ns"),
)


def draw(results: Results) -> Iterator[Picture]:
    for scene in results.scenes():
        cells = [
            cell
            for cell in results.in_scene(scene, doors=True, borrowed=False)
            if known([results.estimate(cell, COUNTER).median])
        ]
        if cells:
            yield draw_scene(results, scene, highest(results, cells))


def highest(results: Results, cells: list[Cell]) -> list[Cell]:
    """Those with a thread a processor, of which there may be one, at the highest load."""
    threads = results.full_house(cells) or 1
    cells = [cell for cell in cells if cell.threads == threads]
    load = in_order((cell.load for cell in cells), LOADS)[-1]
    return [cell for cell in cells if cell.load == load]


def draw_scene(results: Results, scene: Scene, cells: list[Cell]) -> Picture:
    doors = in_order((cell.interface for cell in cells), INTERFACES)
    deciders = {cell.lock: replace(cell, interface=doors[0]) for cell in cells}
    lanes = arrange(results, deciders, COUNTER, largest_first=True)
    left = MARGIN + lanes.name_width
    height = max(LANE_HEIGHT * (lanes.depth + 0.6) * (0.5 + len(doors) / 6), 2.0)
    page = Page(
        results,
        f"Packets of a device: {scene_words(results, scene)}, "
        f"{threads_title(cells[0].threads)}, {load_title(cells[0].load)}",
        f"Medians ({results.interval_words('bars')}), sorted by {doors[0]} in the first panel. "
        "Interrupts put packets on a ring, DPCs have them wait in a queue, and a reader at "
        "PASSIVE_LEVEL takes them from it; the lock is the queue's and the ring's."
        f"{lanes.caption}",
        (WIDTH, height + 1.0),
        door_handles(doors),
    )
    panel = (WIDTH - left - 0.3) / len(PANELS) - 0.4
    for number, (counter, scale, title, unit) in enumerate(PANELS):
        axes = page.axes(left + number * (panel + 0.4), 0.65, panel, height)
        draw_panel(axes, results, lanes, cells, doors, counter, scale, unit)
        draw_lanes(axes, lanes, results, named=number == 0)
        axes.set_title(title, fontsize=11, loc="left")
    return Picture(f"packets-{results.scene_name(scene)}", page.figure)


def draw_panel(
    axes: Axes,
    results: Results,
    lanes: Lanes,
    cells: list[Cell],
    doors: list[str],
    counter: str,
    scale: float,
    unit: str,
) -> None:
    estimates = [results.estimate(cell, counter) for cell in cells]
    ends = known(end * scale for one in estimates for end in (one.low, one.median, one.high))
    if spans_decades(ends):
        set_log(axes.xaxis, ends)
        unit += ", log scale"
    else:
        set_from_zero(axes.xaxis, max(ends, default=1.0), ticks=4)
    axes.set_xlabel(unit)
    draw_doors(axes, results, lanes, cells, doors, counter, scale)
