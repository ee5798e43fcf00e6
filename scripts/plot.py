#!/usr/bin/env python3
"""Draws pictures from spinlab's results files: one SVG and one PNG each, and prints their paths."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from typing import TYPE_CHECKING, NoReturn

from spinlab_plots.catalogue import FIGURES, Figure
from spinlab_plots.user_error import UserError

if TYPE_CHECKING:
    from spinlab_plots.page import Picture
    from spinlab_plots.results import Results

DOTS_PER_INCH = 120  # A slide of 1600 pixels.

EXAMPLE = """example:
  scripts/plot results/mine.json --out pictures --only throughput,capture"""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see --help")


def make_parser() -> Parser:
    parser = Parser(
        prog="plot",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", nargs="*", metavar="RESULTS",
                        help="files that `spinlab bench` wrote; those of one host are joined")
    parser.add_argument("--out", metavar="DIR", help="folder for the pictures; made if missing")
    parser.add_argument("--against", metavar="SIMULATED",
                        help="a file that `spinlab simulate` wrote: draws the figure `validation`, "
                             "which compares it with native results")
    parser.add_argument("--only", metavar="NAME,...", action="append",
                        help="these figures only, may be repeated; see --list")
    parser.add_argument("--force", action="store_true", help="replace pictures that exist already")
    parser.add_argument("--list", action="store_true", help="list the figures and stop")
    return parser


def choose_figures(only: list[str] | None, against: str | None) -> list[Figure]:
    if only is None:
        return [figure for figure in FIGURES if figure.compares == bool(against)]
    by_name = {figure.name: figure for figure in FIGURES}
    names = list(dict.fromkeys(name.strip() for name in ",".join(only).split(",")))
    for name in names:
        if name not in by_name:
            raise UserError(f"--only: no figure {name!r}; there are: {', '.join(by_name)}")
        if by_name[name].compares and not against:
            raise UserError(f"--only {name}: compares with simulated results; say --against FILE")
    return [by_name[name] for name in names]


def read_against(path: str, every: list[Results]) -> Results:
    from spinlab_plots.reader import read_results

    simulated = read_results([path])[0][0]
    if not simulated.host.is_simulated:
        raise UserError(f"--against {path}: native results; give a file that `spinlab simulate` "
                        "wrote")
    if any(results.host.is_simulated for results in every):
        raise UserError("--against compares with native results; give files that `spinlab bench` "
                        "wrote, and the simulated one to --against")
    return simulated


def draw(
    figures: list[Figure], every: list[Results], against: Results | None
) -> list[Picture]:
    """All pictures, before any is written. Names the host's file where there are several hosts."""
    from spinlab_plots.page import Picture

    pictures: list[Picture] = []
    taken: set[str] = set()
    for figure in figures:
        module = importlib.import_module(f"spinlab_plots.{figure.module}")
        for results in every:
            suffix = f"-{results.label}" if len(every) > 1 else ""
            found = module.draw(results, against) if figure.compares else module.draw(results)
            drawn = [Picture(one.name + suffix, one.figure) for one in found]
            if not drawn:
                print(f"plot: {figure.name}{suffix}: not drawn: {figure.wants}", file=sys.stderr)
            pictures += [Picture(unused(one.name, taken), one.figure) for one in drawn]
    if not pictures:
        raise UserError("nothing to draw: the results have no data for any figure asked for")
    return pictures


def unused(name: str, taken: set[str]) -> str:
    """Two hosts' files may have the same name."""
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}-{number}"
    taken.add(free)
    return free


def write(pictures: list[Picture], folder: str, force: bool) -> list[str]:
    """Whole files only: each is written beside its place and then renamed."""
    paths = []
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UserError(f"--out {folder}: not a folder; name one, or one that does not exist yet")
    names = [f"{one.name}.{kind}" for one in pictures for kind in ("svg", "png")]
    for name in names:
        if not force and os.path.lexists(os.path.join(folder, name)):
            raise UserError(f"{os.path.join(folder, name)}: exists; --force overwrites it, or name "
                            "another folder")
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".plot-", dir=folder) as unfinished:
            for picture in pictures:
                for kind in ("svg", "png"):
                    # A date would make equal pictures differ.
                    metadata = {"Date": None} if kind == "svg" else {}
                    picture.figure.savefig(os.path.join(unfinished, f"{picture.name}.{kind}"),
                                           dpi=DOTS_PER_INCH, metadata=metadata)
            for name in names:
                os.replace(os.path.join(unfinished, name), os.path.join(folder, name))
                paths.append(os.path.join(folder, name))
    except OSError as error:
        raise UserError(f"--out {folder}: cannot be written: {error.strerror}") from None
    return paths


def run(arguments: list[str]) -> None:
    options = make_parser().parse_args(arguments)
    if options.list:
        for figure in FIGURES:
            print(f"{figure.name:12} {figure.shows}")
        return
    if not options.results:
        raise UserError("no results file; give one that `spinlab bench` wrote")
    if not options.out or options.out == "-":
        raise UserError("--out is missing; name a folder for the pictures")
    figures = choose_figures(options.only, options.against)

    from spinlab_plots.reader import read_results

    every, tally = read_results(options.results)
    if tally.errors:
        print(f"plot: {tally.errors} row(s) are errors and left out, the first: "
              f"{tally.first_error}", file=sys.stderr)
    against = read_against(options.against, every) if options.against else None
    for path in write(draw(figures, every, against), options.out, options.force):
        print(path)


def main() -> int:
    try:
        run(sys.argv[1:])
    except UserError as error:
        # One line, whatever a file's name or an error's text holds, and nothing that a terminal
        # would obey.
        line = " ".join(str(error).split())
        line = "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in line)
        print(f"plot: {line}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
