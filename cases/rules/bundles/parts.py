"""The parts of a bundle as data, and what may be done to them. Pure: every act gives a new list or a refusal.

A part: {"first", "last", "kind", "title", "author", "date" (ISO or None), "confidence", "why": [...], "by_hand"}; pages
are counted in the stored file. Parts follow one another without a gap.
"""

from __future__ import annotations

from typing import Any

from cases.rules.bundles import Proposed
from common.errors import InputRefusal

Part = dict[str, Any]
UNSORTED = {"kind": "other", "title": "Unsorted pages", "author": "", "date": None}


def part_of(proposed: Proposed, *, ahead: int) -> Part:
    """A proposal as a part. ahead: pages of the file before the document's first."""
    return {
        "first": proposed.first + ahead,
        "last": proposed.last + ahead,
        "kind": proposed.kind,
        "title": proposed.title,
        "author": proposed.author[:200],
        "date": proposed.date.isoformat() if proposed.date else None,
        "confidence": proposed.confidence,
        "why": list(proposed.why),
        "by_hand": False,
    }


def whole(first: int, last: int) -> Part:
    """One part over all pages, sorted by nobody yet."""
    return {"first": first, "last": last, **UNSORTED, "confidence": 0.0, "why": [], "by_hand": False}


def split(parts: list[Part], page: int) -> list[Part]:
    """Let a record begin on `page`. Raises InputRefusal where one begins already or the page is not there."""
    at = _holding(parts, page)
    part = parts[at]
    if part["first"] == page:
        raise InputRefusal("bundle.split", f"A record begins on page {page} already.")
    before = {**part, "last": page - 1}
    after = {**whole(page, part["last"]), "confidence": 1.0, "why": ["set by hand"], "by_hand": True}
    return [*parts[:at], before, after, *parts[at + 1 :]]


def merge(parts: list[Part], page: int) -> list[Part]:
    """Join the record that begins on `page` with the one before it. Raises InputRefusal."""
    at = _beginning(parts, page)
    if at == 0:
        raise InputRefusal("bundle.merge", "The first record has none before it to be joined with.")
    joined = {**parts[at - 1], "last": parts[at]["last"], "by_hand": True}
    return [*parts[: at - 1], joined, *parts[at + 1 :]]


def move(parts: list[Part], page: int, to: int) -> list[Part]:
    """Move the boundary before `page` so that its record begins on page `to`. Raises InputRefusal.

    Neither record may be left without a page.
    """
    at = _beginning(parts, page)
    if at == 0:
        raise InputRefusal("bundle.move", "The first record begins with the first page; that boundary cannot move.")
    before, after = parts[at - 1], parts[at]
    if not before["first"] < to <= after["last"]:
        raise InputRefusal(
            "bundle.move",
            f"The record can begin on a page from {before['first'] + 1} to {after['last']}, so that both keep a page. "
            "To join the two, take the boundary away.",
        )
    return [
        *parts[: at - 1], {**before, "last": to - 1, "by_hand": True}, {**after, "first": to, "by_hand": True},
        *parts[at + 1 :],
    ]  # fmt: skip


def name(parts: list[Part], page: int, facts: dict[str, Any]) -> list[Part]:
    """Say what the record is that begins on `page`. facts: kind, title, author, date (ISO or None)."""
    at = _beginning(parts, page)
    named = {**parts[at], **facts, "confidence": 1.0, "by_hand": True}
    return [*parts[:at], named, *parts[at + 1 :]]


def _holding(parts: list[Part], page: int) -> int:
    for at, part in enumerate(parts):
        if part["first"] <= page <= part["last"]:
            return at
    raise InputRefusal("bundle.page", f"There is no page {page} in this file.")


def _beginning(parts: list[Part], page: int) -> int:
    at = _holding(parts, page)
    if parts[at]["first"] != page:
        raise InputRefusal("bundle.page", f"No record begins on page {page}.")
    return at
