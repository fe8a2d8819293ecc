"""The next three weeks of the panel: arrivals of the last eight weeks, waiting cases, free places."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import Count, Max, Q

from cases.models import Case
from cases.workflow import State
from common.days import CALIFORNIA, california_date
from reviews.models import Assignment, AwayPeriod, Certification, Reviewer
from reviews.rules.capacity import Outlook, PanelMember, outlook
from reviews.rules.facts import Period
from reviews.rules.specialties import wanted_for
from reviews.services.gate_cases import load_case
from reviews.services.reference import specialty_table

WEEKS_BACK = 8
#: So many waiting cases are looked into for their specialty; the rest is taken to be like them.
LOOKED_AT = 100


def panel_outlook(*, now: dt.datetime) -> list[Outlook]:
    """By specialty; see `reviews.rules.capacity.outlook`."""
    return outlook(
        arrivals=_arrivals(now), over_weeks=WEEKS_BACK, waiting=_waiting(), panel=_panel(now),
        today=california_date(now),
    )  # fmt: skip


def _arrivals(now: dt.datetime) -> dict[str, int]:
    """Offers of the last weeks by the specialty that they were matched by, each case once."""
    since = now - dt.timedelta(weeks=WEEKS_BACK)
    rows = Assignment.objects.filter(offered_at__gte=since).order_by("case_id", "-offered_at").distinct("case_id")
    notes = rows.values_list("gate_findings", flat=True)
    return Counter(name for name in (_specialty(one) for one in notes) if name)


def _specialty(notes: list[dict[str, object]]) -> str:
    return next((str(note["specialty"]) for note in notes if note.get("specialty")), "")


def _waiting() -> dict[str, int]:
    """Ready cases that nobody was asked for, by the specialty that fits them best."""
    taken = Assignment.objects.live().values("case_id")
    ids = list(
        Case.objects.filter(state=State.READY)
        .exclude(pk__in=taken)
        .order_by("next_due_at")
        .values_list("pk", flat=True)
    )
    found: Counter[str] = Counter()
    table = specialty_table()
    for pk in ids[:LOOKED_AT]:
        if matches := wanted_for(load_case(pk, reviewers=[]), table).matches:
            found[matches[0].specialty] += 1
    share = len(ids) / LOOKED_AT if len(ids) > LOOKED_AT else 1
    return {name: round(count * share) for name, count in found.items()}


def _panel(now: dt.datetime) -> list[PanelMember]:
    today = california_date(now)
    monday = dt.datetime.combine(today - dt.timedelta(days=today.weekday()), dt.time.min, tzinfo=CALIFORNIA)
    going = Q(assignments__declined_at=None, assignments__recused_at=None, assignments__withdrawn_at=None,
              assignments__lapsed_at=None, assignments__isnull=False)  # fmt: skip
    rows = Reviewer.objects.filter(active=True).annotate(
        taken=Count("assignments", filter=going & (Q(assignments__accepted_at__gte=monday)
                    | Q(assignments__accepted_at=None, assignments__completed_at=None)), distinct=True),
        licensed=Max("licenses__expires_on", filter=Q(licenses__status="active")),
    )  # fmt: skip
    named = specialty_table().named
    fields: dict[int, dict[str, dt.date | None]] = defaultdict(dict)
    for owner, specialty, until in Certification.objects.values_list("reviewer_id", "specialty", "expires_on"):
        fields[owner][named(specialty)] = until
    away: dict[int, list[Period]] = defaultdict(list)
    for owner, since, until in AwayPeriod.objects.filter(to_date__gte=today).values_list(
        "reviewer_id", "from_date", "to_date"
    ):
        away[owner].append(Period(since, until))
    return [
        PanelMember(
            specialties=fields[row.pk],
            per_week=row.capacity_per_week or 0,
            taken=vars(row)["taken"],
            away=tuple(away[row.pk]),
            last_day=min((day for day in (row.leaving_on, vars(row)["licensed"]) if day), default=None),
        )
        for row in rows
        if vars(row)["licensed"] is not None
    ]
