"""How a contestant looks, the same in every picture and in every run.

The family decides the hue; a slot, counted in one explicit order, decides the marker and the line.
Marker and line alone tell the first 52 slots apart, so black and white is enough.
Locks are filled, other libraries' locks (peers) hollow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .results import Contestant

# Slots are counted in this order; the numbers are shades, so that a family's members differ. New
# names go to the end, so that no older one changes. A name that is not here comes after all of
# these, in the order in which the results list their contestants.
SHADE_BY_NAME = {
    "tas": 0, "ttas": 1, "ttas_backoff": 2, "ticket": 0, "ticket_backoff": 1, "mcs": 0,
    "spin_park": 1, "tas_mcs": 2, "native_layout": 0, "pthread_spin": 1, "pthread_mutex": 0,
    "std_mutex": 1, "tbb_spin": 2, "tbb_queuing": 1, "tbb_speculative": 0, "tbb_mutex": 2,
    "ck_fas": 0, "ck_ticket": 2, "ck_mcs": 2, "ck_clh": 0,
    "clh": 1, "hemlock": 2, "qspinlock": 1, "twa": 2, "cna": 0,
    "cohort": 1, "cohort_mcs": 2,
}
SLOTS = list(SHADE_BY_NAME)

# Okabe and Ito's palette, which colour-blind readers can tell apart, and four that keep to it.
HUES = {
    "test-and-set": "#d55e00",
    "ticket": "#0072b2",
    "queue": "#009e73",
    "hybrid": "#a8478c",
    "sleeping": "#7a5c3e",
    "elision": "#3d9bd1",
    "array": "#c79000",
    "hierarchical": "#5b4fb3",
}
SPARE_HUES = ("#8a8d00", "#b0435c", "#2f6d75", "#6b6b6b")

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*", "d")
LINES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (7, 2, 1.5, 2)), (0, (2, 1.5)))
SHADES = (0.0, 0.22, 0.4)  # How far towards white.

INK = "#1a1a1a"
MUTED = "#5c5c5c"
FAINT = "#d9d9d9"
BAND = "#f1f1ee"
FLOOR_LINES: tuple[Any, ...] = ((0, (1, 1.5)), (0, (5, 2)), (0, (5, 2, 1, 2)))


@dataclass(frozen=True)
class Style:
    colour: str
    marker: str
    line: Any
    hollow: bool

    def points(self, size: float) -> dict[str, Any]:
        """For Axes.plot: the markers only."""
        return {
            "marker": self.marker,
            # Stars and thin diamonds look smaller than they are.
            "markersize": size * (1.35 if self.marker in "*d" else 1.0),
            "markerfacecolor": "white" if self.hollow else self.colour,
            "markeredgecolor": self.colour,
            "markeredgewidth": 1.4,
            "linestyle": "none",
        }


def tint(colour: str, share: float) -> str:
    """`colour` mixed with `share` of white."""
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(value + (255 - value) * share):02x}" for value in channels)


def make_styles(contestants: dict[str, Contestant]) -> dict[str, Style]:
    drawn = {name: one for name, one in contestants.items() if one.kind != "floor"}
    later = [name for name in drawn if name not in SLOTS]
    spare = list(dict.fromkeys(one.family for one in drawn.values() if one.family not in HUES))
    styles = {}
    for name, contestant in drawn.items():
        slot = SLOTS.index(name) if name in SLOTS else len(SLOTS) + later.index(name)
        hue = HUES.get(contestant.family)
        if hue is None:
            hue = SPARE_HUES[spare.index(contestant.family) % len(SPARE_HUES)]
        styles[name] = Style(
            colour=tint(hue, SHADES[SHADE_BY_NAME.get(name, slot) % len(SHADES)]),
            marker=MARKERS[slot % len(MARKERS)],
            line=LINES[slot % len(LINES)],
            hollow=contestant.kind == "peer",
        )
    return styles
