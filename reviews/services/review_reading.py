"""A review as the quality reviewer reads it: beside each item what stood for and against it when it was submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from common.days import california_date
from reviews.models import ConfirmedSequence, ItemReview, Review
from reviews.services.item_checks import ItemChecks, checks_of
from reviews.services.look_ups import proposed_sequence
from reviews.services.weighing import Weighed, weighed_of

#: What a review is read with; one statement each, however many items.
READ_WITH = (
    "items__item__administrator_citations", "items__item__depends_on", "items__citations", "items__look_ups",
    "items__sequences", "items__weighings",
)  # fmt: skip


@dataclass(frozen=True)
class ReadItem:
    """sequence: as confirmed, None where it was not; recorded: as the look-ups tell it."""

    row: ItemReview
    checks: ItemChecks
    sequence: ConfirmedSequence | None
    recorded: str
    weighed: Weighed


@dataclass(frozen=True)
class Reading:
    """on: the day that the warnings and limits are worked out for, that of the submission."""

    review: Review
    on: dt.date
    items: tuple[ReadItem, ...]

    @property
    def warned(self) -> list[int]:
        """Positions of the items in dispute that a warning stands on."""
        return [one.row.item.position for one in self.items if one.row.item.is_disputed and one.checks.warned]


def read_with(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """The reviews with all that `reading_of` shows of them."""
    return reviews.prefetch_related("quality_checks__checked_by", *READ_WITH)


def reading_of(review: Review, *, now: dt.datetime) -> Reading:
    """The review with, for each item, what the picker warned of on the day of submission, the limit's arithmetic, the
    search sequence and the weighing. A review that is its reviewer's again is read as of today. Four statements."""
    on = california_date(review.submitted_at or now)
    rows = list(review.items.all())
    checks = checks_of(rows=rows, on=on)
    return Reading(review, on, tuple(_item(row, checks[row.item.position]) for row in rows))


def readings_of(reviews: Iterable[Review], *, now: dt.datetime) -> list[Reading]:
    return [reading_of(review, now=now) for review in reviews]


def _item(row: ItemReview, checks: ItemChecks) -> ReadItem:
    return ReadItem(
        row=row, checks=checks, sequence=next(iter(row.sequences.all()), None), recorded=proposed_sequence(row),
        weighed=weighed_of(row),
    )  # fmt: skip
