"""The quality check: the queue, one review with its determination, approve or return."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.roles import MEDICAL_DIRECTOR
from accounts.services.access_log import note_access
from cases.models import Case
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal
from common.models import OutboxJob
from letters.services.ordering import SEAL_JOB
from letters.services.sight import may_open
from reviews.queries import quality_queue
from reviews.services import quality
from reviews.services.determination import letter_of
from reviews.services.review_reading import read_with, readings_of
from reviews.services.several_reviews import voices_of
from reviews.views.posted import posted_pk

PAGE = 50
_STOP_POLLING = 286  # htmx's own


@require_GET
@needs("check_quality")
def queue(request: HttpRequest) -> HttpResponse:
    page = Paginator(quality_queue(), PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/quality_queue.html", {"page": page})


@require_GET
@needs("check_quality")
def check(request: HttpRequest, number: str) -> HttpResponse:
    shown = _page(request, _case(number))
    note_access(
        act=Act.VIEWED, request=request, now=timezone.now(), target=f"Case {number}", target_key=number,
        detail="quality check",
    )  # fmt: skip
    return shown


@require_POST
@needs("check_quality")
def approve(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(number)
    try:
        quality.approve(case=case, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _page(request, case, refusal=refusal, status=409)
    messages.success(request, f"Case {number} is approved. The letter is being sealed.")
    return redirect("reviews:quality_check", number=number)


@require_POST
@needs("check_quality")
def return_review(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(number)
    reasons = request.POST.get("reasons", "")
    try:
        several = request.POST.get("several")
        seats = [posted_pk(one) for one in request.POST.getlist("seats")] if several else None
        quality.return_review(case=case, reasons=reasons, seats=seats, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        status = 422 if isinstance(refusal, InputRefusal) else 409
        return _page(request, case, refusal=refusal, reasons=reasons, status=status)
    messages.success(request, f"Case {number} is returned to its reviewer.")
    return redirect("reviews:quality")


@require_POST
@needs("check_quality")
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(number)
    reason = request.POST.get("reason", "")
    try:
        quality.cancel_approval(case=case, reason=reason, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        status = 422 if isinstance(refusal, InputRefusal) else 409
        return _page(request, case, refusal=refusal, status=status)
    messages.success(request, f"The approval of case {number} is taken back.")
    return redirect("reviews:quality_check", number=number)


@require_GET
@needs("check_quality")
def letter_state(request: HttpRequest, number: str) -> HttpResponse:
    """The part of the page that follows the letter from "being sealed" to its download."""
    case = _case(number)
    try:
        quality.refuse_sight(case=case, actor=Actor.of(request.user))
    except RightRefusal:
        # The case left the queue while this page stood open: an answer that stops its asking, not a refusal every 2 s.
        return HttpResponse(status=_STOP_POLLING)
    return render(request, "reviews/_letter_state.html", _letter_context(request, case))


def _case(number: str) -> Case:
    return get_object_or_404(Case.objects.with_facts(), number=number)


def _letter_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    determination = case.determinations.standing().filter(review__round=case.round).last()
    letter = letter_of(determination) if determination else None
    job = OutboxJob.objects.filter(kind=SEAL_JOB, key=str(letter.pk)).first() if letter else None
    may_download = isinstance(request.user, User) and letter is not None and may_open(request.user, letter)
    return {"case": case, "determination": determination, "letter": letter, "job": job, "may_download": may_download}


def _page(
    request: HttpRequest, case: Case, *, refusal: Refusal | None = None, reasons: str = "", status: int = 200
) -> HttpResponse:
    quality.refuse_sight(case=case, actor=Actor.of(request.user))
    reviews = list(read_with(quality.reviews_to_check(case)))
    if not reviews:
        raise Http404
    context = {
        "reviews": reviews,
        "readings": readings_of(reviews, now=timezone.now()),
        "voices": voices_of(reviews) if len(reviews) > 1 else [],
        "may_cancel": MEDICAL_DIRECTOR in Actor.of(request.user).roles,
        "refusal": refusal,
        "reasons": reasons,
        "waiting": case.state == State.QUALITY_CHECK,
        **_letter_context(request, case),
    }
    return render(request, "reviews/quality_check.html", context, status=status)
