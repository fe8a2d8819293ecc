"""The checklist on the records tab: its section, and what people say about its lines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import User
from cases.forms.chasing import NamedRecordForm
from cases.models import Case, RecordRequest
from cases.panels import Panel
from cases.rules.required_records import Needed, Standing
from cases.services import record_marks
from cases.services.access import open_case
from cases.services.record_requests import Checked, checklist, completion_of
from cases.workflow import State
from common.actor import Actor

#: Standing -> kind of mark and word; what holds nothing up is only waited for.
_MARKS = {
    Standing.RECEIVED: ("done", "Received"),
    Standing.WAIVED: ("stopped", "Waived"),
    Standing.OVERDUE: ("late", "Overdue"),
    Standing.DUE: ("waiting", "Asked"),
    Standing.NOT_ASKED: ("waiting", "Not asked yet"),
}
_ACTS = ("covers", "covers_not", "unmark", "waive", "unwaive")


def checklist_panel(request: HttpRequest, case: Case) -> Panel | None:
    """The section on top of the records tab; nothing for a past determination or before the eligibility decision."""
    if case.imported or case.state in (State.RECEIVED, State.ELIGIBILITY):
        return None
    now = timezone.now()
    lines = checklist(case, now=now)
    can = (
        isinstance(request.user, User) and request.user.has_right("manage_records") and case.state not in State.ended()
    )
    whole = completion_of(case, now=now) if lines else None
    context = {
        "case": case,
        "rows": [_row(one) for one in lines if one.request.needed != Needed.SUMMARY],
        "can_change": can,
        "whole": whole,
        "missing": sum(one.holds_up and one.standing not in (Standing.RECEIVED, Standing.WAIVED) for one in lines),
        "named_form": NamedRecordForm() if can else None,
    }
    return Panel("cases/required_records.html", context, above=True)


def _row(one: Checked) -> dict[str, Any]:
    kind, word = _MARKS[one.standing]
    if one.request.needed == Needed.IF_ANY and one.standing in (Standing.DUE, Standing.NOT_ASKED):
        word = "If there is any"
    return {"one": one, "request": one.request, "kind": kind, "word": word, "party": _party(one.request)}


def _party(request: RecordRequest) -> str:
    if request.party:
        return str(request.party.organization or request.party.display_name)
    return request.owed_by.replace("_", " ").capitalize()


@needs("manage_records")
@require_POST
def act(request: HttpRequest, number: str, pk: int, act: str) -> HttpResponse:
    """Say that a document covers a request or does not, take that back, waive the request or ask for it again."""
    if act not in _ACTS:
        raise Http404
    now, actor = timezone.now(), Actor.of(request.user)
    case = open_case(request=request, number=number, now=now, part=f"required record {pk}", full=False)
    found = get_object_or_404(RecordRequest, pk=pk, case=case)
    if act in ("covers", "covers_not", "unmark"):
        chosen = request.POST.get("document", "")
        document = get_object_or_404(case.documents, pk=int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
        if act == "unmark":
            record_marks.unmark(request=found, document=document, actor=actor, now=now)
        else:
            record_marks.mark(request=found, document=document, covers=act == "covers", actor=actor, now=now)
    elif act == "waive":
        record_marks.waive(request=found, reason=request.POST.get("reason", ""), actor=actor, now=now)
    else:
        record_marks.unwaive(request=found, actor=actor, now=now)
    messages.success(request, f"Noted: {found.label}.")
    return redirect(f"{reverse('cases:tab', args=[case.number, 'records'])}#request-{found.pk}")


@needs("manage_records")
@require_POST
def name_record(request: HttpRequest, number: str) -> HttpResponse:
    """Note a report that the request for authorization or the UR decision names."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part="named record", full=False)
    named = record_marks.name_record(
        case=case, label=request.POST.get("label", ""), actor=Actor.of(request.user), now=now
    )
    messages.success(request, f"Asked for: {named.label}.")
    return redirect("cases:tab", case.number, "records")
