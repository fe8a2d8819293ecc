"""Looking guidelines up within a review: the picker of an item, pins and notes, its checks, its search sequence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from cases.models import Case
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, Refusal
from common.forms import read_date
from guidelines.rules.formulary import Fill
from guidelines.services.kept import pin_section
from guidelines.services.notes import keep_note
from reviews.models import ItemReview
from reviews.services import look_ups as service
from reviews.services.item_checks import checks_of
from reviews.services.item_picker import drug_of, hits_of, own_words, picker_of
from reviews.services.outside_steps import outside_steps


@require_GET
@needs("review_cases")
def picker(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """The choices for the words, or for the item itself when nothing is typed. Shows only; `looked` records."""
    case, row, actor = _asked(request, number, position)
    return _picker(request, case, row, actor, request.GET.get("q", ""))


@require_POST
@needs("review_cases")
def looked(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Record a look-up: kind "searched" with `q` (the search is made again here, nothing is believed), or "opened"."""
    actor, now = Actor.of(request.user), timezone.now()
    case = get_object_or_404(Case, number=number)
    with transaction.atomic():
        row = service.open_row(case=case, position=position, actor=actor)
        if request.POST.get("kind") == "opened":
            service.record_opened(row=row, section_id=_section(request), actor=actor, now=now)
        else:
            words = request.POST.get("q", "")
            hits = hits_of(row=row, words=words, on=california_date(now), typing=False)
            service.record_search(row=row, words=words.strip() or own_words(row), hits=hits, actor=actor, now=now)
    return HttpResponse(status=204)


@require_POST
@needs("review_cases")
def pin(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Pin a section or take its pin off, and show the picker again."""
    case, row, actor = _asked(request, number, position)
    pin_section(section_id=_section(request), pinned=bool(request.POST.get("pinned")), actor=actor, now=timezone.now())
    return _picker(request, case, row, actor, request.POST.get("q", ""))


@require_POST
@needs("review_cases")
def note(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Keep the reviewer's private note on a section; answers in words."""
    _, _, actor = _asked(request, number, position)
    kept = keep_note(section_id=_section(request), text=request.POST.get("note", ""), actor=actor, now=timezone.now())
    return HttpResponse("Note kept. Only you see it." if kept else "Note taken away.")


@require_GET
@needs("review_cases")
def checks(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """What the library says of the item's stored citations; asked again after every save."""
    case, row, _ = _asked(request, number, position)
    found = checks_of(rows=[row], on=california_date(timezone.now()))[position]
    return render(request, "reviews/_checks.html", {"case": case, "position": position, "checks": found})


@require_GET
@needs("review_cases")
def drug(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """What the drug list says of the item on the day of the prescription, with a fill where one is claimed."""
    case, row, _ = _asked(request, number, position)
    today = california_date(timezone.now())
    typed = {name: request.GET.get(name, "").strip() for name in ("on", "surgery", "supply", "fill")}
    fills: dict[str, Fill] = {"special": "special", "perioperative": "perioperative"}
    unread = [name for name in ("on", "surgery") if typed[name] and read_date(typed[name], today=today) is None]
    answer = drug_of(
        row=row,
        on=read_date(typed["on"], today=today) or today,
        fill=fills.get(typed["fill"], ""),
        surgery_on=read_date(typed["surgery"], today=today),
        supply=int(typed["supply"]) if typed["supply"].isdecimal() else None,
    )
    page = {"case": case, "position": position, "answer": answer, "typed": typed, "unread": unread}
    return render(request, "reviews/_drug.html", page)


@require_GET
@needs("review_cases")
def sequence(request: HttpRequest, number: str, position: int) -> HttpResponse:
    case, row, _ = _asked(request, number, position)
    return show_sequence(request, case, row)


@require_POST
@needs("review_cases")
def confirm(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Keep the sequence as typed; with `copy` also for the other items. What was typed stays on a refusal."""
    case = get_object_or_404(Case, number=number)
    actor, typed = Actor.of(request.user), request.POST.get("sequence", "")
    try:
        kept = service.confirm_sequence(
            case=case, position=position, text=typed, copy_to_others=bool(request.POST.get("copy")), actor=actor,
            now=timezone.now(),
        )  # fmt: skip
    except InputRefusal as refusal:
        row = service.open_row(case=case, position=position, actor=actor)
        return show_sequence(request, case, row, typed=typed, refusal=refusal)
    copied = [one.item_review.item.position for one in kept[1:]]
    row = service.open_row(case=case, position=position, actor=actor)
    return show_sequence(request, case, row, copied=copied)


def sequence_facts(row: ItemReview) -> dict[str, Any]:
    """What the sequence part of an item shows. newer: the look-ups told more since it was confirmed."""
    confirmed = next(iter(row.sequences.all()), None)
    proposed = service.proposed_sequence(row)
    newer = bool(confirmed and not confirmed.copied_from_id and proposed != confirmed.proposed)
    return {"confirmed": confirmed, "proposed": proposed, "text": confirmed.text if confirmed else proposed,
            "newer": newer, "outside": outside_steps(row)}  # fmt: skip


def show_sequence(
    request: HttpRequest, case: Case, row: ItemReview, *, typed: str | None = None, copied: list[int] | None = None,
    noted: list[int] | None = None, refusal: Refusal | None = None,
) -> HttpResponse:  # fmt: skip
    """The sequence part of an item. typed: words that are not confirmed yet and stay; copied, noted: items to which
    the sequence, or a step outside the library, was copied."""
    facts = sequence_facts(row)
    if typed is not None:
        facts |= {"text": typed, "newer": not refusal and typed.strip() != facts["proposed"]}
    others = row.review.items.disputed().exclude(pk=row.pk).exists()
    page = {
        "case": case, "position": row.item.position, "sequence": facts, "copied": copied, "noted": noted,
        "refusal": refusal, "others": others,
    }  # fmt: skip
    return render(request, "reviews/_sequence.html", page, status=422 if refusal else 200)


def _picker(request: HttpRequest, case: Case, row: ItemReview, actor: Actor, words: str) -> HttpResponse:
    today: dt.date = california_date(timezone.now())
    found = picker_of(row=row, words=words, reader_id=actor.user_id or 0, on=today)
    page = {"case": case, "position": row.item.position, "picker": found, "q": words.strip()}
    return render(request, "reviews/_picker.html", page)


def _asked(request: HttpRequest, number: str, position: int) -> tuple[Case, ItemReview, Actor]:
    case = get_object_or_404(Case, number=number)
    actor = Actor.of(request.user)
    return case, service.open_row(case=case, position=position, actor=actor), actor


def _section(request: HttpRequest) -> int:
    typed = request.POST.get("section", "")
    return int(typed) if typed.isdecimal() else 0
