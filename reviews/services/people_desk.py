"""Persons whose names are alike: which pairs wait for staff, deciding them once and for all, and undo.

A pair is found from the parties of open cases and the panel each time it is asked for; a row is kept from the first
decision on. Of two people who decide about one pair at once, one wins and the other is told what was decided.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Count, F, Min, Value
from django.db.models.functions import Concat, Trim

from accounts.roles import require
from cases.models import Case, Party
from cases.rules.names import person_key
from cases.rules.naming.people import Likeness, surname_handles
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal
from reviews.models import PersonAlias, PersonPair, Relation, Reviewer
from reviews.models.person_pair import PARTS
from reviews.rules.persons import likeness_of_names
from reviews.services.person_aliases import forget, remember
from reviews.services.recheck import post_recheck

Decision = PersonPair.Decision
_RIGHT = "decide_names"
_IDENTITY = ("reviewer_id", "subject", "party_key", "party_npi", "party_role")
Identity = tuple[int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A party's person and a reviewer ("" as subject) or relation whose names leave open whether they are one."""

    reviewer_id: int
    subject: str
    party_key: str
    party_npi: str
    party_role: str
    party_name: str
    subject_name: str
    why: str
    cases: int

    @property
    def part(self) -> str:
        return dict(PARTS)[self.party_role]

    @property
    def identity(self) -> Identity:
        return (self.reviewer_id, self.subject, self.party_key, self.party_npi, self.party_role)


@dataclass(frozen=True, slots=True)
class _Side:
    """Somebody of the panel, or a relation, with every name that this one has."""

    reviewer: int
    subject: str
    npi: str
    name: str
    keys: tuple[str, ...]


def waiting_people() -> list[Waiting]:
    """Pairs of open cases that nobody has decided on. Six statements."""
    decided = set(PersonPair.objects.decided().values_list(*_IDENTITY))
    return [one for one in _pairs() if one.identity not in decided]


def persons_of(case: Case) -> set[tuple[str, str, str]]:
    """Key, NPI and role of everybody who is named in the case, as the pairs have them."""
    parties = Party.objects.filter(case=case, person__isnull=False).order_by()
    worker = case.worker
    return {
        *parties.values_list("person__key", "person__npi", "role"),
        (person_key(worker.first_name, worker.last_name), "", "worker"),
    }  # fmt: skip


def _pairs() -> Iterator[Waiting]:
    sides = _sides()
    by_handle: dict[str, set[int]] = defaultdict(set)
    for place, side in enumerate(sides):
        for key in side.keys:
            for handle in surname_handles(key):
                by_handle[handle].add(place)
    for (key, npi, role), (name, cases) in sorted(_persons().items()):
        met = {place for handle in surname_handles(key) if handle in by_handle for place in by_handle[handle]}
        for place in sorted(met):
            side = sides[place]
            answer = likeness_of_names(side.keys, key, npi=side.npi, other_npi=npi)
            if answer.likeness == Likeness.UNSURE:
                yield Waiting(side.reviewer, side.subject, key, npi, role, name, side.name, answer.why, cases)


def _persons() -> dict[tuple[str, str, str], tuple[str, int]]:
    """Who has a part in an open case: (key, NPI, role) -> name and number of cases. Counted where the rows are."""
    found: dict[tuple[str, str, str], tuple[str, int]] = {}
    said = Trim(Concat("person__first_name", Value(" "), "person__last_name"))
    rows = Party.objects.filter(case__in=Case.objects.in_work(), person__isnull=False).order_by()
    for key, npi, role, name, cases in rows.values_list("person__key", "person__npi", "role").annotate(
        name=Min(said), cases=Count("case", distinct=True)
    ):
        found[key, npi, role] = (name, cases)
    workers = Case.objects.in_work().order_by().values_list("worker__first_name", "worker__last_name")
    for first, last, cases in workers.annotate(cases=Count("pk")):
        own = (person_key(first, last), "", "worker")
        name, before = found.get(own, (f"{first} {last}".strip(), 0))
        found[own] = (name, before + cases)
    return found


