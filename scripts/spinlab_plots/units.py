"""How numbers are written in pictures, and axes that are labelled so."""

from __future__ import annotations

import math
from typing import Callable, Iterable

from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

MILLIONS = 1e-6
# An axis with values this far apart is logarithmic: on a linear one the small ones would coincide.
LOG_RATIO = 6.0
# A range this wide holds two of 1, 2, 5, 10, ... wherever it starts.
TWO_TICKS_RATIO = 5.0


def short(value: float) -> str:
    """Three digits that count, thousands set apart: 0.482, 4.82, 48.2, 482, 4 820."""
    if math.isnan(value):
        return ""
    if abs(value) >= 1000:
        step = 10 ** (math.floor(math.log10(abs(value))) - 2)
        return grouped(round(value / step) * step)
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def grouped(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def known(values: Iterable[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


def percent(share: float) -> str:
    """Two digits, and no column wider than 100 %: <0.1 %, 0.3 %, 3.5 %, 35 %."""
    hundredths = 100 * share
    if 0 < hundredths < 0.1:
        return "<0.1 %"
    if hundredths < 1:
        return f"{hundredths:.1g} %"
    return f"{hundredths:.0f} %" if hundredths >= 9.95 else f"{hundredths:.2g} %"


def duration(ns: float) -> str:
    for unit, scale in (("ns", 1), ("µs", 1e3), ("ms", 1e6)):
        if ns < 1000 * scale:
            return f"{short(ns / scale)} {unit}"
    return f"{short(ns / 1e9)} s"


def spans_decades(values: Iterable[float]) -> bool:
    positive = [value for value in known(values) if value > 0]
    return bool(positive) and max(positive) / min(positive) > LOG_RATIO


def set_log(axis: Axis, values: Iterable[float], write: Callable[[float], str] = short) -> None:
    """A logarithmic axis around the positive ones of `values`, wide enough for two ticks."""
    positive = [value for value in known(values) if value > 0] or [1.0]
    low, high = min(positive), max(positive)
    margin = (high / low) ** 0.06 * 1.05
    low, high = low / margin, high * margin
    if high / low < TWO_TICKS_RATIO:
        centre, half = math.sqrt(low * high), math.sqrt(TWO_TICKS_RATIO)
        low, high = centre / half, centre * half
    is_x = axis.axis_name == "x"
    (axis.axes.set_xscale if is_x else axis.axes.set_yscale)("log")
    (axis.axes.set_xlim if is_x else axis.axes.set_ylim)(low, high)
    room = (axis.axes.bbox.width if is_x else axis.axes.bbox.height) / axis.axes.figure.dpi
    # What a label and its distance to the next take, in inches; upright they are equally high.
    wide = max(0.5, 0.1 * max(len(write(low)), len(write(high))) + 0.05)
    axis.set_major_locator(FixedLocator(log_ticks(low, high, int(room / (wide if is_x else 0.33)))))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between `low` and `high`: the densest kind of which no more than `most` fit."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    kinds = []
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        kinds.append([tick for tick in ticks if low <= tick <= high])
    readable = [ticks for ticks in kinds if len(ticks) >= 2] or kinds[:1]
    for ticks in readable:
        if len(ticks) <= most:
            return ticks
    return readable[-1][:: math.ceil(len(readable[-1]) / max(2, most))]


def set_from_zero(axis: Axis, high: float, ticks: int = 4) -> None:
    set_limits = axis.axes.set_xlim if axis.axis_name == "x" else axis.axes.set_ylim
    set_limits(0, high * 1.08)
    axis.set_major_locator(MaxNLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
