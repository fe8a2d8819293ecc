"""Writing one corrected fact to the record that keeps it."""

from __future__ import annotations

import re
from typing import Any

from django.db import models

from cases.models import Case, Party
from cases.services.organizations import find_or_add
from cases.services.persons import find_or_add_person
from common.services.exchange import parse_date, parse_moment

_LISTED = re.compile(r"(?P<part>\w+)\[(?P<place>\d+)\]\.(?P<rest>.+)")
_COLUMN = {"authorized_by_claims_administrator": "authorized"}


def write_change(case: Case, path: str, value: Any) -> None:
    """Save `value` (as in the exchange row) at a key path of the case. The caller has checked path and value."""
    listed = _LISTED.fullmatch(path)
    if listed is None:
        part, _, rest = path.rpartition(".") if ".address." not in path else path.partition(".")
        record: models.Model = getattr(case, part) if part else case
        _save(record, rest.removeprefix("address."), value)
        return
    record = list(getattr(case, listed["part"]).all())[int(listed["place"])]
    rest = listed["rest"].removeprefix("address.")
    if rest == "depends_on":
        _save(record, "depends_on", case.items.get(position=value) if value else None)
    elif isinstance(record, Party) and rest == "organization":
        _name_organization(case, record, value)
    elif isinstance(record, Party) and rest.startswith("person."):
        _name_person(record, rest.removeprefix("person."), value)
    else:
        _save(record, _COLUMN.get(rest, rest), value)


def _save(record: models.Model, name: str, value: Any) -> None:
    field: Any = record._meta.get_field(name)
    if isinstance(field, models.DateTimeField):
        value = parse_moment(value) if value else None
    elif isinstance(field, models.DateField):
        value = parse_date(value) if value else None
    elif value is None and not field.null:
        value = False if isinstance(field, models.BooleanField) else ""
    if name == "state" and isinstance(value, str):
        value = value.upper()
    setattr(record, name, value)
    record.save(update_fields=[name])


def _name_organization(case: Case, party: Party, name: str | None) -> None:
    found = find_or_add([name], source=f"typed in case {case.number}")[name] if name else None
    party.organization, party.organization_name = found, name or ""
    party.save(update_fields=["organization", "organization_name"])


def _name_person(party: Party, name: str, value: str | None) -> None:
    """A person may stand in other cases too: the party gets another person, the old one stays as it is."""
    known = party.person
    facts = {one: getattr(known, one, "") for one in ("first_name", "last_name", "npi", "specialty")}
    party.person = find_or_add_person({**facts, name: value or ""})
    party.save(update_fields=["person"])
