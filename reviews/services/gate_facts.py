"""Loads reviewers as the gate sees them: plain values, one reviewer or all, in a constant number of statements.

What hangs on the pair (affiliations, relations, exclusions) is fetched by the case's parties, so that a case costs the
hits and not the size of the panel.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Left

from cases.rules.names import name_key
from cases.rules.naming.people import surname_pieces
from reviews.models import (
    AdverseChange,
    Affiliation,
    AwayPeriod,
    BillingOrganization,
    Certification,
    Exclusion,
    License,
    PersonAlias,
    PersonPair,
    PracticeAddress,
    ProductInterest,
    Relation,
    Reviewer,
    Sanction,
)
from reviews.rules.dates import shown
from reviews.rules.facts import (
    AddressFacts,
    AffiliationFacts,
    CaseFacts,
    CertificationFacts,
    CheckFacts,
    ChecksFacts,
    ExclusionFacts,
    LicenseFacts,
    PartyFacts,
    Period,
    PersonDecision,
    ProductInterestFacts,
    RelationFacts,
    ReviewerFacts,
    SanctionFacts,
    Spelling,
)
from reviews.rules.likeness import address_key
from reviews.services.gate_histories import earlier_parts, load_work, standing_waivers
from reviews.services.panel_rows import ReviewerIds, of_panel
from reviews.services.reference import specialty_table


def load_reviewers(case_id: int, case: CaseFacts, *, on: dt.date, reviewers: ReviewerIds = None) -> list[ReviewerFacts]:
    """The panel, or the named reviewers of it, as the gate sees them for this case on this day; by roster id."""
    panel = load_panel([case], on=on, reviewers=reviewers, but_case=case_id)
    earlier, waivers = earlier_parts([case_id], reviewers), standing_waivers([case_id], reviewers)
    return [
        replace(
            one,
            earlier_parts=tuple(earlier.get((case_id, one.id), ())),
            waivers=tuple(waivers.get((case_id, one.id), ())),
        )
        if (case_id, one.id) in earlier or (case_id, one.id) in waivers
        else one
        for one in panel
    ]


def load_panel(
    cases: Sequence[CaseFacts], *, on: dt.date, reviewers: ReviewerIds = None, but_case: int | None = None
) -> list[ReviewerFacts]:
    """The panel with what ties it to any party of the cases, but without its history in them (`load_histories`).

    but_case: the one whose own assignments do not count as load.
    """
    interests = _interests([party for case in cases for party in case.parties], reviewers)
    credentials = _credentials(reviewers)
    work = load_work(but_case, on, reviewers)
    tied = set() if all(case.has_register for case in cases) else _with_organizations(reviewers)
    found = {**credentials, **interests}
    return [
        ReviewerFacts(**row, has_organizations=row["id"] in tied, **_own(row["id"], work, found))
        for row in _rows(reviewers)
    ]


def load_credentials(*, reviewers: ReviewerIds = None) -> list[ReviewerFacts]:
    """What the gate asks of reviewers alone, whatever the case; for the self-audit and the roster report."""
    credentials = _credentials(reviewers)
    return [ReviewerFacts(**row, **_own(row["id"], {}, credentials)) for row in _rows(reviewers)]


_COLUMNS = (
    "reviewer_id", "key", "npi", "degree", "active", "practice_since", "practice_hours_per_week",
    "law_training_completed_on", "interests_attested_on", "capacity_per_week", "capacity_open_cases", "leaving_on",
)  # fmt: skip
#: Many people's are the same: they come as text, and each text is read once.
_AS_STORED = {"stored_expertise": "expertise", "stored_checks": "newest_checks"}


def _rows(reviewers: ReviewerIds) -> Iterator[dict[str, Any]]:
    """What stands in the row of each reviewer itself, by the names of ReviewerFacts; by roster id."""
    rows = Reviewer.objects.order_by("reviewer_id", "pk")
    if reviewers is not None:
        rows = rows.filter(pk__any_of=reviewers)
    as_stored = {name: Cast(column, TextField()) for name, column in _AS_STORED.items()}
    for pk, first, last, expertise, checks, *columns in rows.annotate(**as_stored).values_list(
        "pk", "first_name", "last_name", *_AS_STORED, *_COLUMNS
    ):
        own: dict[str, Any] = dict(zip(_COLUMNS, columns, strict=True))
        own["id"], own["name"] = pk, Reviewer.shown_name(first, last, own["degree"])
        own["expertise"], own["checks"] = _folded(expertise), _checks(checks)
        yield own


@lru_cache(maxsize=4096)
def _folded(expertise: str) -> tuple[str, ...]:
    return tuple(filter(None, (name_key(str(word)) for word in json.loads(expertise))))


@lru_cache(maxsize=4096)
def _checks(stored: str) -> ChecksFacts:
    return checks_of(json.loads(stored))


def checks_of(newest: Mapping[str, Any]) -> ChecksFacts:
    """`Reviewer.newest_checks` as the rules see it."""
    known = {kind: CheckFacts(dt.date.fromisoformat(one["on"]), one["outcome"]) for kind, one in newest.items()}
    return ChecksFacts(**known)


def _own(reviewer: int, work: dict[int, dict[str, Any]], found: dict[str, dict[int, list[Any]]]) -> dict[str, Any]:
    """One reviewer's share of what was loaded for all."""
    own = {name: tuple(rows[reviewer]) for name, rows in found.items() if reviewer in rows}
    return own | work[reviewer] if reviewer in work else own


