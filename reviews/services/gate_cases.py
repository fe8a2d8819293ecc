"""Loads cases as the gate sees them: plain values, one case or many in the same number of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Exists, Q, QuerySet

from cases.models import Case, Diagnosis, DisputedItem, Organization, Party
from cases.rules.names import name_key, person_key
from cases.services.deadlines import determinations_due
from reviews.models import Affiliation, BillingOrganization, ProductInterest
from reviews.rules.facts import CaseFacts, ItemFacts, OrganizationTie, PartyFacts
from reviews.rules.likeness import address_key, core_of
from reviews.services.gate_ties import ties_and_names
from reviews.services.panel_rows import ReviewerIds, of_panel

Ties = tuple[tuple[int, OrganizationTie], ...]


def load_case(case_id: int, *, reviewers: ReviewerIds = None) -> CaseFacts:
    """The case as the gate sees it. reviewers narrows only the search for organizations alike by name."""
    return load_cases([case_id], reviewers=reviewers)[0]


def load_cases(case_ids: Sequence[int], *, reviewers: ReviewerIds = None) -> list[CaseFacts]:
    """Cases as the gate sees them, in the order of the ids, in a constant number of statements.

    Many cases share their organizations and persons: each is read once.
    """
    found = _cases(case_ids)
    parties, items, diagnoses = _parties(case_ids), _items(case_ids), _diagnoses(case_ids)
    makers = _named_makers(items, _makers_of_panel(reviewers))
    houses = [party.organization for those in parties.values() for party in those if party.organization]
    named = [maker for those in makers.values() for maker, _ in those]
    ties, names = ties_and_names([*houses, *named], reviewers)
    due = determinations_due(case_ids)
    return [
        _case(
            found[pk], due[pk], parties.get(pk, []), [_party(party, ties, names) for party in parties.get(pk, ())],
            [_maker(maker, service, ties, names) for maker, service in makers.get(pk, ())], items.get(pk, []),
            diagnoses.get(pk, []),
        )
        for pk in case_ids
    ]  # fmt: skip


@dataclass(slots=True)
class _Case:
    number: str
    round: int
    first_name: str
    last_name: str
    has_register: bool


def _cases(case_ids: Sequence[int]) -> dict[int, _Case]:
    """Each case with its worker's name."""
    rows: Any = (
        Case.objects.annotate(has_register=Exists(Organization.objects.filter(registered=True)))
        .filter(pk__any_of=case_ids)
        .values_list("pk", "number", "round", "worker__first_name", "worker__last_name", "has_register")
    )
    return {pk: _Case(*columns) for pk, *columns in rows}


@dataclass(slots=True)
class _Row:
    """A party as it stands, with the person and the organization that it names."""

    id: int
    role: str
    organization_name: str
    line1: str
    zip: str
    first_name: str | None
    last_name: str | None
    npi: str | None
    specialty: str | None
    organization: Organization | None

    @property
    def is_person(self) -> bool:
        return self.last_name is not None

    @property
    def display_name(self) -> str:
        person = " ".join(filter(None, [self.first_name, self.last_name]))
        return Party.shown_name(person, self.organization_name or str(self.organization or ""))


def _parties(case_ids: Sequence[int]) -> dict[int, list[_Row]]:
    """Plain rows: a day's cases have thousands of parties, and few organizations among them."""
    rows: list[Any] = list(
        Party.objects.filter(case__any_of=case_ids).values_list(
            "case_id", "organization_id", "pk", "role", "organization_name", "line1", "zip",
            "person__first_name", "person__last_name", "person__npi", "person__specialty",
        )
    )  # fmt: skip
    named = {organization for _, organization, *_ in rows if organization is not None}
    houses = {one.pk: one for one in Organization.objects.filter(pk__any_of=named)}
    parties: dict[int, list[_Row]] = defaultdict(list)
    for case, organization, *columns in rows:
        parties[case].append(_Row(*[*columns, houses.get(organization)]))
    return parties


def _items(case_ids: Sequence[int]) -> dict[int, list[ItemFacts]]:
    """The disputed items of each case."""
    items: dict[int, list[ItemFacts]] = defaultdict(list)
    rows = DisputedItem.objects.disputed().filter(case__any_of=case_ids)
    for case, service, category, subcategory, body_part, depends_on in rows.values_list(
        "case_id", "service", "category", "subcategory", "body_part", "depends_on_id"
    ):
        items[case].append(
            ItemFacts(
                service=service,
                key=name_key(service),
                category=category,
                subcategory=subcategory,
                body_part=name_key(body_part),
                depends=depends_on is not None,
                category_key=name_key(f"{category} {subcategory}"),
            )
        )
    return items


