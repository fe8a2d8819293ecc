"""The eligibility of a case: the check with its evidence, the window, questions to parties, what was decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import User
from cases.forms.corrections import CorrectionForm
from cases.forms.eligibility_answer import AnswerForm, settled_facts
from cases.models import Case, EligibilityQuestion
from cases.panels import Panel, register_panel
from cases.rules.corrections import correctable, kind_of
from cases.rules.eligibility import Finding
from cases.rules.window_picture import picture
from cases.services.access import open_case
from cases.services.corrections import Preview, preview
from cases.services.duplicate_line import CODE as DUPLICATE
from cases.services.eligibility import facts_of, findings, reasons_for
from cases.services.eligibility_questions import answer, take_back_question
from cases.services.endings import reinstate
from cases.services.jurisdictions import case_date
from cases.views.case import page_frame
from common.actor import Actor
from common.canonical import canonical_json, sha256_of
from common.errors import Refusal

_STANDING_MARKS = {"met": ("done", "Met"), "not_met": ("late", "Not met"), "unknown": ("unknown", "Not known")}
TAB = "eligibility"


def show_check(request: HttpRequest, case: Case) -> Panel:
    """The section of the tab, in a constant number of statements."""
    if not hasattr(case, "application") or not hasattr(case, "utilization_review"):
        return Panel("cases/eligibility/check.html", {"checked": []})
    return Panel("cases/eligibility/check.html", _check(request, case))


def _check(request: HttpRequest, case: Case) -> dict[str, Any]:
    today = case_date(case, timezone.now())
    facts = facts_of(case)
    questions = list(case.eligibility_questions.select_related("party__person", "party__organization", "document"))
    known = reasons_for(case)
    decisions = list(case.eligibility_decisions.order_by("-decided_at", "-pk"))
    may = isinstance(request.user, User) and request.user.has_right("decide_cases") and not case.imported
    corrects = isinstance(request.user, User) and request.user.has_right("correct_cases") and not case.imported
    return {
        "checked": [_line(case, one, corrects=corrects) for one in findings(case)],
        "window": facts.window,
        "picture": picture(facts.window, received_on=facts.received_on, today=today),
        "questions": [_question(one, known, today) for one in questions],
        "decisions": [
            {"row": one, "reasons": [known[code].words if code in known else code for code in one.reasons]}
            for one in decisions
        ],
        "standing": next((one for one in decisions if one.ended_at is None), None),
        "remands": list(case.remands.select_related("document")),
        "settled": [one for one in case.items.all() if not one.is_disputed],
        "may_decide": may,
        "today": today,
    }


def _line(case: Case, line: Finding, *, corrects: bool) -> dict[str, Any]:
    open_facts = {kind_of(fact.path) for fact in correctable(case.state, {"parties": 1})} if corrects else set()
    links = []
    if line.code == DUPLICATE:
        links.append(("Compare", reverse("cases:alike", args=[case.number])))
    elif open_facts.intersection(line.facts):
        section = {"application": "Application", "utilization_review": "Utilization review"}
        label = section.get(line.facts[0].split(".")[0], "Application")
        links.append(("Correct", f"{reverse('cases:correct', args=[case.number])}#{_anchor(case, label)}"))
    proofs = [one for one in case.documents.all() if line.proof and one.kind == line.proof]
    links += [
        (one.title, reverse("cases:document", args=[case.number, one.pk])) for one in proofs[:3] if one.file_id
    ]  # fmt: skip
    listed = [one.title for one in proofs[:3] if not one.file_id]
    return {"line": line, "mark": _STANDING_MARKS[line.standing], "links": links, "listed": listed}


def _anchor(case: Case, label: str) -> str:
    sections = CorrectionForm(case=case).sections
    return next((str(one["id"]) for one in sections if one["label"] == label), "part-0")


def _question(row: EligibilityQuestion, known: dict[str, Any], today: dt.date) -> dict[str, Any]:
    words = known[row.reason].words if row.reason in known else row.reason
    if row.taken_back_at:
        mark = ("stopped", "Taken back")
    elif row.answered_on:
        mark = ("done", "Answered")
    elif row.is_overdue(today):
        mark = ("late", "No answer")
    else:
        mark = ("waiting", "Asked")
    return {"row": row, "words": words, "mark": mark}


@needs("decide_cases")
def answer_question(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """GET asks what was answered; POST shows what changes by it, and POST again, with nothing typed since, keeps it."""
    now, actor = timezone.now(), Actor.of(request.user)
    case = open_case(request=request, number=number, now=now, part="answer to a question")
    question = get_object_or_404(EligibilityQuestion, pk=pk, case=case)
    if not question.is_open:
        messages.info(request, "This question is not open any more.")
        return redirect("cases:tab", case.number, TAB)
    data = request.POST if request.method == "POST" else None
    form, facts = AnswerForm(data, case=case), settled_facts(case, question, data)
    if data is None or not all([form.is_valid(), facts.is_valid()]):
        return _answer_page(request, case, question, form, facts)
    changes, seen = facts.changes(), None
    try:
        if changes:
            seen = preview(case=case, changes=changes, actor=actor, now=now)
        said = sha256_of(canonical_json(changes))
        if changes and request.POST.get("seen") != said:
            return _answer_page(request, case, question, form, facts, seen=seen, said=said)
        with transaction.atomic():
            answer(
                question=question, text=form.cleaned_data["text"], answered_on=form.cleaned_data["answered_on"],
                document=int(form.cleaned_data["document"]) if form.cleaned_data["document"] else None,
                changes=changes, actor=actor, now=now,
            )  # fmt: skip
    except Refusal as refusal:
        named = {name: text for name, text in refusal.fields.items() if name in form.fields}
        for name, text in named.items():
            form.add_error(name, text)
        if not named:
            form.add_error(None, refusal.message)
        return _answer_page(request, case, question, form, facts)
    messages.success(request, "The answer is recorded.")
    return redirect("cases:tab", case.number, TAB)


def _answer_page(
    request: HttpRequest, case: Case, question: EligibilityQuestion, form: AnswerForm, facts: CorrectionForm,
    *, seen: Preview | None = None, said: str = "",
) -> HttpResponse:  # fmt: skip
    wrong = form.is_bound and bool(form.errors or facts.errors)
    context = {
        **page_frame(request, case, TAB),
        "question": question,
        "form": form,
        "facts_form": facts,
        "seen": seen,
        "said": said,
        "judged": [form, facts],
    }
    return render(request, "cases/answer.html", context, status=422 if wrong else 200)


@needs("decide_cases")
@require_POST
def unask(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a question back."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part="take a question back")
    question = get_object_or_404(EligibilityQuestion, pk=pk, case=case)
    take_back_question(question=question, actor=Actor.of(request.user), now=now)
    messages.success(request, "The question is taken back.")
    return redirect("cases:tab", case.number, TAB)


@needs("decide_cases")
@require_POST
def put_back(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Put an item back into the dispute whose authorization was noted by mistake."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"item {position}")
    reinstate(case=case, position=position, actor=Actor.of(request.user), now=now)
    messages.success(request, f"Item {position} is in dispute again.")
    return redirect("cases:tab", case.number, TAB)


register_panel(TAB, show_check, order=10)
