"""Records that do not come: ageing, call sheets, penalty evidence, and what came too late."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import SIGNED_IN, needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.forms.chasing import CallForm, LateSeenForm, PhoneForm
from cases.models import LateRecord
from cases.services import late_records, penalty_evidence
from cases.services.access import open_case
from cases.services.ageing import Ageing, ageing
from cases.services.call_sheets import Adjuster, call_sheet, log_call, set_phone
from common.actor import Actor
from common.errors import InputRefusal

PER_PAGE = 50
_EVIDENCE_FORMS = ("csv", "pdf")
#: The chart: width of a full bar, height of a row, where bars begin.
_BAR, _ROW, _LEFT = 220, 28, 132


@needs("view_cases")
def ageing_page(request: HttpRequest) -> HttpResponse:
    """Open cases that lack records: by age as a chart, by administrator as a list."""
    now = timezone.now()
    found = ageing(now=now)
    note_access(act=Act.VIEWED, request=request, now=now, target="Records overdue", detail="ageing")
    page = Paginator(found.lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {"tabs": _tabs("ageing"), "ageing": found, "page": page, "chart": _chart(found)}
    return render(request, "cases/ageing.html", context)


def _chart(found: Ageing) -> dict[str, Any]:
    most = max((count for _, count in found.bands), default=0) or 1
    rows = [
        {
            "label": band.label,
            "count": count,
            "kind": "waiting" if band.last == 0 else "late",
            "y": place * _ROW,
            "text_y": place * _ROW + 19,
            "width": round(_BAR * count / most),
            "end": _LEFT + round(_BAR * count / most) + 8,
        }
        for place, (band, count) in enumerate(found.bands)
    ]
    return {"rows": rows, "left": _LEFT, "width": _LEFT + _BAR + 60, "height": _ROW * len(rows)}


def _tabs(active: str) -> list[dict[str, Any]]:
    late = late_records.after_determination().unseen().count()
    return [
        {"label": "Records overdue", "url": reverse("cases:ageing"), "active": active == "ageing"},
        {
            "label": "After the determination", "url": reverse("cases:late_records"), "active": active == "late",
            "count": late,
        },
    ]  # fmt: skip


@needs("view_cases")
def administrator(request: HttpRequest, owing: str) -> HttpResponse:
    """The call sheet of one administrator. POST puts a call down for the chosen cases."""
    now, actor = timezone.now(), Actor.of(request.user)
    form = CallForm(request.POST or None)
    chosen = request.POST.getlist("chosen")
    if request.method == "POST" and form.is_valid():
        try:
            note = log_call(owing=owing, numbers=chosen, actor=actor, now=now, **form.cleaned_data)
        except InputRefusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"The call with {note.with_whom} is noted on {note.cases.count()} cases.")
            return redirect("cases:administrator", owing)
    sheet = call_sheet(owing=owing, now=now)
    _note(request, owing, sheet, Act.VIEWED, "call sheet")
    context = {
        "tabs": _tabs("ageing"), "owing": owing, "name": _name(sheet), "sheet": sheet, "form": form, "chosen": chosen,
        "total": _total(sheet),
    }  # fmt: skip
    return render(request, "cases/call_sheet.html", context, status=422 if form.errors else 200)


def _name(sheet: list[Adjuster]) -> str:
    first = sheet[0].lines[0].owed.party if sheet else None
    return str(first.organization or first.display_name) if first else ""


def _total(sheet: list[Adjuster]) -> dict[str, int]:
    lines = [line for one in sheet for line in one.lines]
    return {
        "cases": len(lines),
        "overdue": sum(line.late > 0 for line in lines),
        "dollars": sum(line.dollars or 0 for line in lines if line.late > 0),
        "without_rule": sum(line.dollars is None for line in lines if line.late > 0),
    }


@needs("decide_cases")
@require_POST
def adjuster_phone(request: HttpRequest, owing: str) -> HttpResponse:
    """Note an adjuster's telephone number."""
    form = PhoneForm(request.POST)
    number, adjuster = request.POST.get("phone", ""), request.POST.get("adjuster", "")
    if form.is_valid():
        number = form.cleaned_data["phone"]
    set_phone(owing=owing, adjuster=adjuster, phone=number, actor=Actor.of(request.user))
    messages.success(request, "The telephone number is noted.")
    return redirect("cases:administrator", owing)


@needs("view_cases")
def evidence(request: HttpRequest, owing: str, form: str) -> HttpResponse:
    """Penalty evidence against one administrator, as CSV or PDF to keep."""
    if form not in _EVIDENCE_FORMS:
        raise Http404
    now = timezone.now()
    found = penalty_evidence.evidence(owing=owing, now=now)
    cases = ", ".join(one.number for one in found.failures[:20])
    note_access(
        act=Act.EXPORTED, request=request, now=now, target=f"Penalty evidence: {found.name}",
        target_key=f"owing:{owing}", detail=f"{form}, {len(found.failures)} cases: {cases}",
    )  # fmt: skip
    kind, content = (
        ("text/csv; charset=utf-8", penalty_evidence.as_csv(found).encode())
        if form == "csv"
        else ("application/pdf", penalty_evidence.as_pdf(found))
    )
    name = f"penalty-evidence-{owing}-{found.as_of.isoformat()}.{form}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@needs("view_cases")
def late_list(request: HttpRequest) -> HttpResponse:
    """Records that came after the determination, for the medical director."""
    now = timezone.now()
    page = Paginator(late_records.after_determination(), PER_PAGE).get_page(request.GET.get("page"))
    note_access(act=Act.VIEWED, request=request, now=now, target="Records after the determination")
    return render(request, "cases/late_records.html", {"tabs": _tabs("late"), "page": page, "form": LateSeenForm()})


@needs(SIGNED_IN)
@require_POST
def late_seen(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say that a late record was looked at: the reviewer who holds the case, or the quality check afterwards."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"late record {pk}", full=False)
    late = get_object_or_404(LateRecord, pk=pk, case=case)
    late_records.see(late=late, actor=Actor.of(request.user), now=now, note=request.POST.get("note", "")[:1000])
    messages.success(request, "Noted: the late record was looked at.")
    if late.after_determination:
        return redirect("cases:late_records")
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("cases:tab", case.number, "records")


def _note(request: HttpRequest, owing: str, sheet: list[Adjuster], act: Act, detail: str) -> None:
    numbers = [line.owed.case.number for one in sheet for line in one.lines]
    shown = ", ".join(numbers[:30])
    note_access(
        act=act, request=request, now=timezone.now(), target=f"Administrator {_name(sheet) or owing}",
        target_key=f"owing:{owing}", detail=f"{detail}, {len(numbers)} cases: {shown}",
    )  # fmt: skip


def _show(form: CallForm, refusal: InputRefusal) -> None:
    for name, message in (refusal.fields or {"": refusal.message}).items():
        form.add_error(name if name in form.fields else None, message)
