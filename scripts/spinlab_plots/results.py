"""What a results file says, as the figures ask for it: cells, their samples, their estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Callable, Iterable

import numpy as np

from .intervals import NO_ESTIMATE, Estimate, estimate_by_block, estimate_by_draw

# Reading order in every picture; names that are not here follow, sorted.
WORKLOADS = ("empty", "shared_line", "private_data", "packet_queue", "isr_dpc")
LOADS = ("none", "10", "50", "90", "saturated")
INTERFACES = ("direct", "ke", "ndis", "instack")

CAPTURE_BOUND = 0.25  # Hand-overs per acquisition; fewer is capture.


def in_order(names: Iterable[str], order: tuple[str, ...]) -> list[str]:
    def place(name: str) -> tuple[int, str]:
        return (order.index(name) if name in order else len(order), name)

    return sorted(set(names), key=place)


@dataclass(frozen=True)
class Cell:
    """What was measured: one combination of the sweep."""

    workload: str
    lock: str
    threads: int
    load: str
    placement: str
    interface: str


@dataclass(frozen=True)
class Scene:
    """What a picture is about: the cells of one workload under one placement."""

    workload: str
    placement: str


@dataclass(frozen=True)
class Contestant:
    name: str
    family: str
    kind: str  # lock, peer or floor


@dataclass(frozen=True)
class Host:
    """The computer, and the build that ran on it: windows of two hosts are never mixed.

    A simulated one is the same wherever it is simulated: what is of that computer is empty.
    """

    machine: str  # native or simulated
    processor: str
    fingerprint: str
    topology: str
    topology_name: str  # Of a simulated one.
    processors: int
    kernel: str
    compiler: str
    flags: str
    governor: str
    commit: str

    @property
    def is_simulated(self) -> bool:
        return self.machine == "simulated"

    @property
    def description(self) -> str:
        count = f"{self.processors} processor{'s' if self.processors > 1 else ''}"
        if self.is_simulated:
            return f"simulated: {self.topology_name} ({self.processor}), {count}"
        return f"{self.processor}, {count}"


@dataclass(frozen=True)
class PingPong:
    """Nanoseconds between every pair of processors, over one line and over two."""

    processors: list[int]
    one_line_ns: np.ndarray
    two_lines_ns: np.ndarray | None


@dataclass
class Samples:
    """The windows of one cell: the counters of each, and the block that it ran in."""

    blocks: list[int] = field(default_factory=list)
    counters: list[dict[str, float]] = field(default_factory=list)

    def estimate(self, counter: str, *, are_draws: bool) -> Estimate:
        """`are_draws`: the blocks are draws of a simulated machine's costs."""
        values = np.array([row.get(counter, np.nan) for row in self.counters], dtype=float)
        by = estimate_by_draw if are_draws else estimate_by_block
        return by(values, np.array(self.blocks))

    def by_block(self, counter: str) -> dict[int, float]:
        """The median of each block that has the counter."""
        found: dict[int, list[float]] = {}
        for block, row in zip(self.blocks, self.counters):
            if not math.isnan(row.get(counter, math.nan)):
                found.setdefault(block, []).append(row[counter])
        return {block: float(np.median(values)) for block, values in found.items()}


