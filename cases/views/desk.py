"""The coordinators' desk: queues as lists, search, the next case, exports."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from cases.forms.desk import CaseFilter
from cases.models import BulkHandover, Case, SavedFilter
from cases.models.case import ENDED, CaseQuerySet
from cases.panels import holders_of, next_dates_of
from cases.services.desk import queues
from cases.services.desk.bulk import bulk_acts
from cases.services.desk.export import export_lines
from cases.services.desk.queues import BY_KEY, MOST, TABS, Asker, Tab
from cases.services.desk.saved import kept_query
from cases.services.desk.search import find_cases
from cases.services.desk.taking import take_next
from cases.services.jurisdictions import case_date
from cases.workflow import State
from common.actor import Actor
from common.days import house_date

PER_PAGE = 50
MOST_FOUND = 100
_LONGEST_ID = 18

#: State -> kind of mark (`{% state %}`).
MARKS: dict[str, str] = {
    State.RECEIVED: "waiting", State.ELIGIBILITY: "active", State.INELIGIBLE: "stopped", State.DEFERRED: "waiting",
    State.CONSOLIDATED: "stopped", State.RECORDS: "waiting", State.READY: "active", State.IN_REVIEW: "active",
    State.QUALITY_CHECK: "active", State.DETERMINED: "done", State.SERVED: "done", State.CLOSED: "done",
    State.WITHDRAWN: "stopped", State.TERMINATED: "stopped",
}  # fmt: skip


@needs("view_cases")
def desk(request: HttpRequest) -> HttpResponse:
    """One queue of cases, what burns first. Past determinations taken over stand in no queue."""
    asker = _asker(request)
    counted = queues.counts(asker)
    tab = _tab(request, counted)
    chosen = CaseFilter(request.GET, queryset=tab.in_order(asker), request=request)
    narrowed = chosen.is_valid() and any(chosen.form.cleaned_data.values())
    page = _Pages(chosen.qs, None if narrowed else counted[tab.key]).get_page(request.GET.get("page"))
    _note(request, tab.label)
    context = {
        "tab": tab,
        "tabs": tab_entries(tab, counted),
        "filter": chosen,
        "narrowed": narrowed,
        "page": page,
        "rows": _rows(queues.listed(page)),
        "acts": bulk_acts(_rights(request)),
        "saved": list(SavedFilter.objects.filter(user_id=asker.user_id)),
        "query": kept_query({"tab": tab.key, **request.GET.dict()}),
        "query_string": urlencode(kept_query({"tab": tab.key, **request.GET.dict()})),
    }
    if (handed := request.GET.get("handed", "")).isascii() and handed.isdigit() and len(handed) < _LONGEST_ID:
        context["handed"] = BulkHandover.objects.filter(pk=handed, undone_at=None).select_related("to_user").first()
    return render(request, "cases/desk.html", context)


@needs("view_cases")
def search(request: HttpRequest) -> HttpResponse:
    """Every case, ended ones too, by number, worker, claim or physician. Names travel in the body, never in an
    address."""
    query = request.POST.get("q", "").replace("\x00", "").strip()[:100]
    if not query:
        return redirect("cases:desk")
    if exact := Case.objects.filter(number=query.upper()).first():
        return redirect(exact)
    asker = _asker(request)
    found = list(queues.burning_first(find_cases(query), asker.now).values_list("pk", flat=True)[: MOST_FOUND + 1])
    _note(request, "search")
    context = {
        "tabs": tab_entries(None, queues.counts(asker)),
        "searched": query,
        "rows": _rows(queues.listed(found[:MOST_FOUND])),
        "acts": bulk_acts(_rights(request)),
        "more": len(found) > MOST_FOUND,
        "most": MOST_FOUND,
    }
    return render(request, "cases/desk.html", context)


@needs("decide_cases")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the first case of the queue that nobody holds, and go to it."""
    asker = _asker(request)
    tab = BY_KEY.get(request.POST.get("tab", ""), BY_KEY["unassigned"])
    if not tab.in_work or tab.key == "mine":
        tab = BY_KEY["unassigned"]
    case = take_next(tab=tab, actor=Actor.of(request.user), asker=asker)
    if case is None:
        messages.info(request, f"Every case in “{tab.label}” is held by somebody.")
        return redirect(f"{reverse('cases:desk')}?tab={tab.key}")
    messages.success(request, f"Case {case.number} is yours.")
    return redirect(case)


