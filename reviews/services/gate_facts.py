"""Loads what the gate asks, as plain values: one case, and one reviewer or all, in a constant number of statements.

What hangs on the pair (affiliations, relations, exclusions) is fetched by the case's parties, so that a case costs the
hits and not the size of the panel.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Count, F, Max, Model, Q, QuerySet
from django.db.models.functions import Left

from cases.models import Case, Party
from cases.rules.names import name_key, person_key
from cases.services.deadlines import determination_due
from common.days import CALIFORNIA, california_date
from reviews.models import (
    Affiliation,
    Assignment,
    AwayPeriod,
    BillingOrganization,
    Certification,
    Exclusion,
    License,
    PracticeAddress,
    ProductInterest,
    Relation,
    Reviewer,
    Sanction,
)
from reviews.rules.facts import (
    AffiliationFacts,
    CaseFacts,
    CertificationFacts,
    EarlierPart,
    ItemFacts,
    LicenseFacts,
    OrganizationTie,
    PartyFacts,
    Period,
    ProductInterestFacts,
    RelationFacts,
    ReviewerFacts,
    SanctionFacts,
)
from reviews.rules.likeness import address_key
from reviews.services.gate_ties import ties_and_names
from reviews.services.reference import specialty_table

#: None: the whole panel.
ReviewerIds = Sequence[int] | None


# --- the case ------------------------------------------------------------------------------------------------------


def load_case(case_id: int, *, reviewers: ReviewerIds = None) -> CaseFacts:
    """The case as the gate sees it. reviewers narrows only the search for organizations alike by name."""
    case = Case.objects.select_related("worker", "application").get(pk=case_id)
    parties = list(case.parties.select_related("organization", "person"))
    ties, names = ties_and_names([party.organization for party in parties if party.organization], reviewers)
    requester = next((p.person for p in parties if p.role == Party.Role.REQUESTING_PHYSICIAN and p.person), None)
    return CaseFacts(
        number=case.number,
        round=case.round,
        due_on=determination_due(case),
        parties=(_worker(case), *(_party(party, ties, names) for party in parties)),
        items=tuple(
            ItemFacts(
                service=item.service,
                key=name_key(item.service),
                category=item.category,
                subcategory=item.subcategory,
                body_part=name_key(item.body_part),
                depends=item.depends_on_id is not None,
                category_key=name_key(f"{item.category} {item.subcategory}"),
            )
            for item in case.items.disputed()
        ),
        diagnoses=tuple(name_key(diagnosis.text) for diagnosis in case.diagnoses.all()),
        requesting_specialty=requester.specialty if requester else "",
    )


def _worker(case: Case) -> PartyFacts:
    key = person_key(case.worker.first_name, case.worker.last_name)
    return PartyFacts(
        None, "worker", case.worker.full_name, names=frozenset({key} if key else ()), person_key=key
    )  # fmt: skip


def _party(
    party: Party, ties: dict[int, tuple[tuple[int, OrganizationTie], ...]], names: dict[int, set[str]]
) -> PartyFacts:
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


# --- reviewers -----------------------------------------------------------------------------------------------------


def load_reviewers(case_id: int, case: CaseFacts, *, on: dt.date, reviewers: ReviewerIds = None) -> list[ReviewerFacts]:
    """The panel, or the named reviewers of it, as the gate sees them for this case on this day; by roster id."""
    interests = _interests(case, reviewers)
    credentials = _credentials(reviewers)
    work = _work(case_id, on, reviewers)
    earlier = _earlier_parts(case_id, reviewers)
    rows = Reviewer.objects.order_by("reviewer_id", "pk")
    if reviewers is not None:
        rows = rows.filter(pk__in=reviewers)
    return [
        ReviewerFacts(
            id=row.pk,
            reviewer_id=row.reviewer_id,
            name=str(row),
            key=row.key,
            npi=row.npi,
            degree=row.degree,
            active=row.active,
            practice_since=row.practice_since,
            practice_hours_per_week=row.practice_hours_per_week,
            law_training_completed_on=row.law_training_completed_on,
            interests_attested_on=row.interests_attested_on,
            capacity_per_week=row.capacity_per_week,
            capacity_open_cases=row.capacity_open_cases,
            leaving_on=row.leaving_on,
            expertise=tuple(filter(None, (name_key(str(word)) for word in row.expertise))),
            earlier_parts=tuple(earlier.get(row.pk, ())),
            **_own(row.pk, work, {**credentials, **interests}),
        )
        for row in rows
    ]


def _own(reviewer: int, work: dict[int, dict[str, Any]], found: dict[str, dict[int, list[Any]]]) -> dict[str, Any]:
    """One reviewer's share of what was loaded for all."""
    return {**work.get(reviewer, {}), **{name: tuple(rows.get(reviewer, ())) for name, rows in found.items()}}


def _credentials(reviewers: ReviewerIds) -> dict[str, dict[int, list[Any]]]:
    """What stands in the credential file of each reviewer."""
    named = specialty_table().named
    found: dict[str, dict[int, list[Any]]] = {name: defaultdict(list) for name in _CREDENTIALS}
    for owner, specialty, sub, since, until, verified in _of(Certification, reviewers).values_list(
        "reviewer_id", "specialty", "subspecialty", "certified_on", "expires_on", "verified_on"
    ):
        fields = tuple(named(field) for field in (specialty, sub) if field)
        found["certifications"][owner].append(CertificationFacts(specialty, fields, since, until, verified))
    for owner, state, number, status, until, verified in _of(License, reviewers).values_list(
        "reviewer_id", "state", "number", "status", "expires_on", "verified_on"
    ):
        found["licenses"][owner].append(LicenseFacts(state, number, status, until, verified))
    for owner, since, until in _of(AwayPeriod, reviewers).values_list("reviewer_id", "from_date", "to_date"):
        found["away"][owner].append(Period(since, until))
    for owner, text, material, since, until in _of(Sanction, reviewers).values_list(
        "reviewer_id", "text", "material", "from_date", "to_date"
    ):
        found["sanctions"][owner].append(SanctionFacts(text, material, Period(since, until)))
    return found


