"""Deciding about two applications that belong together: merge a duplicate, consolidate, relate, tell apart; and undo.

Whoever decides locks both cases, lower id first, then the pair: of two people who decide about the same pair at once
one wins, and the other is told what was decided. Joining closes the later application into the earlier case by the
workflow; its documents keep their file, hash and history, and the earlier case lists them too.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Max, ProtectedError

from accounts.models import User
from accounts.roles import require
from cases.models import AdministratorCitation, Case, CasePair, Diagnosis, DisputedItem, Document
from cases.rules.corrections import BEFORE_APPROVAL
from cases.rules.duplicates import unlike_for_joining
from cases.services.access import may_see
from cases.services.duplicates import filing_of
from cases.services.jurisdictions import case_date
from cases.services.workflow import ask_guard, move, record
from cases.signals import facts_corrected
from cases.workflow import Event, State
from common.actor import Actor
from common.errors import InputRefusal, RuleRefusal, StateRefusal

Decision = CasePair.Decision

#: States in which an application can still be closed into another case.
CAN_BE_CLOSED = (State.RECEIVED, State.ELIGIBILITY, State.RECORDS)
#: While a case is in these, nothing of a consolidation has gone out to a reviewer or been decided.
_BEFORE_REVIEWER = (State.ELIGIBILITY, State.RECORDS)
_UNLIKE_SAID = {"worker": "the worker", "physician": "the requesting physician", "injury_date": "the date of injury"}


def merge(*, case: Case, other: Case, actor: Actor, now: dt.datetime) -> CasePair:
    """Close the later of two applications as a duplicate of the earlier one, whose file then holds its documents.

    Raises RightRefusal; StateRefusal when somebody decided already, or either case has gone too far.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        pair = _locked_pair(case, other, now)
        _refuse_decided(pair, Decision.MERGED)
        _refuse_states(pair)
        brought: dict[str, Any] = {"state": pair.later.state, "documents": _copy_documents(pair)}
        _close(pair, Event.DUPLICATE, "duplicate", actor, now)
        return _decide(pair, Decision.MERGED, brought, actor, now)


def consolidate(*, case: Case, other: Case, actor: Actor, now: dt.datetime) -> CasePair:
    """Join two eligible cases into the earlier one, items and documents with it (8 CCR 9792.10.4(a), CA-5).

    Raises RuleRefusal that names which of worker, requesting physician and date of injury differ; otherwise as `merge`,
    and what the eligibility check says of a case that is not eligible.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        pair = _locked_pair(case, other, now)
        _refuse_decided(pair, Decision.CONSOLIDATED)
        _refuse_states(pair)
        _refuse_unlike(pair)
        _refuse_not_eligible(pair)
        brought: dict[str, Any] = {
            "state": pair.later.state,
            "documents": _copy_documents(pair),
            "items": _copy_items(pair),
            "diagnoses": _copy_diagnoses(pair),
        }
        _close(pair, Event.CONSOLIDATE, "consolidated", actor, now)
        _tell_of_items(pair.earlier, actor, now)
        return _decide(pair, Decision.CONSOLIDATED, brought, actor, now)


def relate(*, case: Case, other: Case, actor: Actor, now: dt.datetime) -> CasePair:
    """Remember that two cases have to do with one another; both go on by themselves. Raises as `merge`."""
    return _set_apart(case, other, Decision.RELATED, actor, now)


def tell_apart(*, case: Case, other: Case, actor: Actor, now: dt.datetime) -> CasePair:
    """Remember that two applications are no duplicates, so that nobody is asked again. Raises as `merge`."""
    return _set_apart(case, other, Decision.DIFFERENT, actor, now)


def undo(*, case: Case, other: Case, actor: Actor, now: dt.datetime) -> CasePair:
    """Take a decision about two cases back. A joined application goes on where it stood; what it brought is withdrawn.

    Raises StateRefusal where nothing was decided, or where it has been acted upon: after the review of the earlier case
    began (a consolidation), or after its determination was approved (a duplicate).
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        pair = _locked_pair(case, other, now)
        if pair.decision == Decision.OPEN:
            raise StateRefusal(
                "duplicates.undo",
                f"Nothing is decided about {pair.later.number} and {pair.earlier.number}; there is nothing to undo.",
            )
        if pair.is_joined:
            _refuse_undo(pair)
            _take_back(pair, now)
            event = Event.SEPARATE_RECORDS if pair.brought.get("state") == State.RECORDS else Event.SEPARATE
            said = f"No longer joined to case {pair.earlier.number}: the decision was undone."
            pair.later = move(case=pair.later, event=event, actor=actor, now=now, sentence=said)
            if pair.decision == Decision.CONSOLIDATED:
                _tell_of_items(pair.earlier, actor, now)
        return _decide(pair, Decision.OPEN, {}, actor, now)


