"""Where the work stands: arrivals, the funnel of stages, clocks missed, the oldest cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.rules.charts import ROW, columns, rows_of_bars
from cases.services.desk.dashboard import Dashboard, dashboard
from cases.services.jurisdictions import clock_name

_WIDTH, _HEIGHT = 720, 150
_LEFT, _RIGHT = 190, 470
_MONDAY = 0


@needs("view_cases")
def dashboard_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = dashboard(now=now)
    note_access(act=Act.VIEWED, request=request, now=now, target="Case list", detail="dashboard")
    context = {
        "found": found,
        "arrivals": _arrivals(found),
        "funnel": _funnel(found),
        "reasons": _reasons(found),
        "missed": _missed(found),
        "late_cases": sum(count for _, count in found.reasons),
        "waiting": sum(stage.count for stage in found.funnel),
        "arrived": sum(count for _, count in found.arrivals),
    }
    return render(request, "cases/dashboard.html", context)


def _arrivals(found: Dashboard) -> dict[str, Any]:
    bars = columns([count for _, count in found.arrivals], width=_WIDTH, height=_HEIGHT)
    shown: list[dict[str, Any]] = [
        {
            "bar": bar,
            "day": day,
            "count": count,
            "label": f"{day:%b} {day.day}" if day.weekday() == _MONDAY else "",
            "url": f"{reverse('cases:desk')}?tab=received&received={day.isoformat()}",
        }
        for bar, (day, count) in zip(bars, found.arrivals, strict=True)
    ]
    most = max(shown, key=lambda one: one["count"], default=None)
    return {
        "rows": shown,
        "most": most,
        "width": _WIDTH,
        "height": _HEIGHT,
        "foot": _HEIGHT + 18,
        "tall": _HEIGHT + 44,
    }


def _funnel(found: Dashboard) -> dict[str, Any]:
    bars = rows_of_bars([stage.count for stage in found.funnel], left=_LEFT, right=_RIGHT)
    rows = [
        {
            "bar": bar,
            "name_x": bar.x - 10,
            "note": _days(stage.so_far, stage.passed),
            "label": stage.state.label,
            "count": stage.count,
            "so_far": stage.so_far,
            "passed": stage.passed,
            "url": f"{reverse('cases:desk')}?tab=open&state={stage.state.value}",
        }
        for bar, stage in zip(bars, found.funnel, strict=True)
    ]
    return {"rows": rows, "width": _WIDTH, "height": ROW * len(rows)}


def _days(so_far: float | None, passed: float | None) -> str:
    """The medians beside a bar: "4.1 days so far, 12.0 lately"."""
    parts = [
        f"{so_far:.1f} days so far" if so_far is not None else "",
        f"{passed:.1f} lately" if passed is not None else "",
    ]
    return ", ".join(filter(None, parts))


def _reasons(found: Dashboard) -> dict[str, Any]:
    bars = rows_of_bars([count for _, count in found.reasons], left=_LEFT + 70, right=_RIGHT)
    rows = [
        {
            "bar": bar,
            "name_x": bar.x - 10,
            "label": reason.label,
            "count": count,
            "url": f"{reverse('cases:desk')}?tab=open&why={reason.key}",
        }
        for bar, (reason, count) in zip(bars, found.reasons, strict=True)
    ]
    return {"rows": rows, "width": _WIDTH, "height": ROW * len(rows)}


def _missed(found: Dashboard) -> dict[str, Any]:
    bars = rows_of_bars([one.count for one in found.missed], left=_LEFT + 70, right=_RIGHT)
    rows = [
        {
            "bar": bar,
            "name_x": bar.x - 10,
            "label": clock_name(one.clock)[:36],
            "count": one.count,
            "url": f"{reverse('cases:desk')}?tab=open&missed={one.clock}",
        }
        for bar, one in zip(bars, found.missed, strict=True)
    ]
    return {"rows": rows, "width": _WIDTH, "height": ROW * len(rows)}
