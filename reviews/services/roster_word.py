"""What a roster file says of practice, training and sanctions, kept as checks of its own day and source.

The format has a check for each licence and certification, and none for these; a file is as fresh as its newest check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from common.services.exchange import parse_date
from reviews.models import CredentialCheck, Reviewer
from reviews.models.credentialing import Kind
from reviews.rules.facts import Outcome

SOURCE = "Roster file"
#: `Reviewer.newest_checks`
Known = dict[str, dict[str, Any]]


def keep_word_of_file(
    *, reviewer: Reviewer, known: Known, row: dict[str, Any], today: dt.date, now: dt.datetime
) -> bool:
    """After the row's facts were written: count the file as a look at its source where it may; whether it did anywhere.

    known: the newest checks from before. The file counts where nobody looked yet or only files did, none of them
    younger, and where it is younger than what staff confirmed. What staff could not confirm, and what was changed
    after they confirmed it, waits for staff.
    """
    given = sorted(_checks_in(row, today))
    if not given:
        return False
    day, by = given[-1]
    now_known: Known = Reviewer.objects.values_list("newest_checks", flat=True).get(pk=reviewer.pk)
    new = [kind for kind in _said(reviewer, row) if _counts(known.get(kind), now_known.get(kind), day)]
    CredentialCheck.objects.bulk_create(words_of_file([reviewer], kinds=new, day=day, by=by, now=now))
    return bool(new)


def words_of_file(
    reviewers: list[Reviewer], *, day: dt.date, by: str, now: dt.datetime, source: str = SOURCE,
    kinds: list[str] | None = None,
) -> list[CredentialCheck]:  # fmt: skip
    """Checks to be stored: of each reviewer and kind, as a file brings them. kinds: all three unless told."""
    return [
        CredentialCheck(
            reviewer=one, kind=kind, confirmed=True, checked_on=day, source=source, checked_by_name=by[:200],
            recorded_at=now, from_file=True,
        )
        for one in reviewers
        for kind in ([Kind.PRACTICE, Kind.TRAINING, Kind.SANCTIONS] if kinds is None else kinds)
    ]  # fmt: skip


def _checks_in(row: dict[str, Any], today: dt.date) -> Iterator[tuple[dt.date, str]]:
    for one in [*(row.get("licenses") or []), *(row.get("certifications") or [])]:
        day = parse_date(one["verified_on"]) if one.get("verified_on") else None
        if day is not None and day <= today:
            yield day, (one.get("verified_by") or "").strip()


def _said(reviewer: Reviewer, row: dict[str, Any]) -> Iterator[str]:
    """Of which kinds the row tells what stands on the roster now."""
    yield from (Kind.PRACTICE, Kind.SANCTIONS)
    trained = row.get("law_training_completed_on")
    if trained and parse_date(trained) == reviewer.law_training_completed_on:
        yield Kind.TRAINING


def _counts(before: dict[str, Any] | None, after: dict[str, Any] | None, day: dt.date) -> bool:
    """before, after: the newest check before and after the row's facts were written."""
    if before is None or after is None:
        return True
    last = dt.date.fromisoformat(before["on"])
    if before["file"]:
        return day > last or (day == last and after["outcome"] != Outcome.CONFIRMED)
    return day > last and before["outcome"] == Outcome.CONFIRMED
