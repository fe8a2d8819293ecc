"""The reviewer's desk: offers, the statement that accepts one, declining, giving a case back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from common.actor import Actor
from common.errors import InputRefusal, Refusal
from reviews.forms.assignment import AcceptForm, DeclineForm, GiveBackForm, ReasonForm
from reviews.forms.work import WorkForm
from reviews.models import Assignment
from reviews.services import assignment as service
from reviews.services.desk import desk_of, desk_row
from reviews.services.review import person_id
from reviews.services.statement import statement_parties


@require_GET
@needs("review_cases")
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "reviews/desk.html", _desk_context(request))


def _desk_context(request: HttpRequest) -> dict[str, object]:
    return {"desk": desk_of(request.user), "now": timezone.now(), "work": WorkForm()}  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
@needs("review_cases")
def accept(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The statement on every party; here the names are seen for the first time."""
    offered = _own(request, assignment_id)
    if offered.status != "offered":
        messages.info(request, f"The offer of case {offered.case.number} is over: {offered.status}.")
        return redirect("reviews:desk")
    lines = statement_parties(offered.case)
    form = AcceptForm(request.POST if request.method == "POST" else None, lines=lines)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in _DECLARATIONS}
        try:
            answered = service.accept(
                assignment_id=offered.pk,
                answers=form.answers,
                actor=Actor.of(request.user),
                now=timezone.now(),
                **given,
            )
        except Refusal as refusal:
            _show(form, refusal)
        else:
            return _answered(request, answered)
    note_access(
        act=Act.VIEWED, request=request, now=timezone.now(), target=f"Case {offered.case.number}",
        target_key=offered.case.number, detail="parties, for the statement",
    )  # fmt: skip
    context = {"form": form, "row": desk_row(offered.pk), "offer": offered}
    return render(request, "reviews/accept.html", context, status=422 if form.is_bound else 200)


_DECLARATIONS = ("credentials_current", "knowledge_sufficient", "pay_independent", "signed_name")


def _answered(request: HttpRequest, answered: Assignment) -> HttpResponse:
    number = answered.case.number
    if answered.accepted_at is None:
        messages.success(request, f"Case {number} goes to another reviewer. Nothing else is needed from you.")
        return redirect("reviews:desk")
    messages.success(request, f"Case {number} is yours.")
    return redirect("reviews:review", number=number)


@require_http_methods(["GET", "POST"])
@needs("review_cases")
def decline(request: HttpRequest, assignment_id: int) -> HttpResponse:
    offered = _own(request, assignment_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service.decline(
                assignment_id=offered.pk, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"],
                actor=Actor.of(request.user), now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"The offer of case {offered.case.number} is declined.")
            return redirect("reviews:desk")
    context = {"form": form, "row": desk_row(offered.pk), "offer": offered}
    return render(request, "reviews/decline.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("review_cases")
def give_back(request: HttpRequest, assignment_id: int) -> HttpResponse:
    held = _own(request, assignment_id)
    form = GiveBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service.recuse(
                assignment_id=held.pk, reason=form.cleaned_data["reason"], handover=form.cleaned_data["handover"],
                actor=Actor.of(request.user), now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"Case {held.case.number} goes to another reviewer.")
            return redirect("reviews:desk")
    context = {"form": form, "row": desk_row(held.pk), "held": held}
    return render(request, "reviews/give_back.html", context, status=422 if form.is_bound else 200)


def _own(request: HttpRequest, assignment_id: int) -> Assignment:
    """The person's own assignment; anybody else's is not there."""
    own = Assignment.objects.select_related("case__worker", "reviewer").filter(
        pk=assignment_id, reviewer__user_id=person_id(Actor.of(request.user))
    )
    if (found := own.first()) is None:
        raise Http404
    return found


def _show(form: AcceptForm | DeclineForm | ReasonForm, refusal: Refusal) -> None:
    """A refusal beside its fields, or on top of the form."""
    known = {field: said for field, said in refusal.fields.items() if field in form.fields}
    for field, said in known.items():
        form.add_error(field, said)
    if not known or not isinstance(refusal, InputRefusal):
        form.add_error(None, refusal.message)
