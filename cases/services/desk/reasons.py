"""Why cases are past a legal due date: what each of them waits for, the first that fits. The dashboard counts them, and
the same reason narrows a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case as Choice
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value, When

from cases.models import Case, EligibilityQuestion, NoticeCopy, RecordRequest
from cases.models.case import CaseQuerySet
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
    holds: Q | Exists


def _records_owed() -> Q:
    owed = RecordRequest.objects.outstanding().holding_up().filter(case=OuterRef("pk"), asked_at__isnull=False)
    return Q(state=State.RECORDS) & Q(Exists(owed))


#: In this order: what somebody outside owes, what lies in our own outbox, then who has the case.
REASONS = (
    Reason("records", "Records have not come", _records_owed()),
    Reason("answer", "A party has not answered",
           Q(state=State.ELIGIBILITY) & Q(Exists(EligibilityQuestion.objects.open().filter(case=OuterRef("pk"))))),
    Reason("notice", "A notice is not out",
           Q(Exists(NoticeCopy.objects.filter(notice__case=OuterRef("pk"), state__in=_NOT_OUT)))),
    Reason("unheld", "No coordinator holds it", Q(owner=None, state__in=_COORDINATORS)),
    Reason("no_reviewer", "No reviewer has accepted", Q(state=State.READY)),
    Reason("reviewer", "With the reviewer", Q(state=State.IN_REVIEW)),
    Reason("quality", "In the quality check", Q(state=State.QUALITY_CHECK)),
    Reason("letter", "The letter is not served", Q(state=State.DETERMINED)),
    Reason("coordinator", "With its coordinator", Q()),
)  # fmt: skip
LABELS = {one.key: one.label for one in REASONS}


def late_because(cases: CaseQuerySet, *, now: dt.datetime, key: str = "") -> CaseQuerySet:
    """Those of the cases that are past a legal due date, with their reason as `why`; of one reason only with `key`."""
    whens = [When(one.holds, then=Value(one.key)) for one in REASONS[:-1]]
    late = cases.filter(next_due_at__lt=now).annotate(
        why=Choice(*whens, default=Value(REASONS[-1].key), output_field=CharField())
    )
    return late.filter(why=key) if key else late


def counted(*, now: dt.datetime) -> list[tuple[Reason, int]]:
    """Reasons with their number of late cases in work, the most frequent first; one statement."""
    rows = late_because(Case.objects.in_work(), now=now).order_by().values_list("why").annotate(n=Count("pk"))
    found = dict(rows)
    return sorted(((one, found[one.key]) for one in REASONS if one.key in found), key=lambda row: -row[1])
