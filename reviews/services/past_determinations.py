"""Past determinations: taken over complete, with their review, and their letters made again.

No gate is asked and no queue shows them; the letter goes through the same freezing, sealing and verifying as any other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import Case
from cases.rules.intake import refuse_problems, unprintable
from cases.services import workflow
from cases.services.filed_before import content_hash
from cases.services.intake import take_in_past
from cases.services.past_cases import rewrite_past
from common.actor import Actor
from common.errors import InputRefusal
from common.services.exchange import parse_date, read_rows
from guidelines.models import CitationFields
from letters.models import Letter
from letters.services.wording import choose_wording
from reviews.models import Determination, ItemReview, Review, ReviewerCitation
from reviews.models.review import LONGEST_TEXT
from reviews.services.determination import Reviewed, freeze_determination, letter_of, order
from reviews.services.determination_schema import determination_schema

ACCEPTED, SUPERSEDED, UNCHANGED = "accepted", "superseded", "unchanged"


@dataclass(frozen=True)
class PastDetermination:
    """What became of one row: `status` is accepted, superseded (a newer version) or unchanged."""

    status: str
    determination: Determination
    letter: Letter | None


def import_past_determination(
    *, row: dict[str, Any], layout: str, actor: Actor, now: dt.datetime, with_letter: bool = True
) -> PastDetermination:
    """Take one row of exchange.md's "Determination" over, or find it again.

    The same content with the same wording gives the letter that exists; other content, or newer wording for the
    layout, makes a superseding version. with_letter=False takes the facts alone over (earlier determinations to learn
    from); its letter is ordered when the row comes again with one. Raises a Refusal that names the field; nothing is
    written then.
    """
    _check(row)
    with transaction.atomic():
        case = _existing(row)
        determination = _same_again(case, row, layout) if case else None
        status = UNCHANGED
        if determination is None:
            case, status = _take_over(case, row, actor, now)
            determination = _freeze(case, row, layout, status, actor, now)
        letter = letter_of(determination)
        if letter is None and with_letter:
            letter = order(determination=determination, now=now, to_worker=False)
        return PastDetermination(status, determination, letter)


def _take_over(case: Case | None, row: dict[str, Any], actor: Actor, now: dt.datetime) -> tuple[Case, str]:
    if case is None:
        return take_in_past(row=row, actor=actor, now=now), ACCEPTED
    ItemReview.objects.filter(item__case=case, item__position__gt=len(row["items"])).delete()
    return rewrite_past(case=case, row=row, actor=actor, now=now), SUPERSEDED


def _freeze(case: Case, row: dict[str, Any], layout: str, status: str, actor: Actor, now: dt.datetime) -> Determination:
    determination = freeze_determination(
        case=case,
        reviewed=[Reviewed(_write_review(case, row, now), _qualifications(row["reviewer"]))],
        layout=layout,
        determined_on=parse_date(row["determined_on"]),
        actor=actor,
        now=now,
    )
    workflow.record(
        case=case,
        kind=f"determination.{status}",
        sentence=f"Past determination {status} (version {determination.version}).",
        facts={"sha256": determination.sha256, "layout": layout},
        actor=actor,
        now=now,
    )
    return determination


def _existing(row: dict[str, Any]) -> Case | None:
    number = row.get("case_number")
    found = Case.objects.filter(number=number).first() if number else None
    if found is None and row.get("external_id"):
        found = Case.objects.filter(external_id=row["external_id"]).first()
        if found and number:
            raise InputRefusal(
                "past.external_id", f"external_id: {row['external_id']} is case {found.number}, not {number}."
            )
    if found is None and not number and not row.get("external_id"):
        found = Case.objects.filter(feed_hash=content_hash(row), external_id=None, imported=True).first()
    if found is None:
        return None
    if not found.imported:
        raise InputRefusal(
            "past.case_number", f"case_number: {found.number} is a case of this site, not an imported determination."
        )
    return workflow.lock_case(found.pk)


def _same_again(case: Case, row: dict[str, Any], layout: str) -> Determination | None:
    """The case's newest determination, when neither the row nor the wording of its letter has changed."""
    latest = case.determinations.order_by("-version").first()
    if latest is None or case.feed_hash != content_hash(row) or latest.layout != layout:
        return None
    letter = letter_of(latest)
    if letter is None:
        return latest
    wording = choose_wording(layout=layout, language="en", on=latest.determined_on)
    return latest if letter.wording_id == wording.pk else None


