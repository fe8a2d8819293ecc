"""Rows that hang on reviewers, of the whole panel or of some of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

#: None: the whole panel.
ReviewerIds = Sequence[int] | None
Owned = TypeVar("Owned", bound=Model)


def of_panel(model: type[Owned], reviewers: ReviewerIds) -> QuerySet[Owned]:
    rows: QuerySet[Owned] = QuerySet(model)
    return rows if reviewers is None else rows.filter(reviewer__any_of=reviewers)
