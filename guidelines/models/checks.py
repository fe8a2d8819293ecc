"""Checks of the database that say what a column holds."""

from __future__ import annotations

from django.db import models

from guidelines.rules.icd10 import RANGE_PATTERN

_ONE = RANGE_PATTERN.strip("^$")


class CodesAreRanges(models.Func):
    """Every entry of an array is an ICD-10 code or a range of them."""

    template = f"array_to_string(%(expressions)s, ',') ~ '^({_ONE}(,{_ONE})*)?$'"
    output_field = models.BooleanField()
    conditional = True


class IsWebAddress(models.Func):
    """http or https, then no blanks, quotes or angle brackets."""

    template = "%(expressions)s ~ '^https?://[^[:space:]<>\"'']+$'"
    output_field = models.BooleanField()
    conditional = True