# --- checks --------------------------------------------------------------------------------------------------------


def _locked_pair(case: Case, other: Case, now: dt.datetime) -> CasePair:
    """Both cases locked, then their pair (made where nobody flagged it), the earlier application first."""
    if case.pk == other.pk:
        raise InputRefusal("duplicates.self", "Choose another case: a case cannot be joined to itself.")
    locked = {
        one.pk: one
        for one in Case.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[case.pk, other.pk])
        .order_by("pk")
    }
    earlier, later = _in_order(locked[case.pk], locked[other.pk])
    pair = CasePair.objects.filter(earlier__in=locked, later__in=locked).order_by("pk").first()
    if pair is None:
        pair = CasePair.objects.create(earlier=earlier, later=later, kind=CasePair.Kind.CHOSEN, found_at=now)
    elif pair.is_joined:
        earlier, later = locked[pair.earlier_id], locked[pair.later_id]
    pair.earlier, pair.later = earlier, later
    return pair


def _in_order(one: Case, other: Case) -> tuple[Case, Case]:
    """The application that was received first; a case that has gone too far to be closed goes before it."""
    first, second = sorted((one, other), key=lambda case: (_received(case), case.pk))
    if not _can_be_closed(second) and _can_be_closed(first):
        return second, first
    return first, second


def _received(case: Case) -> dt.datetime:
    application = getattr(case, "application", None)
    return application.received_at if application else case.created_at


def _can_be_closed(case: Case) -> bool:
    return not case.imported and case.state in CAN_BE_CLOSED


def _refuse_decided(pair: CasePair, wanted: str) -> None:
    """Only an open pair, or one told apart or related before, may be joined."""
    if pair.is_joined or pair.decision == wanted:
        on = case_date(pair.earlier, pair.decided_at) if pair.decided_at else None
        at = f"{on:%b} {on.day}, {on.year}" if on else "before"
        raise StateRefusal(
            "duplicates.decided",
            f"{pair.decided_by} decided about {pair.later.number} and {pair.earlier.number} on {at}: "
            f"{pair.get_decision_display().lower()}. Undo that first if it was wrong.",
        )


def _refuse_states(pair: CasePair) -> None:
    earlier, later = pair.earlier, pair.later
    if not _can_be_closed(later):
        raise StateRefusal(
            "duplicates.state",
            f"Case {later.number} is in the state “{later.get_state_display()}” and can no longer be joined to another "
            "case. Link the two as related instead.",
        )
    if earlier.state in (State.INELIGIBLE, State.WITHDRAWN):
        raise StateRefusal(
            "duplicates.ended",
            f"Case {earlier.number} has ended ({earlier.get_state_display().lower()}), so this application may cure or "
            "renew it. Take that case up again first, or judge this application by itself.",
        )
    if into := CasePair.objects.joined().select_related("earlier").filter(later=earlier).first():
        raise StateRefusal(
            "duplicates.chain",
            f"Case {earlier.number} is part of case {into.earlier.number}. Join to that case instead.",
        )
    if held := CasePair.objects.joined().select_related("later").filter(earlier=later).first():
        raise StateRefusal(
            "duplicates.chain",
            f"Case {held.later.number} is joined to case {later.number}. Undo that first, then join both to case "
            f"{earlier.number}.",
        )


