"""What the gate knows of reviewers alone, whatever the case: row and credential file, as plain values.

Lists ask for the whole panel again and again, and seldom has anything of it been written since. So what was read last
is kept, and one statement asks whether it still stands: every version of a row has a place and a transaction of its own
(`ctid`, `xmin`), also inside a transaction and after one that was rolled back. Acts ask for their reviewer and read the
rows themselves.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from cases.rules.names import name_key
from reviews.models import AdverseChange, AwayPeriod, Certification, License, Reviewer, Sanction
from reviews.rules.dates import shown
from reviews.rules.facts import (
    CertificationFacts,
    CheckFacts,
    ChecksFacts,
    LicenseFacts,
    Period,
    ReviewerFacts,
    SanctionFacts,
)
from reviews.rules.specialties_table import SpecialtyTable
from reviews.services.panel_rows import ReviewerIds, of_panel
from reviews.services.reference import specialty_table

#: Reviewer -> the facts, by roster id.
Panel = dict[int, ReviewerFacts]
#: What was found of one kind, by reviewer.
Found = dict[int, tuple[Any, ...]]


def load_credentials(*, reviewers: ReviewerIds = None) -> list[ReviewerFacts]:
    """For the self-audit and the roster report."""
    return list(read_panel(reviewers).values())


def read_panel(reviewers: ReviewerIds = None) -> Panel:
    """The whole panel, or some of it, as it stands in the database now."""
    panel = _rows(reviewers)
    for name, by_reviewer in _credentials(reviewers).items():
        for reviewer, held in by_reviewer.items():
            if reviewer in panel:
                panel[reviewer][name] = held
    return {reviewer: ReviewerFacts.of(own) for reviewer, own in panel.items()}


# --- the whole panel, as it was read last -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    written: tuple[str, ...]
    table: SpecialtyTable
    panel: Panel


class _Last:
    read: _Read | None = None


def whole_panel() -> Panel:
    """As `read_panel`: read anew only if one of its rows, or the table that reads certifications, is another one."""
    # What is written between the two questions makes the kept one look older than it is: it is read once more then.
    written, table, last = _written(), specialty_table(), _Last.read
    if last is None or last.written != written or last.table is not table:
        last = _Last.read = _Read(written, table, read_panel())
    return last.panel


_KEPT = (Reviewer, Certification, License, AwayPeriod, Sanction, AdverseChange)


def _written() -> tuple[str, ...]:
    """For each table one word that is another one as soon as a row was added, changed or taken away."""
    word = "(SELECT (count(*), bit_xor(hashtidextended(ctid, xmin::text::bigint)))::text FROM {})"
    words = [word.format(connection.ops.quote_name(model._meta.db_table)) for model in _KEPT]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(words)}")
        return tuple(cursor.fetchone())


# --- rows ------------------------------------------------------------------------------------------------------------


#: Many people's are the same: they come as text, and each text is read once.
_AS_STORED = {"stored_expertise": "expertise", "stored_checks": "newest_checks"}


def _rows(reviewers: ReviewerIds) -> dict[int, dict[str, Any]]:
    """What stands in the row of each reviewer itself, by the names of ReviewerFacts; by roster id."""
    rows = Reviewer.objects.order_by()
    if reviewers is not None:
        rows = rows.filter(pk__any_of=reviewers)
    as_stored = {name: Cast(column, TextField()) for name, column in _AS_STORED.items()}
    stored = rows.annotate(**as_stored).values_list(
        "reviewer_id", "pk", "first_name", "last_name", "key", "npi", "degree", "active", "practice_since",
        "practice_hours_per_week", "law_training_completed_on", "interests_attested_on", "capacity_per_week",
        "capacity_open_cases", "leaving_on", *_AS_STORED,
    )  # fmt: skip
    return {
        pk: {
            "id": pk, "reviewer_id": roster_id, "name": Reviewer.shown_name(first, last, degree), "key": key,
            "npi": npi, "degree": degree, "active": active, "practice_since": since, "practice_hours_per_week": hours,
            "law_training_completed_on": trained, "interests_attested_on": attested, "capacity_per_week": week,
            "capacity_open_cases": open_cases, "leaving_on": leaving, "expertise": _folded(expertise),
            "checks": _checks(checks),
        }
        for (
            roster_id, pk, first, last, key, npi, degree, active, since, hours, trained, attested, week, open_cases,
            leaving, expertise, checks,
        ) in sorted(stored, key=itemgetter(0))
    }  # fmt: skip


@lru_cache(maxsize=4096)
def _folded(expertise: str) -> tuple[str, ...]:
    return tuple(filter(None, (name_key(str(word)) for word in json.loads(expertise))))


@lru_cache(maxsize=16384)
def _checks(stored: str) -> ChecksFacts:
    return checks_of(json.loads(stored))


def checks_of(newest: Mapping[str, Any]) -> ChecksFacts:
    """`Reviewer.newest_checks` as the rules see it."""
    known = {kind: CheckFacts(dt.date.fromisoformat(one["on"]), one["outcome"]) for kind, one in newest.items()}
    return ChecksFacts(**known)


def _credentials(reviewers: ReviewerIds) -> dict[str, Found]:
    """What stands in the credential file of each reviewer."""
    named = specialty_table().named
    fields = lru_cache(maxsize=None)(lambda *held: tuple(named(one) for one in held if one))
    certifications: Found = {}
    licenses: Found = {}
    away: Found = {}
    sanctions: Found = {}
    adverse: Found = {}
    for owner, specialty, sub, since, until, verified in of_panel(Certification, reviewers).values_list(
        "reviewer_id", "specialty", "subspecialty", "certified_on", "expires_on", "verified_on"
    ):
        held = CertificationFacts(specialty, fields(specialty, sub), since, until, verified)
        certifications[owner] = (*certifications.get(owner, ()), held)
    for owner, state, number, status, until, verified in of_panel(License, reviewers).values_list(
        "reviewer_id", "state", "number", "status", "expires_on", "verified_on"
    ):
        license_ = LicenseFacts(state, number, status, until, verified)
        licenses[owner] = (*licenses.get(owner, ()), license_)
    for owner, since, until in of_panel(AwayPeriod, reviewers).values_list("reviewer_id", "from_date", "to_date"):
        away[owner] = (*away.get(owner, ()), Period(since, until))
    for owner, text, material, since, until in of_panel(Sanction, reviewers).values_list(
        "reviewer_id", "text", "material", "from_date", "to_date"
    ):
        sanctions[owner] = (*sanctions.get(owner, ()), SanctionFacts(text, material, Period(since, until)))
    for change in of_panel(AdverseChange, reviewers).filter(settled_at=None).order_by("pk"):
        words = f"{change.get_what_display()}, {shown(change.happened_on)}."
        adverse[change.reviewer_id] = (*adverse.get(change.reviewer_id, ()), words)
    return {
        "certifications": certifications, "licenses": licenses, "away": away, "sanctions": sanctions,
        "adverse": adverse,
    }  # fmt: skip
