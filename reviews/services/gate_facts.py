"""Loads reviewers as the gate sees them: plain values, one reviewer or all, in a constant number of statements.

What hangs on the pair (affiliations, relations, exclusions) is fetched by the case's parties, so that a case costs the
hits and not the size of the panel.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left

from cases.rules.names import name_key
from cases.rules.naming.people import surname_pieces
from reviews.models import (
    Affiliation,
    BillingOrganization,
    Exclusion,
    PersonAlias,
    PersonPair,
    PracticeAddress,
    ProductInterest,
    Relation,
)
from reviews.rules.facts import (
    AddressFacts,
    AffiliationFacts,
    CaseFacts,
    ExclusionFacts,
    PartyFacts,
    Period,
    PersonDecision,
    ProductInterestFacts,
    RelationFacts,
    ReviewerFacts,
    Spelling,
)
from reviews.rules.likeness import address_key
from reviews.services.gate_histories import earlier_parts, load_work, standing_waivers
from reviews.services.panel_facts import Found, read_panel, whole_panel
from reviews.services.panel_rows import ReviewerIds, of_panel


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
    panel = whole_panel() if reviewers is None else read_panel(reviewers)
    more = load_work(but_case, on, reviewers)
    for name, by_reviewer in _interests([party for case in cases for party in case.parties], reviewers).items():
        for reviewer, held in by_reviewer.items():
            more.setdefault(reviewer, {})[name] = held
    if not all(case.has_register for case in cases):
        for reviewer in _with_organizations(reviewers):
            more.setdefault(reviewer, {})["has_organizations"] = True
    return [one.with_more(more[reviewer]) if reviewer in more else one for reviewer, one in panel.items()]


def _interests(parties: Sequence[PartyFacts], reviewers: ReviewerIds) -> dict[str, Found]:
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
    for owner, subject, key, npi, role, decision in _persons_known(reviewers):
        if decision == _SPELLING:
            found["spellings"][owner].append(Spelling(subject, key))
        else:
            same = decision == PersonPair.Decision.SAME
            found["decided_persons"][owner].append(PersonDecision(subject, key, npi, role, same=same))
    called_otherwise = {one.subject for those in found["spellings"].values() for one in those if one.subject}
    for owner, first, last, key, kind, since, until in (
        of_panel(Relation, reviewers).filter(_named_like(parties, called_otherwise)).order_by("pk")
        .values_list("reviewer_id", "first_name", "last_name", "key", "kind", "from_date", "to_date")
    ):  # fmt: skip
        found["relations"][owner].append(RelationFacts(f"{first} {last}", key, kind, Period(since, until)))
    for owner, key, listed_by, reason, since, until in (
        of_panel(Exclusion, reviewers).filter(_excluded_as(names)).order_by("pk")
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
    return {name: {owner: tuple(held) for owner, held in rows.items()} for name, rows in found.items()}


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


def _excluded_as(names: set[str]) -> Q:
    return Q() if len(names) >= _MANY_NAMES else Q(key__any_of=names)


def _named_like(parties: Sequence[PartyFacts], called_otherwise: set[str]) -> Q:
    """Relations to a person whose name has a piece of that of a person of a case; the rules look at the rest of it.

    called_otherwise: who has other names on file, and may be meant by one of those.
    """
    keys = {party.person_key for party in parties if party.person_key}
    if len(keys) >= _MANY_NAMES:
        return Q()
    wanted = Q(key__any_of=sorted(keys | called_otherwise))
    for piece in sorted({piece for key in keys for piece in surname_pieces(key)}):
        wanted |= Q(key__contains=piece)
    return wanted


def _with_organizations(reviewers: ReviewerIds) -> set[int]:
    """Who declares a tie to any organization at all."""
    held: list[Any] = [
        of_panel(Affiliation, reviewers).values_list("reviewer_id", flat=True),
        of_panel(BillingOrganization, reviewers).values_list("reviewer_id", flat=True),
        of_panel(ProductInterest, reviewers).filter(organization__isnull=False).values_list("reviewer_id", flat=True),
    ]
    return set(held[0].union(*held[1:]))