def _credentials(reviewers: ReviewerIds) -> dict[str, dict[int, list[Any]]]:
    """What stands in the credential file of each reviewer."""
    named = specialty_table().named
    fields = lru_cache(maxsize=None)(lambda *held: tuple(named(one) for one in held if one))
    found: dict[str, dict[int, list[Any]]] = {name: defaultdict(list) for name in _CREDENTIALS}
    for owner, specialty, sub, since, until, verified in of_panel(Certification, reviewers).values_list(
        "reviewer_id", "specialty", "subspecialty", "certified_on", "expires_on", "verified_on"
    ):
        held = CertificationFacts(specialty, fields(specialty, sub), since, until, verified)
        found["certifications"][owner].append(held)
    for owner, state, number, status, until, verified in of_panel(License, reviewers).values_list(
        "reviewer_id", "state", "number", "status", "expires_on", "verified_on"
    ):
        found["licenses"][owner].append(LicenseFacts(state, number, status, until, verified))
    for owner, since, until in of_panel(AwayPeriod, reviewers).values_list("reviewer_id", "from_date", "to_date"):
        found["away"][owner].append(Period(since, until))
    for owner, text, material, since, until in of_panel(Sanction, reviewers).values_list(
        "reviewer_id", "text", "material", "from_date", "to_date"
    ):
        found["sanctions"][owner].append(SanctionFacts(text, material, Period(since, until)))
    for change in of_panel(AdverseChange, reviewers).filter(settled_at=None).order_by("pk"):
        found["adverse"][change.reviewer_id].append(f"{change.get_what_display()}, {shown(change.happened_on)}.")
    return found


_CREDENTIALS = ("certifications", "licenses", "away", "sanctions", "adverse")


