"""The case page: head, stage strip, tabs, action rail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import SIGNED_IN, needs
from accounts.models import User
from cases import panels
from cases.models import Case, CaseEvent
from cases.rules.corrections import correctable
from cases.services.access import open_case
from cases.services.cited_as_filed import lines_read, notes_on_citations
from cases.services.deadlines import showing
from cases.services.desk import presence
from cases.services.desk.origins import from_where
from cases.services.eligibility import findings
from cases.services.jurisdictions import case_date
from cases.services.rail import possible_events
from cases.views.desk import MARKS, holder_of
from cases.workflow import STAGES, State
from common.actor import Actor

_STANDING_MARKS = {"met": ("done", "Met"), "not_met": ("late", "Not met"), "unknown": ("unknown", "Not known")}
#: Without the right to read every case, a person sees the file itself but not who handled it.
_TABS_OF_THE_FILE = ("summary", "items", "parties", "records")
_ELIGIBILITY_STAGES = (State.RECEIVED, State.ELIGIBILITY, State.INELIGIBLE, State.DEFERRED)
_EVENT_ICONS = {"taken_in": "inbox", "moved": "arrow-right", "corrected": "pencil", "record": "file-earmark-plus"}


@needs(SIGNED_IN)
def case_page(request: HttpRequest, number: str, tab: str = "summary") -> HttpResponse:
    """One case. Opening it is noted in the access log."""
    if tab not in panels.TABS:
        raise Http404
    case = open_case(request=request, number=number, now=timezone.now(), part=tab)
    tabs = tabs_for(request)
    if tab not in tabs:
        raise Http404
    context = {**page_frame(request, case, tab), **_TAB_FACTS.get(tab, lambda _case: {})(case)}
    context["panels"] = panels.panels_of(tab, request, case)
    return render(request, f"cases/tab_{tab}.html", context)


def _sees_all(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.has_right("view_cases")


def tabs_for(request: HttpRequest) -> dict[str, str]:
    full = _sees_all(request)
    return {key: label for key, label in panels.TABS.items() if full or key in _TABS_OF_THE_FILE}


def page_frame(request: HttpRequest, case: Case, tab: str = "") -> dict[str, Any]:
    """What head, stage strip, tabs and rail of every page of a case need."""
    events = list(case.events.all())
    next_date = _next_date(case)
    # Who handles a case is for staff: of several reviewers none learns who another is.
    holder = (panels.holders_of([case]).get(case.pk) or holder_of(case)) if _sees_all(request) else ""
    counts = {
        "items": len(case.items.all()), "parties": len(case.parties.all()), "records": len(case.documents.all()),
        "history": len(events),
    }  # fmt: skip
    return {
        "case": case,
        "events": events,
        "mark": MARKS[case.state],
        "holder": holder,
        "tells_holder": _sees_all(request),
        "next_date": next_date,
        "stages": stage_steps(case, events, holder, next_date),
        "tabs": [
            {
                "label": label,
                "url": case.get_absolute_url() if key == "summary" else reverse("cases:tab", args=[case.number, key]),
                "active": key == tab,
                "count": counts.get(key),
            }
            for key, label in tabs_for(request).items()
        ],
        "actions": _actions(request, case),
        "others": _others_here(request, case),
        "clocks": [] if case.imported or not _sees_all(request) else showing.rail(case),
    }


def _citation_notes(_request: HttpRequest, case: Case) -> panels.Panel | None:
    notes = notes_on_citations(case)
    return panels.Panel("cases/_citation_notes.html", {"notes": notes}, above=True) if notes else None


panels.register_panel("items", _citation_notes, order=20)


def _others_here(request: HttpRequest, case: Case) -> list[str] | None:
    """The staff who have the case open besides this person; None where that is not told."""
    if not isinstance(request.user, User) or not request.user.has_right("view_cases"):
        return None
    return presence.seen(case=case, user=request.user, now=timezone.now())


def _next_date(case: Case) -> dt.date | None:
    return (
        panels.next_dates_of([case]).get(case.pk)
        or case.next_target_on
        or (case_date(case, case.next_due_at) if case.next_due_at else None)
    )


def _actions(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """Entries of the rail: other rooms' first, then the workflow's; at most one is primary."""
    if not isinstance(request.user, User) or case.imported:
        return []
    entries = panels.actions_of(request, case)
    for one in possible_events(case=case, actor=Actor.of(request.user)):
        entries.append(
            {
                "label": one.event.label,
                "url": reverse("cases:act", args=[case.number, one.event.value]),
                "method": "get" if one.asks else "post",
                "note": one.note if not one.asks else "",
                "why_not": one.why_not,
                "primary": one.primary,
            }
        )
    if request.user.has_right("manage_records"):
        url = reverse("cases:add_record", args=[case.number])
        entries.append({"label": "Add a record", "url": url, "method": "get", "icon": "file-earmark-plus"})
    if request.user.has_right("correct_cases") and correctable(case.state, {}):
        url = reverse("cases:correct", args=[case.number])
        entries.append({"label": "Correct a typed fact", "url": url, "method": "get", "icon": "pencil"})
    first = next((entry for entry in entries if entry.get("primary")), None)
    return [{**entry, "primary": entry is first} for entry in entries]


def stage_steps(case: Case, events: list[CaseEvent], holder: str, next_date: dt.date | None) -> list[dict[str, Any]]:
    """The stage strip: stages passed with their dates, the present one with holder and next date, those to come."""
    entered = {event.facts["to"]: event.at for event in events if event.kind.startswith("moved.")}
    entered.setdefault(State.RECEIVED.value, case.created_at)
    here = State(case.state)
    present = STAGES.index(here) if here in STAGES else _last_stage(entered)
    steps: list[dict[str, Any]] = []
    for place, stage in enumerate(STAGES):
        at = entered.get(stage.value)
        if place < present or (place == present and here not in STAGES):
            reached = at is not None
            steps.append({"label": stage.label, "state": "passed" if reached else "skipped", "note": _say(case, at)})
        elif place == present:
            steps.append({"label": stage.label, "state": "present", "note": _present_note(holder, next_date)})
        elif here in STAGES:
            steps.append({"label": stage.label, "state": "next", "note": ""})
    if here not in STAGES:
        steps.append({"label": here.label, "state": "present", "note": _say(case, entered.get(here.value))})
    return steps


def _last_stage(entered: dict[str, dt.datetime]) -> int:
    return max(place for place, stage in enumerate(STAGES) if stage.value in entered)


def _present_note(holder: str, next_date: dt.date | None) -> str:
    return ", ".join(filter(None, [holder, f"by {next_date:%b} {next_date.day}" if next_date else ""]))


def _say(case: Case, at: dt.datetime | None) -> str:
    on = case_date(case, at) if at else None
    return f"{on:%b} {on.day}" if on else ""


def _summary(case: Case) -> dict[str, Any]:
    checked = findings(case) if case.state in _ELIGIBILITY_STAGES and hasattr(case, "application") else []
    lines = [{"line": line, "mark": _STANDING_MARKS[line.standing]} for line in checked]
    return {"lines": lines, **_fact_groups(case)}


def _fact_groups(case: Case) -> dict[str, Any]:
    from common.templatetags.ui import day, moment

    worker, claim = case.worker, case.claim
    review, application = getattr(case, "utilization_review", None), getattr(case, "application", None)
    return {
        "worker_facts": [
            ("Name", worker.full_name), ("Birth date", day(worker.birth_date)), ("Sex", worker.get_sex_display()),
            ("Language", worker.language), ("Address", ", ".join(worker.address_lines)), ("Phone", worker.phone),
            ("E-mail", worker.email),
        ],
        "claim_facts": [
            ("Claim number", claim.claim_number), ("Date of injury", day(claim.injury_date)),
            ("WCAB case number", claim.adj_number), ("WCIS number", claim.wcis_number),
            ("Date assigned", day(case.assigned_on)),
        ],
        "review_facts": [
            ("Decision date", day(review.decision_date)), ("Served", day(review.served_date)),
            ("Service", review.get_service_display()), ("Outcome", review.get_outcome_display()),
            ("Kind", review.get_kind_display()), ("Request for authorization", day(review.rfa_date)),
            ("Conditional non-certification", _yes(review.conditional_non_certification)),
        ] if review else [],
        "application_facts": [
            ("Received", moment(application.received_at, case.zone)), ("Signed", _yes(application.signed)),
            ("Signed by", application.get_signed_by_display()),
            ("UR decision attached", _yes(application.ur_decision_attached)),
            ("Liability disputed", _yes(application.liability_disputed)),
            ("Channel", application.get_channel_display()),
        ] if application else [],
    }  # fmt: skip


def _yes(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def _history(case: Case) -> dict[str, Any]:
    return {
        "timeline": [
            {
                "when": event.at, "what": event.sentence, "who": event.actor_name, "note": event.facts.get("note", ""),
                "where": from_where(event), "icon": _EVENT_ICONS.get(event.kind.split(".")[0], "dot"),
            }
            for event in case.events.select_related("context").order_by("-at", "-pk")
        ]
    }  # fmt: skip


def _deadlines(case: Case) -> dict[str, Any]:
    running, closed, free = showing.show(case, now=timezone.now())
    return {"running": running, "closed": closed, "free": free}


def _items(case: Case) -> dict[str, Any]:
    items = list(case.items.all())
    read = lines_read(one for item in items for one in item.administrator_citations.all())
    return {
        "item_rows": [
            (item, [(one, read.get(one.pk, [])) for one in item.administrator_citations.all()]) for item in items
        ]
    }


_TAB_FACTS = {"summary": _summary, "items": _items, "history": _history, "deadlines": _deadlines}