def _refuse_unlike(pair: CasePair) -> None:
    unlike = unlike_for_joining(filing_of(pair.earlier), filing_of(pair.later))
    if unlike:
        said = " and ".join(_UNLIKE_SAID[name] for name in unlike)
        verb = "are" if len(unlike) > 1 else "is"
        raise RuleRefusal(
            "consolidation.unlike",
            f"Cases {pair.earlier.number} and {pair.later.number} cannot be consolidated: {said} {verb} not the same "
            "in both, or not known (8 CCR 9792.10.4(a)). Correct what is typed wrong, or link the two as related.",
            fields=dict.fromkeys(unlike, "Not the same in both cases."),
        )


def _refuse_not_eligible(pair: CasePair) -> None:
    if pair.earlier.state not in _BEFORE_REVIEWER:
        raise StateRefusal(
            "consolidation.state",
            f"Case {pair.earlier.number} is in the state “{pair.earlier.get_state_display()}”. Items can be joined to "
            "it only while its eligibility is checked or its records are collected.",
        )
    if pair.earlier.state == State.ELIGIBILITY:
        ask_guard("application_eligible", pair.earlier)


def _refuse_undo(pair: CasePair) -> None:
    consolidated = pair.decision == Decision.CONSOLIDATED
    if consolidated and pair.earlier.state not in _BEFORE_REVIEWER:
        raise StateRefusal(
            "consolidation.undo",
            f"Case {pair.earlier.number} has gone on with the items of both (state "
            f"“{pair.earlier.get_state_display()}”). They cannot be taken apart any longer.",
        )
    if not consolidated and not pair.earlier.imported and pair.earlier.state not in BEFORE_APPROVAL:
        raise StateRefusal(
            "duplicates.undo",
            f"Case {pair.earlier.number} is in the state “{pair.earlier.get_state_display()}”: it was decided or ended "
            "with this application in its file. Open a new application if its dispute is another one.",
        )


# --- writing -------------------------------------------------------------------------------------------------------


def _set_apart(case: Case, other: Case, decision: CasePair.Decision, actor: Actor, now: dt.datetime) -> CasePair:
    require(actor, "decide_cases")
    with transaction.atomic():
        pair = _locked_pair(case, other, now)
        _refuse_decided(pair, decision)
        return _decide(pair, decision, {}, actor, now)


def _decide(
    pair: CasePair, decision: CasePair.Decision, brought: dict[str, Any], actor: Actor, now: dt.datetime
) -> CasePair:
    before = pair.get_decision_display()
    pair.decision, pair.brought = decision, brought
    undone = decision == Decision.OPEN
    pair.decided_at, pair.decided_by = (None, "") if undone else (now, actor.name)
    pair.save()
    for one in (pair.earlier, pair.later):
        said = f"undone: {before.lower()}" if undone else decision.label.lower()
        record(
            case=one,
            kind="pair.undone" if undone else f"pair.{decision.value}",
            sentence=f"With case {pair.other(one).number}: {said}.",
            facts={"other": pair.other(one).number, **brought},
            actor=actor,
            now=now,
        )
    return pair


