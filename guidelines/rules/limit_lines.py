"""Limits as people write them, one a line: "9-10 visits in 8 weeks for strain". Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_LINE = re.compile(
    r"^(?:(?P<least_word>at least|from)\s+|(?P<most_word>up to|at most)\s+)?"
    r"(?P<first>\d{1,6})(?:\s?[-–]\s?(?P<last>\d{1,6}))?"
    r"\s+(?P<unit>\S(?:.*?\S)?)(?:\s+in\s+(?P<weeks>\d{1,4})\s+weeks?)?(?:\s+for\s+(?P<condition>\S.*))?$",
    re.IGNORECASE,
)
FORM = "“9-10 visits in 8 weeks for strain”, “up to 4 injections”, “at least 2 visits”"


def written(limits: Iterable[list[Any]]) -> str:
    """[condition, unit, min, max, weeks] each -> lines."""
    lines = []
    for condition, unit, least, most, weeks in limits:
        number = f"up to {most}" if least is None else f"at least {least}" if most is None else f"{least}-{most}"
        lines.append(
            f"{number} {unit}" + (f" in {weeks} weeks" if weeks else "") + (f" for {condition}" if condition else "")
        )
    return "\n".join(lines)


def read(text: str) -> list[list[Any]]:
    """Lines -> [condition, unit, min, max, weeks] each. Raises ValueError with a sentence for a line that is none."""
    found: dict[tuple[str, str], list[Any]] = {}
    for line in filter(None, (" ".join(line.split()) for line in text.splitlines())):
        match = _LINE.match(line)
        if match is None:
            raise ValueError(f"“{line}” is no limit. They are written {FORM}.")
        first, last = int(match["first"]), match["last"]
        least = None if match["most_word"] else first
        most = int(last) if last else None if match["least_word"] else first
        if least is not None and most is not None and most < least:
            raise ValueError(f"“{line}”: the most is less than the least.")
        condition, unit = match["condition"] or "", match["unit"]
        if (condition, unit) in found:
            raise ValueError(f"“{line}”: this condition and unit are given twice.")
        found[condition, unit] = [condition, unit, least, most, int(match["weeks"]) if match["weeks"] else None]
    return [found[key] for key in sorted(found)]
