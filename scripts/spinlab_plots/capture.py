"""Throughput against hand-overs: which locks are fast because they are not shared."""

from __future__ import annotations

from typing import Iterator

from matplotlib.axes import Axes

from .page import CAPTURE_WORDS, WIDTH, Page, Picture, kind_handles
from .results import CAPTURE_BOUND, Cell, Results, Scene, load_title, threads_title
from .side_labels import Label, column_width, draw_side_labels
from .styles import BAND, FAINT, MUTED, make_styles
from .units import MILLIONS, known, set_log

RATE, SHARING = "acquisitions_per_second", "handovers_per_acquisition"
LABEL_POINTS = 10.5
# A gap between points, in hand-overs per acquisition, that holds a column of labels.
LABEL_GAP = 0.26


def draw(results: Results) -> Iterator[Picture]:
    for scene in results.scenes():
        cells = results.contested(
            scene,
            lambda cell: known([results.estimate(cell, RATE).median])
            and known([results.estimate(cell, SHARING).median]),
            highest_load=True,
        )
        if cells:
            yield draw_scene(results, scene, cells)


def draw_scene(results: Results, scene: Scene, cells: list[Cell]) -> Picture:
    height = max(4.6, 0.22 * len(cells))
    page = Page(
        results,
        f"Throughput against hand-overs: {results.scene_title(scene)}, "
        f"{threads_title(cells[0].threads)}, {load_title(cells[0].load)}",
        f"Medians ({results.interval_words('bars')}). Compare heights only among locks that hand "
        "over equally often: towards the left a lock is fast because the thread that has it takes "
        "it again, while others wait.",
        (WIDTH, height + 0.95),
        kind_handles(results, (cell.lock for cell in cells)),
    )
    labels_width = column_width((cell.lock for cell in cells), LABEL_POINTS, lines=False)
    axes = page.axes(0.95, 0.65, WIDTH - 0.95 - labels_width, height)
    prepare(axes, results, cells)
    labels = [draw_point(axes, results, cell) for cell in cells]
    edge = find_gap(results, cells)
    left, right = axes.get_xlim()
    inner = [label for label in labels if label.x < edge]
    outer = [label for label in labels if label.x >= edge]
    draw_side_labels(axes, inner, (edge + 0.02 - left) / (right - left),
                     points=LABEL_POINTS, lines=False)
    draw_side_labels(axes, outer, 1.0, points=LABEL_POINTS, lines=False)
    return Picture(f"capture-{results.scene_name(scene)}", page.figure)


def find_gap(results: Results, cells: list[Cell]) -> float:
    """Where the widest gap between the points' bars begins; below all if none holds labels.

    If there is room right of the bound of capture, it begins there: labels read better on white.
    Points left of it are labelled inside it, so that their leaders cross no other point.
    """
    estimates = sorted((results.estimate(cell, SHARING) for cell in cells), key=lambda e: e.median)
    edge, widest, reach = -1.0, LABEL_GAP, 0.0
    for lower, upper in zip(estimates, estimates[1:]):
        reach = max([reach, *known([lower.median, lower.high])])
        start = min(known([upper.median, upper.low]))
        if start - reach > widest:
            edge, widest = reach, start - reach
            if reach < CAPTURE_BOUND < start - LABEL_GAP:
                edge = CAPTURE_BOUND
    return edge


def prepare(axes: Axes, results: Results, cells: list[Cell]) -> None:
    rates = known(
        end * MILLIONS
        for cell in cells
        for one in [results.estimate(cell, RATE)]
        for end in (one.low, one.median, one.high)
    )
    set_log(axes.yaxis, rates)
    axes.set_xlim(-0.02, 1.03)
    axes.grid(axis="y")
    axes.axvspan(-0.02, CAPTURE_BOUND, facecolor=BAND, edgecolor=FAINT, hatch="//", zorder=0,
                 linewidth=0)
    axes.axvline(CAPTURE_BOUND, color=MUTED, linewidth=1)
    axes.annotate(f"capture: {CAPTURE_WORDS}", (0, 1), xycoords="axes fraction", xytext=(0, 4),
                  textcoords="offset points", fontsize=9.5, color=MUTED, style="italic")
    axes.set_xlabel("hand-overs per acquisition (1: every time to another thread)")
    axes.set_ylabel("acquisitions, M/s, log scale")


def draw_point(axes: Axes, results: Results, cell: Cell) -> Label:
    style = make_styles(results.contestants)[cell.lock]
    rate, sharing = results.estimate(cell, RATE), results.estimate(cell, SHARING)
    x, y = sharing.median, rate.median * MILLIONS
    if sharing.has_interval:
        axes.plot([sharing.low, sharing.high], [y, y], color=style.colour, linewidth=1.6)
    if rate.has_interval:
        axes.plot([x, x], [rate.low * MILLIONS, rate.high * MILLIONS], color=style.colour,
                  linewidth=1.6)
    axes.plot(x, y, zorder=3, **style.points(9))
    return Label(cell.lock, x, y, style, results.contestants[cell.lock].kind == "peer")