@needs("view_cases")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The chosen cases, or the whole list with its filters, as CSV; put into the access log case by case."""
    asker = _asker(request)
    numbers = request.POST.getlist("chosen")
    if numbers:
        cases: CaseQuerySet = queues.burning_first(Case.objects.filter(number__in=numbers), asker.now)
        what = "chosen cases"
    else:
        tab = _tab(request, {})
        cases = CaseFilter(request.GET, queryset=tab.in_order(asker), request=request).qs
        what = f"{tab.label} {urlencode(kept_query(request.GET))}".strip()
    lines = export_lines(cases=cases, request=request, what=what[:300], now=asker.now)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cases-{house_date(asker.now):%Y-%m-%d}.csv"'
    return answer


class _Pages(Paginator):
    """Pages of keys, up to MOST of them: who has more rows needs a filter. `more` says that there are more."""

    def __init__(self, cases: CaseQuerySet, counted: int | None) -> None:
        super().__init__(cases.values_list("pk", flat=True), PER_PAGE)
        self._cases, self._counted = cases, counted

    @cached_property
    def _found(self) -> int:
        return self._cases.order_by().values("pk")[: MOST + 1].count() if self._counted is None else self._counted

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @property
    def more(self) -> bool:
        return self._found > MOST


def _asker(request: HttpRequest) -> Asker:
    return Asker(signed_in_user(request).pk, timezone.now())


def signed_in_user(request: HttpRequest) -> User:
    """The person of a request that has passed a door."""
    if not isinstance(request.user, User):
        raise TypeError("the view lacks a door")
    return request.user


def _rights(request: HttpRequest) -> frozenset[str]:
    return request.user.rights if isinstance(request.user, User) else frozenset()


def _tab(request: HttpRequest, counted: dict[str, int]) -> Tab:
    """The tab of the address; without one, one's own cases, or all of them for somebody who holds none."""
    return BY_KEY.get(request.GET.get("tab", ""), BY_KEY["mine" if counted.get("mine") else "open"])


def _note(request: HttpRequest, detail: str) -> None:
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="Case list", detail=detail)


def tab_entries(active: Tab | None, counted: dict[str, int]) -> list[dict[str, Any]]:
    entries = [
        {
            "key": tab.key,
            "label": tab.label,
            "url": f"{reverse('cases:desk')}?tab={tab.key}",
            "active": tab is active,
            "count": queues.said_count(counted[tab.key]),
        }
        for tab in TABS
        if not tab.quiet or tab is active
    ]
    return queues.with_links(entries, counted)


def _rows(cases: list[Any]) -> list[dict[str, Any]]:
    holders, dates = holders_of(cases), next_dates_of(cases)
    return [
        {
            "case": case,
            "kind": MARKS[case.state],
            "next_date": dates.get(case.pk) or case.next_target_on,
            "holder": holders.get(case.pk) or holder_of(case),
            "due_on": case_date(case, case.next_due_at) if case.next_due_at else None,
        }
        for case in cases
    ]


def holder_of(case: Case) -> str:
    """Who has the case in hand, as far as this room knows; a room above knows the reviewer."""
    if case.state in ENDED:
        return ""
    by_state = {State.IN_REVIEW: "Reviewer", State.QUALITY_CHECK: "Quality check"}.get(State(case.state), "")
    return by_state or (str(case.owner) if case.owner else "")
