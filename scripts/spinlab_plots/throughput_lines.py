"""Throughput over threads, one line a lock; many locks are spread over panels by family."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from .page import CAPTURE_WORDS, WIDTH, Page, Picture, kind_handles
from .results import Cell, Results, Scene, load_title
from .side_labels import Label, column_width, draw_side_labels
from .styles import FAINT, INK, MUTED, make_styles
from .units import MILLIONS, known, set_log

COUNTER = "acquisitions_per_second"
LINE_COUNTS = 3  # Thread counts from which a line says more than dots.
CROWD = 12  # Lines that a single large panel can bear.
PANEL_CROWD = 8  # The same for one of several panels.
LABEL_POINTS = 10.5

CROWDING_LOOKS: dict[str, Any] = {"color": MUTED, "linewidth": 1.0, "linestyle": (0, (4, 3))}
RING_CAPTION = (
    " A ringed point is capture: fast because one thread keeps the lock, not because the lock is "
    "shared well."
)

Curves = dict[str, list[Cell]]  # A lock's cells by threads.


def draw_lines(results: Results, scene: Scene, load: str, cells: list[Cell]) -> Picture:
    curves: Curves = {}
    for cell in sorted(cells, key=lambda cell: cell.threads):
        curves.setdefault(cell.lock, []).append(cell)
    groups = [list(curves)] if len(curves) <= CROWD else by_family(results, curves)
    has_rings = any(results.captures(cell) for cell in cells)
    # Beyond a thread a processor the scheduler is measured as well: a line says where.
    is_crowded = any(cell.threads > results.host.processors for cell in cells)
    labels = column_width(curves, LABEL_POINTS, lines=True)
    columns = min(2, len(groups))
    rows = math.ceil(len(groups) / columns)
    height = 4.6 if rows == 1 else 3.2
    page = Page(
        results,
        f"Throughput by threads: {results.scene_title(scene)}, {load_title(load)}",
        f"Medians ({results.interval_words('bands')})."
        + " Gray: the locks of the other panels." * (len(groups) > 1)
        + RING_CAPTION * has_rings,
        (WIDTH, rows * (height + 1.0) - 0.1),
        kind_handles(results, curves)
        + [ring_handle()] * has_rings
        + [crowding_handle()] * is_crowded,
    )
    step = (WIDTH - 0.3) / columns
    for number, group in enumerate(groups):
        bottom = 0.65 + (rows - 1 - number // columns) * (height + 1.0)
        left = 0.9 + number % columns * step
        axes = page.axes(left, bottom, step - 0.95 - labels, height)
        draw_panel(axes, results, curves, group)
        if len(groups) > 1:
            axes.set_title(family_title(results, group), loc="left", fontsize=11)
    return Picture(f"throughput-{results.scene_name(scene)}-{load}", page.figure)


def by_family(results: Results, curves: Curves) -> list[list[str]]:
    """Panels of whole families, each as full as PANEL_CROWD lets it be."""
    families: dict[str, list[str]] = {}
    for lock in sorted(curves, key=list(results.contestants).index):
        families.setdefault(results.contestants[lock].family, []).append(lock)
    groups: list[list[str]] = []
    for family in families.values():
        fitting = [group for group in groups if len(group) + len(family) <= PANEL_CROWD]
        if fitting:
            fitting[0].extend(family)
        else:
            groups.append(list(family))
    return groups


def family_title(results: Results, group: list[str]) -> str:
    return ", ".join(dict.fromkeys(results.contestants[lock].family for lock in group))


def ring_handle() -> Line2D:
    return Line2D([], [], linestyle="none", marker="o", markersize=12, markerfacecolor="none",
                  markeredgecolor=INK, label=f"capture: {CAPTURE_WORDS}")


def draw_panel(axes: Axes, results: Results, curves: Curves, group: list[str]) -> None:
    counts = sorted({cell.threads for cells in curves.values() for cell in cells})
    ends = known(
        end * MILLIONS
        for cells in curves.values()
        for one in (results.estimate(cell, COUNTER) for cell in cells)
        for end in (one.median, one.low, one.high)
    )
    axes.set_xscale("log", base=2)
    margin = max(1.12, (counts[-1] / counts[0]) ** 0.045)  # Rings stick out.
    axes.set_xlim(counts[0] / margin, counts[-1] * margin)
    axes.xaxis.set_major_locator(FixedLocator(counts))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    set_log(axes.yaxis, ends)
    axes.grid(axis="y")
    axes.set_xlabel("threads")
    axes.set_ylabel("acquisitions, M/s, log scale")
    if counts[-1] > results.host.processors:
        axes.axvline(results.host.processors * 1.06, **CROWDING_LOOKS)
    for lock, cells in curves.items():
        if lock not in group:
            rates = [results.estimate(cell, COUNTER).median * MILLIONS for cell in cells]
            axes.plot([cell.threads for cell in cells], rates, color=FAINT, linewidth=1.2, zorder=1)
    labels = [draw_curve(axes, results, lock, curves[lock]) for lock in group]
    draw_side_labels(axes, labels, 1.0, points=LABEL_POINTS, lines=True)


def crowding_handle() -> Line2D:
    return Line2D([], [], label="right of it: more threads than processors", **CROWDING_LOOKS)


def draw_curve(axes: Axes, results: Results, lock: str, cells: list[Cell]) -> Label:
    style = make_styles(results.contestants)[lock]
    threads = [cell.threads for cell in cells]
    estimates = [results.estimate(cell, COUNTER) for cell in cells]
    rates = [one.median * MILLIONS for one in estimates]
    axes.fill_between(
        threads,
        [one.low * MILLIONS for one in estimates],
        [one.high * MILLIONS for one in estimates],
        color=style.colour,
        alpha=0.18,
        linewidth=0,
    )
    looks = style.points(7) | {"linestyle": style.line}
    axes.plot(threads, rates, color=style.colour, linewidth=1.8, **looks)
    ringed = [(cell.threads, rate) for cell, rate in zip(cells, rates) if results.captures(cell)]
    axes.plot([one[0] for one in ringed], [one[1] for one in ringed], linestyle="none", marker="o",
              markersize=13, markerfacecolor="none", markeredgecolor=INK, zorder=3)
    is_peer = results.contestants[lock].kind == "peer"
    return Label(lock, threads[-1], rates[-1], style, is_peer)
