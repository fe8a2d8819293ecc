"""The reviewer's workspace: the case file on one side, the review on the other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.models import Case
from cases.workflow import State
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, Refusal
from reviews.forms.look_ups import OutsideForm
from reviews.forms.review import ReviewForm
from reviews.models import Review
from reviews.services import review as service
from reviews.services.gate import GateRefusal
from reviews.services.item_checks import checks_of
from reviews.services.review_reading import reading_of
from reviews.services.seats import approved_seats
from reviews.services.weighing import weighed_of
from reviews.views.look_ups import sequence_facts


@require_GET
@needs("review_cases")
def workspace(request: HttpRequest, number: str) -> HttpResponse:
    case = get_object_or_404(Case.objects.with_facts(), number=number)
    actor, now = Actor.of(request.user), timezone.now()
    writing = case.state == State.IN_REVIEW
    review = (
        service.open_review(case=case, actor=actor, now=now)
        if writing
        else service.submitted_review(case=case, actor=actor)
    )
    writing = writing and review.submitted_at is None
    note_access(
        act=Act.VIEWED, request=request, now=now, target=f"Case {number}", target_key=number, detail="review"
    )  # fmt: skip
    if writing:
        return _page(request, case, review, ReviewForm(review))
    context = {"case": case, "reading": reading_of(review, now=now), "reviewers": approved_seats(case)}
    return render(request, "reviews/submitted.html", context)


@require_POST
@needs("review_cases")
def save(request: HttpRequest, number: str) -> HttpResponse:
    """Keep the draft. A script asks with `Accept: application/json` and gets the new version."""
    case, review, form = _posted(request, number)
    wants_json = request.accepts("application/json") and not request.accepts("text/html")
    problem = _save(form, request)
    if wants_json:
        return _json_answer(form, problem)
    if isinstance(problem, GateRefusal):
        return _stopped(request, case, form, problem)
    if problem or form.errors():
        return _page(request, case, review, form, refusal=problem, status=422)
    messages.success(request, "Draft saved.")
    return redirect("reviews:review", number=number)


@require_POST
@needs("review_cases")
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Save what is typed, then submit; on a refusal everything typed stays in the form."""
    case, review, form = _posted(request, number)
    problem = _save(form, request)
    typed = form
    if not problem and not form.errors():
        review.refresh_from_db()
        try:
            service.submit(
                review_id=review.pk, version=review.version, actor=Actor.of(request.user), now=timezone.now()
            )
        except Refusal as refusal:
            problem = refusal
            form = ReviewForm(review)
            form.show_gaps(refusal.fields)
        else:
            messages.success(request, f"The review of case {number} is submitted for the quality check.")
            return redirect("reviews:desk")
    if isinstance(problem, GateRefusal):
        return _stopped(request, case, typed, problem)
    return _page(request, case, review, form, refusal=problem, status=422)


@require_GET
@needs("review_cases")
def fresh_token(request: HttpRequest, number: str) -> JsonResponse:  # noqa: ARG001 - the address names the case
    """A valid form token for a page that outlived its session: after signing in again its text can still be saved."""
    return JsonResponse({"token": get_token(request)})


def _posted(request: HttpRequest, number: str) -> tuple[Case, Review, ReviewForm]:
    case = get_object_or_404(Case.objects.with_facts(), number=number)
    review = service.review_in_hand(case=case, actor=Actor.of(request.user))
    return case, review, ReviewForm(review, request.POST)


def _save(form: ReviewForm, request: HttpRequest) -> Refusal | None:
    try:
        if not form.is_valid():
            service.refuse_if_stopped(review=form.review, now=timezone.now())
            return None
        saved = service.save_draft(
            review_id=form.review.pk,
            version=form.version,
            summary=form.summary_text,
            items=form.drafts(),
            actor=Actor.of(request.user),
            now=timezone.now(),
        )
    except InputRefusal as refusal:
        form.show(refusal.fields)
        return refusal
    except Refusal as refusal:
        return refusal
    form.review.version = saved.version
    return None


def _json_answer(form: ReviewForm, problem: Refusal | None) -> JsonResponse:
    errors = [{"id": element, "sentence": sentence} for element, sentence in form.errors()]
    if problem or errors:
        sentence = problem.message if problem else "Some entries cannot be kept as they are."
        return JsonResponse(
            {"rule": getattr(problem, "rule", "form"), "sentence": sentence, "errors": errors}, status=422
        )
    return JsonResponse({"version": form.review.version, "saved_at": timezone.localtime().strftime("%-I:%M %p")})


def _stopped(request: HttpRequest, case: Case, form: ReviewForm, refusal: GateRefusal) -> HttpResponse:
    """The gate is shut: nothing of the case is shown any more, but the reviewer's own words are given back."""
    context = {"case": case, "refusal": refusal, "typed": form.typed_words()}
    return render(request, "reviews/stopped.html", context, status=409)


def _page(
    request: HttpRequest,
    case: Case,
    review: Review,
    form: ReviewForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    # What is wrong with the stored citations, worked out anew each time the page is drawn.
    today = california_date(timezone.now())
    found = checks_of(rows=[part.row for part in form.parts], on=today)
    for part in form.parts:
        part.checks, part.sequence = found[part.position], sequence_facts(part.row)
        part.weighed = weighed_of(part.row, part.checks.levels)
    context: dict[str, Any] = {
        "case": case,
        "review": review,
        "form": form,
        "outside": OutsideForm(position="__position__", today=today),
        "refusal": refusal,
        "errors": form.errors(),
        "reviewers": approved_seats(case),
        "returned": review.quality_checks.filter(outcome="returned").order_by("-checked_at").first(),
        "save_url": reverse("reviews:save", args=[case.number]),
    }
    return render(request, "reviews/review.html", context, status=status)
