"""What people do with a proposal: begin, join, move and name records; accept all; undo the last act.

Every act names the version that its person saw: of two who sort at once, the second is told to look again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.roles import require
from cases.models import BundleAct, BundleProposal, Case, Document
from cases.rules.bundles import parts as rules
from cases.rules.bundles.parts import Part
from cases.rules.intake import Problem, refuse_problems
from cases.services.arrivals import refuse_unless_fit
from cases.services.bundles.proposing import begin_by_hand
from cases.services.file_changes import file_changed
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal


def begin(*, document: Document, actor: Actor, now: dt.datetime) -> BundleProposal:
    """The proposal of a document, made where there is none yet. Raises RightRefusal, StateRefusal."""
    require(actor, "manage_records")
    with transaction.atomic():
        case = lock_case(document.case_id)
        _refuse_past(case)
        found = BundleProposal.objects.filter(document=document).first() or begin_by_hand(document=document, now=now)
    if found is None:
        raise StateRefusal("bundle.pages", f"“{document.title}” has no pages here that could be sorted.")
    return found


def split(*, bundle: BundleProposal, page: int, version: int, actor: Actor, now: dt.datetime) -> BundleProposal:
    """Let a record begin on `page` of the file. Raises InputRefusal, RightRefusal, StateRefusal."""
    sentence = f"A record begins on page {page}."
    return _act(bundle, BundleAct.Kind.SPLIT, sentence, lambda one: rules.split(one, page), version, actor, now)


def merge(*, bundle: BundleProposal, page: int, version: int, actor: Actor, now: dt.datetime) -> BundleProposal:
    """Join the record that begins on `page` with the one before. Raises InputRefusal, RightRefusal, StateRefusal."""
    sentence = f"The record on page {page} joined with the one before it."
    return _act(bundle, BundleAct.Kind.MERGED, sentence, lambda one: rules.merge(one, page), version, actor, now)


def move(*, bundle: BundleProposal, page: int, to: int, version: int, actor: Actor, now: dt.datetime) -> BundleProposal:
    """Let the record of `page` begin on page `to`. Raises InputRefusal, RightRefusal, StateRefusal."""
    sentence = f"Boundary moved from page {page} to page {to}."
    return _act(bundle, BundleAct.Kind.MOVED, sentence, lambda one: rules.move(one, page, to), version, actor, now)


def name(
    *, bundle: BundleProposal, page: int, kind: str, title: str, version: int, actor: Actor, now: dt.datetime,
    author: str = "", date: dt.date | None = None,
) -> BundleProposal:  # fmt: skip
    """Say what the record is that begins on `page`. Raises InputRefusal, RightRefusal, StateRefusal."""
    if kind not in Document.Kind.values:
        refuse_problems([Problem("kind", "Choose one of the kinds.")])
    if not title.strip():
        refuse_problems([Problem("title", "Say how the record is called.")])
    refuse_unless_fit(case=bundle.document.case, title=title, author=author, date=date, now=now)
    facts = {"kind": kind, "title": title.strip(), "author": author.strip(), "date": date.isoformat() if date else None}
    sentence = f"Record on page {page} named “{title.strip()[:200]}”."
    return _act(bundle, BundleAct.Kind.NAMED, sentence, lambda one: rules.name(one, page, facts), version, actor, now)


def accept(*, bundle: BundleProposal, version: int, actor: Actor, now: dt.datetime) -> list[Document]:
    """Turn every part into a document of the case, in one transaction; the bundle is withdrawn from the index.

    Raises RightRefusal, StateRefusal.
    """
    with transaction.atomic():
        case, mine, whole = _locked(bundle, version, actor)
        made = Document.objects.bulk_create(_documents(case, whole, mine.parts))
        whole.withdrawn_at, whole.withdrawn_why = now, Document.Withdrawn.SORTED
        whole.save(update_fields=["withdrawn_at", "withdrawn_why"])
        _note(mine, BundleAct.Kind.ACCEPTED, f"{len(made)} records accepted.", actor, now)
        mine.accepted_at = now
        mine.save()
        record(
            case=case,
            kind="record.sorted",
            sentence=f"“{whole.title[:200]}” sorted into {len(made)} records.",
            facts={"document": whole.pk, "records": [one.pk for one in made], "sha256": _sha(whole)},
            actor=actor,
            now=now,
        )
        file_changed(case=case, now=now)
        return made


def undo(*, bundle: BundleProposal, version: int, actor: Actor, now: dt.datetime) -> BundleAct:
    """Take the last act back. Raises StateRefusal where there is none, or its documents were worked with since."""
    with transaction.atomic():
        case, mine, whole = _locked(bundle, version, actor, accepted=None)
        last = mine.acts.filter(undone_at=None).last()
        if last is None:
            raise StateRefusal("bundle.undo", "Nothing is left to undo: these are the records as they were proposed.")
        if last.kind == BundleAct.Kind.ACCEPTED:
            _take_back(case, whole, actor, now)
            mine.accepted_at = None
        mine.parts, mine.version = last.before, mine.version + 1
        mine.save()
        last.undone_at, last.undone_by = now, actor.name
        last.save(update_fields=["undone_at", "undone_by"])
        return last


def _take_back(case: Case, whole: Document, actor: Actor, now: dt.datetime) -> None:
    """Withdraw what was accepted and show the bundle again."""
    made = list(Document.everything.filter(cut_from=whole).select_for_update())
    shown = [one for one in made if one.withdrawn_at is None]
    if any(one.withdrawn_why == Document.Withdrawn.MOVED or hasattr(one, "bundle") for one in made):
        raise StateRefusal(
            "bundle.undo", "One of these records was moved or sorted again since. Move it back first, then undo."
        )
    for one in shown:
        one.withdrawn_at, one.withdrawn_why = now, Document.Withdrawn.UNDONE
    Document.everything.bulk_update(shown, ["withdrawn_at", "withdrawn_why"])
    whole.withdrawn_at, whole.withdrawn_why = None, ""
    whole.save(update_fields=["withdrawn_at", "withdrawn_why"])
    record(
        case=case,
        kind="record.sorting_undone",
        sentence=f"Sorting of “{whole.title[:200]}” undone; it is one document again.",
        facts={"document": whole.pk, "records": [one.pk for one in shown]},
        actor=actor,
        now=now,
    )


def _act(
    bundle: BundleProposal, kind: str, sentence: str, change: Callable[[list[Part]], list[Part]], version: int,
    actor: Actor, now: dt.datetime,
) -> BundleProposal:  # fmt: skip
    with transaction.atomic():
        _, mine, _ = _locked(bundle, version, actor)
        changed = change(mine.parts)
        _note(mine, kind, sentence, actor, now)
        mine.parts = changed
        mine.save()
        return mine


def _locked(
    bundle: BundleProposal, version: int, actor: Actor, *, accepted: bool | None = False
) -> tuple[Case, BundleProposal, Document]:
    """Case, proposal, document under their locks, in this order everywhere. accepted: as it must be; None: either."""
    whole = Document.everything.get(pk=bundle.document_id)
    case = lock_case(whole.case_id)
    mine = BundleProposal.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    whole.refresh_from_db()
    require(actor, "manage_records")
    _refuse_past(case)
    if whole.withdrawn_why in (Document.Withdrawn.MOVED, Document.Withdrawn.UNDONE):
        raise StateRefusal("bundle.gone", f"“{whole.title}” is not in case {case.number} any more.")
    if mine.version != version:
        by = mine.acts.last()
        who = f" by {by.actor_name}" if by else ""
        raise StateRefusal("bundle.changed", f"These records were changed{who} meanwhile. Look at them again.")
    if accepted is False and mine.accepted_at is not None:
        raise StateRefusal("bundle.accepted", "These records are accepted already. Undo that to change them.")
    return case, mine, whole


def _refuse_past(case: Case) -> None:
    if case.imported:
        raise StateRefusal("records.imported", f"Case {case.number} is a past determination; its file is closed.")


def _note(mine: BundleProposal, kind: str, sentence: str, actor: Actor, now: dt.datetime) -> None:
    mine.version += 1
    BundleAct.objects.create(
        bundle=mine, at=now, kind=kind, sentence=sentence[:300], before=mine.parts, actor_name=actor.name,
        user_id=actor.user_id,
    )  # fmt: skip


def _documents(case: Case, whole: Document, parts: list[Part]) -> list[Document]:
    if whole.file is None:
        raise InputRefusal("bundle.file", f"“{whole.title}” is listed only; it has no file.")
    last = Document.objects.filter(case=case).aggregate(last=Max("position"))["last"] or 0
    return [
        Document(
            case=case, position=last + place, title=part["title"], kind=part["kind"], author=part["author"],
            date=_date(part["date"]), pages=part["last"] - part["first"] + 1, first_page=part["first"],
            last_page=part["last"], received_at=whole.received_at, from_role=whole.from_role, file=whole.file,
            arrival=whole.arrival, cut_from=whole,
        )
        for place, part in enumerate(parts, 1)
    ]  # fmt: skip


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _sha(document: Document) -> str:
    return document.file.sha256 if document.file else ""
