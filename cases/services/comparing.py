"""Two filings side by side, fact by fact, for people who decide whether they are the same."""

from __future__ import annotations

from dataclasses import dataclass

from cases.models import Case
from cases.rules.duplicates import Filing, Likeness, compare
from cases.services.duplicates import filing_of
from common.templatetags.ui import day

#: Fact of a filing -> its label; `Likeness` calls the facts by the same names.
_LABELS = {
    "worker": "Worker",
    "birth_date": "Birth date",
    "claim_number": "Claim number",
    "injury_date": "Date of injury",
    "decision_date": "UR decision",
    "physician": "Requesting physician",
}


@dataclass(frozen=True)
class Row:
    """One fact of both filings. same: None where one side is not known or nothing is compared."""

    label: str
    left: str
    right: str
    same: bool | None = None


def compare_filings(left: Filing, right: Filing, likeness: Likeness | None = None) -> list[Row]:
    """The facts that duplicates are judged by, as people read them."""
    likeness = likeness or compare(left, right)
    same = likeness.same if likeness else tuple(name for name in _LABELS if _shown(left, name) == _shown(right, name))
    different = likeness.different if likeness else tuple(_LABELS)
    return [
        Row(
            label,
            _shown(left, name),
            _shown(right, name),
            True if name in same else False if name in different and _known(left, right, name) else None,
        )
        for name, label in _LABELS.items()
    ]


def compare_cases(left: Case, right: Case) -> list[Row]:
    """Two cases complete: the facts that are judged, and what stands beside them. Both read with their filing."""
    return [
        *compare_filings(filing_of(left), filing_of(right)),
        Row("Received", _received(left), _received(right)),
        Row("State", left.get_state_display(), right.get_state_display()),
        Row("Items", _items(left), _items(right)),
        Row("Documents", str(len(left.documents.all())), str(len(right.documents.all()))),
    ]


def _known(left: Filing, right: Filing, name: str) -> bool:
    return bool(_shown(left, name) and _shown(right, name))


def _shown(filing: Filing, name: str) -> str:
    if name == "physician":
        return filing.physician or filing.physician_group
    value = getattr(filing, name)
    return day(value) if name.endswith("_date") else str(value)


def _received(case: Case) -> str:
    application = getattr(case, "application", None)
    return day(application.received_on) if application else ""


def _items(case: Case) -> str:
    return "; ".join(item.service for item in case.items.all())
