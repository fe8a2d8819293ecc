"""What a reviewer tells of the search and the evidence beyond the library: steps outside it, weighing of sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from cases.models import Case
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, Refusal
from reviews.forms.look_ups import OutsideForm
from reviews.models import ItemReview
from reviews.services import outside_steps
from reviews.services import weighing as service
from reviews.services.item_checks import checks_of
from reviews.services.look_ups import open_row
from reviews.views.look_ups import show_sequence
from reviews.views.posted import posted_pk


@require_POST
@needs("review_cases")
def outside(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Put a step outside the library on record, with `copy` for the other items; a refusal shows the form again."""
    case, actor, now = get_object_or_404(Case, number=number), Actor.of(request.user), timezone.now()
    form = OutsideForm(request.POST, position=position, today=california_date(now))
    try:
        kept = outside_steps.record_outside(
            case=case, position=position, typed=form.typed(), copy_to_others=bool(request.POST.get("copy")),
            actor=actor, now=now,
        )  # fmt: skip
    except InputRefusal as refusal:
        row = open_row(case=case, position=position, actor=actor)
        form.show(dict(refusal.fields))
        page = {"form": form, "others": row.review.items.disputed().exclude(pk=row.pk).exists()}
        return render(request, "reviews/_outside.html", page, status=422)
    noted = [one.item_review.item.position for one in kept[1:]]
    row = open_row(case=case, position=position, actor=actor)
    return show_sequence(request, case, row, typed=_edited(request), noted=noted)


@require_POST
@needs("review_cases")
def take_back(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """A step told by hand does not count."""
    case, actor = get_object_or_404(Case, number=number), Actor.of(request.user)
    step = posted_pk(request.POST.get("step", ""))
    outside_steps.take_back(case=case, position=position, step=step, actor=actor, now=timezone.now())
    return show_sequence(
        request, case, open_row(case=case, position=position, actor=actor), typed=_edited(request)
    )  # fmt: skip


@require_GET
@needs("review_cases")
def weighing(request: HttpRequest, number: str, position: int) -> HttpResponse:
    case = get_object_or_404(Case, number=number)
    return _weighing(request, case, open_row(case=case, position=position, actor=Actor.of(request.user)))


@require_POST
@needs("review_cases")
def weigh(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """One act on the weighing of an item: disagree, agree, or on a `source` yes, no, again, held (with `level`)."""
    case, actor, now = get_object_or_404(Case, number=number), Actor.of(request.user), timezone.now()
    act, source = request.POST.get("act", ""), request.POST.get("source", "")
    problem: Refusal | None = None
    try:
        if act in ("disagree", "agree"):
            service.mark_disagreement(case=case, position=position, disagree=act == "disagree", actor=actor, now=now)
        elif act in ("yes", "no"):
            answered = posted_pk(request.POST.get("answered", ""))
            service.answer_question(
                case=case, position=position, source=source, answered=answered, answer=act == "yes", actor=actor,
                now=now,
            )  # fmt: skip
        else:
            level = request.POST.get("level", "") if act == "held" else ""
            service.set_level(case=case, position=position, source=source, level=level, actor=actor, now=now)
    except InputRefusal as refusal:
        problem = refusal
    return _weighing(request, case, open_row(case=case, position=position, actor=actor), problem)


def _weighing(request: HttpRequest, case: Case, row: ItemReview, refusal: Refusal | None = None) -> HttpResponse:
    position = row.item.position
    found = checks_of(rows=[row], on=california_date(timezone.now()))[position]
    page = {
        "case": case, "position": position, "weighed": service.weighed_of(row, found.levels), "refusal": refusal,
    }  # fmt: skip
    return render(request, "reviews/_weighing.html", page, status=422 if refusal else 200)


def _edited(request: HttpRequest) -> str | None:
    """The sequence as the reviewer has changed it and not confirmed it, which stays; None where it is unchanged."""
    return request.POST.get("sequence") if request.POST.get("edited") else None
