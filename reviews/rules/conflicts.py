"""Conflicts of interest between a reviewer and the parties of a case, as pure functions.

Source: Labor Code 139.5(c)(5)(a)-(f): material professional, familial or financial affiliation, with the analogies of
URAC UR-9. Look-backs are data (ConflictNumbers). A tie without an end still holds. What begins later counts as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from reviews.rules.dates import shown, years_before
from reviews.rules.facts import (
    AffiliationFacts,
    CaseFacts,
    ConflictNumbers,
    Finding,
    OrganizationTie,
    PartyFacts,
    Period,
    ProductInterestFacts,
    RelationFacts,
    ReviewerFacts,
    Severity,
)

HARD, WAIVABLE, UNKNOWN, SHOWN = Severity.HARD, Severity.WAIVABLE, Severity.UNKNOWN, Severity.SHOWN

#: Parties that proposed the treatment: the requester and the requester's group.
REQUESTER = frozenset({"requesting_physician", "medical_group"})
FAMILY = frozenset(
    {"spouse", "child", "parent", "sibling", "parent_in_law", "child_in_law", "guardian", "household"}
)  # fmt: skip
COLLEAGUES = frozenset({"co_author", "co_investigator", "supervisor"})
SAME_PRACTICE = frozenset({"employee", "owner", "partner"})
#: Roles that hang on money: what they mean at a share of income that is known and not too large.
INCOME_MEANING = {
    "shareholder": ("conflict.income", SHOWN),
    "consultant": ("conflict.consulting", WAIVABLE),
    "speaker": ("conflict.consulting", WAIVABLE),
}
#: Roles that mean something only while they last.
CURRENT_MEANING = {
    "family_member_works_there": ("conflict.family_member", HARD),
    "family_member_owns": ("conflict.family_member", HARD),
    "staff_privileges": ("conflict.privileges", SHOWN),
}

_ROLE_WORDS = {
    "employee": "employee of", "owner": "owner of", "partner": "partner in", "contractor": "contractor of",
    "officer": "officer of", "director": "director of", "shareholder": "shareholder of", "consultant": "consultant to",
    "speaker": "speaker for", "staff_privileges": "staff privileges at", "billing": "bills through",
    "family_member_works_there": "a family member works at", "family_member_owns": "a family member owns part of",
}  # fmt: skip
_RELATION_WORDS = {
    "spouse": "spouse", "child": "child", "parent": "parent", "sibling": "sibling", "parent_in_law": "spouse's parent",
    "child_in_law": "child's spouse", "guardian": "guardian", "household": "same household",
    "former_patient": "former patient", "business_partner": "business partner", "co_author": "co-author",
    "co_investigator": "co-investigator", "supervisor": "supervisor",
}  # fmt: skip


def find_conflicts(
    case: CaseFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """Every conflict between the reviewer and a party of the case, party by party."""
    for party in case.parties:
        yield from party_conflicts(party, reviewer, on=on, numbers=numbers)
    yield from item_conflicts(case, reviewer, on=on, numbers=numbers)


def party_conflicts(
    party: PartyFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """Everything between the reviewer and one party. Only who shares a handle with the party has any (`handles`)."""
    yield from _person_conflicts(party, reviewer)
    yield from _exclusions(party, reviewer)
    yield from _shared_address(party, reviewer)
    if not reviewer.affiliations and not reviewer.product_interests:
        return  # most of the panel has nothing to do with anybody of the case
    for organization, tie in party.ties:
        for affiliation in reviewer.affiliations_of(organization):
            yield from _affiliation_conflict(party, affiliation, tie, on=on, numbers=numbers)
        for interest in reviewer.product_interests:
            if interest.organization == organization:
                yield from _maker_conflict(party, interest, tie, on=on, numbers=numbers)


def item_conflicts(
    case: CaseFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """Interests in the very thing that a disputed item names."""
    for interest in reviewer.product_interests:
        yield from _product_conflict(case, interest, on=on, numbers=numbers)


# --- persons -------------------------------------------------------------------------------------------------------


def _person_conflicts(party: PartyFacts, reviewer: ReviewerFacts) -> Iterator[Finding]:
    if is_same_person(party, reviewer):
        yield _about(party, "conflict.self", HARD, f"The reviewer is a party: {party.name}.", source="parties")
    if not party.person_key:
        return
    for relation in reviewer.relations:
        if relation.key == party.person_key:
            yield from _relation_conflict(party, relation)


def is_same_person(party: PartyFacts, reviewer: ReviewerFacts) -> bool:
    """By NPI where both have one, else by the folded name."""
    if party.person_npi and reviewer.npi:
        return party.person_npi == reviewer.npi
    return bool(party.person_key) and party.person_key == reviewer.key


def _relation_conflict(party: PartyFacts, relation: RelationFacts) -> Iterator[Finding]:
    words = f"{_RELATION_WORDS.get(relation.kind, relation.kind).capitalize()}: {relation.name}."
    if relation.kind in FAMILY:
        yield _about(party, "conflict.family", HARD, words, source="relations")
    elif relation.kind == "former_patient":
        yield _about(party, "conflict.patient", HARD, words, source="relations")
    elif relation.kind == "business_partner":
        yield _about(party, "conflict.business_partner", HARD, words, source="relations")
    elif relation.kind in COLLEAGUES:
        severity = WAIVABLE if party.role in REQUESTER else SHOWN
        yield _about(party, "conflict.colleague", severity, words, source="relations")
    else:
        yield _about(
            party, "conflict.relation", UNKNOWN, f"Related to {relation.name}; how is not known.", source="relations"
        )


def _exclusions(party: PartyFacts, reviewer: ReviewerFacts) -> Iterator[Finding]:
    if party.names.intersection(reviewer.exclusion_keys):
        yield _about(
            party,
            "conflict.do_not_send",
            HARD,
            f"{party.name} is on the reviewer's “do not send” list.",
            source="roster",
        )


def _shared_address(party: PartyFacts, reviewer: ReviewerFacts) -> Iterator[Finding]:
    if party.role in REQUESTER and party.address_key and party.address_key in reviewer.address_keys:
        yield _about(
            party,
            "conflict.address",
            WAIVABLE,
            f"Practises at the address of {party.name}.",
            source="practice addresses",
        )


# --- organizations -------------------------------------------------------------------------------------------------


def _affiliation_conflict(
    party: PartyFacts, affiliation: AffiliationFacts, tie: OrganizationTie, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """One tie to the party's organization, or to one of its family. The period is where tie and family overlap."""
    period = affiliation.period.overlap(tie.period)
    if period is None:
        return
    for rule, severity in _meanings_of_tie(party, affiliation, period, on, numbers):
        if tie.kind == "same" or (tie.kind == "family" and severity != SHOWN):
            yield _about(
                party, rule, severity, _tie_words(party, affiliation, tie, period, on),
                period=period, source="billing organizations" if affiliation.role == "billing" else "affiliations",
            )  # fmt: skip
        elif severity != SHOWN:
            yield _about(
                party, "party.unresolved", UNKNOWN,
                f"{affiliation.organization_name} may be {party.name}: neither name is confirmed as another.",
                period=period, source="affiliations",
            )  # fmt: skip
            return


