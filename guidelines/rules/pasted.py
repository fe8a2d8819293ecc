"""A pasted table of contents as a tree: numbers ("2.1 Heading ..... 34") or indents say what stands below what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

_NUMBER = re.compile(r"^(?P<number>\d{1,3}(?:\.\d{1,3}){0,7})[.)]?\s+(?=\S)")
_ONLY_NUMBER = re.compile(r"^\d{1,3}(?:\.\d{1,3})*[.)]?$")
_BULLET = re.compile(r"^[-–—*•‣·]\s+")
_PAGES = r"(?P<pages>\d{1,5}(?:\s?[-–]\s?\d{1,5})?)"
#: A page stands apart: after leaders, a tab, two blanks or "p.".
_APART = re.compile(rf"(?:\s*(?:\.\s?){{3,}}\s*|\s*…+\s*|\t+|\s{{2,}}|[,;]?\s+(?:pp?|pgs?|pages?|S)\.?\s+){_PAGES}\s*$")
_BEHIND = re.compile(rf"\s{_PAGES}\s*$")
_TAB = 4
_MOST = 0.6  # of the lines: as many speak for all


@dataclass(frozen=True)
class Line:
    """One heading: the line it stood in, how deep it stands (0 at the top), its pages ("" when none were given)."""

    number: int
    heading: str
    depth: int
    pages: str = ""
    above: tuple[str, ...] = ()
    problem: str = ""


def read_contents(text: str, *, longest: int = 500, deepest: int = 12) -> list[Line]:
    """Every heading of a pasted table of contents with those above it; a line that is none says why in `problem`."""
    lines = [(place, line.rstrip()) for place, line in enumerate(text.expandtabs(_TAB).splitlines(), 1) if line.strip()]
    raw = dict(enumerate(text.splitlines(), 1))
    numbered = _share(_NUMBER.match(_bare(line)) is not None for _, line in lines) >= _MOST
    paged = _share(_BEHIND.search(line) is not None for _, line in lines) >= _MOST
    found: list[Line] = []
    indents: list[int] = []
    numbers: list[tuple[str, ...]] = []
    for place, line in lines:
        heading, pages, number = _taken_apart(raw[place].strip(), paged=paged, numbered=numbered)
        if numbered and number:
            depth = _below(numbers, number)
        elif numbered:
            depth = len(numbers)
        else:
            depth = _indented(indents, len(line) - len(line.lstrip()))
        one = Line(place, heading, depth, pages)
        found.append(replace(one, problem=_problem(one, longest=longest, deepest=deepest)))
    return _with_those_above(found)


def _share(answers: Iterable[bool]) -> float:
    counted = list(answers)
    return sum(counted) / len(counted) if counted else 0.0


def _bare(line: str) -> str:
    return _BULLET.sub("", line.strip())


def _taken_apart(line: str, *, paged: bool, numbered: bool) -> tuple[str, str, tuple[str, ...]]:
    """Heading, pages and number of a line."""
    rest = _bare(line)
    number: tuple[str, ...] = ()
    if _ONLY_NUMBER.match(rest):
        return "", "", tuple(rest.rstrip(".)").split("."))
    if numbered and (match := _NUMBER.match(rest)):
        number, rest = tuple(match["number"].split(".")), rest[match.end() :]
    match = _APART.search(rest) or (_BEHIND.search(rest) if paged else None)
    if match and match.start() > 0:
        return _tidy(rest[: match.start()]), re.sub(r"\s?[-–]\s?", "-", match["pages"]), number
    return _tidy(rest), "", number


def _tidy(heading: str) -> str:
    return " ".join(heading.split()).rstrip(" .…") or heading.strip()


def _below(open_ones: list[tuple[str, ...]], number: tuple[str, ...]) -> int:
    """How deep a number stands: below the nearest one open that it begins with."""
    while open_ones and number[: len(open_ones[-1])] != open_ones[-1]:
        open_ones.pop()
    if open_ones and open_ones[-1] == number:
        open_ones.pop()
    open_ones.append(number)
    return len(open_ones) - 1


def _indented(indents: list[int], indent: int) -> int:
    while indents and indents[-1] >= indent:
        indents.pop()
    indents.append(indent)
    return len(indents) - 1


def _problem(line: Line, *, longest: int, deepest: int) -> str:
    if not line.heading:
        return "A number without a heading stands here. Write the heading behind it, or take the line out."
    if len(line.heading) > longest:
        return f"A heading has at most {longest} characters; this one has {len(line.heading)}."
    if line.depth >= deepest:
        return f"Sections stand at most {deepest} levels deep."
    return ""


def _with_those_above(lines: Sequence[Line]) -> list[Line]:
    done: list[Line] = []
    path: list[str] = []
    for line in lines:
        del path[line.depth :]
        done.append(replace(line, above=tuple(path)))
        path.append(line.heading)
    return done
