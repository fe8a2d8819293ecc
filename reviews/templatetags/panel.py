"""Words for the panel's pages."""

from __future__ import annotations

from django import template
from django.urls import reverse

from reviews.rules.facts import Finding
from reviews.services.waivers import finding_key

register = template.Library()

_SCORE_PARTS = {
    "closeness": "Specialty",
    "experience": "Experience",
    "on_time": "Reports in time",
    "california_license": "California licence",
    "rest": "Rest since the last case",
}


@register.filter
def score_part(key: str) -> str:
    """The name of a part of the score, for people."""
    return _SCORE_PARTS.get(key, key)


@register.filter(name="finding_key")
def key_of_finding(finding: Finding) -> str:
    """The short name of a finding in the address of its waiver."""
    return finding_key(finding)


#: Rule -> the desk at which it is decided what the names mean.
_DESKS = {"party.person_unresolved": "reviews:people", "party.unresolved": "reviews:names"}


@register.filter
def names_desk(rule: str) -> str:
    """The address of the desk that decides about a finding's names; nothing for every other rule."""
    return reverse(_DESKS[rule]) if rule in _DESKS else ""


@register.filter
def dollars(cents: int | None) -> str:
    """Cents as "$175" or "$1,234.50"; nothing for None."""
    if cents is None:
        return ""
    return f"${cents // 100:,}" if cents % 100 == 0 else f"${cents / 100:,.2f}"