def _sides() -> list[_Side]:
    spellings: dict[tuple[int, str], list[PersonAlias]] = defaultdict(list)
    for alias in PersonAlias.objects.filter(reviewer__active=True):
        spellings[alias.reviewer_id, alias.subject].append(alias)

    def side(owner: int, subject: str, key: str, npi: str, name: str) -> _Side:
        others = spellings[owner, subject]
        also = f", also {', '.join(map(str, others))}" if others else ""
        return _Side(owner, subject, npi, name + also, (key, *(one.key for one in others)))

    panel = Reviewer.objects.filter(active=True).order_by("pk")
    sides = [
        side(pk, "", key, npi, f"{Reviewer.shown_name(first, last, degree)}, reviewer {number}")
        for pk, key, npi, first, last, degree, number in panel.values_list(
            "pk", "key", "npi", "first_name", "last_name", "degree", "reviewer_id"
        )
    ]
    kinds = dict(Relation.Kind.choices)
    relations = Relation.objects.filter(reviewer__active=True).order_by("pk")
    for owner, key, first, last, kind, number in relations.values_list(
        "reviewer_id", "key", "first_name", "last_name", "kind", "reviewer__reviewer_id"
    ):
        name = f"{first} {last}, {str(kinds.get(kind, kind)).lower()} of reviewer {number}"
        sides.append(side(owner, key, key, "", name))
    return sorted(sides, key=lambda one: (one.reviewer, one.subject))


def decide_person(*, identity: Identity, decision: str, actor: Actor, now: dt.datetime) -> PersonPair:
    """One person ("same") or two ("different"), for every case in which this name and NPI has this part.

    Raises RightRefusal; InputRefusal where the names leave nothing open; StateRefusal when somebody decided already.
    Source: conflicts are found against persons, Labor Code 139.5(c)(5).
    """
    require(actor, _RIGHT)
    if decision not in (Decision.SAME, Decision.DIFFERENT):
        raise InputRefusal("people.decision", "Say “same” or “different”.")
    with transaction.atomic(), acting(actor, f"two names of persons: {Decision(decision).label.lower()}"):
        pair = _locked(identity)
        if pair.decision != Decision.OPEN:
            raise StateRefusal(
                "people.decided",
                f"{pair.decided_by} decided already about “{pair.party_name}” and “{pair.subject_name}”: "
                f"{pair.get_decision_display().lower()}. Undo that first to decide otherwise.",
            )
        pair.decision, pair.decided_at, pair.decided_by = decision, now, actor.name
        pair.save()
        if decision == Decision.SAME:
            remember(pair)
        post_recheck(reviewer=pair.reviewer, now=now)
        return pair


def undo_person(*, pair_id: int, actor: Actor, now: dt.datetime) -> PersonPair:
    """Take a decision back; the pair is open again. Raises RightRefusal; StateRefusal where nothing is decided."""
    require(actor, _RIGHT)
    with transaction.atomic(), acting(actor, "decision about two persons undone"):
        pair = PersonPair.objects.select_for_update(no_key=True).filter(pk=pair_id).first()
        if pair is None:
            raise InputRefusal("people.pair", "There is no such pair of persons. Open the list again.")
        if pair.decision == Decision.OPEN:
            raise StateRefusal(
                "people.undo", f"Nothing is decided about “{pair.party_name}” and “{pair.subject_name}”."
            )
        pair.decision, pair.decided_at, pair.decided_by = Decision.OPEN, None, ""
        pair.save()
        forget(pair)
        post_recheck(reviewer=pair.reviewer, now=now)
        return pair


def _locked(identity: Identity) -> PersonPair:
    """The pair's row, locked; made where nobody decided about it before."""
    named: dict[str, Any] = dict(zip(_IDENTITY, identity, strict=True))
    if not PersonPair.objects.filter(**named).exists():
        waiting = next((one for one in _pairs() if one.identity == identity), None)
        if waiting is None:
            raise InputRefusal("people.pair", "These two names leave nothing to decide. Open the list again.")
        said = PersonPair(
            **named, party_name=waiting.party_name, subject_name=waiting.subject_name[:300], why=waiting.why
        )
        PersonPair.objects.bulk_create([said], ignore_conflicts=True)
    return PersonPair.objects.select_for_update(no_key=True, of=("self",)).select_related("reviewer").get(**named)


def history_of_people(pairs: list[PersonPair]) -> dict[int, list[str]]:
    """What was decided about each pair and taken back, the earliest first, as sentences. One statement."""
    rows = apps.get_model("reviews", "PersonPairHistory").objects.filter(
        pgh_obj_id__in=[pair.pk for pair in pairs], pgh_label="update"
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows.annotate(who=F("pgh_context__metadata__actor")).order_by("pgh_created_at", "pgh_id"):
        what = "Undone" if row.decision == Decision.OPEN else Decision(row.decision).label
        found[row.pgh_obj_id].append(f"{what}: {row.who or row.decided_by}")
    return found
