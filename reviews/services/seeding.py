"""Reviewers for an invented caseload, and which of them has which case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

from cases.rules.names import person_key
from cases.services.seeding import words
from cases.services.seeding.caseload import Seeded
from cases.services.seeding.copying import Table
from cases.services.seeding.pools import last_name
from cases.workflow import State
from common.days import california_date
from reviews.models import Assignment, Certification, CredentialCheck, License, Reviewer
from reviews.services.roster_word import words_of_file

_OFFERED_BEFORE = dt.timedelta(hours=20)
_TO_ANSWER = dt.timedelta(hours=48)
_REPORT_DAYS = 14
_HAVING = (State.IN_REVIEW, State.QUALITY_CHECK)


def lay_reviewers(*, count: int, now: dt.datetime, seed: int = 4610) -> list[Reviewer]:
    """Invented experts with current credentials, up to `count` of them in all."""
    chance = Random(seed + 1)  # noqa: S311 - nothing secret hangs on it
    known = list(Reviewer.objects.filter(reviewer_id__startswith="SEED-").order_by("reviewer_id"))
    made = []
    for place in range(len(known) + 1, count + 1):
        first, last = chance.choice(words.FIRST_NAMES), last_name(chance)
        made.append(
            Reviewer(
                reviewer_id=f"SEED-{place:05d}", first_name=first, last_name=last, key=person_key(first, last),
                degree="MD", email=f"reviewer{place:05d}@caseload.invalid", practice_since=dt.date(2004, 7, 1),
                practice_hours_per_week=36, law_training_completed_on=now.date() - dt.timedelta(days=200),
                capacity_per_week=20, capacity_open_cases=20, interests_attested_on=now.date() - dt.timedelta(days=30),
            )
        )  # fmt: skip
    made = Reviewer.objects.bulk_create(made)
    later = now.date() + dt.timedelta(days=500)
    checked = {"verified_on": california_date(now), "verified_by": "seed_caseload", "source": "invented"}
    Certification.objects.bulk_create(
        Certification(reviewer=one, specialty=chance.choice(words.SPECIALTIES), expires_on=later, **checked)
        for one in made
    )
    License.objects.bulk_create(
        License(reviewer=one, state="CA", number=f"A{one.pk:06d}", status="active", expires_on=later, **checked)
        for one in made
    )
    CredentialCheck.objects.bulk_create(
        words_of_file(made, day=california_date(now), by="seed_caseload", source="invented", now=now)
    )
    return known + made


def hand_out(reviewers: list[Reviewer], *, seed: int = 4610) -> Callable[[list[Seeded]], None]:
    """Gives each seeded case that is with a reviewer to one of them."""
    chance = Random(seed + 2)  # noqa: S311
    columns = [
        "case_id",
        "reviewer_id",
        "round",
        "offered_at",
        "response_due_at",
        "report_due_on",
        "accepted_at",
        "submitted_at",
    ]

    def lay(cases: list[Seeded]) -> None:
        if not reviewers:
            return
        table = Table(Assignment, columns)
        for case in cases:
            accepted = case.life.entered(State.IN_REVIEW)
            if accepted is None or case.life.state not in _HAVING:
                continue
            offered = accepted - _OFFERED_BEFORE
            due_on = (accepted + dt.timedelta(days=_REPORT_DAYS)).date()
            submitted = case.life.entered(State.QUALITY_CHECK)
            table.add(
                case.pk, chance.choice(reviewers).pk, 1, offered, offered + _TO_ANSWER, due_on, accepted, submitted
            )
        table.write()

    return lay
