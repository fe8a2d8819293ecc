"""What a reviewer keeps up alone: days away, the weekly cap, practice addresses, interests, the yearly attestation.

Nothing that was declared is ever deleted: it gets an end, because the look-backs ask for what is over (LC 139.5(c)(5)).
Licences and certifications are only proposed here; staff verify them (`reviews.services.proposals`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.rules.names import ORGANIZATION_KEY_LENGTH, name_key, person_key
from cases.services.organizations import find_or_add
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import (
    Affiliation,
    Attestation,
    BillingOrganization,
    Exclusion,
    PracticeAddress,
    ProductInterest,
    Relation,
    Reviewer,
)
from reviews.services.credentialing import note, words
from reviews.services.interests import lines_of
from reviews.services.offering import lock_reviewer
from reviews.services.recheck import post_recheck

MEANING = (
    "I have declared every material professional, familial and financial affiliation that I and my family have or had "
    "in the years that are asked for. The list is complete today."
)
#: Kind of interest -> its model; all have an end.
INTERESTS: dict[str, Any] = {
    "affiliation": Affiliation,
    "billing": BillingOrganization,
    "relation": Relation,
    "product": ProductInterest,
    "exclusion": Exclusion,
    "address": PracticeAddress,
}


def reviewer_of(user: User) -> Reviewer:
    """The roster entry of an account. Raises StateRefusal where there is none."""
    found = Reviewer.objects.filter(user=user).first()
    if found is None:
        raise StateRefusal("profile.none", "Your account is not linked to the roster yet. Ask a coordinator.")
    return found


def add_away(*, reviewer: Reviewer, since: dt.date, until: dt.date, actor: Actor, now: dt.datetime) -> None:
    """Days on which nothing new is given. Work in hand stays; give it back where it cannot be kept."""
    if until < since:
        raise _bad("until", "The last day lies before the first.")
    with transaction.atomic():
        own = _own(reviewer, actor)
        own.away_periods.get_or_create(from_date=since, to_date=until, defaults={"typed_here": True})
        note(own, "away", f"Away {since:%b %-d, %Y} to {until:%b %-d, %Y}.", actor, now)
        post_recheck(reviewer=own, now=now)


def remove_away(*, reviewer: Reviewer, period: int, actor: Actor, now: dt.datetime) -> None:
    with transaction.atomic():
        own = _own(reviewer, actor)
        found = own.away_periods.filter(pk=period).first()
        if found is None:
            raise StateRefusal("profile.away", "These days are gone already.")
        note(own, "away", f"Not away any more: {found.from_date:%b %-d, %Y} to {found.to_date:%b %-d, %Y}.", actor, now)
        found.delete()


def set_capacity(*, reviewer: Reviewer, per_week: int, open_cases: int, actor: Actor, now: dt.datetime) -> None:
    """How many cases a week, and how many at once, at most; 0 is a pause."""
    with transaction.atomic():
        own = _own(reviewer, actor)
        own.capacity_per_week, own.capacity_open_cases = per_week, open_cases
        own.save(update_fields=["capacity_per_week", "capacity_open_cases"])
        note(own, "capacity", f"At most {per_week} cases a week and {open_cases} at once.", actor, now)


def declare(*, reviewer: Reviewer, kind: str, facts: Mapping[str, Any], actor: Actor, now: dt.datetime) -> None:
    """Declare one interest or practice address. kind: a key of INTERESTS. facts: its fields; an organization by name.

    Raises InputRefusal naming the field.
    """
    if kind not in INTERESTS:
        raise InputRefusal("profile.kind", "There is no such kind of interest.")
    given = {key: value.strip() if isinstance(value, str) else value for key, value in facts.items()}
    since, until = given.get("from_date"), given.get("to_date")
    if since and until and until < since:
        raise _bad("to_date", "The end lies before the beginning.")
    _refuse_nameless(kind, given)
    with transaction.atomic():
        own = _own(reviewer, actor)
        made = INTERESTS[kind].objects.create(reviewer=own, typed_here=True, **_fields(own, kind, given))
        note(own, "interest", f"Declared: {made}.", actor, now)
        post_recheck(reviewer=own, now=now)


def end_interest(
    *, reviewer: Reviewer, kind: str, row: int, until: dt.date, actor: Actor, now: dt.datetime, today: dt.date
) -> None:
    """An interest is over. It is kept with its end; what ended stays in the look-back."""
    if kind not in INTERESTS:
        raise InputRefusal("profile.kind", "There is no such kind of interest.")
    if until > today:
        raise _bad("until", "This day is still to come. Say it when it is over.")
    with transaction.atomic():
        own = _own(reviewer, actor)
        found = INTERESTS[kind].objects.filter(pk=row, reviewer=own).first()
        if found is None or found.to_date is not None:
            raise StateRefusal("profile.interest", "This is over already.")
        if kind == "exclusion" and found.listed_by != Exclusion.ListedBy.REVIEWER:
            raise RightRefusal("profile.list", "This stands on the organization's list. Ask a coordinator.")
        if found.from_date and until < found.from_date:
            raise _bad("until", "The end lies before the beginning.")
        found.to_date, found.typed_here = until, True
        found.save(update_fields=["to_date", "typed_here"])
        note(own, "interest", f"Over since {until:%b %-d, %Y}: {found}.", actor, now)
        post_recheck(reviewer=own, now=now)


def attest(
    *, reviewer: Reviewer, complete: bool, signed_name: str, actor: Actor, now: dt.datetime, today: dt.date
) -> Attestation:
    """Sign that the declared interests are complete; good for the months that data/panel.toml says."""
    if not complete:
        raise _bad("complete", "Tick this, or add what is missing first.")
    with transaction.atomic():
        own = _own(reviewer, actor)
        if person_key(signed_name, "") != own.key:
            raise _bad("signed_name", f"Type your name as it stands on the roster: {own.first_name} {own.last_name}.")
        made = Attestation.objects.create(
            reviewer=own, interests=[line.as_text() for line in lines_of(own)], meaning=MEANING,
            signed_name=signed_name.strip(), attested_on=today, signed_at=now,
        )  # fmt: skip
        own.interests_attested_on = today
        own.save(update_fields=["interests_attested_on"])
        note(own, "attested", "Interests attested as complete.", actor, now)
        post_recheck(reviewer=own, now=now)
        return made


def _fields(reviewer: Reviewer, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    source = f"typed in the profile of {reviewer.reviewer_id}"
    if kind in ("affiliation", "billing"):
        name = given.pop("organization")
        house = find_or_add([name], source=source)[name]
        return {**given, "organization": house, **({"organization_name": name} if kind == "affiliation" else {})}
    if kind == "relation":
        return {**given, "key": person_key(given["first_name"], given["last_name"])}
    if kind == "product":
        maker = given.get("manufacturer") or ""
        found = find_or_add([maker] if maker else [], kinds={maker: "manufacturer"}, source=source)
        return {**given, "organization": found.get(maker)}
    if kind == "exclusion":
        return {**given, "key": name_key(given["name"]), "listed_by": Exclusion.ListedBy.REVIEWER}
    return given


def _refuse_nameless(kind: str, given: Mapping[str, Any]) -> None:
    """Each field must fit its column, and a name must hold a letter: what is folded to nothing is found nowhere."""
    field = {"affiliation": "organization", "billing": "organization", "exclusion": "name", "product": "name"}.get(kind)
    for key, value in given.items():
        if isinstance(value, str):
            words(value, key, longest=100 if kind == "relation" else 300)
    if kind == "relation" and not person_key(given.get("first_name", ""), given.get("last_name", "")):
        raise _bad("last_name", "Name the person.")
    if kind == "address" and not (given.get("line1") and given.get("zip")):
        raise _bad("line1", "Street and ZIP are needed: they are compared with the requesting physician's.")
    if field:
        key = name_key(given.get(field, "") or given.get("manufacturer", ""))
        if not 0 < len(key) <= ORGANIZATION_KEY_LENGTH:
            raise _bad(field, "Name it.")


def _own(reviewer: Reviewer, actor: Actor) -> Reviewer:
    if actor.user_id is None or reviewer.user_id != actor.user_id:
        raise RightRefusal("profile.own", "Only the reviewer keeps the own profile.")
    return lock_reviewer(reviewer.pk)


def _bad(field: str, said: str) -> InputRefusal:
    return InputRefusal(f"profile.{field}", said, fields={field: said})
