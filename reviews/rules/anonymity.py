"""Whether a text names the reviewer: the one thing that no letter may do. Pure.

Source: Labor Code 4610.6(f); Zuniga v. WCAB (2018). Only what is beyond doubt is found: full names, a family name with
a title or degree, licence numbers, NPI, e-mail addresses. A family name alone may be a word ("Long", "Hand").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cases.rules.names import name_key

_SHORTEST_NUMBER = 4  # a licence number of fewer signs says nothing in a running text


@dataclass(frozen=True)
class Identity:
    """What would tell who the reviewer is. numbers: of licences, and the NPI."""

    first_name: str
    last_name: str
    degree: str
    emails: tuple[str, ...]
    numbers: tuple[str, ...]


def named_in(text: str, who: Identity, *, by_title: bool = True) -> str:
    """What of the reviewer's identity the text holds, in words for people; empty when it holds nothing.

    by_title: a family name with a title or degree counts too; not in texts of others, who may write of a namesake.
    """
    words = f" {name_key(text)} "
    first, last, degree = name_key(who.first_name), name_key(who.last_name), name_key(who.degree)
    names = [(first, last), (last, first)]
    if by_title:
        names += [("dr", last), ("doctor", last), *([(last, degree)] if degree else [])]
    if last and any(f" {name_key(' '.join(pair))} " in words for pair in names):
        return "the reviewer's name"
    if any(name_key(email) and f" {name_key(email)} " in words for email in who.emails):
        return "the reviewer's e-mail address"
    numbers = (name_key(number) for number in who.numbers)
    if any(len(number) >= _SHORTEST_NUMBER and f" {number} " in words for number in numbers):
        return "a licence number or NPI of the reviewer"
    return ""


def places_that_name(value: Any, who: Identity, path: str = "") -> Iterator[tuple[str, str]]:
    """(key path, what is named there) for every text of a document."""
    inside: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        inside = ((f"{path}.{key}" if path else key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        inside = ((f"{path}[{index}]", inner) for index, inner in enumerate(value))
    elif isinstance(value, str) and (found := named_in(value, who, by_title=False)):
        yield path, found
    for where, inner in inside:
        yield from places_that_name(inner, who, where)
