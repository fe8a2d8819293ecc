"""Loads cases as the gate sees them: plain values, one case or many in the same number of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
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
_WHO = ("organization", "person")


def load_case(case_id: int, *, reviewers: ReviewerIds = None) -> CaseFacts:
    """The case as the gate sees it. reviewers narrows only the search for organizations alike by name."""
    return _load([case_id], reviewers, Party.objects.select_related(*_WHO))[0]


def load_cases(case_ids: Sequence[int], *, reviewers: ReviewerIds = None) -> list[CaseFacts]:
    """Cases as the gate sees them, in the order of the ids, in a constant number of statements.

    Many cases share their organizations and persons: each is read once.
    """
    return _load(case_ids, reviewers, Party.objects.prefetch_related(*_WHO))


def _load(case_ids: Sequence[int], reviewers: ReviewerIds, rows: QuerySet[Party]) -> list[CaseFacts]:
    found = (
        Case.objects.select_related("worker", "application")
        .annotate(has_register=Exists(Organization.objects.filter(registered=True)))
        .in_bulk(list(case_ids))
    )
    parties, items, diagnoses = _of_cases(case_ids, rows)
    makers = _named_makers(items, _makers_of_panel(reviewers))
    houses = [party.organization for those in parties.values() for party in those if party.organization]
    named = [maker for those in makers.values() for maker, _ in those]
    ties, names = ties_and_names([*houses, *named], reviewers)
    due = determinations_due(found.values())
    return [
        _case(
            found[pk], due[pk], parties[pk], [_party(party, ties, names) for party in parties[pk]],
            [_maker(maker, service, ties, names) for maker, service in makers.get(pk, ())], items[pk], diagnoses[pk],
        )
        for pk in case_ids
    ]  # fmt: skip


def _of_cases(
    case_ids: Sequence[int], rows: QuerySet[Party]
) -> tuple[dict[int, list[Party]], dict[int, list[ItemFacts]], dict[int, list[str]]]:
    """Parties, disputed items and folded diagnoses of each case."""
    parties: dict[int, list[Party]] = defaultdict(list)
    for party in rows.filter(case__in=case_ids):
        parties[party.case_id].append(party)
    items: dict[int, list[ItemFacts]] = defaultdict(list)
    for item in DisputedItem.objects.disputed().filter(case__in=case_ids):
        items[item.case_id].append(_item(item))
    diagnoses: dict[int, list[str]] = defaultdict(list)
    for case, text in Diagnosis.objects.filter(case__in=case_ids).values_list("case_id", "text"):
        diagnoses[case].append(name_key(text))
    return parties, items, diagnoses


def _case(
    case: Case, due_on: dt.date, rows: list[Party], parties: list[PartyFacts], makers: list[PartyFacts],
    items: list[ItemFacts], diagnoses: list[str],
) -> CaseFacts:  # fmt: skip
    requester = next((p.person for p in rows if p.role == Party.Role.REQUESTING_PHYSICIAN and p.person), None)
    return CaseFacts(
        number=case.number,
        round=case.round,
        due_on=due_on,
        parties=(_worker(case), *parties, *makers),
        items=tuple(items),
        diagnoses=tuple(diagnoses),
        requesting_specialty=requester.specialty if requester else "",
        has_register=bool(vars(case)["has_register"]),
    )


def _maker(maker: Organization, service: str, ties: dict[int, Ties], names: dict[int, set[str]]) -> PartyFacts:
    return PartyFacts(
        None, "manufacturer", f"{maker.name}, named in “{service[:100]}”", names=frozenset(names[maker.pk]),
        ties=ties[maker.pk],
    )  # fmt: skip


def _item(item: DisputedItem) -> ItemFacts:
    return ItemFacts(
        service=item.service,
        key=name_key(item.service),
        category=item.category,
        subcategory=item.subcategory,
        body_part=name_key(item.body_part),
        depends=item.depends_on_id is not None,
        category_key=name_key(f"{item.category} {item.subcategory}"),
    )


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


def _worker(case: Case) -> PartyFacts:
    key = person_key(case.worker.first_name, case.worker.last_name)
    return PartyFacts(
        None, "worker", case.worker.full_name, names=frozenset({key} if key else ()), person_key=key
    )  # fmt: skip


def _party(party: Party, ties: dict[int, Ties], names: dict[int, set[str]]) -> PartyFacts:
    person = party.person
    key = person_key(person.first_name, person.last_name) if person else ""
    own = {key, name_key(party.organization_name), *names.get(party.organization_id or 0, ())}
    return PartyFacts(
        id=party.pk,
        role=party.role,
        name=party.display_name,
        names=frozenset(name for name in own if name),
        person_key=key,
        person_npi=person.npi if person else "",
        address_key=address_key(party.line1, party.zip),
        ties=ties.get(party.organization_id or 0, ()),
    )


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
