"""Reads results files: Google Benchmark's JSON with spinlab's context.

Everything that can be wrong with a file is a UserError that names it and what would be right.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .json_input import (
    LARGEST_NUMBER,
    count_in,
    counter_in,
    matrix_in,
    number_in,
    parse_json,
    shown,
)
from .results import Cell, Contestant, Host, PingPong, Results, Samples
from .user_error import UserError

FORMAT = "spinlab-results-1"

RUN_NAME = re.compile(
    r"(?P<workload>[^/]+)/(?P<lock>[^/]+)/threads:(?P<threads>[1-9]\d*)/load:(?P<load>[^/]+)"
    r"/placement:(?P<placement>[^/]+)/interface:(?P<interface>[^/]+)(/.*)?"
)
# Members of a row that are not counters.
FRAME = frozenset(
    "name family_index per_family_instance_index run_name run_type repetitions repetition_index "
    "threads iterations real_time cpu_time time_unit block label error_occurred error_message "
    "aggregate_name aggregate_unit".split()
)
# Advice rests on these; a wrong one must not count as a missing one.
OF_ADVICE = ("acquisitions_per_second", "handovers_per_acquisition", "acquire_p99_ns")
MOST_BLOCKS = 1_000_000
MOST_PROCESSORS = 1 << 20
LONGEST_NS = 1e9
LARGEST_SEED = 2**64 - 1


@dataclass
class Tally:
    """Rows that a file has and the pictures don't show."""

    errors: int = 0
    first_error: str = ""


def read_results(paths: list[str]) -> tuple[list[Results], Tally]:
    """One Results a host, in the order of the files."""
    by_host: dict[Host, Results] = {}
    tally = Tally()
    seen: set[str] = set()
    for path in paths:
        if os.path.realpath(path) in seen:
            raise UserError(f"{path}: given twice, which would count its windows twice")
        seen.add(os.path.realpath(path))
        read_file(path, by_host, tally)
    for results in by_host.values():
        results.share_coinciding_placements()
    return list(by_host.values()), tally


def read_file(path: str, by_host: dict[Host, Results], tally: Tally) -> None:
    document = parse(path)
    context = document["context"]
    host = read_host(path, context)
    if host not in by_host:
        label = os.path.splitext(os.path.basename(path))[0]
        by_host[host] = Results(host, label, [], {}, None, {})
    results = by_host[host]
    if "seed" in context:
        seed = count_in(f"{path}: context.seed", context["seed"], 0, LARGEST_SEED)
        if seed not in results.seeds:
            results.seeds.append(seed)
    for contestant in read_contestants(path, context):
        results.contestants.setdefault(contestant.name, contestant)
    results.ping_pong = results.ping_pong or read_ping_pong(path, context)
    add_rows(path, document["benchmarks"], results, tally)


def parse(path: str) -> dict[str, Any]:
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        raise UserError(f"{path}: not a regular file; give one that `spinlab bench` wrote")
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; give one that `spinlab bench` wrote") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not text; give JSON that `spinlab bench` wrote") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if not text.strip():
        raise UserError(f"{path}: empty; was its run cut short? Run `spinlab bench` again")
    document = parse_json(path, text)
    check_format(path, document)
    return document


def check_format(path: str, document: Any) -> None:
    context = document.get("context") if isinstance(document, dict) else None
    if not isinstance(context, dict) or "format" not in context:
        raise UserError(
            f"{path}: no context.format; wanted \"{FORMAT}\", as `spinlab bench` writes it"
        )
    if context["format"] != FORMAT:
        raise UserError(f"{path}: format is {shown(context['format'])}; these plots read {FORMAT!r}")
    rows = document.get("benchmarks")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UserError(f"{path}: \"benchmarks\" is not a list of rows")
    if not any(row.get("run_type") == "iteration" for row in rows):
        raise UserError(f"{path}: no iteration rows; was its run cut short? Run it again")


def read_host(path: str, context: dict[str, Any]) -> Host:
    facts = {fact.name: context.get(fact.name, "unknown") for fact in fields(Host)}
    if facts["machine"] == "simulated":
        facts |= simulator_facts(context)
    if facts["machine"] not in ("native", "simulated"):
        raise UserError(
            f"{path}: context.machine is {shown(facts['machine'])}; wanted \"native\" or \"simulated\""
        )
    where = f"{path}: context.processors"
    processors = count_in(where, facts.pop("processors"), 1, MOST_PROCESSORS)
    # Blanks run together: some processors pad their name with them.
    words = {name: " ".join(str(fact).split()) for name, fact in facts.items()}
    return Host(processors=processors, **words)


