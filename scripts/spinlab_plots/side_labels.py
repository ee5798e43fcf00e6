"""Direct labels in a column, moved apart so that none overlaps, with a leader to each point."""

from __future__ import annotations

from dataclasses import dataclass

from typing import Iterable

from matplotlib.axes import Axes

from .page import text_width
from .styles import MUTED, Style

GAP = 0.3  # Inches for the leaders' last part.


@dataclass(frozen=True)
class Label:
    text: str
    x: float  # The point, in data coordinates.
    y: float
    style: Style
    italic: bool


def column_width(names: Iterable[str], points: float, *, lines: bool) -> float:
    """Inches from the axes' right edge that labels of these names need."""
    return GAP + handle_width(lines) + text_width(max(map(len, names)), points) + 0.1


def handle_width(lines: bool) -> float:
    return 0.45 if lines else 0.16


def spread(wanted: list[float], gap: float) -> list[float]:
    """Places at least `gap` apart, in the order of `wanted`, as near to it as one pass can get.

    Neighbours that are too close become a group, centred on the mean of its members' wishes; a
    group that then touches the one below joins it.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[tuple[float, list[int]]] = []
    for index in order:
        centre, members = wanted[index], [index]
        while groups and groups[-1][0] + gap * (len(groups[-1][1]) + len(members)) / 2 > centre:
            below, others = groups.pop()
            total = below * len(others) + centre * len(members)
            members = others + members
            centre = total / len(members)
        groups.append((centre, members))
    places = [0.0] * len(wanted)
    for centre, members in groups:
        for number, index in enumerate(members):
            places[index] = centre + gap * (number - (len(members) - 1) / 2)
    return places


def squeeze(places: list[float], low: float, high: float, gap: float) -> list[float]:
    """Pushes places that stick out back inside, keeping order and gap as long as they fit."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    gap = min(gap, (high - low) / max(1, len(places) - 1))
    inside = list(places)
    for number, index in enumerate(order):
        floor = low if number == 0 else inside[order[number - 1]] + gap
        inside[index] = max(inside[index], floor)
    for number, index in enumerate(reversed(order)):
        roof = high if number == 0 else inside[order[-number]] - gap
        inside[index] = min(inside[index], roof)
    return inside


def draw_side_labels(
    axes: Axes, labels: list[Label], column: float, *, points: float, lines: bool
) -> None:
    """`column` is where leaders may end, as a share of the axes: the labels stand right of it.

    `lines` shows the line's look as well as the marker's.
    """
    width, height = (axes.bbox.width / axes.figure.dpi, axes.bbox.height / axes.figure.dpi)
    column += GAP / width
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [to_axes.transform((label.x, label.y)) for label in labels]
    gap = points * 1.4 / 72 / height
    places = squeeze(spread([float(end[1]) for end in ends], gap), 0.0, 1.0, gap)
    sample = handle_width(lines) / width
    for label, end, place in zip(labels, ends, places):
        axes.plot([end[0], column - 0.06 / width], [end[1], place], transform=axes.transAxes,
                  color=MUTED, linewidth=0.6, alpha=0.7, clip_on=False, zorder=1)
        looks = label.style.points(6.5)
        looks["linestyle"] = label.style.line if lines else "none"
        shown = [column, column + sample / 2, column + sample] if lines else [column + sample / 2]
        axes.plot(shown, [place] * len(shown), transform=axes.transAxes, clip_on=False,
                  color=label.style.colour, markevery=[len(shown) // 2], linewidth=1.8, **looks)
        axes.text(column + sample + 0.07 / width, place, label.text, transform=axes.transAxes,
                  fontsize=points, va="center", style="italic" if label.italic else "normal",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
