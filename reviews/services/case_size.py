"""How large a case is, without a name in it: what an offer tells, what a fee and an effort are counted from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from cases.models import Case


@dataclass(frozen=True)
class CaseSize:
    """items: still disputed. pages: of all records."""

    items: int
    pages: int


def case_size(case: Case) -> CaseSize:
    return CaseSize(case.items.disputed().count(), case.documents.aggregate(pages=Sum("pages"))["pages"] or 0)