@dataclass
class Results:
    """Everything that was measured on one host with one build."""

    host: Host
    label: str  # The first file's name, for pictures of several hosts.
    seeds: list[int]
    contestants: dict[str, Contestant]
    ping_pong: PingPong | None
    cells: dict[Cell, Samples]
    windows: int = 0
    blocks: int = 0
    unpinned: int = 0  # Windows whose threads the system refused to pin.
    disturbed: int = 0  # Windows of which no slice was kept: they count with all slices.
    borrowed: set[Cell] = field(default_factory=set)  # Those of another placement's cell.

    def __post_init__(self) -> None:
        self._estimates: dict[tuple[Cell, str], Estimate] = {}

    @cached_property
    def interfaces(self) -> dict[str, str]:
        """By workload. Doors are compared in a picture of their own; every other one shows these."""
        found: dict[str, set[str]] = {}
        for cell in self.cells:
            found.setdefault(cell.workload, set()).add(cell.interface)
        return {workload: in_order(names, INTERFACES)[0] for workload, names in found.items()}

    @cached_property
    def has_placements(self) -> bool:
        """Whether scenes differ in their placement, so that names and titles must say it."""
        return len({cell.placement for cell in self.cells}) > 1

    def scenes(self) -> list[Scene]:
        found = {Scene(cell.workload, cell.placement) for cell in self.cells}
        workloads = in_order((scene.workload for scene in found), WORKLOADS)
        return sorted(found, key=lambda scene: (workloads.index(scene.workload), scene.placement))

    def scene_name(self, scene: Scene) -> str:
        """For file names."""
        return f"{scene.workload}-{scene.placement}" if self.has_placements else scene.workload

    def scene_title(self, scene: Scene) -> str:
        place = f", placement {scene.placement}" if self.has_placements else ""
        interface = self.interfaces[scene.workload]
        door = f", interface {interface}" if interface != "direct" else ""
        return f"{workload_title(scene.workload)}{place}{door}"

    def in_scene(
        self, scene: Scene, *, floors: bool = False, doors: bool = False, borrowed: bool = True
    ) -> list[Cell]:
        """Those of locks and peers, or those of floors; through one door or through all."""
        return [
            cell
            for cell in self.cells
            if (cell.workload, cell.placement) == (scene.workload, scene.placement)
            and (self.contestants[cell.lock].kind == "floor") == floors
            and (doors or cell.interface == self.interfaces[scene.workload])
            and (borrowed or cell not in self.borrowed)
        ]

    def find(self, scene: Scene, lock: str, threads: int, load: str) -> Cell:
        interface = self.interfaces[scene.workload]
        return Cell(scene.workload, lock, threads, load, scene.placement, interface)

    def estimate(self, cell: Cell, counter: str) -> Estimate:
        """Of a cell that was not run: an estimate without a median."""
        if cell not in self.cells:
            return NO_ESTIMATE
        key = (cell, counter)
        if key not in self._estimates:
            self._estimates[key] = self.cells[cell].estimate(
                counter, are_draws=self.host.is_simulated
            )
        return self._estimates[key]

    def is_level(self, cell: Cell, best: Cell, counter: str) -> bool:
        """Whether `cell` cannot be told from the cell with the highest median.

        The costs of a draw are the same for all cells: they are compared draw by draw.
        """
        if not self.host.is_simulated:
            return self.estimate(cell, counter).overlaps(self.estimate(best, counter))
        ours, bests = (self.cells[one].by_block(counter) for one in (cell, best))
        shared = ours.keys() & bests.keys()
        return not shared or any(ours[draw] >= bests[draw] for draw in shared)

    def interval_words(self, marks: str) -> str:
        """What the bars or bands around a median are, for captions."""
        if not self.host.is_simulated:
            return f"{marks}: 95 % intervals"
        if self.blocks < 2:
            return f"no {marks}, since there was one draw of the machine's costs only"
        return f"{marks}: costs at their 5th to 95th percentile"

    def captures(self, cell: Cell) -> bool:
        """Whether the lock mostly stays with the thread that has it: speed that nobody shares."""
        if cell.threads < 2 or cell.load == "none":
            return False
        return self.estimate(cell, "handovers_per_acquisition").median < CAPTURE_BOUND

    def share_coinciding_placements(self) -> None:
        """One thread, or one on every processor, is the same under every placement.

        A bench runs such cells under one placement's name; the other scenes need them as well.
        """
        for scene in self.scenes():
            for cell, samples in list(self.cells.items()):
                twin = replace(cell, placement=scene.placement)
                is_same = cell.threads in (1, self.host.processors)
                if cell.workload == scene.workload and is_same and twin not in self.cells:
                    self.cells[twin] = samples
                    self.borrowed.add(twin)

    def contested(
        self, scene: Scene, is_wanted: Callable[[Cell], object], *, highest_load: bool = False
    ) -> list[Cell]:
        """The wanted cells in which threads share a lock, with as many threads as are a full house.

        `highest_load`: only those under the highest load that a wanted cell has.
        """
        cells = [
            cell
            for cell in self.in_scene(scene, borrowed=False)
            if cell.threads > 1 and cell.load != "none" and is_wanted(cell)
        ]
        if highest_load:
            highest = in_order((cell.load for cell in cells), LOADS)[-1:]
            cells = [cell for cell in cells if cell.load in highest]
        threads = self.full_house(cells)
        return [cell for cell in cells if cell.threads == threads]

    def full_house(self, cells: Iterable[Cell]) -> int:
        """The largest number of threads that still has a processor each; 0 if none is above 1."""
        counts = sorted({cell.threads for cell in cells if cell.threads > 1})
        fitting = [count for count in counts if count <= self.host.processors]
        return (fitting[-1:] or counts[:1] or [0])[0]


def workload_title(workload: str) -> str:
    titles = {"empty": "empty section", "isr_dpc": "ISR and DPC"}
    return titles.get(workload, workload.replace("_", " "))


def load_title(load: str) -> str:
    if load == "none":
        return "a lock each"
    return f"{load} % load" if load.isdigit() else load


def threads_title(threads: int) -> str:
    return f"{threads} thread{'s' if threads > 1 else ''}"