def _interests(parties: Sequence[PartyFacts], reviewers: ReviewerIds) -> dict[str, dict[int, list[Any]]]:
    """What ties each reviewer to one of the parties; ties to anybody else are not fetched."""
    found: dict[str, dict[int, list[Any]]] = {name: defaultdict(list) for name in _INTERESTS}
    organizations = {organization for party in parties for organization, _ in party.ties}
    names = {name for party in parties for name in party.names}
    zips = {party.address_key.rpartition(" ")[2] for party in parties if party.address_key}
    for owner, organization, typed, role, since, until, share in (
        of_panel(Affiliation, reviewers).filter(organization__any_of=organizations).order_by("pk").values_list(
            "reviewer_id", "organization_id", "organization_name", "role", "from_date", "to_date",
            "income_share_percent",
        )
    ):  # fmt: skip
        facts = AffiliationFacts(organization, typed, role, Period(since, until), share)
        found["affiliations"][owner].append(facts)
    for owner, organization, name, since, until in (
        of_panel(BillingOrganization, reviewers).filter(organization__any_of=organizations).order_by("pk")
        .values_list("reviewer_id", "organization_id", "organization__name", "from_date", "to_date")
    ):  # fmt: skip
        found["affiliations"][owner].append(AffiliationFacts(organization, name, "billing", Period(since, until)))
    for owner, first, last, key, kind, since, until in (
        of_panel(Relation, reviewers).filter(_named_like(parties)).order_by("pk")
        .values_list("reviewer_id", "first_name", "last_name", "key", "kind", "from_date", "to_date")
    ):  # fmt: skip
        found["relations"][owner].append(RelationFacts(f"{first} {last}", key, kind, Period(since, until)))
    for owner, subject, key, npi, role, decision in _persons_known(reviewers):
        if decision == _SPELLING:
            found["spellings"][owner].append(Spelling(subject, key))
        else:
            same = decision == PersonPair.Decision.SAME
            found["decided_persons"][owner].append(PersonDecision(subject, key, npi, role, same=same))
    for owner, key, listed_by, reason, since, until in (
        of_panel(Exclusion, reviewers).filter(key__any_of=names).order_by("pk")
        .values_list("reviewer_id", "key", "listed_by", "reason", "from_date", "to_date")
    ):  # fmt: skip
        own = listed_by == Exclusion.ListedBy.REVIEWER
        found["exclusions"][owner].append(ExclusionFacts(key, own, Period(since, until), reason))
    for owner, line1, zip_code, since, until in (
        of_panel(PracticeAddress, reviewers).annotate(zip5=Left("zip", 5)).filter(Q(zip5__any_of=zips)).order_by("pk")
        .values_list("reviewer_id", "line1", "zip", "from_date", "to_date")
    ):  # fmt: skip
        found["addresses"][owner].append(AddressFacts(address_key(line1, zip_code), Period(since, until)))
    for owner, name, kind, organization, since, until, share in (
        of_panel(ProductInterest, reviewers).order_by("pk").values_list(
            "reviewer_id", "name", "kind", "organization_id", "from_date", "to_date", "income_share_percent"
        )
    ):  # fmt: skip
        facts_ = ProductInterestFacts(name, name_key(name), kind, organization, Period(since, until), share)
        found["product_interests"][owner].append(facts_)
    return found


_INTERESTS = (
    "affiliations", "relations", "decided_persons", "spellings", "exclusions", "addresses", "product_interests",
)  # fmt: skip
_SPELLING = "spelling"


def _persons_known(reviewers: ReviewerIds) -> QuerySet[Any, Any]:
    """What staff decided about names, and other spellings that are kept: in one statement, in the form of the first."""
    decided = of_panel(PersonPair, reviewers).filter(pk__in=PersonPair.objects.decided().values("pk"))
    nothing = Value("")
    kept = of_panel(PersonAlias, reviewers).annotate(npi=nothing, role=nothing, what=Value(_SPELLING))
    return (
        decided.order_by().values_list("reviewer_id", "subject", "party_key", "party_npi", "party_role", "decision")
        .union(kept.order_by().values_list("reviewer_id", "subject", "key", "npi", "role", "what"), all=True)
        .order_by("reviewer_id", "subject", "party_key", "party_npi", "party_role")
    )  # fmt: skip


#: With so many names and more it is cheaper to read every relation than to look for those that may be meant.
_MANY_NAMES = 50


def _named_like(parties: Sequence[PartyFacts]) -> Q:
    """Relations to a person whose name has a piece of that of a person of a case; the rules look at the rest of it."""
    keys = {party.person_key for party in parties if party.person_key}
    if len(keys) >= _MANY_NAMES:
        return Q()
    wanted = Q(key__any_of=sorted(keys))
    for piece in sorted({piece for key in keys for piece in surname_pieces(key)}):
        wanted |= Q(key__contains=piece)
    return wanted | Q(key__in=PersonAlias.objects.exclude(subject="").values("subject"))  # by whatever name


def _with_organizations(reviewers: ReviewerIds) -> set[int]:
    """Who declares a tie to any organization at all."""
    held: list[Any] = [
        of_panel(Affiliation, reviewers).values_list("reviewer_id", flat=True),
        of_panel(BillingOrganization, reviewers).values_list("reviewer_id", flat=True),
        of_panel(ProductInterest, reviewers).filter(organization__isnull=False).values_list("reviewer_id", flat=True),
    ]
    return set(held[0].union(*held[1:]))
