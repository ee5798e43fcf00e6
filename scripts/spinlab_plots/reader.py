"""Reads results files: Google Benchmark's JSON with spinlab's context.

Everything that can be wrong with a file is a UserError that names it and what would be right.
"""

from __future__ import annotations

import json
import math
import os
import re
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

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
    seed = context.get("seed")
    if isinstance(seed, int) and seed not in results.seeds:
        results.seeds.append(seed)
    for contestant in read_contestants(path, context):
        results.contestants.setdefault(contestant.name, contestant)
    results.ping_pong = results.ping_pong or read_ping_pong(path, context)
    add_rows(path, document["benchmarks"], results, tally)


def parse(path: str) -> dict[str, Any]:
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
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UserError(
            f"{path}: not complete JSON ({error}); was its run cut short? Run it again"
        ) from None
    check_format(path, document)
    return document


def check_format(path: str, document: Any) -> None:
    context = document.get("context") if isinstance(document, dict) else None
    if not isinstance(context, dict) or "format" not in context:
        raise UserError(
            f"{path}: no context.format; wanted \"{FORMAT}\", as `spinlab bench` writes it"
        )
    if context["format"] != FORMAT:
        raise UserError(f"{path}: format is {context['format']!r}; these plots read {FORMAT!r}")
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
            f"{path}: context.machine is {facts['machine']!r}; wanted \"native\" or \"simulated\""
        )
    processors = facts.pop("processors")
    if not isinstance(processors, int) or processors < 1:
        raise UserError(f"{path}: context.processors is {processors!r}; wanted a count from 1")
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
    try:
        processors = [int(processor) for processor in found["processors"]]
        one_line = np.array(found["one_line_ns"], dtype=float)
        two_lines = found.get("two_lines_ns")
        matrices = [one_line] if two_lines is None else [one_line, np.array(two_lines, dtype=float)]
    except (KeyError, TypeError, ValueError, AttributeError):
        matrices, processors = [], []
    square = (len(processors), len(processors))
    if not matrices or any(matrix.shape != square for matrix in matrices):
        raise UserError(
            f"{path}: context.calibration.ping_pong is not a list of processors and a square "
            "matrix of nanoseconds"
        )
    return PingPong(processors, matrices[0], matrices[1] if len(matrices) > 1 else None)


def add_rows(path: str, rows: list[dict[str, Any]], results: Results, tally: Tally) -> None:
    first_block = results.blocks  # Blocks of different files are different processes.
    numbers: dict[Any, int] = {}
    cells: dict[str, Cell] = {}
    for row in rows:
        if row.get("run_type") != "iteration":
            continue
        if row.get("error_occurred"):
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
        block = numbers.setdefault(row.get("block", 0), first_block + len(numbers))
        samples = results.cells.setdefault(cells[name], Samples())
        samples.blocks.append(block)
        samples.counters.append(read_counters(path, name, row))
        results.windows += 1
        results.disturbed += row.get("windows_kept") == 0
    results.blocks += len(numbers)


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
        int(found["threads"]),
        found["load"],
        found["placement"],
        found["interface"],
    )


def read_counters(path: str, name: str, row: dict[str, Any]) -> dict[str, float]:
    counters = {key: value for key, value in row.items() if key not in FRAME}
    for key, value in counters.items():
        if not isinstance(value, (int, float)):
            raise UserError(f"{path}: {name}: counter {key} is {value!r}; wanted a number")
        if math.isinf(value):
            counters[key] = math.nan
    handovers = counters.get("acquisitions_per_second", 0) * counters.get(
        "handovers_per_acquisition", 0
    )
    if handovers > 0:
        counters["ns_per_handover"] = 1e9 / handovers
    return counters