def _meanings_of_tie(
    party: PartyFacts, affiliation: AffiliationFacts, period: Period, on: dt.date, numbers: ConflictNumbers
) -> Iterator[tuple[str, Severity]]:
    """Every rule that speaks about the tie, with its severity; none where every look-back is over."""
    share, role = affiliation.income_share_percent, affiliation.role
    within_income = period.ended_since(years_before(on, numbers.income_years))
    large = share is not None and share > numbers.income_share_percent
    if large and within_income:
        yield "conflict.income", HARD
    if role in INCOME_MEANING:
        rule, severity = INCOME_MEANING[role]
        if within_income and not large:
            yield rule, UNKNOWN if share is None else severity
    elif role in CURRENT_MEANING:
        if not period.is_over(on):
            yield CURRENT_MEANING[role]
    elif worked := _severity_of_work(party, role, period, on=on, numbers=numbers):
        if not role:
            yield "conflict.affiliation", UNKNOWN
        else:
            yield "conflict.practice_group" if role == "billing" else "conflict.employment", worked


def _severity_of_work(
    party: PartyFacts, role: str, period: Period, *, on: dt.date, numbers: ConflictNumbers
) -> Severity | None:
    """Work for a party: hard while it lasts, waivable in the look-back; in the requester's own practice hard."""
    if not period.is_over(on):
        return HARD
    if party.role in REQUESTER and (role in SAME_PRACTICE or role == "billing"):
        return HARD if period.ended_since(years_before(on, numbers.practice_years)) else None
    return WAIVABLE if period.ended_since(years_before(on, numbers.employment_years)) else None


