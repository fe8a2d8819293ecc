"""Publishing a draft: checked, shown beforehand, done by a second person in one step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, ProtectedError

from accounts.roles import person_id, require
from common.actor import Actor, acting
from common.errors import RightRefusal, RuleRefusal, StateRefusal
from guidelines.models import Edition, Publication, PublishingAct, Section
from guidelines.rules.citation import gaps, overlap
from guidelines.rules.comparing import PartChange, compare
from guidelines.rules.pages import page_range
from guidelines.services.drafts import FACTS
from guidelines.services.section_facts import facts_of, parts_of, write_facts

RIGHT = "publish_guidelines"
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Outlook:
    """What publishing would do. problems stop it; warnings do not. ends: the edition that ends, and its last day."""

    problems: list[str]
    warnings: list[str]
    ends: Edition | None
    ends_on: dt.date | None


def differences(draft: Edition) -> list[PartChange]:
    """The draft against what it was copied from, section by section."""
    former = draft.corrects_id or draft.based_on_id
    return compare(parts_of(former) if former else [], parts_of(draft.pk))


def outlook(draft: Edition) -> Outlook:
    """Problems, warnings and consequences of publishing the draft as it stands."""
    others = [row for row in Edition.objects.filter(publication=draft.publication_id) if row.pk != draft.corrects_id]
    ends = None if draft.corrects_id else _ended_by(draft, others)
    ends_on = draft.effective_from - _DAY if ends and draft.effective_from else None
    if ends:
        ends.effective_to = ends_on  # not saved: to look at all of them together
    problems = [*_day_problems(draft, others), *_page_problems(draft)]
    if any(row.year == draft.year for row in others):
        problems.append(f"There is an edition of {draft.year} already. Type the year by which this one is cited.")
    return Outlook(problems, _warnings(draft, others), ends, ends_on)


def _ended_by(draft: Edition, others: list[Edition]) -> Edition | None:
    """The edition in force on the draft's first day, if it began before."""
    first = draft.effective_from
    if first is None:
        return None
    return next(
        (
            row
            for row in others
            if (row.effective_from is None or row.effective_from < first)
            and (row.effective_to is None or row.effective_to >= first)
        ),
        None,
    )


def _day_problems(draft: Edition, others: list[Edition]) -> list[str]:
    if draft.effective_from is None and not draft.corrects_id:
        return ["The draft has no day from which it is in force. Type one."]
    if draft.effective_from and draft.effective_to and draft.effective_to < draft.effective_from:
        return ["The last day in force lies before the first."]
    pair = overlap([*others, draft])
    if pair is None:
        return []
    other = pair[0] if pair[1] is draft else pair[1]
    told = (
        f"The edition of {other.year} is in force in part of that time ({_range(other)}). Correct the days: editions "
        "of one publication never overlap."
    )
    return [told]


def _page_problems(draft: Edition) -> list[str]:
    if not draft.pages:
        return []
    rows = Section.every.filter(edition=draft).exclude(pages="").values_list("heading", "pages")
    return [
        f"“{heading}”: page {span[1]} lies outside; the edition has {draft.pages} pages."
        for heading, pages in rows
        if (span := page_range(pages)) and span[1] > draft.pages
    ]


def _warnings(draft: Edition, others: list[Edition]) -> list[str]:
    said = [
        f"Nothing is in force from {_said(first)} to {_said(last)}: a review of those days has no edition to cite."
        for first, last in gaps([*others, draft])
    ]
    if not draft.dates_confirmed:
        said.append("The effective dates are not marked as read in the primary text.")
    if not Section.every.filter(edition=draft).exists():
        said.append("The edition has no sections: it can be cited as a whole only.")
    return said


