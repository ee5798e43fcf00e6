"""The best lock for every number of threads and contention level, as default advice.

A lock that captures is no default: its rate says that one thread had it, not that it serves many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .page import CAPTURE_WORDS, MARGIN, TEXT_POINTS, WIDTH, Page, Picture, text_width
from .results import LOADS, Cell, Results, Scene, in_order, load_title
from .styles import FAINT, MUTED, make_styles, tint
from .units import MILLIONS, known, short

COUNTER = "acquisitions_per_second"
ROW_HEIGHT = 0.78
NAME_WIDTH = 1.15
HEAD = 0.75  # Above the cells of each panel, for its title and what is below the panel above.


@dataclass(frozen=True)
class Choice:
    best: Cell | None  # None if every lock captures.
    level: int  # Further locks that cannot be told from the best one.
    faster: int  # Locks with a higher rate that were left out because they capture.


def choose(results: Results, cells: list[Cell]) -> Choice:
    def rate(cell: Cell) -> float:
        return results.estimate(cell, COUNTER).median

    sharing = [cell for cell in cells if not results.captures(cell)]
    capturing = [cell for cell in cells if results.captures(cell)]
    if not sharing:
        return Choice(None, 0, len(capturing))
    best = max(sharing, key=rate)
    level = sum(cell != best and results.is_level(cell, best, COUNTER) for cell in sharing)
    return Choice(best, level, sum(rate(cell) > rate(best) for cell in capturing))


def draw(results: Results) -> Iterator[Picture]:
    by_scene = {}
    for scene in results.scenes():
        cells = [
            cell
            for cell in results.in_scene(scene)
            if results.contestants[cell.lock].kind == "lock"
            and known([results.estimate(cell, COUNTER).median])
        ]
        if not results.borrowed.issuperset(cells):
            by_scene[scene] = cells
    if by_scene:
        yield draw_scenes(results, by_scene)


def draw_scenes(results: Results, by_scene: dict[Scene, list[Cell]]) -> Picture:
    counts = sorted({cell.threads for cells in by_scene.values() for cell in cells})
    loads = {
        scene: in_order((cell.load for cell in cells if cell not in results.borrowed), LOADS)[::-1]
        for scene, cells in by_scene.items()
    }
    room = WIDTH - 2 * MARGIN - NAME_WIDTH
    longest = max(len(cell.lock) for cells in by_scene.values() for cell in cells)
    column = max(min(3.2, room / len(counts)), 1.45, text_width(longest, 1.1 * TEXT_POINTS))
    width = max(10.6, 2 * MARGIN + NAME_WIDTH + column * len(counts))
    height = sum(HEAD + ROW_HEIGHT * len(loads[scene]) for scene in by_scene)
    page = Page(
        results,
        "Best lock by threads and contention",
        "Highest median rate among spinlab's locks; peers don't compete. Locks that capture "
        f"({CAPTURE_WORDS}) are no default advice: \"n left out\" counts those that were faster. "
        f"\"n level\" counts further locks that {level_words(results)}.",
        (width, height + 0.05),
    )
    top = height + 0.35
    for scene, cells in by_scene.items():
        rows = len(loads[scene])
        top -= HEAD + ROW_HEIGHT * rows
        axes = page.axes(MARGIN + NAME_WIDTH, top, column * len(counts), ROW_HEIGHT * rows)
        axes.set_title(results.scene_title(scene), fontsize=12, loc="left", weight="bold", pad=8)
        draw_map(axes, results, cells, counts, loads[scene])
    return Picture("best", page.figure)


def level_words(results: Results) -> str:
    if results.host.is_simulated:
        return "are no slower than it in some draw of the machine's costs"
    return "the 95 % intervals do not tell from the best one"


def draw_map(
    axes: Axes, results: Results, cells: list[Cell], counts: list[int], loads: list[str]
) -> None:
    axes.set_xlim(0, len(counts))
    axes.set_ylim(len(loads), 0)
    axes.set_xticks([at + 0.5 for at in range(len(counts))])
    axes.set_xticklabels([f"{count} thread{'s' * (count > 1)}" for count in counts])
    axes.set_yticks([at + 0.5 for at in range(len(loads))])
    axes.set_yticklabels([load_title(load) for load in loads])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for across, count in enumerate(counts):
        for down, load in enumerate(loads):
            here = [cell for cell in cells if (cell.threads, cell.load) == (count, load)]
            draw_choice(axes, results, (across, down), choose(results, here) if here else None)


def draw_choice(
    axes: Axes, results: Results, corner: tuple[int, int], choice: Choice | None
) -> None:
    across, down = corner
    best = choice.best if choice else None
    colour = tint(make_styles(results.contestants)[best.lock].colour, 0.72) if best else "white"
    axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white", linewidth=3,
                             hatch="" if choice else "//"))
    if choice is None:
        axes.add_patch(Rectangle((across + 0.02, down + 0.03), 0.96, 0.94, facecolor="white",
                                 edgecolor=FAINT, linewidth=1))
        axes.text(across + 0.5, down + 0.5, "not run", ha="center", va="center", fontsize=9,
                  color=MUTED)
        return
    if best is None:
        axes.text(across + 0.5, down + 0.5, "all capture", ha="center", va="center", style="italic")
        return
    rate = results.estimate(best, COUNTER).median * MILLIONS
    counted = {"level": choice.level, "left out": choice.faster}
    notes = [f"{count} {what}" for what, count in counted.items() if count]
    axes.text(across + 0.5, down + 0.24, best.lock, ha="center", va="center", weight="bold")
    axes.text(across + 0.5, down + 0.52, f"{short(rate)} M/s", ha="center", va="center")
    axes.text(across + 0.5, down + 0.79, ", ".join(notes), ha="center", va="center", fontsize=8.5,
              color=MUTED)