def _close(pair: CasePair, event: Event, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The later application ends by the workflow; one that nobody has opened is opened for the check first."""
    if pair.later.state == State.RECEIVED:
        pair.later = move(case=pair.later, event=Event.OPEN, actor=actor, now=now)
    pair.later = move(
        case=pair.later,
        event=event,
        actor=actor,
        now=now,
        sentence=f"{'Duplicate of' if reason == 'duplicate' else 'Consolidated into'} case {pair.earlier.number}.",
        facts={"reason": reason, "into": pair.earlier.number},
    )


def _copy_documents(pair: CasePair) -> list[int]:
    """The later application's documents, listed in the earlier case too: same file, hash and pages. Their ids there.

    A file that the earlier case holds already is not listed twice; nothing is added to a case that is decided.
    """
    if pair.earlier.imported or pair.earlier.state not in BEFORE_APPROVAL:
        return []
    held = set(pair.earlier.documents.exclude(file=None).values_list("file_id", "first_page"))
    place = Document.everything.filter(case=pair.earlier).aggregate(last=Max("position"))["last"] or 0
    written = []
    for document in pair.later.documents.all():
        if (document.file_id, document.first_page) in held:
            continue
        place += 1
        document.pk, document.case, document.position, document.cut_from = None, pair.earlier, place, None
        document.save()
        written.append(document.pk)
    return written


def _copy_items(pair: CasePair) -> list[int]:
    place = pair.earlier.items.aggregate(last=Max("position"))["last"] or 0
    copies: dict[int, DisputedItem] = {}
    depends: dict[int, int] = {}
    for item in pair.later.items.prefetch_related("administrator_citations"):
        place += 1
        known, citations = item.pk, list(item.administrator_citations.all())
        if item.depends_on_id:
            depends[known] = item.depends_on_id
        item.pk, item.case, item.position, item.depends_on = None, pair.earlier, place, None
        item.save()
        copies[known] = item
        for citation in citations:
            citation.pk, citation.item = None, item
        AdministratorCitation.objects.bulk_create(citations)
    for known, needed in depends.items():
        copies[known].depends_on = copies[needed]
        copies[known].save(update_fields=["depends_on"])
    return [item.pk for item in copies.values()]


def _copy_diagnoses(pair: CasePair) -> list[int]:
    held = set(pair.earlier.diagnoses.values_list("text", "icd10"))
    place = pair.earlier.diagnoses.aggregate(last=Max("position"))["last"] or 0
    new = [one for one in pair.later.diagnoses.all() if (one.text, one.icd10) not in held]
    made = Diagnosis.objects.bulk_create(
        Diagnosis(case=pair.earlier, position=place + step, text=one.text, icd10=one.icd10)
        for step, one in enumerate(new, 1)
    )
    return [one.pk for one in made]


def _take_back(pair: CasePair, now: dt.datetime) -> None:
    """What joining wrote into the earlier case: documents are withdrawn, the rest removed (history stays)."""
    for document in Document.everything.filter(pk__in=pair.brought.get("documents", []), withdrawn_at=None):
        document.withdrawn_at, document.withdrawn_why = now, Document.Withdrawn.UNDONE
        document.save(update_fields=["withdrawn_at", "withdrawn_why"])  # not .update(): the checklist follows a save
    items = DisputedItem.objects.filter(pk__in=pair.brought.get("items", []))
    items.update(depends_on=None)
    try:
        items.delete()
    except ProtectedError:
        raise StateRefusal(
            "consolidation.undo",
            f"Work was done in case {pair.earlier.number} on items that came with {pair.later.number}. "
            "Undo that work first.",
        ) from None
    Diagnosis.objects.filter(pk__in=pair.brought.get("diagnoses", [])).delete()


def _tell_of_items(case: Case, actor: Actor, now: dt.datetime) -> None:
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    fresh = Case.objects.with_facts().get(pk=case.pk)
    facts_corrected.send(sender=Case, case=fresh, paths=["items"], asks_gate=True, actor=actor, now=now)


def open_joined(user: User, case: Case, now: dt.datetime) -> bool:
    """Whoever may see a case may see the applications joined to it: they are part of its file."""
    if case.state != State.CONSOLIDATED:
        return False
    pair = CasePair.objects.joined().select_related("earlier").filter(later=case).first()
    return pair is not None and pair.earlier.state != State.CONSOLIDATED and may_see(user, pair.earlier, now)
