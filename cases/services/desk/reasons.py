"""Why cases are past a legal due date: what each of them waits for, the first that fits. The dashboard counts them, and
the same reason narrows a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case as Choice
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value, When

from cases.models import Case, EligibilityQuestion, NoticeCopy, RecordRequest
from cases.models.case import CaseQuerySet
from cases.services import jurisdictions
from cases.workflow import State

_NOT_OUT = (
    NoticeCopy.State.HELD, NoticeCopy.State.WAITING, NoticeCopy.State.TO_PRINT, NoticeCopy.State.PRINTED,
    NoticeCopy.State.SENDING,
)  # fmt: skip
_COORDINATORS = (State.RECEIVED, State.ELIGIBILITY, State.DEFERRED, State.RECORDS, State.READY)


@dataclass(frozen=True)
class Reason:
    """One reason, with the cases it is true of; `label` is for the chart and the filter."""

    key: str
    label: str
    holds: Q


LABELS: dict[str, str] = {
    "records": "Records have not come",
    "answer": "A party has not answered",
    "notice": "A notice is not out",
    "unheld": "No coordinator holds it",
    "no_reviewer": "No reviewer has accepted",
    "reviewer": "With the reviewer",
    "quality": "In the quality check",
    "letter": "The letter is not served",
    "coordinator": "With its coordinator",
}


def reasons() -> tuple[Reason, ...]:
    """In this order: what somebody outside owes, what lies in our own outbox, then who has the case. The last takes
    what is left."""
    owed = RecordRequest.objects.outstanding().holding_up().filter(case=OuterRef("pk"), asked_at__isnull=False)
    asked = EligibilityQuestion.objects.open().filter(case=OuterRef("pk"))
    not_out = NoticeCopy.objects.filter(notice__case=OuterRef("pk"), state__in=_NOT_OUT)
    met = {clock for of in jurisdictions.every() for rule in of.notices for clock in rule.meets}
    holds = {
        "records": Q(Exists(owed), state=State.RECORDS),
        "answer": Q(Exists(asked), state=State.ELIGIBILITY),
        "notice": Q(Exists(not_out), next_due_clock__in=sorted(met)),
        "unheld": Q(owner=None, state__in=_COORDINATORS),
        "no_reviewer": Q(state=State.READY),
        "reviewer": Q(state=State.IN_REVIEW),
        "quality": Q(state=State.QUALITY_CHECK),
        "letter": Q(state=State.DETERMINED),
    }
    return tuple(Reason(key, label, holds.get(key, Q())) for key, label in LABELS.items())


def late_because(cases: CaseQuerySet, *, now: dt.datetime, key: str = "") -> CaseQuerySet:
    """Those of the cases that are past a legal due date, with their reason as `why`; of one reason only with `key`."""
    *known, rest = reasons()
    whens = [When(one.holds, then=Value(one.key)) for one in known]
    late = cases.filter(next_due_at__lt=now).annotate(
        why=Choice(*whens, default=Value(rest.key), output_field=CharField())
    )
    return late.filter(why=key) if key else late


def counted(*, now: dt.datetime) -> list[tuple[Reason, int]]:
    """Reasons with their number of late cases in work, the most frequent first; one statement."""
    rows = late_because(Case.objects.in_work(), now=now).order_by().values_list("why").annotate(n=Count("pk"))  # type: ignore[misc]
    found = dict(rows)
    return sorted(((one, found[one.key]) for one in reasons() if one.key in found), key=lambda row: -row[1])
