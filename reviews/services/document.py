"""Builds the document that a determination freezes. Format: docs/determination-document.md."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.models import Case, DisputedItem
from reviews.models import ItemReview, Review
from reviews.rules.outcome import case_outcome
from reviews.services.weighing import weighed_of

FORMAT = "imr-determination/1"


def build_document(
    *,
    case: Case,
    review: Review,
    qualifications: dict[str, Any],
    layout: str,
    version: int,
    supersedes: str | None,
    determined_on: dt.date,
    language: str = "en",
) -> dict[str, Any]:
    """Every fact that the letter prints, as plain values ready for `common.canonical`.

    qualifications: as `reviews.services.qualifications` gives them. supersedes: SHA-256 of the document replaced.
    """
    item_reviews = list(
        review.items.disputed()
        .select_related("item__depends_on")
        .prefetch_related("citations", "sequences", "weighings", "item__administrator_citations")
    )
    return {
        "format": FORMAT,
        "case_number": case.number,
        "version": version,
        "supersedes": supersedes,
        "jurisdiction": case.jurisdiction,
        "priority": case.priority,
        "layout": layout,
        "language": language,
        "assigned_on": _day(case.assigned_on),
        "injury_date": _day(case.claim.injury_date),
        "determined_on": _day(determined_on),
        # An imported past determination may lack the decision and the application.
        "ur_decision_date": _day(case.utilization_review.decision_date)
        if hasattr(case, "utilization_review")
        else None,
        "application_received_on": _day(case.application.received_on) if hasattr(case, "application") else None,
        "reviewer": qualifications,
        "diagnoses": [row.text for row in case.diagnoses.all()],
        "clinical_case_summary": review.clinical_case_summary,
        "documents_reviewed": [
            {"title": row.title, "kind": row.kind, "date": _day(row.date), "pages": row.pages}
            for row in case.documents.all()
        ]
        or None,
        "outcome": case_outcome(row.decision for row in item_reviews),
        "items": [_item(row.item, row) for row in item_reviews],
    }


def _item(item: DisputedItem, review: ItemReview) -> dict[str, Any]:
    confirmed = next(iter(review.sequences.all()), None)  # the newest counts
    sequence = {"search_sequence": confirmed.text} if confirmed else {}
    weighed = weighed_of(review)
    line = weighed.judged.line if weighed.judged else ""
    levels = [{"source": one.name, "level": one.walk.level} for one in weighed.sources if one.walk.level]
    evidence = {"evidence": {"levels": levels, "line": line}} if line else {}
    return {
        "position": item.position,
        "service": item.service,
        "heading": item.heading or None,
        "original_request": item.original_request or None,
        "authorized": item.authorized or None,
        "retrospective": item.retrospective,
        "depends_on": item.depends_on.position if item.depends_on and item.depends_on.is_disputed else None,
        "decision": review.decision,
        "standard": review.standard or None,
        "administrator_guidelines": [row.as_document() for row in item.administrator_citations.all()],
        "reviewer_guidelines": [row.as_document() for row in review.citations.all()],
        "rationale": review.rationale,
        **sequence,
        **evidence,
    }


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None
