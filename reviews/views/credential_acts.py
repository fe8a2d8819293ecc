"""What staff do in a credential file, one small form each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from common.actor import Actor
from common.days import california_date
from reviews.forms.assignment import ReasonForm
from reviews.forms.credentials import AdverseForm, CheckForm, ExcludeForm, SanctionForm, SettleForm, TrainingForm
from reviews.models import AdverseChange, AuditFinding, ProfileChange, Reviewer
from reviews.models.credentialing import Kind
from reviews.services import credentialing as service
from reviews.services.credential_file import Line, file_of, with_file
from reviews.services.late_conflicts import IS_LATE
from reviews.services.late_conflicts import settle_late as settle_late_conflict
from reviews.services.proposals import accept_proposal, describe, refuse_proposal
from reviews.views.acting import act

GET_AND_POST = ["GET", "POST"]


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def check(request: HttpRequest, pk: int, kind: str, row: int) -> HttpResponse:
    person = get_object_or_404(with_file(Reviewer.objects.all()), pk=pk)
    line = _line(person, kind, row)
    first = {
        "checked_on": _today(), "expires_on": line.until, "status": "active" if not line.stopped else None,
        "practice_since": person.practice_since, "practice_hours": person.practice_hours_per_week,
    }  # fmt: skip
    form = CheckForm(request.POST or None, request.FILES or None, kind=kind, initial=first)
    return act(
        request, form,
        lambda given: service.record_check(
            reviewer=person, kind=kind, row=row, check=check_of(given), actor=_actor(request), now=timezone.now(),
            today=_today(),
        ),
        done=f"The check of {line.label} is on file.", back=_page(person), heading=f"Check: {line.label}",
        button="Keep the check", about=str(person),
        consequence="What the source says goes onto the roster, and the gate is asked again about every case in hand.",
    )  # fmt: skip


def check_of(given: dict[str, Any]) -> service.Check:
    return service.Check(
        confirmed=given["confirmed"] == "yes", checked_on=given["checked_on"], source=given["source"],
        note=given["note"], status=given.get("status", ""), expires_on=given.get("expires_on"),
        paper=given["document"], practice_since=given.get("practice_since"), practice_hours=given.get("practice_hours"),
    )  # fmt: skip


def _line(person: Reviewer, kind: str, row: int) -> Line:
    for line in file_of(person, on=_today()).lines:
        if (line.kind, line.row) == (kind, row):
            return line
    raise Http404


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def training(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Reviewer, pk=pk)
    form = TrainingForm(request.POST or None, request.FILES or None)
    return act(
        request, form,
        lambda given: service.record_training(
            reviewer=person, what=given["what"], done_on=given["done_on"], text=given["text"], paper=given["document"],
            actor=_actor(request), now=timezone.now(), today=_today(),
        ),
        done="It is on file.", back=_page(person, "training"), heading="Training or evaluation", button="Keep it",
        about=str(person),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def sanction(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Reviewer, pk=pk)
    return act(
        request, SanctionForm(request.POST or None),
        lambda given: service.add_sanction(
            reviewer=person, text=given["text"], since=given["since"], until=given["until"],
            material=given["material"] == "yes", actor=_actor(request), now=timezone.now(),
        ),
        done="The sanction is on file.", back=_page(person), heading="Sanction or discipline", button="Put it on file",
        about=str(person),
        consequence="A material one takes open offers back at once, and lists cases in hand for another reviewer.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def exclude(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Reviewer, pk=pk)
    return act(
        request, ExcludeForm(request.POST or None),
        lambda given: service.exclude(reviewer=person, actor=_actor(request), now=timezone.now(), **given),
        done="It is on the exclusion list.", back=_page(person, "interests"), heading="Exclusion list",
        button="Put it on the list", about=str(person),
        consequence="While it holds, the reviewer gets no case in which this one is a party; never waived.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def active(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Reviewer, pk=pk)
    wanted = not person.active
    return act(
        request, ReasonForm(request.POST or None),
        lambda given: service.set_active(
            reviewer=person, active=wanted, reason=given["reason"], actor=_actor(request), now=timezone.now()
        ),
        done=f"{person} is {'active again' if wanted else 'suspended'}.", back=_page(person),
        heading="Back onto the panel" if wanted else "Suspend at once", about=str(person),
        button="Make active" if wanted else "Suspend at once",
        consequence="" if wanted else "Open offers are taken back, and cases in hand are listed for another reviewer.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def adverse(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Reviewer, pk=pk)
    return act(
        request, AdverseForm(request.POST or None),
        lambda given: service.report_adverse(
            reviewer=person, actor=_actor(request), now=timezone.now(), today=_today(), **given
        ),
        done="The report is on file.", back=_page(person), heading="Adverse change", button="Put it on file",
        about=str(person), consequence="Until it is settled, the gate lets this reviewer take and finish no case.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(AdverseChange.objects.select_related("reviewer"), pk=pk)
    return act(
        request, SettleForm(request.POST or None),
        lambda given: service.settle_adverse(
            change_id=pk, action=given["action"], actor=_actor(request), now=timezone.now()
        ),
        done="The report is settled.", back=_page(change.reviewer), heading="Settle an adverse change",
        button="Settle", about=str(change.reviewer), quote=f"{change.get_what_display()}: {change.text}",
        consequence="The gate is asked again about every case in hand, by what stands on the file then.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("settle_incidents")
def settle_late(request: HttpRequest, pk: int) -> HttpResponse:
    """A conflict that came to light after the determination."""
    finding = get_object_or_404(AuditFinding.objects.filter(IS_LATE).select_related("reviewer", "case"), pk=pk)
    form = SettleForm(request.POST or None)
    form.fields["action"].help_text = "Who was told, and what follows. It stands in the case’s history."
    return act(
        request, form,
        lambda given: settle_late_conflict(finding_id=pk, actor=_actor(request), now=timezone.now(), **given),
        done="The finding is settled.", back=reverse("reviews:findings"), heading="Settle a conflict that came late",
        button="Settle", about=f"{finding.case}, decided by {finding.reviewer}", quote=finding.evidence,
        consequence="The sealed letter stays as it is. A petition against the determination goes to the WCAB.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    change = _proposal(pk)
    first = {"checked_on": _today(), "expires_on": change.facts.get("expires_on"), "status": "active"}
    form = CheckForm(request.POST or None, request.FILES or None, kind=change.kind, initial=first)
    return act(
        request, form,
        lambda given: accept_proposal(
            change_id=pk, check=check_of(given), actor=_actor(request), now=timezone.now(), today=_today()
        ),
        done="It is verified and on the roster.", back=_page(change.reviewer), button="Take it over",
        heading=f"Verify: {describe(change)}", about=str(change.reviewer), quote=change.note,
        other={"url": reverse("reviews:refuse_proposal", args=[pk]), "label": "Refuse it instead"},
        consequence=f"{Kind(change.kind).label}, proposed by the reviewer. Look it up at its source first.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("manage_panel")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    change = _proposal(pk)
    return act(
        request, ReasonForm(request.POST or None),
        lambda given: refuse_proposal(
            change_id=pk, reason=given["reason"], actor=_actor(request), now=timezone.now()
        ),
        done="It is not taken over.", back=_page(change.reviewer), button="Refuse",
        heading=f"Refuse: {describe(change)}", about=str(change.reviewer), quote=change.note,
    )  # fmt: skip


def _proposal(pk: int) -> ProfileChange:
    return get_object_or_404(ProfileChange.objects.select_related("reviewer"), pk=pk)


def _page(person: Reviewer, tab: str = "credentials") -> str:
    return f"{reverse('reviews:reviewer', args=[person.pk])}?tab={tab}"


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)


def _today() -> Any:
    return california_date(timezone.now())