def _qualifications(reviewer: dict[str, Any]) -> dict[str, Any]:
    return {
        "certifications": [
            {"specialty": entry["specialty"], "subspecialty": entry.get("subspecialty") or None}
            for entry in reviewer["certifications"]
        ],
        "licensed_states": list(reviewer["licensed_states"]),
    }


def _check(row: dict[str, Any]) -> None:
    """What a JSON Schema cannot say of the review: one an item, text that fits and can be printed.

    The facts of the case are checked where the case is written (`cases.services.intake.find_problems`).
    """
    items, reviews = row["items"], row["review"]["items"]
    if len(items) != len(reviews):
        raise InputRefusal(
            "past.items",
            f"review.items: {len(reviews)} reviews for {len(items)} disputed items; there must be one each.",
        )
    texts = [("review.clinical_case_summary", row["review"]["clinical_case_summary"])]
    texts += [(f"review.items[{n}].rationale", entry["rationale"]) for n, entry in enumerate(reviews)]
    for name, text in texts:
        if len(text) > LONGEST_TEXT:
            raise InputRefusal(
                "past.length", f"{name}: {len(text):,} characters; at most {LONGEST_TEXT:,} can be kept."
            )
    refuse_problems(unprintable({"reviewer": row["reviewer"], "review": row["review"]}))


def _write_review(case: Case, row: dict[str, Any], now: dt.datetime) -> Review:
    """The past review beside the case. A later import rewrites it in place: the history keeps what stood before, and
    the frozen documents of both versions hold every word."""
    review, _ = Review.objects.update_or_create(
        case=case,
        assignment=None,
        defaults={
            "round": case.round,
            "clinical_case_summary": row["review"]["clinical_case_summary"],
            "saved_at": now,
            "submitted_at": now,
        },
    )
    for item, entry in zip(case.items.order_by("position"), row["review"]["items"], strict=True):
        item_review, _ = ItemReview.objects.update_or_create(
            review=review,
            item=item,
            defaults={
                "decision": entry["decision"],
                "standard": entry.get("standard") or "",
                "rationale": entry["rationale"],
            },
        )
        item_review.citations.all().delete()
        ReviewerCitation.objects.bulk_create(
            ReviewerCitation(item_review=item_review, position=position, **citation_fields(citation))
            for position, citation in enumerate(entry.get("reviewer_guidelines") or [], start=1)
        )
    return review


def citation_fields(citation: dict[str, Any]) -> dict[str, Any]:
    """An exchange CITATION as model fields."""
    return {
        "basis": citation.get("basis") or CitationFields.Basis.NON_MTUS,
        "publication": citation.get("publication") or "",
        "year": citation.get("year"),
        "sections": citation.get("sections") or [],
        "pages": citation.get("pages") or "",
        "text": citation.get("text") or "",
    }


def load_earlier_determinations(*, path: Path, layout: str, actor: Actor, now: dt.datetime) -> int:
    """Take a file of earlier determinations over for their facts alone, without letters. Returns how many were new.

    Harmless twice. Raises InputRefusal for the first row that cannot be taken.
    """
    new = 0
    for row in read_rows(path, determination_schema()):
        if row.data is None:
            raise InputRefusal("past.row", row.refusal)
        taken = import_past_determination(row=row.data, layout=layout, actor=actor, now=now, with_letter=False)
        new += taken.status == ACCEPTED
    return new
