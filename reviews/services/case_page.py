"""What this room adds to a case's page and to the lists of cases: who has it, what may be done, the next date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from cases import panels
from cases.models import Case
from cases.workflow import State
from common.days import california_date
from common.models import OutboxJob
from letters.models import Letter
from letters.services.ordering import SEAL_JOB
from reviews.models import Assignment, Determination
from reviews.services.gate import may_open_file
from reviews.services.seats import Seats, may_offer, seats_of


def reviewer_sees(user: User, case: Case, now: dt.datetime) -> bool:
    """A reviewer sees a case while holding it and while the gate is open; an offer opens nothing (standards HI-8)."""
    held = Assignment.objects.accepted().filter(case=case, reviewer__user=user).select_related("case", "reviewer")
    assignment = held.first()
    return assignment is not None and may_open_file(assignment=assignment, now=now)


def actions(request: HttpRequest, case: Case) -> Sequence[Mapping[str, Any]]:
    """Entries of the action rail, for coordinators and for the holder."""
    return list(_actions(request.user, case)) if isinstance(request.user, User) else []


def _actions(user: User, case: Case) -> Iterator[Mapping[str, Any]]:
    seats = seats_of(case)
    if user.has_right("assign_reviewers"):
        yield from _coordinators_actions(case, seats)
    own = next((one for one in seats.live if one.accepted_at and one.reviewer.user_id == user.pk), None)
    if own and case.state == State.IN_REVIEW:
        word = "Read your review" if own.submitted_at else "Open the review"
        yield _entry(word, "reviews:review", case.number, "pencil-square", primary=own.submitted_at is None)
        yield _entry("Give the case back", "reviews:give_back", own.pk, "arrow-return-left")


def _coordinators_actions(case: Case, seats: Seats) -> Iterator[Mapping[str, Any]]:
    if may_offer(case, seats):
        word = "Choose a further reviewer" if seats.live else "Choose a reviewer"
        yield _entry(word, "reviews:candidates", case.number, "people", primary=True)
    elif case.state in (State.READY, State.IN_REVIEW):
        yield _entry("See the candidates", "reviews:candidates", case.number, "people")
    for one in seats.live:
        who = f": reviewer {one.seat}" if seats.approved > 1 else ""
        if one.accepted_at is None:
            yield _entry(f"Take the offer back{who}", "reviews:take_back", one.pk, "arrow-return-left")
        elif case.state == State.IN_REVIEW:
            yield _entry(f"Take the reviewer off{who}", "reviews:take_back", one.pk, "person-dash")


def _entry(label: str, name: str, key: Any, icon: str, *, primary: bool = False) -> Mapping[str, Any]:
    return {"label": label, "url": reverse(name, args=[key]), "method": "get", "icon": icon, "primary": primary}


def holders(cases: Sequence[Case]) -> Mapping[int, str]:
    """Who has each case, as staff may see it."""
    rows = Assignment.objects.live().filter(case__in=cases).select_related("reviewer").order_by("case_id", "seat")
    names: dict[int, list[str]] = {}
    for row in rows:
        said = str(row.reviewer) if row.accepted_at else f"Offered to {row.reviewer}"
        names.setdefault(row.case_id, []).append(said)
    return {case_id: "; ".join(said) for case_id, said in names.items()}


def next_dates(cases: Sequence[Case]) -> Mapping[int, dt.date]:
    """The day an offer must be answered, or the report is due."""
    rows = Assignment.objects.live().filter(case__in=cases, submitted_at=None)
    dates: dict[int, dt.date] = {}
    for row in rows:
        day = row.report_due_on if row.accepted_at else california_date(row.response_due_at)
        if day is not None:
            dates[row.case_id] = min(day, dates.get(row.case_id, day))
    return dates


def quality_reviewer_sees(user: User, case: Case, now: dt.datetime) -> bool:  # noqa: ARG001 - the registry's form
    """A quality reviewer sees a case while it waits for the quality check (standards HI-8)."""
    return case.state == State.QUALITY_CHECK and user.has_right("check_quality")


def letters_panel(request: HttpRequest, case: Case) -> panels.Panel | None:  # noqa: ARG001 - the registry's form
    """The case's determinations, newest first, each with its letter and where that stands."""
    determinations = list(case.determinations.select_related("cancellation").order_by("-version"))
    letters = {letter.frozen_id: letter for letter in Letter.objects.filter(key=case.number)}
    keys = [str(letter.pk) for letter in letters.values()]
    jobs = {job.key: job for job in OutboxJob.objects.filter(kind=SEAL_JOB, key__in=keys)}
    rows = [
        _letter_row(determination, letters.get(determination.document_id), jobs) for determination in determinations
    ]
    return panels.Panel("reviews/_letters_panel.html", {"rows": rows}) if rows else None


def _letter_row(determination: Determination, letter: Letter | None, jobs: Mapping[str, OutboxJob]) -> dict[str, Any]:
    job = jobs.get(str(letter.pk)) if letter else None
    return {"determination": determination, "letter": letter, "job": job}
