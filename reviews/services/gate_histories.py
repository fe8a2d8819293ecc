"""Loads what reviewers and cases have had to do with each other so far: load, record, earlier parts, waivers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from cases.models import CasePair
from common.days import CALIFORNIA, california_date
from reviews.models import Assignment, Waiver
from reviews.rules.facts import EarlierPart, ReviewerFacts, WaiverFacts
from reviews.services.panel_rows import ReviewerIds, of_panel

Pair = tuple[int, int]


def load_work(case_id: int | None, on: dt.date, reviewers: ReviewerIds) -> dict[int, dict[str, Any]]:
    """Load and record of each reviewer, this case's own assignment left out where there is one case."""
    others = Q() if case_id is None else ~Q(case_id=case_id)
    rows: Any = (
        of_panel(Assignment, reviewers)
        .order_by()
        .values("reviewer_id")
        .annotate(
            **_load_counts(on, others),
            last=Max("accepted_at", filter=Q(accepted_at__isnull=False) & others),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            on_time=Count("pk", filter=Q(submitted_at__isnull=False, submitted_at__date__lte=F("report_due_on"))),
        )
    )
    return {
        row["reviewer_id"]: {
            "open_cases": row["open"],
            "cases_this_week": row["week"],
            "last_case_on": california_date(row["last"]) if row["last"] else None,
            "submitted": row["submitted"],
            "submitted_on_time": row["on_time"],
        }
        for row in rows
    }


def _load_counts(on: dt.date, among: Q) -> dict[str, Count]:
    """What counts against a reviewer's capacity on a day: open cases and offers, and those of the week."""
    monday = on - dt.timedelta(days=on.weekday())
    week = dt.datetime.combine(monday, dt.time.min, tzinfo=CALIFORNIA)
    going = Q(declined_at=None, recused_at=None, withdrawn_at=None, lapsed_at=None)
    taken_on = Q(accepted_at__gte=week) | Q(accepted_at=None, completed_at=None)
    return {
        "open": Count("pk", filter=going & Q(completed_at=None, submitted_at=None) & among),
        "week": Count("pk", filter=going & taken_on & among),
    }


def load_histories(
    case_ids: Sequence[int], panel: Sequence[ReviewerFacts], *, on: dt.date
) -> dict[Pair, ReviewerFacts]:
    """For each case and reviewer with a history in it (an assignment of the dispute, a waiver): the reviewer as this
    case sees him, its own assignment left out."""
    rows: Any = (
        Assignment.objects.filter(case__any_of=case_ids)
        .order_by()
        .values("case_id", "reviewer_id")
        .annotate(**_load_counts(on, Q()))
    )
    own = {(row["case_id"], row["reviewer_id"]): row for row in rows}
    earlier, waivers = earlier_parts(case_ids), standing_waivers(case_ids)
    accepted = {
        (case, reviewer): before
        for case, reviewer, before in Assignment.objects.filter(case__any_of=case_ids, accepted_at__isnull=False)
        .annotate(before=Subquery(_accepted_elsewhere()))
        .values_list("case_id", "reviewer_id", "before")
    }
    by_id = {reviewer.id: reviewer for reviewer in panel}
    found = {}
    for key in {*own, *earlier, *waivers}:
        reviewer, before = by_id.get(key[1]), accepted.get(key)
        if reviewer is None:
            continue
        load = own.get(key, {"open": 0, "week": 0})
        found[key] = replace(
            reviewer,
            open_cases=reviewer.open_cases - load["open"],
            cases_this_week=reviewer.cases_this_week - load["week"],
            last_case_on=(california_date(before) if before else None) if key in accepted else reviewer.last_case_on,
            earlier_parts=tuple(earlier.get(key, ())),
            waivers=tuple(waivers.get(key, ())),
        )
    return found


def _accepted_elsewhere() -> QuerySet[Assignment, Any]:
    """When the same reviewer last accepted another case."""
    return (
        Assignment.objects.filter(reviewer=OuterRef("reviewer"), accepted_at__isnull=False)
        .exclude(case=OuterRef("case"))
        .order_by("-accepted_at")
        .values("accepted_at")[:1]
    )


def earlier_parts(case_ids: Sequence[int], reviewers: ReviewerIds = None) -> dict[Pair, list[EarlierPart]]:
    """What became of the disputes' other assignments, by case and reviewer; a live one is not an earlier one.

    An application that was joined with a case, either way round, is the same dispute.
    """
    found: dict[Pair, list[EarlierPart]] = defaultdict(list)
    joined = CasePair.objects.joined()
    dispute = (
        Q(case__any_of=case_ids)
        | Q(case__in=joined.filter(earlier__any_of=case_ids).values("later"))
        | Q(case__in=joined.filter(later__any_of=case_ids).values("earlier"))
    )
    rows = list(of_panel(Assignment, reviewers).filter(dispute).select_related("case").order_by("offered_at", "pk"))
    same = _same_dispute(case_ids, {row.case_id for row in rows})
    for row in rows:
        for case in sorted(same[row.case_id]):
            other = row.case_id != case
            if (not other and row.status in ("offered", "accepted", "submitted")) or (other and not row.submitted_at):
                continue
            found[case, row.reviewer_id].append(_part(row, other_case=row.case.number if other else ""))
    return found


def _same_dispute(case_ids: Sequence[int], met: set[int]) -> dict[int, set[int]]:
    """For each application that was met: which of the cases are the same dispute as it, itself among them."""
    asked = set(case_ids)
    same = {case: {case} & asked for case in met}
    if met - asked or len(asked) > 1:
        pairs = CasePair.objects.joined().filter(Q(earlier__any_of=met) | Q(later__any_of=met))
        for one, other in pairs.values_list("earlier_id", "later_id"):
            for here, there in ((one, other), (other, one)):
                if here in same and there in asked:
                    same[here].add(there)
    return same


def _part(row: Assignment, *, other_case: str) -> EarlierPart:
    ended = row.declined_at or row.recused_at or row.withdrawn_at or row.lapsed_at or row.completed_at
    return EarlierPart(
        row.round, row.status, row.accepted_at is not None, california_date(ended) if ended else None, other_case
    )


def standing_waivers(case_ids: Sequence[int], reviewers: ReviewerIds = None) -> dict[Pair, list[WaiverFacts]]:
    """The standing waivers, by case and reviewer."""
    found: dict[Pair, list[WaiverFacts]] = defaultdict(list)
    rows = of_panel(Waiver, reviewers).filter(pk__in=Waiver.objects.standing(), case__any_of=case_ids)
    for row in rows.order_by("pk"):
        found[row.case_id, row.reviewer_id].append(
            WaiverFacts(row.pk, row.rule, row.party_id, row.party_name, row.subject, row.since, row.until)
        )
    return found
