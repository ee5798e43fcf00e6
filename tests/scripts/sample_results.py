"""Invented results for the tests of the plots: the same seed gives the same numbers.

`native` is the default sweep of a two-processor host, `simulated` one of 1 to 64 threads, `crowded`
has more locks than one panel can bear and more threads than processors. The numbers follow a small
model (a hand-over costs a line transfer, a capturing lock avoids it), so that the pictures look
like real ones; nothing here was measured.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import dataclass
from typing import Any, Callable, Iterator

FORMAT = "spinlab-results-1"
LOADS = ("none", "10", "50", "90", "saturated")
DOOR_COST_NS = {"direct": 0.0, "ke": 4.6, "ndis": 5.3, "instack": 6.8}
SECTION_NS = {"empty": 0.0, "shared_line": 6.0, "private_data": 9.0}
PACKETS_NS = {"packet_queue": 12.0, "isr_dpc": 90.0}


@dataclass(frozen=True)
class Lock:
    name: str
    family: str
    alone_ns: float  # Acquire and release by one thread.
    transfers: float  # Line transfers in a hand-over.
    handovers: float  # Per acquisition, two threads, saturated.
    crowd: float  # How much each further waiting thread slows a hand-over.
    kind: str = "lock"


LOCKS = (
    Lock("tas", "test-and-set", 9.1, 1.3, 0.31, 0.30),
    Lock("ttas", "test-and-set", 9.3, 1.6, 0.42, 0.17),
    Lock("ttas_backoff", "test-and-set", 9.4, 1.5, 0.035, 0.02),
    Lock("ticket", "ticket", 9.1, 2.1, 0.98, 0.12),
    Lock("ticket_backoff", "ticket", 9.2, 2.2, 0.97, 0.03),
    Lock("mcs", "queue", 15.8, 2.4, 0.99, 0.001),
    Lock("spin_park", "hybrid", 13.1, 1.7, 0.15, 0.05),
    Lock("tas_mcs", "hybrid", 9.9, 2.0, 0.22, 0.002),
    Lock("native_layout", "hybrid", 9.6, 1.6, 0.44, 0.16),
    Lock("clh", "queue", 10.4, 2.3, 0.99, 0.002),
    Lock("hemlock", "queue", 14.9, 2.6, 0.99, 0.002),
    Lock("qspinlock", "queue", 9.3, 1.9, 0.97, 0.002),
    Lock("twa", "ticket", 13.6, 2.1, 0.98, 0.004),
    Lock("cna", "hierarchical", 17.0, 1.3, 0.98, 0.001),
)
PEERS = (
    Lock("pthread_spin", "test-and-set", 9.8, 1.6, 0.40, 0.20, "peer"),
    Lock("pthread_mutex", "sleeping", 19.0, 2.6, 0.12, 0.06, "peer"),
    Lock("std_mutex", "sleeping", 18.8, 2.6, 0.13, 0.06, "peer"),
    Lock("tbb_spin", "test-and-set", 9.2, 1.5, 0.05, 0.03, "peer"),
    Lock("tbb_queuing", "queue", 15.9, 2.7, 1.0, 0.002, "peer"),
    Lock("tbb_speculative", "elision", 24.0, 1.9, 0.21, 0.1, "peer"),
    Lock("tbb_mutex", "hybrid", 12.4, 1.8, 0.09, 0.05, "peer"),
    Lock("ck_fas", "test-and-set", 9.2, 1.4, 0.33, 0.28, "peer"),
    Lock("ck_ticket", "ticket", 13.2, 2.2, 0.97, 0.13, "peer"),
    Lock("ck_mcs", "queue", 20.8, 2.4, 1.0, 0.001, "peer"),
    Lock("ck_clh", "queue", 8.8, 2.3, 0.99, 0.002, "peer"),
)
# Locks that the plots' table of styles does not know, in families that it may not know either.
NEWCOMERS = (
    Lock("anderson", "array", 12.2, 2.6, 1.0, 0.004),
    Lock("graunke_thakkar", "array", 12.9, 2.5, 1.0, 0.003),
    Lock("hierarchical_mcs", "hierarchical", 25.3, 1.4, 0.97, 0.001),
    Lock("cohort_ticket_mcs", "hierarchical", 22.1, 1.5, 0.96, 0.001),
    Lock("reciprocating", "stack", 9.9, 1.9, 0.93, 0.001),
)
FLOORS = (
    Lock("empty_loop", "floor", 0.6, 0, 0, 0, "floor"),
    Lock("locked_rmw", "floor", 6.6, 0, 0, 0, "floor"),
    Lock("rmw_store", "floor", 8.4, 0, 0, 0, "floor"),
)


@dataclass(frozen=True)
class Condition:
    workload: str
    lock: Lock
    threads: int
    load: str
    interface: str = "direct"
    placement: str = "compact"

    @property
    def run_name(self) -> str:
        return (
            f"{self.workload}/{self.lock.name}/threads:{self.threads}/load:{self.load}"
            f"/placement:{self.placement}/interface:{self.interface}"
        )


@dataclass(frozen=True)
class Sweep:
    conditions: list[Condition]
    blocks: int
    windows: int  # In a block, of each condition.
    transfer_ns: float


def native_sweep() -> Sweep:
    conditions = []
    for lock in LOCKS + PEERS:
        for workload in SECTION_NS:
            conditions.append(Condition(workload, lock, 1, "saturated"))
            conditions.append(Condition(workload, lock, 2, "saturated"))
        conditions += [Condition("shared_line", lock, 2, load) for load in LOADS[:-1]]
    for lock in LOCKS:
        for door in ("ke", "ndis", "instack"):
            conditions.append(Condition("shared_line", lock, 1, "saturated", door))
            conditions.append(Condition("shared_line", lock, 2, "saturated", door))
            conditions.append(Condition("isr_dpc", lock, 2, "saturated", door))
    conditions += [Condition("packet_queue", lock, 2, "saturated") for lock in LOCKS + PEERS]
    conditions += [Condition(workload, lock, 1, "saturated") for lock in FLOORS
                   for workload in SECTION_NS]
    conditions += [Condition("shared_line", lock, 2, "none") for lock in FLOORS]
    return Sweep(conditions, blocks=8, windows=5, transfer_ns=85.0)


def simulated_sweep() -> Sweep:
    conditions = []
    for lock in LOCKS:
        for threads in (1, 2, 4, 8, 16, 32, 64):
            for workload in SECTION_NS:
                conditions.append(Condition(workload, lock, threads, "saturated"))
            if threads > 1:
                conditions += [
                    Condition("shared_line", lock, threads, load) for load in LOADS[:-1]
                ]
            if 1 < threads < 64:  # With 1 and 64 threads the placements coincide.
                conditions.append(
                    Condition("shared_line", lock, threads, "saturated", placement="scatter")
                )
    return Sweep(conditions, blocks=5, windows=2, transfer_ns=60.0)


def crowded_sweep() -> Sweep:
    conditions = [
        Condition("shared_line", lock, threads, "saturated")
        for lock in LOCKS + NEWCOMERS + PEERS
        for threads in (1, 2, 4, 8, 16)
    ]
    return Sweep(conditions, blocks=6, windows=2, transfer_ns=70.0)


def model(condition: Condition, transfer_ns: float) -> tuple[float, float]:
    """Nanoseconds per acquisition over all threads, and hand-overs per acquisition."""
    lock, threads = condition.lock, condition.threads
    busy_ns = lock.alone_ns + (SECTION_NS | PACKETS_NS)[condition.workload]
    busy_ns += DOOR_COST_NS[condition.interface]
    if condition.load == "none" or threads == 1:
        return busy_ns / threads, 0.0
    share = 1.0 if condition.load == "saturated" else int(condition.load) / 100
    # Away from saturation a thread seldom comes back before another was in.
    handovers = lock.handovers * share + (1 - share) * (threads - 1) / threads
    is_far = condition.placement == "scatter" or threads > 32
    distance = 3.0 if is_far else 1.0 if threads <= 4 else 1.8
    handover_ns = lock.transfers * transfer_ns * distance * (1 + lock.crowd * (threads - 2) * share)
    return (busy_ns + handovers * handover_ns) / share, handovers


def counters(condition: Condition, drift: float, transfer_ns: float,
             dice: random.Random) -> dict[str, float]:
    cost_ns, handovers = model(condition, transfer_ns)
    threads, lock = condition.threads, condition.lock
    steady = lock.handovers > 0.9 or threads == 1 or condition.load == "none"
    cost_ns *= drift if not steady else 1 + (drift - 1) / 6
    cost_ns *= dice.lognormvariate(0, 0.02 if steady else 0.09)
    waiting_ns = cost_ns * (threads if handovers > 0.9 else 1)
    tail = 1.3 if handovers > 0.9 else 1 + (1 - handovers) * 9
    fair = threads == 1 or condition.load == "none"
    smallest = 1 / threads if fair else min(handovers ** 0.4, 0.999) / threads
    rate = 1e9 / cost_ns
    return {
        "acquisitions_per_second": rate,
        "acquisitions_per_second_all": rate * 0.97,
        "ns_per_acquisition": cost_ns * threads,
        "handovers_per_acquisition": min(1.0, handovers * dice.lognormvariate(0, 0.03)),
        "smallest_share": smallest * dice.uniform(0.98, 1.0),
        "largest_share": min(1.0, (2 / threads - smallest) if threads > 1 else 1.0),
        "jain": max(1 / threads, min(1.0, (smallest * threads) ** 0.5)),
        "longest_run": max(1.0, round(dice.lognormvariate(0, 0.2) * 8 / max(handovers, 0.002))),
        "acquire_p50_ns": waiting_ns * (0.4 if handovers < 0.5 else 1.0),
        "acquire_p90_ns": waiting_ns * tail,
        "acquire_p99_ns": waiting_ns * tail ** 2 * 1.2,
        "acquire_p999_ns": waiting_ns * tail ** 2.6 * 1.6,
        "acquire_max_ns": waiting_ns * tail ** 3 * dice.lognormvariate(2.2, 0.5),
        "windows_kept": float(dice.randint(8, 10)),
        "windows_rejected": 0.0,
    } | (packet_counters(rate, handovers) if condition.workload == "isr_dpc" else {})


def packet_counters(rate: float, handovers: float) -> dict[str, float]:
    return {
        "packets_per_second": rate * 2.2,
        "packets_per_dpc": 4 + 2 * handovers,
        "packets_dropped_share": 0.0,
    }


def rows(sweep: Sweep, dice: random.Random) -> Iterator[dict[str, Any]]:
    repetitions = sweep.blocks * sweep.windows
    for condition in sweep.conditions:
        for block in range(sweep.blocks):
            drift = dice.lognormvariate(0, 0.12)
            for window in range(sweep.windows):
                yield {
                    "name": condition.run_name,
                    "run_name": condition.run_name,
                    "run_type": "iteration",
                    "repetitions": repetitions,
                    "repetition_index": block * sweep.windows + window,
                    "threads": condition.threads,
                    "iterations": 1,
                    "real_time": 1e7,
                    "cpu_time": 1e7,
                    "time_unit": "ns",
                    "block": block,
                    **counters(condition, drift, sweep.transfer_ns, dice),
                }
        yield {
            "name": f"{condition.run_name}_median",
            "run_name": condition.run_name,
            "run_type": "aggregate",
            "aggregate_name": "median",
            "acquisitions_per_second": 1.0,
        }


def ping_pong(processors: int, near_ns: float, dice: random.Random) -> dict[str, Any]:
    """Cores 0 to n/2 are the first package; each package has L3 caches of eight cores."""

    def pair_ns(left: int, right: int) -> float:
        if left == right:
            return 0.0
        same_package = left * 2 // processors == right * 2 // processors
        far = 1.0 if left // 8 == right // 8 else 1.8 if same_package else 3.0
        return round(near_ns * far * dice.uniform(0.97, 1.03), 1)

    numbers = range(processors)
    above = {(left, right): pair_ns(left, right) for right in numbers for left in range(right + 1)}
    one_line = [[above[min(pair), max(pair)] for pair in ((left, right) for right in numbers)]
                for left in numbers]
    two_lines = [[round(1.7 * value, 1) for value in row] for row in one_line]
    return {"processors": list(numbers), "one_line_ns": one_line, "two_lines_ns": two_lines}


@dataclass(frozen=True)
class Sample:
    sweep: Callable[[], Sweep]
    entrants: tuple[Lock, ...]
    machine: str
    processor: str
    topology: str
    processors: int
    topology_name: str = ""  # Of a simulated machine.


SAMPLES = {
    "native": Sample(native_sweep, LOCKS + PEERS + FLOORS, "native", "AMD EPYC 7B13",
                     "pack:1 l3:1 core:2 pu:1", 2),
    "simulated": Sample(simulated_sweep, LOCKS, "simulated", "An EPYC, 2 x 32 cores",
                        "pack:2 l3:4 core:8 pu:1", 64, "an-epyc-2x32"),
    "crowded": Sample(crowded_sweep, LOCKS + NEWCOMERS + PEERS, "native",
                      "Intel(R) Xeon(R) Platinum 8490H CPU @ 1.90GHz", "pack:1 core:8 pu:1", 8),
}


def host_context() -> dict[str, Any]:
    """A simulated machine is none of these: they are of the computer that simulated it."""
    return {
        "kernel": "Linux 6.1.0",
        "compiler": "g++ 12.2.0",
        "flags": "-O3 -DNDEBUG",
        "governor": "unknown",
        "commit": "0123456789abcdef",
    }


def make_context(sample: Sample, transfer_ns: float, seed: int,
                 dice: random.Random) -> dict[str, Any]:
    own = host_context()
    if sample.topology_name:
        own = {"topology_name": sample.topology_name, "host": own}
    return own | {
        "format": FORMAT,
        "machine": sample.machine,
        "processor": sample.processor,
        "topology": sample.topology,
        "processors": sample.processors,
        "fingerprint": f"{sample.machine}-{sample.processor}",
        "seed": seed,
        "calibration": {
            "empty_loop_ns": 0.6, "locked_rmw_ns": 6.6, "rmw_store_ns": 8.4, "pause_ns": 14.0,
            "timer_ns": 21.0, "ping_pong": ping_pong(sample.processors, transfer_ns, dice),
        },
        "contestants": [
            {"name": lock.name, "title": lock.name.replace("_", " "), "family": lock.family,
             "source": "invented", "year": 2000, "fairness": "none", "words": 1, "node": "none",
             "kind": lock.kind}
            for lock in sample.entrants
        ],
    }


def make_document(name: str, seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    sample = SAMPLES[name]
    sweep = sample.sweep()
    context = make_context(sample, sweep.transfer_ns, seed, dice)
    return {"context": context, "benchmarks": list(rows(sweep, dice))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="example: sample_results.py native --out native.json --seed 7")
    parser.add_argument("sample", choices=SAMPLES)
    parser.add_argument("--out", required=True, metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", file=sys.stderr)
    with open(arguments.out, "w", encoding="utf-8") as file:
        json.dump(make_document(arguments.sample, arguments.seed), file)


if __name__ == "__main__":
    main()
