"""Keeps the reviewer's identity out of what leaves the organization: asked when a review is handed in and approved."""

from __future__ import annotations

from typing import Any

from common.errors import InputRefusal, RuleRefusal
from reviews.models import Review, Reviewer
from reviews.rules.anonymity import Identity, named_in, places_that_name

_WHY = "The letter leaves without a name (LC 4610.6(f)). Take it out."


def identity_of(reviewer: Reviewer) -> Identity:
    account = reviewer.user.email if reviewer.user else ""
    return Identity(
        first_name=reviewer.first_name,
        last_name=reviewer.last_name,
        degree=reviewer.degree,
        emails=(reviewer.email, account),
        numbers=(reviewer.npi, *reviewer.licenses.values_list("number", flat=True)),
    )


def refuse_named_in_review(*, review: Review, reviewer: Reviewer) -> None:
    """Raises InputRefusal with each field of the form that names its own reviewer."""
    who = identity_of(reviewer)
    texts = {"clinical_case_summary": review.clinical_case_summary}
    for row in review.items.disputed().select_related("item").prefetch_related("citations", "sequences"):
        texts[f"item-{row.item.position}-rationale"] = row.rationale
        cited = [part for one in row.citations.all() for part in (one.publication, *one.sections, one.pages, one.text)]
        texts[f"item-{row.item.position}-citations"] = "\n".join(cited)
        for sequence in row.sequences.all()[:1]:
            texts[f"item-{row.item.position}-sequence"] = sequence.text
    named = {field: f"This holds {found}. {_WHY}" for field, text in texts.items() if (found := named_in(text, who))}
    if named:
        raise InputRefusal("review.anonymity", " ".join(dict.fromkeys(named.values())), fields=named)


def refuse_named_in_document(*, content: dict[str, Any], reviewer: Reviewer) -> None:
    """The last door before freezing. Raises RuleRefusal that names each place of the determination."""
    found = dict(places_that_name(content, identity_of(reviewer)))
    if found:
        said = "; ".join(f"{path} holds {what}" for path, what in found.items())
        raise RuleRefusal("determination.anonymity", f"The determination cannot be approved: {said}. {_WHY}")
