"""The coordinators' list of cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.panels import holders_of, next_dates_of
from cases.workflow import State

PER_PAGE = 50
MOST_FOUND = 100
_ENDED = (State.SERVED, *State.ended())


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    states: tuple[State, ...]
    empty: str


#: In the order of a case's way through the house.
TABS = (
    Tab("open", "All open", tuple(one for one in State if one not in _ENDED),
        "A case comes here when an application is taken in, by hand or from a feed."),
    Tab("received", "Received", (State.RECEIVED,), "A new application waits here for its eligibility check."),
    Tab("eligibility", "Eligibility", (State.ELIGIBILITY, State.DEFERRED),
        "A case comes here when its eligibility check is opened."),
    Tab("records", "Records", (State.RECORDS,), "A case comes here when it is found eligible."),
    Tab("ready", "Ready", (State.READY,), "A case comes here when its records are complete."),
    Tab("in_review", "In review", (State.IN_REVIEW,), "A case comes here when a reviewer accepts it."),
    Tab("quality_check", "Quality check", (State.QUALITY_CHECK,), "A case comes here when its review is submitted."),
    Tab("determined", "To serve", (State.DETERMINED,), "A case comes here when its letter is sealed."),
    Tab("ended", "Ended", _ENDED, "A case comes here when it is served, closed, or ends another way."),
)  # fmt: skip
_BY_KEY = {tab.key: tab for tab in TABS}

#: State -> kind of mark (`{% state %}`).
MARKS: dict[str, str] = {
    State.RECEIVED: "waiting", State.ELIGIBILITY: "active", State.INELIGIBLE: "stopped", State.DEFERRED: "waiting",
    State.CONSOLIDATED: "stopped", State.RECORDS: "waiting", State.READY: "active", State.IN_REVIEW: "active",
    State.QUALITY_CHECK: "active", State.DETERMINED: "done", State.SERVED: "done", State.CLOSED: "done",
    State.WITHDRAWN: "stopped", State.TERMINATED: "stopped",
}  # fmt: skip


@needs("view_cases")
def desk(request: HttpRequest) -> HttpResponse:
    """Cases by stage, what burns first. Past determinations taken over stand in no queue."""
    tab = _BY_KEY.get(request.GET.get("tab", ""), TABS[0])
    expedited = request.GET.get("priority") == Case.Priority.EXPEDITED
    cases = Case.objects.filter(imported=False).in_state(*tab.states)
    if expedited:
        cases = cases.filter(priority=Case.Priority.EXPEDITED)
    page = _Pages(_listed(cases), cases).get_page(request.GET.get("page"))
    _note(request, tab.label)
    context = {"tab": tab, "tabs": _tabs(tab), "expedited": expedited, "page": page, "rows": _rows(list(page))}
    return render(request, "cases/desk.html", context)


@needs("view_cases")
def search(request: HttpRequest) -> HttpResponse:
    """Every case, ended ones too, by number, worker or claim. Names travel in the body, never in an address."""
    query = request.POST.get("q", "").replace("\x00", "").strip()[:100]
    if not query:
        return redirect("cases:desk")
    if exact := Case.objects.filter(number=query.upper()).first():
        return redirect(exact)
    found = list(_listed(Case.objects.found_by(query))[: MOST_FOUND + 1])
    _note(request, "search")
    context = {
        "tabs": _tabs(None),
        "query": query,
        "rows": _rows(found[:MOST_FOUND]),
        "more": len(found) > MOST_FOUND,
        "most": MOST_FOUND,
    }
    return render(request, "cases/desk.html", context)


class _Pages(Paginator):
    """Counts the cases themselves: their dates and items need not be worked out for that."""

    def __init__(self, listed: Any, counted: CaseQuerySet) -> None:
        super().__init__(listed, PER_PAGE)
        self._counted = counted

    @cached_property
    def count(self) -> int:
        return self._counted.count()


def _listed(cases: CaseQuerySet) -> Any:
    shown = cases.with_next_date().burning_first().select_related("worker", "claim")
    return shown.annotate(item_count=Count("items"))


def _note(request: HttpRequest, detail: str) -> None:
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="Case list", detail=detail)


def _tabs(active: Tab | None) -> list[dict[str, Any]]:
    by_state = Case.objects.filter(imported=False).order_by().values("state").annotate(count=Count("pk"))
    counts = {one["state"]: one["count"] for one in by_state}
    return [
        {
            "label": tab.label,
            "url": f"{reverse('cases:desk')}?tab={tab.key}",
            "active": tab is active,
            "count": sum(counts.get(state, 0) for state in tab.states),
        }
        for tab in TABS
    ]


def _rows(cases: list[Any]) -> list[dict[str, Any]]:
    holders, dates = holders_of(cases), next_dates_of(cases)
    return [
        {
            "case": case,
            "kind": MARKS[case.state],
            "next_date": dates.get(case.pk, case.next_date),
            "holder": holders.get(case.pk) or holder_of(case),
        }
        for case in cases
    ]


def holder_of(case: Case) -> str:
    """Who has the case in hand by its state alone; a room above knows the person."""
    if case.state in _ENDED:
        return ""
    return {State.IN_REVIEW: "Reviewer", State.QUALITY_CHECK: "Quality check"}.get(State(case.state), "Coordinators")