_CREDENTIALS = ("certifications", "licenses", "away", "sanctions")


def _interests(case: CaseFacts, reviewers: ReviewerIds) -> dict[str, dict[int, list[Any]]]:
    """What ties each reviewer to a party of this case; ties to anybody else are not fetched."""
    found: dict[str, dict[int, list[Any]]] = {name: defaultdict(list) for name in _INTERESTS}
    organizations = {organization for party in case.parties for organization, _ in party.ties}
    names = {name for party in case.parties for name in party.names}
    zips = {party.address_key.rpartition(" ")[2] for party in case.parties if party.address_key}
    for owner, organization, typed, role, since, until, share in (
        _of(Affiliation, reviewers).filter(organization__in=organizations).order_by("pk").values_list(
            "reviewer_id", "organization_id", "organization_name", "role", "from_date", "to_date",
            "income_share_percent",
        )
    ):  # fmt: skip
        facts = AffiliationFacts(organization, typed, role, Period(since, until), share)
        found["affiliations"][owner].append(facts)
    for owner, organization, name in (
        _of(BillingOrganization, reviewers).filter(organization__in=organizations).order_by("pk")
        .values_list("reviewer_id", "organization_id", "organization__name")
    ):  # fmt: skip
        found["affiliations"][owner].append(AffiliationFacts(organization, name, "billing"))
    for owner, first, last, key, kind in (
        _of(Relation, reviewers).filter(key__in=names).order_by("pk")
        .values_list("reviewer_id", "first_name", "last_name", "key", "kind")
    ):  # fmt: skip
        found["relations"][owner].append(RelationFacts(f"{first} {last}", key, kind))
    for owner, key in _of(Exclusion, reviewers).filter(key__in=names).values_list("reviewer_id", "key"):
        found["exclusion_keys"][owner].append(key)
    for owner, line1, zip_code in (
        _of(PracticeAddress, reviewers).annotate(zip5=Left("zip", 5)).filter(zip5__in=zips)
        .values_list("reviewer_id", "line1", "zip")
    ):  # fmt: skip
        found["address_keys"][owner].append(address_key(line1, zip_code))
    for owner, name, kind, organization, since, until, share in (
        _of(ProductInterest, reviewers).order_by("pk").values_list(
            "reviewer_id", "name", "kind", "organization_id", "from_date", "to_date", "income_share_percent"
        )
    ):  # fmt: skip
        facts_ = ProductInterestFacts(name, name_key(name), kind, organization, Period(since, until), share)
        found["product_interests"][owner].append(facts_)
    return found


_INTERESTS = ("affiliations", "relations", "exclusion_keys", "address_keys", "product_interests")


def _work(case_id: int, on: dt.date, reviewers: ReviewerIds) -> dict[int, dict[str, Any]]:
    """Load and record of each reviewer, this case's own assignment left out."""
    monday = on - dt.timedelta(days=on.weekday())
    week = dt.datetime.combine(monday, dt.time.min, tzinfo=CALIFORNIA)
    going = Q(declined_at=None, recused_at=None, withdrawn_at=None, lapsed_at=None)
    rows = (
        _of(Assignment, reviewers)
        .order_by()
        .values("reviewer_id")
        .annotate(
            open=Count(
                "pk", filter=going & Q(completed_at=None, submitted_at=None) & ~Q(case_id=case_id)
            ),
            week=Count(
                "pk", filter=going & ~Q(case_id=case_id)
                & (Q(accepted_at__gte=week) | Q(accepted_at=None, completed_at=None)),
            ),
            last=Max("accepted_at", filter=~Q(case_id=case_id)),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            on_time=Count("pk", filter=Q(submitted_at__isnull=False, submitted_at__date__lte=F("report_due_on"))),
        )
    )  # fmt: skip
    return {
        row["reviewer_id"]: {
            "open_cases": row["open"],
            "cases_this_week": row["week"],
            "last_case_on": california_date(row["last"]) if row["last"] else None,
            "submitted": row["submitted"],
            "submitted_on_time": row["on_time"],
        }
        for row in rows
    }


def _earlier_parts(case_id: int, reviewers: ReviewerIds) -> dict[int, list[EarlierPart]]:
    """What became of this case's other assignments to each reviewer; the one that is alive is not an earlier one."""
    found: dict[int, list[EarlierPart]] = defaultdict(list)
    for row in _of(Assignment, reviewers).filter(case_id=case_id).order_by("offered_at", "pk"):
        if row.status in ("offered", "accepted", "submitted"):
            continue
        ended = row.declined_at or row.recused_at or row.withdrawn_at or row.lapsed_at or row.completed_at
        found[row.reviewer_id].append(
            EarlierPart(row.round, row.status, row.accepted_at is not None, california_date(ended) if ended else None)
        )
    return found


Owned = TypeVar("Owned", bound=Model)


def _of(model: type[Owned], reviewers: ReviewerIds) -> QuerySet[Owned]:
    rows: QuerySet[Owned] = QuerySet(model)
    return rows if reviewers is None else rows.filter(reviewer__in=reviewers)
