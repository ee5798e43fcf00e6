"""The table of docs/validation.md that sets simulated results beside native ones.

validation_table.py NATIVE SIMULATED: results files of the same cells, with 1 and 2 threads.
"""

from __future__ import annotations

import json
import statistics
import sys


def read(path: str) -> dict[tuple[str, int], list[dict]]:
    """The windows of each lock and number of threads."""
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["benchmarks"]
    windows: dict[tuple[str, int], list[dict]] = {}
    for row in rows:
        if row["run_type"] != "iteration" or row.get("error_occurred", False):
            continue
        # In a window that was disturbed throughout, nobody may have acquired.
        if row["acquisitions_per_second"] > 0:
            windows.setdefault((row["run_name"].split("/")[1], row["threads"]), []).append(row)
    return windows


def ping_pong(path: str) -> str:
    """What bench measured just before: between its first two processors."""
    with open(path, encoding="utf-8") as file:
        measured = json.load(file)["context"]["calibration"]["ping_pong"]
    return (f"Ping-pong, ns one way: {measured['one_line_ns'][0][1]:.1f} on one line, "
            f"{measured['two_lines_ns'][0][1]:.1f} on two; simulated:")


def ns(windows: list[dict]) -> float:
    return statistics.median(1e9 / row["acquisitions_per_second"] for row in windows)


def handovers(windows: list[dict]) -> float:
    return statistics.median(row["handovers_per_acquisition"] for row in windows)


def per_handover(windows: list[dict]) -> float:
    return ns(windows) / handovers(windows) if handovers(windows) else float("nan")


def main(native_path: str, simulated_path: str) -> None:
    native, simulated = read(native_path), read(simulated_path)
    print("| lock | 1 thread, ns: real | simulated | ratio | 2 threads, ns a hand-over: real "
          "| simulated | ratio | hand-overs: real | simulated |")
    print("| --- |" + " --- |" * 8)
    for lock in dict.fromkeys(lock for lock, _ in native):
        alone = [ns(of[lock, 1]) for of in (native, simulated)]
        pair = [per_handover(of[lock, 2]) for of in (native, simulated)]
        shares = [handovers(of[lock, 2]) for of in (native, simulated)]
        print(f"| {lock} | {alone[0]:.1f} | {alone[1]:.1f} | {alone[1] / alone[0]:.2f} "
              f"| {pair[0]:.1f} | {pair[1]:.1f} | {pair[1] / pair[0]:.2f} "
              f"| {shares[0]:.3f} | {shares[1]:.3f} |")
    print()
    print(ping_pong(native_path))


if __name__ == "__main__":
    main(*sys.argv[1:])
