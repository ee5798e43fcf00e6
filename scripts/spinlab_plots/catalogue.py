"""The figures by name. Their modules are imported only to draw: matplotlib is slow to load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str
    module: str  # Its draw(results) yields Pictures; none if there is no data for it.
    shows: str
    wants: str  # What the results lack if it yields none.
    compares: bool = False  # With those of --against: draw(results, against).


FIGURES = (
    Figure("throughput", "throughput", "acquisitions per second, by lock or by threads",
           "no cell of a lock has throughput"),
    Figure("capture", "capture", "throughput against hand-overs per acquisition",
           "no cell has two threads or more and a shared lock"),
    Figure("best", "best", "the fastest lock that shares, over threads and contention",
           "no cell of a lock (rather than a peer) has throughput"),
    Figure("ping-pong", "ping_pong", "time for a line to go between each pair of processors",
           "no calibration.ping_pong of two processors or more in the context"),
    Figure("latency", "latency", "how long an acquire takes, from the median to the maximum",
           "no cell has two threads or more and acquire latencies"),
    Figure("fairness", "fairness", "smallest share, Jain's index and longest run",
           "no saturated cell has two threads or more and shares"),
    Figure("doors", "doors", "what the Ke, Ndis and in-stack doors add to each lock",
           "no lock was run through two interfaces"),
    Figure("packets", "packets", "what a device delivers through each interface, lock by lock",
           "no cell has interrupts that bring packets"),
    Figure("validation", "validation", "simulated results against native ones, with --against",
           "no lock has a cell of 1 or 2 threads in both", compares=True),
)
