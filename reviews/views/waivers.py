"""Waivers: asked for on the candidates' page, decided by a second person."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from cases.services.access import open_case
from common.actor import Actor
from common.days import california_date
from common.forms import HouseForm
from reviews.forms.assignment import ReasonForm
from reviews.models import Reviewer, Waiver
from reviews.services.gate import ask_gate
from reviews.services.waivers import ask_waiver, decide_waiver, finding_key, withdraw_waiver
from reviews.views.acting import act

PAGE = 50


class DecideForm(HouseForm, forms.Form):
    granted = forms.ChoiceField(
        label="Your decision", choices=[("yes", "Grant the waiver"), ("no", "Refuse it")],
        error_messages={"required": "Grant or refuse."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Say why."}
    )


@require_GET
@needs("decide_waivers")
def waivers(request: HttpRequest) -> HttpResponse:
    """Requests that wait for a second person, then those decided."""
    rows = Waiver.objects.select_related("case", "reviewer", "asked_by", "decided_by")
    context = {
        "open": rows.open(),
        "page": Paginator(
            rows.exclude(pk__in=Waiver.objects.open()).order_by("-asked_at", "-pk"), PAGE
        ).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "reviews/waivers.html", context)


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def ask(request: HttpRequest, number: str, pk: int, finding: str) -> HttpResponse:
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part="waiver", full=False)
    person = get_object_or_404(Reviewer, pk=pk)
    found = next(
        (
            one
            for one in ask_gate(case=case, reviewer=person, on=california_date(now), door="list").findings
            if finding_key(one) == finding
        ),
        None,
    )
    if found is None:
        raise Http404
    return act(
        request, ReasonForm(request.POST or None),
        lambda given: ask_waiver(
            case=case, reviewer=person, finding=finding, reason=given["reason"], actor=Actor.of(request.user), now=now
        ),
        done="The waiver is asked for. A second person decides.", back=reverse("reviews:candidates", args=[number]),
        heading=f"Ask for a waiver in {number}", button="Ask for the waiver", about=str(person), quote=found.evidence,
        consequence="A second person decides. It holds for this finding, this reviewer and this case alone.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("decide_waivers")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    waiver = _opened(request, pk)
    return act(
        request, DecideForm(request.POST or None),
        lambda given: decide_waiver(
            waiver_id=pk, granted=given["granted"] == "yes", reason=given["reason"], actor=Actor.of(request.user),
            now=timezone.now(),
        ),
        done="The waiver is decided.", back=reverse("reviews:waivers"), button="Decide",
        heading=f"Waiver in {waiver.case.number}", about=f"{waiver.reviewer}, asked by {waiver.asked_by}",
        quote=f"{waiver.evidence} Reason given: {waiver.ask_reason}",
        consequence="Granted, the reviewer may be offered this case in spite of this one finding.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("decide_waivers")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    waiver = _opened(request, pk)
    return act(
        request, ReasonForm(request.POST or None),
        lambda given: withdraw_waiver(
            waiver_id=pk, reason=given["reason"], actor=Actor.of(request.user), now=timezone.now()
        ),
        done="The waiver is taken back.", back=reverse("reviews:waivers"), button="Take the waiver back",
        heading=f"Take a waiver back in {waiver.case.number}", about=str(waiver.reviewer), quote=waiver.evidence,
        consequence="An open offer that rests on it is taken back; a case in hand is stopped and listed for another.",
    )  # fmt: skip


def _opened(request: HttpRequest, pk: int) -> Waiver:
    waiver = get_object_or_404(Waiver.objects.select_related("case", "reviewer", "asked_by"), pk=pk)
    open_case(request=request, number=waiver.case.number, now=timezone.now(), part="waiver", full=False)
    return waiver
