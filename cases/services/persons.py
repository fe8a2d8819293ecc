"""Persons who are parties: finding the one whom an application means, adding who is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cases.models import Person
from cases.rules.names import person_key


def find_or_add_person(facts: dict[str, Any]) -> Person | None:
    """`find_or_add_persons` for one."""
    return find_or_add_persons([facts])[0]


def find_or_add_persons(named: Sequence[dict[str, Any]]) -> list[Person | None]:
    """For each the person with this NPI of whom exactly this is known, else a new one; None where no name is given.

    The same NPI under another name or specialty is kept as another person: a mistyped NPI must not turn one physician
    into another, and nothing that is typed is dropped for what stands in an earlier case. Two statements in all.
    """
    said = [_said_of_person(facts) for facts in named]
    numbers = {one[2] for one in said if one and one[2]}
    known: dict[tuple[str, ...], Person] = {}
    for person in Person.objects.filter(npi__in=numbers).order_by("-pk") if numbers else ():
        known[person.first_name, person.last_name, person.npi, person.specialty] = person  # the earliest stays
    new: list[Person] = []
    found = [None if one is None else known.get(one) or _new(one, known, new) for one in said]
    Person.objects.bulk_create(new)
    return found


def _new(said: tuple[str, str, str, str], known: dict[tuple[str, ...], Person], new: list[Person]) -> Person:
    first, last, npi, specialty = said
    person = Person(first_name=first, last_name=last, npi=npi, specialty=specialty, key=person_key(first, last))
    new.append(person)
    if npi:
        known[said] = person
    return person


def _said_of_person(facts: dict[str, Any]) -> tuple[str, str, str, str] | None:
    """First name, last name, NPI, specialty; None where nobody is named."""
    first, last = _text(facts, "first_name").strip(), _text(facts, "last_name").strip()
    return (first, last, _text(facts, "npi"), _text(facts, "specialty")) if first or last else None


def _text(facts: dict[str, Any], name: str) -> str:
    return facts.get(name) or ""
