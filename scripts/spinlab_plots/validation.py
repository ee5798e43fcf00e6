"""Simulated against real: what a simulated machine says of cells that were measured as well."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Iterable, Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .intervals import Estimate
from .lanes import Lanes, arrange, draw_lanes, draw_points
from .page import MARGIN, WIDTH, Page, Picture, fit
from .results import LOADS, Results, Scene, in_order, load_title, threads_title
from .styles import INK, MUTED, Style, make_styles
from .units import known, percent, set_log

BOUND = 0.25  # How far from 1 a ratio may be: what the simulator is held to.
REACH = 4.0  # A bar that goes further than this beyond all medians is cut: it would hide the rest.
GUTTER = 0.4
LANE_OFFSET = 0.17  # Of the two points of a lane from its middle.
# Threads, the counter that is compared, and its name.
CONDITIONS = (
    (1, "ns_per_acquisition", "time per acquisition"),
    (2, "ns_per_handover", "time per hand-over"),
)


@dataclass(frozen=True)
class Pair:
    lock: str
    native: Estimate
    simulated: Estimate

    @property
    def ratio(self) -> Estimate:
        """Simulated over native; its ends are as far apart as those of both allow."""
        low, high = ends(self.simulated)
        native_low, native_high = ends(self.native)
        median = self.simulated.median / self.native.median
        if not (self.simulated.has_interval or self.native.has_interval):
            return Estimate(median, math.nan, math.nan)
        return Estimate(median, low / native_high, high / native_low)

    @property
    def is_within_bound(self) -> bool:
        return abs(self.ratio.median - 1) <= BOUND


def ends(one: Estimate) -> tuple[float, float]:
    return (one.low, one.high) if one.has_interval else (one.median, one.median)


def in_reach(estimates: Iterable[Estimate]) -> list[float]:
    """The medians, and the ends of bars as far as an axis shows them."""
    every = list(estimates)
    medians = [one.median for one in every]
    low, high = min(medians) / REACH, max(medians) * REACH
    return medians + [min(max(end, low), high) for one in every for end in ends(one)]


def draw(native: Results, simulated: Results) -> Iterator[Picture]:
    """One picture a workload, placement and load."""
    for scene in native.scenes():
        loads = {cell.load for cell in native.in_scene(scene)} - {"none"}
        for load in in_order(loads, LOADS):
            pairs = [find_pairs(native, simulated, scene, load, threads, counter)
                     for threads, counter, _ in CONDITIONS]
            if any(pairs):
                yield draw_load(native, simulated, scene, load, pairs)


def find_pairs(
    native: Results, simulated: Results, scene: Scene, load: str, threads: int, counter: str
) -> list[Pair]:
    pairs = []
    placement = simulated_placement(native, simulated, scene)
    for cell in native.in_scene(scene):
        twin = replace(cell, placement=placement)
        if (cell.threads, cell.load) != (threads, load) or twin not in simulated.cells:
            continue
        pair = Pair(cell.lock, native.estimate(cell, counter), simulated.estimate(twin, counter))
        # A lock that was never handed over has no time per hand-over.
        if known([pair.ratio.median]):
            pairs.append(pair)
    return pairs


def simulated_placement(native: Results, simulated: Results, scene: Scene) -> str:
    """The scene's, unless each has but one: where placements coincide, any name may be theirs."""
    if native.has_placements or simulated.has_placements:
        return scene.placement
    return next((cell.placement for cell in simulated.cells), scene.placement)


