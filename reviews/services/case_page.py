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


def reviewer_sees(user: User, case: Case, now: dt.datetime) -> bool:
    """A reviewer sees a case while holding it and while the gate is open; an offer opens nothing (standards HI-8)."""
    held = Assignment.objects.accepted().filter(case=case, reviewer__user=user).select_related("case", "reviewer")
    assignment = held.first()
    return assignment is not None and may_open_file(assignment=assignment, now=now)


def actions(request: HttpRequest, case: Case) -> Sequence[Mapping[str, Any]]:
    """Entries of the action rail, for coordinators and for the holder."""
    return list(_actions(request.user, case)) if isinstance(request.user, User) else []


def _actions(user: User, case: Case) -> Iterator[Mapping[str, Any]]:
    live = Assignment.objects.live().filter(case=case).select_related("reviewer").first()
    if user.has_right("assign_reviewers"):
        yield from _coordinators_actions(case, live)
    if live and live.accepted_at and live.reviewer.user_id == user.pk and case.state == State.IN_REVIEW:
        yield _entry("Open the review", "reviews:review", case.number, "pencil-square", primary=True)
        yield _entry("Give the case back", "reviews:give_back", live.pk, "arrow-return-left")


def _coordinators_actions(case: Case, live: Assignment | None) -> Iterator[Mapping[str, Any]]:
    if case.state == State.READY:
        word = "See the candidates" if live else "Choose a reviewer"
        yield _entry(word, "reviews:candidates", case.number, "people", primary=live is None)
    if live and live.accepted_at is None:
        yield _entry("Take the offer back", "reviews:take_back", live.pk, "arrow-return-left")
    elif live and case.state == State.IN_REVIEW:
        yield _entry("Take the reviewer off", "reviews:take_back", live.pk, "person-dash")


def _entry(label: str, name: str, key: Any, icon: str, *, primary: bool = False) -> Mapping[str, Any]:
    return {"label": label, "url": reverse(name, args=[key]), "method": "get", "icon": icon, "primary": primary}


def holders(cases: Sequence[Case]) -> Mapping[int, str]:
    """Who has each case, as staff may see it."""
    rows = Assignment.objects.live().filter(case__in=cases).select_related("reviewer")
    return {row.case_id: str(row.reviewer) if row.accepted_at else f"Offered to {row.reviewer}" for row in rows}


def next_dates(cases: Sequence[Case]) -> Mapping[int, dt.date]:
    """The day an offer must be answered, or the report is due."""
    rows = Assignment.objects.live().filter(case__in=cases, submitted_at=None)
    dates = {
        row.case_id: row.report_due_on if row.accepted_at else california_date(row.response_due_at) for row in rows
    }
    return {case_id: day for case_id, day in dates.items() if day is not None}


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
