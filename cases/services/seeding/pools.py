"""Who takes part in the invented cases: organizations, physicians, attorneys, coordinators; a few have most cases."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from accounts.models import User
from accounts.roles import COORDINATOR
from accounts.services.people import lay_roles
from cases.models import Organization, Person
from cases.rules.names import name_key, person_key
from cases.services.seeding import words

One = TypeVar("One")

SOURCE = "invented caseload"
_PHYSICIANS, _ATTORNEYS, _COORDINATORS = 1500, 400, 24
_ORGANIZATIONS = {"administrator": 60, "employer": 150, "medical_group": 90, "law_firm": 60, "other": 12}


@dataclass(frozen=True)
class Pools:
    organizations: dict[str, list[Organization]]
    physicians: list[Person]
    attorneys: list[Person]
    coordinators: list[int]


def lay_pools(chance: Random) -> Pools:
    """The people and organizations of the caseload: those of an earlier run, or new ones."""
    organizations = {kind: _organizations(kind, count, chance) for kind, count in _ORGANIZATIONS.items()}
    physicians = _people(_PHYSICIANS, chance, physician=True)
    attorneys = _people(_ATTORNEYS, chance, physician=False)
    return Pools(organizations, physicians, attorneys, _coordinators(chance))


def few_have_most(chance: Random, pool: list[One]) -> One:
    """One of the pool; the first ones come up far more often, as with real insurers and busy practices."""
    return pool[int(len(pool) * chance.random() ** 2.2)]


def last_name(chance: Random) -> str:
    return chance.choice(words.LAST_STARTS) + chance.choice(words.LAST_ENDS)


def _organizations(kind: str, count: int, chance: Random) -> list[Organization]:
    names = [
        f"{place} {trade}{ending}"
        for ending, trade, place in itertools.product(words.ENDINGS, words.TRADES[kind], words.PLACES)
    ]
    kept = chance.sample(names, min(count, len(names)))
    Organization.objects.bulk_create(
        (Organization(name=name, key=name_key(name), kind=kind, source=SOURCE) for name in kept), ignore_conflicts=True
    )
    return list(Organization.objects.filter(key__in=[name_key(name) for name in kept]).order_by("pk"))


def _people(count: int, chance: Random, *, physician: bool) -> list[Person]:
    people = []
    for place in range(count):
        first, last = chance.choice(words.FIRST_NAMES), last_name(chance)
        npi = f"19{place:08d}" if physician else ""
        specialty = chance.choice(words.SPECIALTIES) if physician else ""
        people.append(
            Person(first_name=first, last_name=last, npi=npi, specialty=specialty, key=person_key(first, last))
        )
    return Person.objects.bulk_create(people)


def _coordinators(chance: Random) -> list[int]:
    """Accounts that nobody can sign in to: they hold the cases."""
    found = []
    for place in range(1, _COORDINATORS + 1):
        name = f"{chance.choice(words.FIRST_NAMES)} {last_name(chance)}"
        user, new = User.objects.get_or_create(
            email=f"coordinator{place:02d}@caseload.invalid", defaults={"name": name}
        )
        if new:
            user.set_unusable_password()
            user.save()
            lay_roles(user, frozenset({COORDINATOR}))
        found.append(user.pk)
    return found
