"""What was filed before: two filings of the same application wait for one another, and the second finds the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q

from cases.models import Case
from cases.rules.duplicates import Filing, certain_key
from cases.services.documents import Filed
from cases.services.duplicates import certain_duplicates, filing_of_row
from common.canonical import canonical_json, sha256_of
from common.errors import InputRefusal


@dataclass(frozen=True)
class Entry:
    """A checked row on its way in. uploads: index of a document -> its file, where that is stored already."""

    row: dict[str, Any]
    uploads: Mapping[int, Filed] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        return content_hash(self.row)

    @cached_property
    def filing(self) -> Filing:
        return filing_of_row(self.row)

    @property
    def external_id(self) -> str | None:
        return self.row.get("external_id") or None

    @cached_property
    def feed_key(self) -> str:
        """Equal for two filings of the same row."""
        return f"cases.feed:{self.external_id or self.digest}"

    @cached_property
    def certain_key(self) -> str | None:
        """Equal for all certain duplicates of one another."""
        key = certain_key(self.filing)
        return key and f"cases.certain:{key}"


def content_hash(row: dict[str, Any]) -> str:
    """What makes two rows the same filing: SHA-256 of the row's canonical JSON."""
    return sha256_of(canonical_json(row))


def lock_entries(entries: Sequence[Entry]) -> None:
    """Hold every other filing of the same rows and applications until the transaction ends.

    One order of all locks, so that two intakes never wait for one another in a ring. No two of the entries may be the
    same: neither would find the other.
    """
    keys = [one.feed_key for one in entries]
    certain = [one.certain_key for one in entries if one.certain_key]
    if len(set(keys)) < len(keys) or len(set(certain)) < len(certain):
        raise ValueError("two of these rows are the same filing; take them in one after the other")
    lock_feed_keys(entries)
    _lock(certain)


def lock_feed_keys(entries: Sequence[Entry]) -> None:
    """Hold every other filing of the same rows until the transaction ends."""
    _lock([one.feed_key for one in entries])


def _lock(names: Sequence[str]) -> None:
    if names:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM ("
                "SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(%s::text[]) AS name ORDER BY 1) AS keys",
                [list(names)],
            )


def known_before(entries: Iterable[Entry]) -> dict[str, Case]:
    """Feed key -> the case that the row was filed as before: by its external id, without one by its whole content."""
    keys = {(one.external_id, None if one.external_id else one.digest): one.feed_key for one in entries}
    ids, digests = [name for name, _ in keys if name], [digest for _, digest in keys if digest]
    asked = [Q(external_id__in=ids)] if ids else []
    asked += [Q(feed_hash__in=digests, external_id=None, imported=False)] if digests else []
    found: dict[str, Case] = {}
    for condition in asked:
        for case in Case.objects.filter(condition).order_by("pk"):
            found.setdefault(keys[case.external_id, None if case.external_id else case.feed_hash], case)
    return found


def refusals_of(entries: Sequence[Entry], *, refuse_duplicates: bool) -> dict[int, InputRefusal]:
    """Place of an entry -> why it is no new case. Call with the entries locked.

    The same filing is taken in once, whatever sends it twice: a feed, a double click, two runs at the same time.
    refuse_duplicates: a certain duplicate is refused too (rule "intake.duplicate", the earlier number in `fields`).
    """
    known = known_before(entries)
    refused = {place: _again(one, known[one.feed_key]) for place, one in enumerate(entries) if one.feed_key in known}
    if refuse_duplicates:
        rest = [place for place in range(len(entries)) if place not in refused]
        found = certain_duplicates([entries[place].filing for place in rest])
        refused |= {rest[place]: _duplicate(case) for place, case in found.items()}
    return refused


def _again(entry: Entry, known: Case) -> InputRefusal:
    path = "external_id" if entry.external_id else "row"
    what = f"{entry.external_id!r} is" if entry.external_id else "exactly these facts are"
    sentence = f"{what} case {known.number} already. Open that case instead."
    return InputRefusal("intake.again", f"{path}: {sentence}", fields={path: sentence})


def _duplicate(known: Case) -> InputRefusal:
    return InputRefusal(
        "intake.duplicate",
        f"the same claim number, date of injury, UR decision date and requesting physician as case {known.number}. "
        "Open that case instead; what this filing adds can be filed there.",
        fields={"case": known.number},
    )
