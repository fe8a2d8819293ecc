"""What a review must hold before it may be submitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ItemFacts:
    """One reviewed item: its place among the items (from 1) and what the reviewer has put down so far."""

    position: int
    service: str
    depends_on: int | None
    decision: str
    standard: str
    rationale: str
    citations: int
    why_not_higher: str = ""


@dataclass(frozen=True)
class Gap:
    """Something still missing. `field` is the form field that it belongs to."""

    field: str
    sentence: str


def gaps(*, summary: str, items: Sequence[ItemFacts]) -> list[Gap]:
    """What is missing, in the order of the form; empty when the review may be submitted.

    Source: LC 4610.6(d): per disputed item whether it is necessary, the guidelines and evidence used, the reasons; the
    worker's condition. LC 4610.5(c)(2): a lower standard only where every higher one does not apply. An item that
    depends on another may go without a citation of its own.
    """
    found = []
    if not summary.strip():
        found.append(Gap("clinical_case_summary", "Write the clinical case summary."))
    for item in items:
        name = f"item {item.position}"
        if not item.decision:
            found.append(Gap(f"item-{item.position}-decision", f"Decide {name}: upheld or overturned."))
        if not item.standard:
            found.append(Gap(f"item-{item.position}-standard", f"Choose the standard (A to F) for {name}."))
        if item.standard not in ("", "A") and not item.why_not_higher.strip():
            found.append(
                Gap(
                    f"item-{item.position}-why_not_higher",
                    f"Say why no standard higher than {item.standard} applies to {name}.",
                )
            )
        if not item.citations and item.depends_on is None:
            found.append(Gap(f"item-{item.position}-citations", f"Cite at least one guideline or source for {name}."))
        if not item.rationale.strip():
            found.append(Gap(f"item-{item.position}-rationale", f"Write the rationale for {name}."))
    return found
