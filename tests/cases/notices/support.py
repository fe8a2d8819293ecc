"""Cases whose parties can be reached, and notices taken through seal and mail without a worker process."""

from __future__ import annotations

import datetime as dt
from typing import Any

import time_machine

from cases.models import Case, Notice
from cases.services.notices.receipts import RECEIPT_JOB
from common.actor import Actor
from common.models import OutboxJob
from common.services import outbox
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from tests.factories.cases import NOW, make_case

STAFF = Actor(name="coordinator@example.org", roles=frozenset({"coordinator"}))
SYSTEM = Actor.system("test")

ADDRESS = {"line1": "400 Harbor Way", "city": "Oakland", "state": "CA", "zip": "94607"}


def parties(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Everybody can be reached: the administrator electronically, the others by mail."""
    usual: dict[str, dict[str, Any]] = {
        "claims_administrator": {
            "organization": "Golden Claims Services", "serve_by": "electronic", "email": "imr@golden.example",
            "address": ADDRESS,
        },
        "employer": {"organization": "Valley Orchards Inc.", "address": {**ADDRESS, "line1": "1 Orchard Road"}},
        "worker_attorney": {
            "organization": "Bright Law", "person": {"first_name": "Dana", "last_name": "Reyes"}, "address": ADDRESS,
            "serve_by": "mail",
        },
        "requesting_physician": {
            "organization": "Fresno Spine Group", "person": {"first_name": "Peter", "last_name": "Okafor"},
            "address": {**ADDRESS, "line1": "77 Clinic Street", "city": "Fresno", "zip": "93720"}, "serve_by": "mail",
        },
    }  # fmt: skip
    return [{"role": role, **facts, **changes.get(role, {})} for role, facts in usual.items()]


def reachable_case(*, state: str = "eligibility", **changes: Any) -> Case:
    """The receipt of its intake is not waited for: tests of one notice count their own paper."""
    case = make_case(state=state, **{"parties": parties(), **changes})
    OutboxJob.objects.filter(kind=RECEIPT_JOB, key=str(case.pk)).delete()
    return case


def with_wording() -> None:
    load_own_wording(now=NOW)


def seal(notice: Notice, *, now: dt.datetime = NOW) -> Notice:
    """Seal the notice's letter as the worker would, and send its mails."""
    assert notice.letter_id, notice.held_because
    seal_letter(letter_id=notice.letter_id, now=now)
    with time_machine.travel(now):  # the moment at which the mail server takes a mail is read off the clock
        run_jobs(now=now)
    return Notice.objects.get(pk=notice.pk)


def run_jobs(*, now: dt.datetime = NOW) -> None:
    """Do every job that is due, until none is left; a failing one raises what it said."""
    while ids := outbox.due_ids(now=now + dt.timedelta(days=3650)):
        for job_id in ids:
            if not outbox.run(job_id, now=now):
                raise AssertionError(OutboxJob.objects.get(pk=job_id).last_error)
