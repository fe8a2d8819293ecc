"""Open clocks and cases that lack an internal target which the rules have: they get it, whatever left it out.

A change of rules orders all open clocks to be worked out again (`recomputing`); this finds what came in another way:
a target added by a release, an import, a clock kept by an older one.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from cases.models import Case, CaseTarget, Deadline
from cases.rules.jurisdiction import Jurisdiction, Target
from cases.services import jurisdictions
from cases.services.deadlines.recomputing import recompute
from cases.services.deadlines.workings import HouseWorkings
from common.actor import Actor

#: A run that finds more leaves the rest to the next.
_AT_ONCE = 2000


def lay_missing_targets_out(*, actor: Actor, now: dt.datetime, at_once: int = _AT_ONCE) -> int:
    """Give open clocks and cases in work the targets they lack. Returns how many cases were worked out again.

    Safe to run at any time and by several at once: each case is locked and looked at as it stands then.
    """
    done = 0
    for key in jurisdictions.files():
        of = jurisdictions.jurisdiction(key)
        workings = HouseWorkings(of)
        for case in Case.objects.filter(pk__in=_lacking(of, at_once - done)).select_related("application"):
            recompute(case=case, because="An internal target was missing", actor=actor, now=now, workings=workings)
            done += 1
    return done


def _lacking(of: Jurisdiction, most: int) -> set[int]:
    found: set[int] = set()
    for rule in of.target_rows:
        if len(found) >= most:
            break
        rows = _clocks_without(rule, of) if rule.clocks else _cases_without(rule, of)
        found |= set(rows[: most - len(found)])
    return found


def _clocks_without(rule: Target, of: Jurisdiction) -> QuerySet:
    kept = CaseTarget.objects.filter(deadline=OuterRef("pk"), key=rule.key, ended_at=None)
    found = Deadline.objects.open().filter(
        _in_force("trigger_on", rule),
        clock__in=rule.clocks, case__jurisdiction=of.key, case__priority=rule.priority, case__imported=False,
    )  # fmt: skip
    return found.exclude(Exists(kept)).values_list("case_id", flat=True).order_by("case_id").distinct()


def _cases_without(rule: Target, of: Jurisdiction) -> QuerySet:
    kept = CaseTarget.objects.filter(case=OuterRef("pk"), deadline=None, key=rule.key)
    day = TruncDate("application__received_at", tzinfo=of.zone)
    found = Case.objects.in_work().filter(jurisdiction=of.key, priority=rule.priority, imported=False)
    dated = found.filter(application__isnull=False).annotate(receipt=day)
    return dated.filter(_in_force("receipt", rule)).exclude(Exists(kept)).values_list("pk", flat=True).order_by("pk")


def _in_force(field: str, rule: Target) -> Q:
    within = Q(**{f"{field}__gte": rule.effective_from})
    return within & Q(**{f"{field}__lte": rule.effective_to}) if rule.effective_to else within
