"""The reviewer's own work: asking for it, answering several offers at once, earnings, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from common.actor import Actor
from common.errors import InputRefusal, Refusal
from reviews.forms.assignment import DeclarationsForm, PartiesForm
from reviews.forms.work import WorkForm
from reviews.models import Assignment
from reviews.services import assignment as service
from reviews.services.desk import DeskRow, desk_of
from reviews.services.earnings import earnings_of
from reviews.services.rights import own_entry
from reviews.services.statement import KNOWN, statement_parties
from reviews.services.work_requests import give_work


@require_POST
@needs("review_cases")
def ask(request: HttpRequest) -> HttpResponse:
    """ "Give me work": so many cases, or as many as fit into the hours."""
    form = WorkForm(request.POST)
    if not form.is_valid():
        return _desk(request, form)
    try:
        given = give_work(**form.wish, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _desk(request, form)
    if not given.offers:
        messages.info(request, given.why_none)
        return redirect("reviews:desk")
    count = len(given.offers)
    messages.success(
        request, f"{count} {'case is' if count == 1 else 'cases are'} offered to you. Answer for each party."
    )
    return redirect("reviews:answer")


def _desk(request: HttpRequest, form: WorkForm) -> HttpResponse:
    context = {"desk": desk_of(request.user), "now": timezone.now(), "work": form}  # type: ignore[arg-type]
    return render(request, "reviews/desk.html", context, status=422)


@require_http_methods(["GET", "POST"])
@needs("review_cases")
def answer(request: HttpRequest) -> HttpResponse:
    """Every open offer on one page, each with a statement of its own; one signature signs each of them."""
    rows = desk_of(request.user).offers  # type: ignore[arg-type]
    if not rows:
        messages.info(request, "No offer waits for an answer.")
        return redirect("reviews:desk")
    data = request.POST if request.method == "POST" else None
    sheets = [_Sheet(row, data) for row in rows]
    signing = DeclarationsForm(data)
    signing.own_summary = False  # one for the whole page stands on top
    if data is not None and _answer_all(request, sheets, signing):
        return redirect("reviews:desk")
    sheets = [sheet for sheet in sheets if not sheet.done]
    for sheet in sheets:
        number = sheet.row.number
        note_access(
            act=Act.VIEWED, request=request, now=timezone.now(), target=f"Case {number}", target_key=number,
            detail="parties, for the statement",
        )  # fmt: skip
    forms = [*(sheet.form for sheet in sheets), signing]
    context = {"sheets": sheets, "signing": signing, "forms": forms}
    return render(request, "reviews/answer.html", context, status=422 if data is not None else 200)


class _Sheet:
    """One offer on the page, and its statement."""

    def __init__(self, row: DeskRow, data: QueryDict | None) -> None:
        lines = statement_parties(row.assignment.case)
        self.row, self.done = row, False
        prefix = f"o{row.assignment.pk}"
        self.form = PartiesForm(data, lines=lines, prefix=prefix)
        if self.form.is_left_open:
            self.form = PartiesForm(None, lines=lines, prefix=prefix)  # decided later: nothing is missing in it
        self.form.own_summary = False

    @property
    def number(self) -> str:
        return self.row.number


def _answer_all(request: HttpRequest, sheets: list[_Sheet], signing: DeclarationsForm) -> bool:
    """Answer each offer in its own transaction. Whether all went through; what was refused stands with its case."""
    wanted = [sheet for sheet in sheets if not sheet.form.is_left_open]
    invalid = [sheet for sheet in wanted if not sheet.form.is_valid()]  # each one, so that each shows its errors
    valid = not invalid
    accepting = [sheet for sheet in wanted if valid and KNOWN not in sheet.form.answers.values()]
    if not wanted:
        signing.add_error(None, "Answer for at least one case.")
    signed = signing.is_valid() if accepting else True
    if not (wanted and valid and signed):
        return False
    given = {key: signing.cleaned_data.get(key, False) for key in _DECLARED} if accepting else _NOTHING
    refused = False
    for sheet in wanted:
        try:
            done = service.accept(
                assignment_id=sheet.row.assignment.pk, answers=sheet.form.answers, actor=Actor.of(request.user),
                now=timezone.now(), **given,
            )  # fmt: skip
        except Refusal as refusal:
            refused = True
            if isinstance(refusal, InputRefusal) and "signed_name" in refusal.fields:
                signing.add_error("signed_name", refusal.fields["signed_name"])
            sheet.form.add_error(None, f"Case {sheet.number}: {refusal.message}")
        else:
            sheet.done = True
            messages.success(request, _said(done))
    return not refused


_DECLARED = ("credentials_current", "knowledge_sufficient", "pay_independent", "signed_name")
_NOTHING: dict[str, Any] = {
    "credentials_current": False, "knowledge_sufficient": False, "pay_independent": False, "signed_name": "",
}  # fmt: skip


def _said(done: Assignment) -> str:
    if done.accepted_at is None:
        return f"Case {done.case.number} goes to another reviewer. Nothing else is needed from you."
    return f"Case {done.case.number} is yours."


@require_GET
@needs("review_cases")
def earnings(request: HttpRequest) -> HttpResponse:
    return render(request, "reviews/earnings.html", {"told": earnings_of(own_entry(Actor.of(request.user)))})
