"""What the documents' tests look for in Markdown: fences, code spans, links, tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

CODE = {"c", "cpp", "cmake"}  # Compiled by snippets_test.py.
COMMANDS = {"sh"}  # Run by commands_test.py.
OTHER = {"text"}  # What something prints.

# What may stand in a comment right before a fence:
#   after: TEXT         the fence is what follows TEXT, which the reader has already
#   fragment of: FILES  the fence shows lines of these files of the tree
MARKER = re.compile(r"<!-- (after|fragment of): (.*) -->", re.DOTALL)


class MarkdownError(Exception):
    pass


@dataclass(frozen=True)
class Fence:
    language: str
    text: str
    line: int
    marker: tuple[str, str] | None = None


@dataclass(frozen=True)
class Span:
    text: str
    line: int


def marker_before(lines: list[str], index: int) -> tuple[str, str] | None:
    """The comment whose last line is just before lines[index]."""
    if index == 0 or not lines[index - 1].endswith("-->"):
        return None
    start = index - 1
    while not lines[start].startswith("<!--"):
        start -= 1
    comment = "\n".join(lines[start:index])
    match = MARKER.fullmatch(comment)
    if not match:
        raise MarkdownError(f"line {index}: a comment before a fence says 'after: TEXT' or "
                            f"'fragment of: FILES', not {comment!r}")
    return match[1], match[2]


def fences(text: str) -> list[Fence]:
    """Every fenced block. One without a known language, or not closed, is an error; so is a block
    by indentation, which has no language."""
    found = []
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.startswith("    ") and index > 0 and not lines[index - 1].strip():
            raise MarkdownError(f"line {index + 1}: an indented block; use a fence with a language")
        if line.lstrip().startswith(("```", "~~~")):
            language = line.removeprefix("```")
            if language not in CODE | COMMANDS | OTHER:
                raise MarkdownError(f"line {index + 1}: a fence '{line}'; known languages: "
                                    + ", ".join(sorted(CODE | COMMANDS | OTHER)))
            if "```" not in lines[index + 1:]:
                raise MarkdownError(f"line {index + 1}: a fence that does not end")
            end = lines.index("```", index + 1)
            found.append(Fence(language, "\n".join(lines[index + 1:end]) + "\n", index + 1,
                               marker_before(lines, index)))
            index = end
        index += 1
    return found


def prose(text: str) -> list[tuple[int, str]]:
    """The lines outside fences, numbered from 1."""
    lines, inside = [], False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            lines.append((number, line))
    return lines


def spans(text: str) -> list[Span]:
    """Code spans; one may go over a line's end."""
    lines = prose(text)
    joined = "\n".join(line for _, line in lines)
    found = []
    for match in re.finditer(r"(?<!`)`([^`]+)`(?!`)", joined):
        number = lines[joined.count("\n", 0, match.start())][0]
        found.append(Span(re.sub(r"\s+", " ", match[1]), number))
    return found


def commands(fence: Fence) -> list[str]:
    """A fence of commands, one an entry: without comments, with continued lines joined."""
    joined = fence.text.replace("\\\n", " ")
    bare = (re.sub(r"(^|\s+)#.*", "", line) for line in joined.split("\n"))
    return [re.sub(r"\s+", " ", line).strip() for line in bare if line.strip()]


def links(text: str) -> list[tuple[int, str]]:
    """Targets of links and pictures, but those to the web."""
    found = []
    for number, line in prose(text):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if not re.match(r"[a-z]+:", target):
                found.append((number, target))
    return found


def anchors(text: str) -> set[str]:
    """The names by which headings are linked to."""
    headings = (line.lstrip("#").strip() for _, line in prose(text) if line.startswith("#"))
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def tables(text: str) -> list[list[list[str]]]:
    """Each table as rows of cells, the header first, without the line of dashes."""
    found, last = [], None
    for number, line in prose(text):
        if not line.startswith("|"):
            continue
        if last != number - 1:
            found.append([])
        last = number
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            found[-1].append(cells)
    return found
