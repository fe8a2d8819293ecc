"""Tells the guideline library what reviewers cited, so that search learns from it: citations, never outcomes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from common.models import OutboxJob
from common.services import outbox
from guidelines.services.precedents import CitedItem, KnownCitations, record_uses
from reviews.models import Determination

REBUILD = "reviews.citation_uses"


def keep_citations(
    *, determination: Determination, content: dict[str, Any], known: KnownCitations | None = None
) -> int:
    """Keep what a determination cites, in place of what an earlier version of it cited; returns how many sections.

    content: its frozen document. known: shared where many are kept. What was cited by free text alone teaches nothing
    and is left out.
    """
    return record_uses(
        case_key=content["case_number"],
        items=[
            CitedItem(item["position"], item["service"], _citations(item["reviewer_guidelines"] or []))
            for item in content["items"]
        ],
        diagnoses=content["diagnoses"],
        decided_on=determination.determined_on,
        known=known,
    )


def _citations(rows: list[dict[str, Any]]) -> list[tuple[str, int | None, list[str]]]:
    return [(row["publication"], row["year"], row["sections"]) for row in rows if row["publication"]]


def rebuild_soon(*, now: dt.datetime) -> OutboxJob:
    """Have a worker do `rebuild_citation_uses`. What is frozen meanwhile keeps its citations by itself."""
    with transaction.atomic():
        return outbox.post(kind=REBUILD, key=now.isoformat(), now=now)


@outbox.handler(REBUILD)
def _rebuild_job(_job: OutboxJob) -> None:
    rebuild_citation_uses()


def rebuild_citation_uses() -> int:
    """Read the newest determination of every case again: for an installation that began before citations were kept,
    and after the library learnt of more editions. Returns how many determinations were read."""
    newest = Determination.objects.standing().order_by("case_id", "-version").distinct("case_id")
    read, known = 0, KnownCitations()
    for determination in newest.select_related("document").iterator(chunk_size=500):
        keep_citations(determination=determination, content=determination.document.content, known=known)
        read += 1
    return read
