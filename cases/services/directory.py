"""The directory that the intake form completes from: organizations of the register and of earlier cases, and persons.

Each entry brings along what fills a party's row: names, the address last used, e-mail, and the way of service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cases.models import Organization, Party, Person
from cases.rules.names import name_key

MOST = 8
LEAST_LETTERS = 2
_ADDRESS = ("line1", "line2", "city", "state", "zip")
#: So many earlier parts are looked through for the last address of each entry.
_PARTS_READ = 200


@dataclass(frozen=True)
class Entry:
    """One line of the list. fields: name of a party row's field -> value; empty ones are left as they are."""

    label: str
    detail: str
    fields: dict[str, str]


def find_organizations(text: str) -> list[Entry]:
    """Organizations any of whose names begins with `text` or holds it, the register's own first. Three statements."""
    key = name_key(text)
    if len(key) < LEAST_LETTERS:
        return []
    found = list(
        Organization.objects.filter(Q(key__contains=key) | Q(aliases__key__contains=key))
        .distinct()
        .order_by("-registered", "name")[: MOST * 4]
    )
    found.sort(key=lambda one: (not one.registered, not one.key.startswith(key), one.name))
    shown = found[:MOST]
    parts = _last_parts(Party.objects.filter(organization__in=shown), "organization_id")
    return [_organization(one, parts.get(one.pk)) for one in shown]


def find_persons(text: str, *, role: str) -> list[Entry]:
    """Persons known from earlier cases in this part, whose name holds every word of `text`. Two statements."""
    words = [word for word in name_key(text).split() if len(word) >= LEAST_LETTERS]
    if not words:
        return []
    persons = Person.objects.filter(parts__role=role)
    for word in words:
        persons = persons.filter(key__contains=word)
    shown = list(persons.order_by("key", "-pk").distinct("key")[:MOST])
    parts = _last_parts(Party.objects.filter(person__in=shown, role=role).select_related("organization"), "person_id")
    return [_person(one, parts.get(one.pk)) for one in shown]


def _last_parts(parts: Any, by: str) -> dict[int, Party]:
    """The latest part of each entry, one with an address before one without."""
    latest: dict[int, Party] = {}
    for part in parts.order_by("-pk")[:_PARTS_READ]:
        known = latest.get(getattr(part, by))
        if known is None or (part.line1 and not known.line1):
            latest[getattr(part, by)] = part
    return latest


def _organization(one: Organization, part: Party | None) -> Entry:
    registered = next((address for address in one.addresses if isinstance(address, dict)), {})
    fields = _filled(part) if part and part.line1 else {key: str(registered.get(key) or "") for key in _ADDRESS}
    if part:
        fields |= {"email": part.email, "serve_by": part.serve_by}
    kind = one.get_kind_display() if one.registered else "typed before, not in the register"
    return Entry(one.name, _detail(kind, fields), {"organization": one.name, **_known(fields)})


def _person(one: Person, part: Party | None) -> Entry:
    fields = {"first_name": one.first_name, "last_name": one.last_name, "npi": one.npi, "specialty": one.specialty}
    if part:
        fields |= {**_filled(part), "organization": part.organization_name}
    known = ", ".join(filter(None, [one.specialty, fields.get("organization", "")]))
    return Entry(str(one), _detail(known, fields), _known(fields))


def _filled(part: Party) -> dict[str, str]:
    return {**{key: getattr(part, key) for key in _ADDRESS}, "email": part.email, "serve_by": part.serve_by}


def _known(fields: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if value}


def _detail(kind: str, fields: dict[str, str]) -> str:
    place = ", ".join(filter(None, [fields.get("line1"), fields.get("city")]))
    return "; ".join(filter(None, [kind, place]))