def _tie_words(
    party: PartyFacts, affiliation: AffiliationFacts, tie: OrganizationTie, period: Period, on: dt.date
) -> str:
    words = f"{_ROLE_WORDS.get(affiliation.role, 'role not known at')} {affiliation.organization_name}"
    if tie.kind == "family":
        words += f", of the same corporate family as {party.name}"
    if affiliation.income_share_percent is not None:
        words += f", {affiliation.income_share_percent.normalize():f} % of income"
    elif affiliation.role in INCOME_MEANING:
        words += ", share of income not known"
    return f"{words[0].upper()}{words[1:]}, {_when(period, on)}."


def _when(period: Period, on: dt.date) -> str:
    if period.until is not None and period.until < on:
        return f"until {shown(period.until)}"
    return f"since {shown(period.since)}" if period.since else "current"


# --- products ------------------------------------------------------------------------------------------------------


def _maker_conflict(
    party: PartyFacts, interest: ProductInterestFacts, tie: OrganizationTie, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """An interest in a product of a party's: the party is the maker, whatever the item is called."""
    period = interest.period.overlap(tie.period)
    severity = _severity_of_interest(interest, period, on, numbers) if period else None
    if severity is None:
        return
    if tie.kind == "similar":
        severity = UNKNOWN
    yield _about(
        party, "conflict.product_maker", severity, _interest_words(interest), period=period, source="product interests"
    )


def _product_conflict(
    case: CaseFacts, interest: ProductInterestFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """An interest in the very drug, device or procedure that a disputed item names."""
    severity = _severity_of_interest(interest, interest.period, on, numbers)
    if severity is None or not interest.key:
        return
    for item in case.items:
        if f" {interest.key} " in f" {item.key} ":
            yield Finding(
                "conflict.product", severity, f"{_interest_words(interest)} Disputed: {item.service[:100]}.",
                party=item.service[:100], since=interest.period.since, until=interest.period.until,
                source="product interests",
            )  # fmt: skip


def _severity_of_interest(
    interest: ProductInterestFacts, period: Period, on: dt.date, numbers: ConflictNumbers
) -> Severity | None:
    if not period.ended_since(years_before(on, numbers.income_years)):
        return None
    if interest.kind == "development":
        return HARD
    share = interest.income_share_percent
    if share is None or not interest.kind:
        return UNKNOWN
    return HARD if share > numbers.income_share_percent else WAIVABLE


def _interest_words(interest: ProductInterestFacts) -> str:
    share = interest.income_share_percent
    said = "share of income not known" if share is None else f"{share.normalize():f} % of income"
    return f"{interest.kind.capitalize() or 'Unnamed'} interest in {interest.name}, {said}."


def _about(
    party: PartyFacts, rule: str, severity: Severity, evidence: str, *, source: str, period: Period | None = None
) -> Finding:
    return Finding(
        rule, severity, evidence, party=party.name, party_id=party.id,
        since=period.since if period else None, until=period.until if period else None, source=source,
    )  # fmt: skip
