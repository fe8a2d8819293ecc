"""The figures of the dashboard. What the database counts in a few milliseconds is counted at every look; the days that
cases spend in each stage need the events of a quarter, and are worked out by `refresh_figures` on a schedule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncDate

from cases.models import Application, Case, Deadline, DeskFigures
from cases.services.desk import reasons
from cases.services.desk.reasons import Reason
from cases.workflow import STAGES, State
from common.days import HOUSE_ZONE, house_date

ARRIVAL_DAYS = 30
_STAGE_DAYS = "stage_days"
_OVER = dt.timedelta(days=90)
_OLDEST = 10
#: The stages of a case in work, in their order, and where a case waits beside them.
FUNNEL = (*(stage for stage in STAGES if stage not in (State.SERVED, State.CLOSED)), State.DEFERRED)


@dataclass(frozen=True)
class Stage:
    """One bar of the funnel. so_far: median days of the cases that are in it; passed: of those that left it lately."""

    state: State
    count: int
    so_far: float | None
    passed: float | None


@dataclass(frozen=True)
class Missed:
    """Open legal clocks of one kind that are past their due moment."""

    clock: str
    count: int


@dataclass(frozen=True)
class Dashboard:
    arrivals: list[tuple[dt.date, int]]
    funnel: list[Stage]
    missed: list[Missed]
    reasons: list[tuple[Reason, int]]
    oldest: list[Case]
    figures_of: dt.datetime | None


def dashboard(*, now: dt.datetime) -> Dashboard:
    """Everything the page shows, in a constant number of statements."""
    kept = DeskFigures.objects.filter(key=_STAGE_DAYS).first()
    return Dashboard(
        arrivals=_arrivals(now),
        funnel=_funnel(now, kept.figures if kept else {}),
        missed=_missed(now),
        reasons=reasons.counted(now=now),
        oldest=_oldest(),
        figures_of=kept.made_at if kept else None,
    )


def _arrivals(now: dt.datetime) -> list[tuple[dt.date, int]]:
    """Applications received per day of the house, the last ARRIVAL_DAYS days, days without any included."""
    today = house_date(now)
    days = [today - dt.timedelta(days=back) for back in range(ARRIVAL_DAYS - 1, -1, -1)]
    first = dt.datetime.combine(days[0], dt.time(), HOUSE_ZONE)
    taken_over = Case.objects.filter(pk=OuterRef("case_id"), imported=True)
    counted = (
        Application.objects.filter(~Exists(taken_over), received_at__gte=first)
        .annotate(day=TruncDate("received_at", tzinfo=HOUSE_ZONE))
        .order_by()
        .values_list("day")
        .annotate(n=Count("pk"))
    )
    by_day = dict(counted)
    return [(day, by_day.get(day, 0)) for day in days]


_FUNNEL_SQL = """
SELECT state, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %s - coalesce(stage_since, created_at))) / 86400
FROM cases_case WHERE state = ANY(%s) AND state IN ({states}) AND NOT imported GROUP BY state
"""


def _funnel(now: dt.datetime, passed: dict[str, float]) -> list[Stage]:
    from cases.models.case import IN_WORK

    states = ", ".join(f"'{state}'" for state in IN_WORK)  # literals: the partial index must see them
    with connection.cursor() as cursor:
        cursor.execute(_FUNNEL_SQL.replace("{states}", states), [now, [str(state) for state in FUNNEL]])
        found = {state: (count, days) for state, count, days in cursor.fetchall()}
    return [Stage(state, *_count_and_days(found.get(str(state))), passed=passed.get(str(state))) for state in FUNNEL]


def _count_and_days(row: tuple[int, float | None] | None) -> tuple[int, float | None]:
    return (row[0], float(row[1]) if row[1] is not None else None) if row else (0, None)


def _missed(now: dt.datetime) -> list[Missed]:
    rows = (
        Deadline.objects.overdue(now)
        .filter(case__state__in=[str(state) for state in FUNNEL])
        .order_by()
        .values_list("clock")
        .annotate(n=Count("pk"))
    )
    return [Missed(clock, count) for clock, count in sorted(rows, key=lambda row: -row[1])]


def _oldest() -> list[Case]:
    found = Case.objects.in_work().order_by("created_at", "pk").select_related("worker", "owner", "application")
    return list(found[:_OLDEST])


_DAYS_SQL = """
WITH lately AS (
    SELECT id FROM cases_case WHERE stage_since >= %s AND NOT imported
), steps AS (
    SELECT event.facts->>'from' AS stage, event.at,
           event.at - lag(event.at) OVER (PARTITION BY event.case_id ORDER BY event.at, event.id) AS spent
    FROM cases_caseevent event JOIN lately ON lately.id = event.case_id
    WHERE (event.kind LIKE 'moved.%%' AND event.facts->>'from' <> event.facts->>'to') OR event.kind = 'taken_in'
)
SELECT stage, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM spent)) / 86400
FROM steps WHERE spent IS NOT NULL AND stage IS NOT NULL AND at >= %s GROUP BY stage
"""


def refresh_figures(*, now: dt.datetime) -> dict[str, float]:
    """Median days in each stage, of the cases that left it in the last 90 days; kept for the dashboard."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS_SQL, [now - _OVER, now - _OVER])
        figures = {stage: round(float(days), 2) for stage, days in cursor.fetchall() if days is not None}
    DeskFigures.objects.update_or_create(key=_STAGE_DAYS, defaults={"made_at": now, "figures": figures})
    return figures