def publish(*, edition_id: int, actor: Actor, now: dt.datetime) -> Edition:
    """Put a draft in force, or apply a correction section by section; the former edition ends the day before.

    Answers the published edition. Raises RightRefusal, also for whoever wrote in the draft; StateRefusal; RuleRefusal
    with what is wrong.
    """
    require(actor, RIGHT)
    publisher = person_id(actor)
    with transaction.atomic(), acting(actor, "edition published"):
        draft = _locked(edition_id)
        if publisher in draft.authors:
            raise RightRefusal(
                "edition.second_person",
                "You wrote in this draft, so somebody else publishes it. Ask an editor who changed nothing in it.",
            )
        found = outlook(draft)
        if found.problems:
            raise RuleRefusal("edition.checks", " ".join(found.problems))
        kinds = PublishingAct.Kind
        kind = kinds.CORRECTION if draft.corrects_id else kinds.NEW
        PublishingAct.objects.create(
            kind=kind, edition_id=draft.corrects_id or draft.pk, draft=draft, publisher_id=publisher, at=now
        )
        if found.ends:
            PublishingAct.objects.create(
                kind=kinds.ENDED, edition=found.ends, draft=draft, publisher_id=publisher, at=now
            )
        return apply(draft, found, publisher=publisher, now=now)


def _locked(edition_id: int) -> Edition:
    """The draft and its publication, locked: two publishings of one publication follow one another."""
    draft = Edition.every.select_for_update(of=("self",)).select_related("publication").get(pk=edition_id)
    Publication.objects.select_for_update().only("pk").get(pk=draft.publication_id)
    if draft.state != Edition.State.DRAFT:
        raise StateRefusal("edition.state", f"{draft} is no open draft: somebody published it or gave it up.")
    return draft


def apply(draft: Edition, found: Outlook, *, publisher: int | None, now: dt.datetime) -> Edition:
    """Write what publishing changes. The caller holds the transaction and has written the act that allows it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS editions_never_overlap DEFERRED")
    if found.ends:
        Edition.objects.filter(pk=found.ends.pk).update(effective_to=found.ends_on)
    draft.published_at, draft.published_by_id = now, publisher
    if draft.corrects_id:
        draft.state = Edition.State.APPLIED
        draft.save(update_fields=["state", "published_at", "published_by"])
        edition = _apply_correction(draft)
    else:
        draft.state = Edition.State.PUBLISHED
        draft.save(update_fields=["state", "published_at", "published_by"])
        edition = draft
    Section.every.filter(edition=edition).update(position=F("position"))  # the search columns are filled
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS editions_never_overlap IMMEDIATE")
    return edition


def _apply_correction(draft: Edition) -> Edition:
    """Section by section; a section keeps its id, so that what points at it still does."""
    edition = Edition.every.get(pk=draft.corrects_id or 0)
    for name in FACTS:
        if name != "note":
            setattr(edition, name, getattr(draft, name))
    edition.save(update_fields=[name for name in FACTS if name != "note"])
    rows = list(Section.every.filter(edition=draft).prefetch_related("limits").order_by("position", "pk"))
    there = Section.every.filter(edition=edition)
    target = {row.pk: row for row in there.prefetch_related("limits")}
    placed: dict[int, int] = {}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if row.parent_id is None or row.parent_id in placed]
        for row in ready:
            goal = target.get(row.origin_id or 0) or Section(edition=edition)
            facts = {**facts_of(row), "parent": placed.get(row.parent_id or 0)}
            # Whoever stands in its place moves or goes later on.
            taken = there.filter(parent=facts["parent"], heading=row.heading).exclude(pk=goal.pk).first()
            if taken:
                there.filter(pk=taken.pk).update(heading=f"·{taken.pk}")
            write_facts(goal, facts)
            placed[row.pk] = goal.pk
        waiting = [row for row in waiting if row.pk not in placed]
    _take_out([row for pk, row in target.items() if pk not in set(placed.values())])
    return edition


def _take_out(rows: list[Section]) -> None:
    """Sections that the correction has no more, from the lowest up."""
    waiting = {row.pk: row for row in rows}
    while waiting:
        above = {row.parent_id for row in waiting.values()}
        for row in [row for row in waiting.values() if row.pk not in above]:
            heading = row.heading
            try:
                row.delete()
            except ProtectedError:
                raise RuleRefusal(
                    "section.noted",
                    f"A reader keeps a note on “{heading}”, so it cannot be taken out. Put it back in the draft.",
                ) from None
            del waiting[next(pk for pk, one in waiting.items() if one is row)]


def _range(edition: Edition) -> str:
    first = _said(edition.effective_from) if edition.effective_from else "open"
    return f"{first} to {_said(edition.effective_to) if edition.effective_to else 'now'}"


def _said(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
