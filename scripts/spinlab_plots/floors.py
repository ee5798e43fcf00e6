"""Floors as reference lines: what an acquire and a release cannot be cheaper than."""

from __future__ import annotations

import math
from typing import Any, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .results import Results, Scene
from .styles import FLOOR_LINES, MUTED
from .units import short

# A floor further away than this is written, not drawn: it would squeeze what is compared.
REACH = 1.5

Condition = tuple[int, str]  # Threads and load.


def floor_values(
    results: Results, scene: Scene, condition: Condition, counter: str
) -> dict[str, float]:
    threads, load = condition
    medians = {
        cell.lock: results.estimate(cell, counter).median
        for cell in results.in_scene(scene, floors=True)
        if cell.threads == threads and (threads == 1 or cell.load == load)
    }
    return {name: median for name, median in medians.items() if not math.isnan(median)}


def within_reach(floors: dict[str, float], ends: Sequence[float]) -> dict[str, float]:
    """Those near the values `ends`, on either side."""
    low, high = min(ends) / REACH, max(ends) * REACH
    return {name: value for name, value in floors.items() if low <= value <= high}


def draw_floors(
    axes: Axes,
    results: Results,
    floors: dict[str, float],
    near: dict[str, float],
    *,
    is_rate: bool,
) -> None:
    """Lines behind the points; above the panel, the values of those out of reach."""
    for name, value in near.items():
        axes.axvline(value, color=MUTED, linewidth=1.3, zorder=0.9, linestyle=look(results, name))
    # Out of reach means beyond every lock: rates at the right, times at the left.
    arrow = "{} →" if is_rate else "← {}"
    far = [
        arrow.format(f"{name} {short(value)}")
        for name, value in floors.items()
        if name not in near
    ]
    axes.annotate("   ".join(far), (1, 1), xytext=(0, 4), xycoords="axes fraction",
                  textcoords="offset points", ha="right", fontsize=8, color=MUTED)


def look(results: Results, name: str) -> Any:
    floors = [one.name for one in results.contestants.values() if one.kind == "floor"]
    return FLOOR_LINES[floors.index(name) % len(FLOOR_LINES)]


def floor_handles(results: Results, names: set[str]) -> list[Line2D]:
    return [
        Line2D([], [], color=MUTED, linestyle=look(results, name), label=f"floor: {name}")
        for name in results.contestants
        if name in names
    ]