def draw_load(
    native: Results, simulated: Results, scene: Scene, load: str, pairs: list[list[Pair]]
) -> Picture:
    lanes = arrange_locks(native, scene, load, pairs)
    drawn = [(condition, of) for condition, of in zip(CONDITIONS, pairs) if of]
    left = MARGIN + lanes.name_width
    height = lanes.height(4.6)
    page = Page(
        simulated,
        f"Simulated against real: {native.scene_title(scene)}, {load_title(load)}",
        caption(native, simulated, drawn, lanes),
        (WIDTH, height + 0.95),
        machine_handles(native, scene.placement, simulated_placement(native, simulated, scene)),
        also=native,
    )
    room = (WIDTH - left - 0.2) / len(drawn) - 2 * GUTTER
    for number, ((threads, _, what), of) in enumerate(drawn):
        start = left + number * (room + 2 * GUTTER)
        values = page.axes(start, 0.65, 0.58 * room, height)
        draw_values(values, native, lanes, of)
        values.set_title(f"{threads_title(threads)}: {what}", fontsize=11, loc="left")
        draw_lanes(values, lanes, native, named=number == 0)
        ratios = page.axes(start + 0.58 * room + GUTTER, 0.65, 0.42 * room, height)
        draw_ratios(ratios, native, lanes, of)
        draw_lanes(ratios, lanes, native, named=False)
    return Picture(f"validation-{native.scene_name(scene)}-{load}", page.figure)


def arrange_locks(native: Results, scene: Scene, load: str, pairs: list[list[Pair]]) -> Lanes:
    """By the time that was measured with the most threads of which there are pairs."""
    threads, counter, _ = CONDITIONS[-1 if pairs[-1] else 0]
    locks = {pair.lock for of in pairs for pair in of}
    deciders = {lock: native.find(scene, lock, threads, load) for lock in locks}
    return arrange(native, deciders, counter, largest_first=False)


def caption(
    native: Results,
    simulated: Results,
    drawn: Sequence[tuple[tuple[int, str, str], list[Pair]]],
    lanes: Lanes,
) -> str:
    counts = ", ".join(
        f"{sum(pair.is_within_bound for pair in of)} of {len(of)} with {threads_title(threads)}"
        for (threads, _, _), of in drawn
    )
    return (
        f"Medians (native {native.interval_words('bars')}; simulated "
        f"{simulated.interval_words('bars')}). Ratio: simulated over native; solid line: equal; "
        f"dashed: {percent(BOUND)} apart. Within that are {counts}. A bar that reaches a panel's "
        f"edge goes on beyond it.{lanes.caption}"
    )


def machine_handles(native: Results, placement: str, simulated_as: str) -> list[Line2D]:
    differ = placement != simulated_as
    looks = {"linestyle": "none", "marker": "o", "markersize": 7, "markeredgecolor": INK}
    name = fit(f"native: {native.host.description}", WIDTH - 6, 12)
    return [
        Line2D([], [], markerfacecolor="white",
               label=name + f", placement {placement}" * differ, **looks),
        Line2D([], [], markerfacecolor=INK,
               label="simulated" + f", placement {simulated_as}" * differ, **looks),
    ]


def styles_of(native: Results, pairs: list[Pair], *, hollow: bool) -> list[Style]:
    styles = make_styles(native.contestants)
    return [Style(s.colour, s.marker, s.line, hollow) for s in (styles[p.lock] for p in pairs)]


def draw_values(axes: Axes, native: Results, lanes: Lanes, pairs: list[Pair]) -> None:
    set_log(axes.xaxis, in_reach(one for pair in pairs for one in (pair.native, pair.simulated)))
    axes.set_xlabel("ns, log scale")
    places = [lanes.places[pair.lock] for pair in pairs]
    draw_points(axes, [place - LANE_OFFSET for place in places], [pair.native for pair in pairs],
                styles_of(native, pairs, hollow=True))
    draw_points(axes, [place + LANE_OFFSET for place in places],
                [pair.simulated for pair in pairs], styles_of(native, pairs, hollow=False))


def draw_ratios(axes: Axes, native: Results, lanes: Lanes, pairs: list[Pair]) -> None:
    ratios = [pair.ratio for pair in pairs]
    # The bound is always in sight, however near to 1 all ratios are.
    set_log(axes.xaxis, [1 - BOUND, 1 + BOUND, *in_reach(ratios)])
    axes.axvline(1, color=INK, linewidth=1, zorder=0.9)
    for bound in (1 - BOUND, 1 + BOUND):
        axes.axvline(bound, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0.9)
    axes.set_title("ratio", fontsize=11, loc="left")
    axes.set_xlabel("simulated / native, log scale")
    draw_points(axes, [lanes.places[pair.lock] for pair in pairs], ratios,
                styles_of(native, pairs, hollow=False))