def _diagnoses(case_ids: Sequence[int]) -> dict[int, list[str]]:
    """The folded diagnoses of each case."""
    diagnoses: dict[int, list[str]] = defaultdict(list)
    for case, text in Diagnosis.objects.filter(case__any_of=case_ids).values_list("case_id", "text"):
        diagnoses[case].append(name_key(text))
    return diagnoses


def _case(
    case: _Case, due_on: dt.date, rows: list[_Row], parties: list[PartyFacts], makers: list[PartyFacts],
    items: list[ItemFacts], diagnoses: list[str],
) -> CaseFacts:  # fmt: skip
    requester = next((row for row in rows if row.role == Party.Role.REQUESTING_PHYSICIAN and row.is_person), None)
    return CaseFacts(
        number=case.number,
        round=case.round,
        due_on=due_on,
        parties=(_worker(case), *parties, *makers),
        items=tuple(items),
        diagnoses=tuple(diagnoses),
        requesting_specialty=(requester.specialty or "") if requester else "",
        has_register=case.has_register,
    )


def _maker(maker: Organization, service: str, ties: dict[int, Ties], names: dict[int, set[str]]) -> PartyFacts:
    return PartyFacts(
        None, "manufacturer", f"{maker.name}, named in “{service[:100]}”", names=frozenset(names[maker.pk]),
        ties=ties[maker.pk],
    )  # fmt: skip


def _named_makers(
    items: dict[int, list[ItemFacts]], makers_of_panel: Iterable[tuple[int, str]]
) -> dict[int, list[tuple[Organization, str]]]:
    """For each case the manufacturers that somebody of the panel has to do with and that a disputed item names, each
    with that item: parties by LC 139.5(c)(5)(E), although nobody entered them as one."""
    makers = [(pk, f" {core_of(key)} ") for pk, key in makers_of_panel]
    named = {
        case: {pk: item.service for pk, core in makers for item in those if core in f" {item.key} "}
        for case, those in items.items()
        if makers
    }
    ids = {pk for those in named.values() for pk in those}
    found = Organization.objects.in_bulk(list(ids)) if ids else {}
    return {case: [(found[pk], service) for pk, service in sorted(those.items())] for case, those in named.items()}


def _worker(case: _Case) -> PartyFacts:
    key = person_key(case.first_name, case.last_name)
    name = " ".join(filter(None, [case.first_name, case.last_name]))
    return PartyFacts(None, "worker", name, names=frozenset({key} if key else ()), person_key=key)


def _party(party: _Row, ties: dict[int, Ties], names: dict[int, set[str]]) -> PartyFacts:
    key = person_key(party.first_name or "", party.last_name or "") if party.is_person else ""
    house = party.organization.pk if party.organization else 0
    own = _without_blank(key, name_key(party.organization_name), frozenset(names.get(house, ())))
    return PartyFacts(
        id=party.id,
        role=party.role,
        name=party.display_name,
        names=own,
        person_key=key,
        person_npi=party.npi or "",
        address_key=address_key(party.line1, party.zip),
        ties=ties.get(house, ()),
    )


@lru_cache(maxsize=4096)
def _without_blank(key: str, typed: str, of_house: frozenset[str]) -> frozenset[str]:
    """All folded names of a party; a day's cases share most of their houses."""
    return (of_house | {key, typed}) - {""}


def _makers_of_panel(reviewers: ReviewerIds) -> QuerySet[Organization, tuple[int, str]]:
    """Key and folded name of every manufacturer that somebody of the panel has to do with."""
    held: list[Any] = [
        of_panel(Affiliation, reviewers).values("organization_id"),
        of_panel(BillingOrganization, reviewers).values("organization_id"),
        of_panel(ProductInterest, reviewers).filter(organization__isnull=False).values("organization_id"),
    ]
    return (
        Organization.objects.filter(kind=Organization.Kind.MANUFACTURER)
        .filter(Q(pk__in=held[0]) | Q(pk__in=held[1]) | Q(pk__in=held[2]))
        .order_by("pk")
        .values_list("pk", "key")
    )