def simulator_facts(context: dict[str, Any]) -> dict[str, Any]:
    """Of the computer that simulated only the commit counts: on all, it gives the same numbers."""
    host = context.get("host")
    commit = host.get("commit", "unknown") if isinstance(host, dict) else "unknown"
    return {"commit": commit, "kernel": "", "compiler": "", "flags": "", "governor": ""}


def read_contestants(path: str, context: dict[str, Any]) -> list[Contestant]:
    entries = context.get("contestants", [])
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries
    ):
        raise UserError(f"{path}: context.contestants is not a list of objects with a \"name\"")
    return [
        Contestant(entry["name"], str(entry.get("family", "other")), str(entry.get("kind", "lock")))
        for entry in entries
    ]


def read_ping_pong(path: str, context: dict[str, Any]) -> PingPong | None:
    calibration = context.get("calibration")
    found = calibration.get("ping_pong") if isinstance(calibration, dict) else None
    if found is None:
        return None
    where = f"{path}: context.calibration.ping_pong"
    if not isinstance(found, dict) or not isinstance(found.get("processors"), list):
        raise UserError(f"{where}: not an object with an array of processors")
    processors = [
        count_in(f"{where}.processors.{number}", processor)
        for number, processor in enumerate(found["processors"])
    ]
    one_line, two_lines = (
        np.array(matrix_in(f"{where}.{name}", found.get(name), len(processors), LONGEST_NS))
        if found.get(name) is not None or name == "one_line_ns"
        else None
        for name in ("one_line_ns", "two_lines_ns")
    )
    return PingPong(processors, one_line, two_lines)


def add_rows(path: str, rows: list[dict[str, Any]], results: Results, tally: Tally) -> None:
    first_block = results.blocks  # Blocks of different files are different processes.
    numbers: dict[Any, int] = {}
    cells: dict[str, Cell] = {}
    for row in rows:
        if row.get("run_type") != "iteration":
            continue
        if is_failed(path, row):
            tally.errors += 1
            tally.first_error = tally.first_error or (
                f"{row.get('run_name')}: {row.get('error_message', 'no message')}"
            )
            continue
        name = str(row.get("run_name"))
        if name not in cells:
            cells[name] = read_cell(path, name)
            lock = cells[name].lock
            results.contestants.setdefault(lock, Contestant(lock, "other", "lock"))
        number = count_in(f"{path}: {name}: block", row.get("block", 0), 0, MOST_BLOCKS)
        block = numbers.setdefault(number, first_block + len(numbers))
        samples = results.cells.setdefault(cells[name], Samples())
        samples.blocks.append(block)
        samples.counters.append(read_counters(path, name, row))
        results.windows += 1
        results.unpinned += row.get("pinned") == 0
        results.disturbed += row.get("windows_kept") == 0
    results.blocks += len(numbers)


def is_failed(path: str, row: dict[str, Any]) -> bool:
    failed = row.get("error_occurred", False)
    if not isinstance(failed, bool):
        raise UserError(
            f"{path}: {row.get('run_name')}: error_occurred: {shown(failed)} is neither true nor "
            "false"
        )
    return failed


def read_cell(path: str, name: str) -> Cell:
    found = RUN_NAME.fullmatch(name)
    if not found:
        raise UserError(
            f"{path}: run_name {name!r} is not <workload>/<lock>/threads:<n>/load:<l>"
            "/placement:<p>/interface:<i>"
        )
    return Cell(
        found["workload"],
        found["lock"],
        read_threads(f"{path}: {name!r}: threads", found["threads"]),
        found["load"],
        found["placement"],
        found["interface"],
    )


def read_threads(where: str, digits: str) -> int:
    """Python refuses to convert thousands of digits."""
    return count_in(where, int(digits) if len(digits) < 20 else digits, 1)


def read_counters(path: str, name: str, row: dict[str, Any]) -> dict[str, float]:
    counters = {
        key: number_in(f"{path}: {name}: {key}", value, 0, LARGEST_NUMBER)
        if key in OF_ADVICE
        else counter_in(f"{path}: {name}: {key}", value)
        for key, value in row.items()
        if key not in FRAME
    }
    handovers = counters.get("acquisitions_per_second", 0) * counters.get(
        "handovers_per_acquisition", 0
    )
    if handovers > 0:
        counters["ns_per_handover"] = 1e9 / handovers
    return counters
