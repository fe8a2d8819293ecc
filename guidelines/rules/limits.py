"""Limits of a section as one cell of a table: "myalgia and myositis: 9-10 visits in 8 weeks; 4 injections"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LIMIT = re.compile(
    r"(?:(?P<condition>[^:]+):\s*)?(?:(?P<min>\d{1,6})\s?[-–]\s?(?P<max>\d{1,6})|(?P<word>at least|at most|up to)\s+"
    r"(?P<one>\d{1,6})|(?P<same>\d{1,6}))\s+(?P<unit>\D.*?)(?:\s+(?:in|over)\s+(?P<weeks>\d{1,4})\s+weeks?)?"
)
Limit = dict[str, Any]


def limits_text(limits: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(_one(limit) for limit in limits)


def _one(limit: Mapping[str, Any]) -> str:
    least, most = limit.get("min"), limit.get("max")
    if least is not None and most is not None:
        numbers = str(least) if least == most else f"{least}-{most}"
    else:
        numbers = f"at least {least}" if least is not None else f"at most {most}"
    weeks = f" in {limit['weeks']} weeks" if limit.get("weeks") else ""
    condition = f"{limit['condition']}: " if limit.get("condition") else ""
    return f"{condition}{numbers} {limit['unit']}{weeks}"


def read_limits(text: str) -> list[Limit]:
    """The limits of a cell, in the order of condition and unit. Raises ValueError with a sentence."""
    found: dict[tuple[str, str], Limit] = {}
    for part in (one.strip() for one in text.split(";")):
        if not part:
            continue
        match = _LIMIT.fullmatch(part)
        if match is None:
            raise ValueError(f"“{part[:80]}” is no limit. Limits are written “condition: 9-10 visits in 8 weeks”.")
        limit = _numbers(match)
        if limit["min"] is not None and limit["max"] is not None and limit["max"] < limit["min"]:
            raise ValueError(f"“{part[:80]}”: the most is less than the least.")
        key = (limit["condition"], limit["unit"])
        if key in found:
            raise ValueError(f"“{part[:80]}”: this condition and unit are given twice.")
        found[key] = limit
    return [found[key] for key in sorted(found)]


def _numbers(match: re.Match[str]) -> Limit:
    least, most = match["min"] or match["same"], match["max"] or match["same"]
    if match["word"] == "at least":
        least = match["one"]
    elif match["word"]:
        most = match["one"]
    return {
        "condition": (match["condition"] or "").strip(),
        "unit": match["unit"].strip(),
        "min": int(least) if least else None,
        "max": int(most) if most else None,
        "weeks": int(match["weeks"]) if match["weeks"] else None,
    }
