"""How much the database makes of an edition on a day when it names candidates."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, FloatField, Q, Value, When
from django.db.models.expressions import Combinable

_NOT_IN_FORCE = 0.03


def on_the_day(place: Combinable, on: dt.date | None) -> Combinable:
    """A rank of sections, held back where the edition is not in force on the day: several editions of a chapter say the
    same words, and those of other years must not fill the places of the one that counts."""
    if on is None:
        return place
    begun = Q(edition__effective_from=None) | Q(edition__effective_from__lte=on)
    ended = Q(edition__effective_to__lt=on)
    weight = Case(When(begun & ~ended, then=Value(1.0)), default=Value(_NOT_IN_FORCE), output_field=FloatField())
    return place * weight
