"""Names of people, kept out of the words that the guideline room remembers of look-ups."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.functions import Upper

from cases.models import Person, Worker
from guidelines.services.unanswered import register_names


def names_among(words: Collection[str]) -> set[str]:
    """Those of the words that are somebody's first or last name: two queries for each of the two tables."""
    asked = {word.upper() for word in words}
    found: set[str] = set()
    for model in (Worker, Person):
        for column in ("first_name", "last_name"):
            rows = model._base_manager.annotate(said=Upper(column)).filter(said__in=asked)
            found |= set(rows.values_list("said", flat=True).distinct())
    return {word.lower() for word in found}


register_names(names_among)
