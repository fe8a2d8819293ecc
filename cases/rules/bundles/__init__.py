"""Sorting a bundle: one scan of many records -> where each begins, what it is, who wrote it, of which day. Pure.

propose(pages, forms=...) -> list[Proposed]      # pages: the text of every page, in order; "" where nothing is read
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cases.rules.bundles.boundaries import Judged, judge
from cases.rules.bundles.naming import name_record
from cases.rules.bundles.pages import read_sheets
from cases.rules.bundles.titles import GENERAL, FormTitle

__all__ = ["FormTitle", "Proposed", "propose"]

#: From this probability on, a page begins a record.
_BEGINS = 0.5
_SIGNS_SHOWN = 4


@dataclass(frozen=True)
class Proposed:
    """One record of a bundle. Pages count from 1; confidence from 0 to 1; why: the signs in words, strongest first."""

    first: int
    last: int
    kind: str
    title: str
    author: str
    date: dt.date | None
    confidence: float
    why: tuple[str, ...]


def propose(pages: Sequence[str], *, forms: Sequence[FormTitle] = ()) -> list[Proposed]:
    """The records of a bundle; together they hold every page once. An empty bundle has none.

    forms: titles of the jurisdiction's own forms, looked for before the general ones.
    """
    if not pages:
        return []
    known = (*forms, *GENERAL)
    sheets = read_sheets(pages)
    judged = judge(sheets, known)
    starts = [number for number, one in enumerate(judged) if one.probability >= _BEGINS]
    proposed = []
    for first, end in zip(starts, [*starts[1:], len(sheets)], strict=True):
        named = name_record([sheet for sheet in sheets[first:end] if not sheet.empty] or sheets[first:end], known)
        confidence = min(_sureness(judged, first, end), 0.5 + named.sure / 2)
        proposed.append(
            Proposed(
                first + 1, end, named.kind, named.title, named.author, named.date, round(confidence, 2),
                tuple(sign.says for sign in judged[first].signs if sign.weight > 0)[:_SIGNS_SHOWN],
            )
        )  # fmt: skip
    return proposed


def _sureness(judged: Sequence[Judged], first: int, end: int) -> float:
    """How sure both ends are, and that nothing else begins between."""
    edges = [judged[first].probability] + ([judged[end].probability] if end < len(judged) else [])
    inner = max((one.probability for one in judged[first + 1 : end]), default=0.0)
    return min(*edges, 1 - inner)
