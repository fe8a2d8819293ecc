"""Loads cases as the gate sees them: plain values, one case or many in the same number of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, Q, QuerySet

from cases.models import Case, Diagnosis, DisputedItem, Organization, OrganizationAlias, OrganizationParent, Party
from cases.rules.names import name_key, person_key
from cases.services.deadlines import determinations_due
from reviews.models import Affiliation, BillingOrganization, ProductInterest
from reviews.rules.facts import CaseFacts, ItemFacts, OrganizationTie, PartyFacts, Period
from reviews.rules.families import Families
from reviews.rules.likeness import address_key, alike, core_of
from reviews.services.panel_rows import ReviewerIds, of_panel
from reviews.services.reference import panel_numbers

Ties = tuple[tuple[int, OrganizationTie], ...]
#: An organization of the panel's: its key, whether it is in the register, its kind.
PanelHouse = tuple[int, str, bool, str]
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
    panel = list(_panel_organizations(reviewers))
    makers = _named_makers(items, panel)
    houses = [party.organization for those in parties.values() for party in those if party.organization]
    ties, names = _ties_and_names([*houses, *(maker for those in makers.values() for maker, _ in those)], panel)
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
    items: dict[int, list[ItemFacts]], panel: Iterable[PanelHouse]
) -> dict[int, list[tuple[Organization, str]]]:
    """For each case the manufacturers that somebody of the panel has to do with and that a disputed item names, each
    with that item: parties by LC 139.5(c)(5)(E), although nobody entered them as one."""
    makers = [(pk, f" {core_of(key)} ") for pk, key, _, kind in panel if kind == Organization.Kind.MANUFACTURER]
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


def _ties_and_names(
    organizations: Iterable[Organization], panel: Sequence[PanelHouse]
) -> tuple[dict[int, Ties], dict[int, set[str]]]:
    """For each organization of a party: what hangs together with it, and all its folded names."""
    own = {organization.pk: organization for organization in organizations}
    names: dict[int, set[str]] = {pk: {organization.key} for pk, organization in own.items()}
    for pk, key in OrganizationAlias.objects.filter(organization__in=own).values_list("organization_id", "key"):
        names[pk].add(key)
    families = Families(
        (child, parent, Period(since, until))
        for child, parent, since, until in OrganizationParent.objects.values_list(
            "child_id", "parent_id", "from_date", "to_date"
        )
    )
    similar = _similar(own, names, panel)
    ties: dict[int, Ties] = {}
    for pk in own:
        family = families.of(pk)
        found = [(pk, OrganizationTie("same"))]
        found += [(other, OrganizationTie("family", period)) for other, periods in family.items() for period in periods]
        found += [(other, OrganizationTie("similar")) for other in similar[pk] if other not in family]
        ties[pk] = tuple(sorted(found, key=lambda tie: (tie[0], tie[1].kind, str(tie[1].period))))
    return ties, names


def _similar(
    own: dict[int, Organization], names: dict[int, set[str]], panel: Sequence[PanelHouse]
) -> dict[int, set[int]]:
    """For each organization those of the panel that are alike by name, unless the register knows both."""
    asked = [(pk, name) for pk in own for name in sorted(names[pk])]
    found: dict[int, set[int]] = {pk: set() for pk in own}
    for row, column in alike(
        [name for _, name in asked], [key for _, key, _, _ in panel],
        from_score=panel_numbers().conflicts.similar_name,
    ):  # fmt: skip
        (pk, _), (other, _, registered, _) = asked[row], panel[column]
        if other != pk and not (registered and own[pk].registered):
            found[pk].add(other)
    return found


def _panel_organizations(reviewers: ReviewerIds) -> QuerySet[Organization, PanelHouse]:
    """Every organization that somebody of the panel has to do with."""
    held: list[Any] = [
        of_panel(Affiliation, reviewers).values("organization_id"),
        of_panel(BillingOrganization, reviewers).values("organization_id"),
        of_panel(ProductInterest, reviewers).filter(organization__isnull=False).values("organization_id"),
    ]
    return (
        Organization.objects.filter(Q(pk__in=held[0]) | Q(pk__in=held[1]) | Q(pk__in=held[2]))
        .order_by("pk")
        .values_list("pk", "key", "registered", "kind")
    )
