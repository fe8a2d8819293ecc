"""The reviews of several reviewers read as one decision: for the people who check it, and for the frozen document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reviews.models import Review
from reviews.rules.deciding import Decided, decide, lead, speaker
from reviews.rules.outcome import case_outcome

FORMAT = "imr-determination/2"


@dataclass(frozen=True)
class Voices:
    """How the reviewers decided one item. decisions: seat -> decision; decided: None while somebody has not."""

    position: int
    service: str
    decisions: dict[int, str]
    decided: Decided | None

    @property
    def differ(self) -> bool:
        return len(set(self.decisions.values())) > 1


def voices_of(reviews: Sequence[Review]) -> list[Voices]:
    """Item by item what each reviewer decided; only what is in dispute."""
    found: dict[int, Voices] = {}
    for review in reviews:
        for row in review.items.disputed().select_related("item"):
            entry = found.setdefault(row.item.position, Voices(row.item.position, row.item.service, {}, None))
            entry.decisions[_seat(review)] = row.decision
    return [
        Voices(one.position, one.service, one.decisions, _decided(one.decisions, len(reviews)))
        for one in sorted(found.values(), key=lambda one: one.position)
    ]


def lead_review(reviews: Sequence[Review]) -> Review:
    """The review whose summary is printed; the only one of a single reviewer. Every item must be decided."""
    if len(reviews) == 1:
        return reviews[0]
    voices = voices_of(reviews)
    votes = {_seat(one): {each.position: each.decisions[_seat(one)] for each in voices} for one in reviews}
    return next(one for one in reviews if _seat(one) == lead(votes))


def with_every_review(
    contents: Sequence[dict[str, Any]], *, qualifications: Sequence[dict[str, Any]], lead_place: int
) -> dict[str, Any]:
    """One document of several: each item as the reviewers together decided it, every review beside it.

    contents: a document for each reviewer alone, by seat; qualifications: in the same order; lead_place: the place in
    them of the review whose summary is printed. Where the reviewers differ, standard, sources and reasons are those of
    a reviewer who decided as the item stands (`reviews.rules.deciding`).
    """
    first = contents[lead_place]
    items = [_item(place, contents, lead_place) for place in range(len(first["items"]))]
    whole = {key: value for key, value in first.items() if key != "reviewer"}
    return {
        **whole,
        "format": FORMAT,
        "reviewers": list(qualifications),
        "outcome": case_outcome(item["decision"] for item in items),
        "items": items,
        "reviews": [_as_written(number, content) for number, content in enumerate(contents, start=1)],
    }


def _item(place: int, contents: Sequence[dict[str, Any]], lead_place: int) -> dict[str, Any]:
    votes = {seat: content["items"][place]["decision"] for seat, content in enumerate(contents)}
    decided, seat = decide(list(votes.values())), speaker(votes, first=lead_place)
    voices = {"how": str(decided.how), "upheld": decided.upheld, "overturned": decided.overturned}
    return {**contents[seat]["items"][place], "voices": {**voices, "reasons_of": seat + 1}}


def _as_written(number: int, content: dict[str, Any]) -> dict[str, Any]:
    """What one reviewer wrote: the parts of the document that are the reviewer's own."""
    own = ("position", "decision", "standard", "reviewer_guidelines", "rationale")
    return {
        "reviewer": number,
        "clinical_case_summary": content["clinical_case_summary"],
        "items": [{key: item[key] for key in own} for item in content["items"]],
    }


def _decided(decisions: dict[int, str], reviewers: int) -> Decided | None:
    whole = len(decisions) == reviewers and all(decisions.values())
    return decide(list(decisions.values())) if whole else None


def _seat(review: Review) -> int:
    return review.assignment.seat if review.assignment else 1
