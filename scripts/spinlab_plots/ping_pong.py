"""The ping-pong matrix: how far apart the processors are, in nanoseconds."""

from __future__ import annotations

from typing import Iterator

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.image import AxesImage

from .page import Page, Picture
from .results import PingPong, Results

SIDE = 4.4
TEXT_LIMIT = 12  # Processors up to which every cell has room for its number.
SHADES = ListedColormap(colormaps["Greys"](np.linspace(0, 0.72, 256)))
DARK = 0.62  # Of the largest value; from here on numbers are white.


def draw(results: Results) -> Iterator[Picture]:
    found = results.ping_pong
    if found is None or len(found.processors) < 2:
        return
    panels = {"One line, written by both": found.one_line_ns}
    if found.two_lines_ns is not None:
        panels["Two lines, one written by each"] = found.two_lines_ns
    width = max(9.5, 1.0 + len(panels) * (SIDE + 0.9) + 1.1)
    page = Page(
        results,
        "Ping-pong between processors",
        "Nanoseconds, one way, from one thread's store to another's answer; darker is further "
        "apart. No lock's hand-over can be cheaper. Squares along the diagonal are processors that "
        "share a cache or a package.",
        (width, SIDE + 1.1),
    )
    pairs = np.concatenate([off_diagonal(matrix) for matrix in panels.values()])
    high = float(np.nanmax(pairs))
    image = None
    for number, (title, matrix) in enumerate(panels.items()):
        axes = page.axes(1.0 + number * (SIDE + 0.9), 0.65, SIDE, SIDE)
        axes.set_title(title, fontsize=12, loc="left", pad=8)
        image = draw_matrix(axes, found, matrix, high)
    bar = page.axes(1.0 + len(panels) * (SIDE + 0.9) - 0.55, 0.65, 0.22, SIDE)
    page.figure.colorbar(image, cax=bar, label="ns")
    yield Picture("ping-pong", page.figure)


def off_diagonal(matrix: np.ndarray) -> np.ndarray:
    return matrix[~np.eye(len(matrix), dtype=bool)]


def draw_matrix(
    axes: Axes, found: PingPong, matrix: np.ndarray, high: float
) -> AxesImage:
    # From white at zero, so that the shade is proportional to the time.
    shown = np.where(np.eye(len(matrix), dtype=bool), np.nan, matrix)
    image = axes.imshow(shown, cmap=SHADES, vmin=0, vmax=high, interpolation="nearest")
    count = len(found.processors)
    step = max(1, count // 16)
    ticks = range(0, count, step)
    names = [str(found.processors[at]) for at in ticks]
    axes.set_xticks(list(ticks), names)
    axes.set_yticks(list(ticks), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("processor")
    axes.set_ylabel("processor")
    if count > TEXT_LIMIT:
        return image
    for row, values in enumerate(shown):
        for column, value in enumerate(values):
            colour = "white" if value > DARK * high else "black"
            text = "–" if np.isnan(value) else f"{value:.0f}" if value >= 100 else f"{value:#.3g}"
            axes.text(column, row, text, ha="center", va="center", color=colour,
                      fontsize=15 if count <= 4 else 9)
    return image
