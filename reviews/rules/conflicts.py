"""Conflicts of interest between a reviewer and the parties of a case, as pure functions.

Source: Labor Code 139.5(c)(5)(a)-(f): material professional, familial or financial affiliation, with the analogies of
URAC UR-9. Look-backs are data (ConflictNumbers). A tie without an end still holds. What begins later counts as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from reviews.rules.dates import years_before
from reviews.rules.facts import (
    AffiliationFacts,
    CaseFacts,
    ConflictNumbers,
    Finding,
    OrganizationTie,
    PartyFacts,
    Period,
    ProductInterestFacts,
    ReviewerFacts,
    Severity,
)
from reviews.rules.findings import about, when
from reviews.rules.handles import Reach
from reviews.rules.persons import REQUESTER, person_conflicts

HARD, WAIVABLE, UNKNOWN, SHOWN = Severity.HARD, Severity.WAIVABLE, Severity.UNKNOWN, Severity.SHOWN

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


def find_conflicts(
    case: CaseFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers, reach: Reach | None = None
) -> Iterator[Finding]:
    """Every conflict between the reviewer and a party of the case, party by party.

    reach: the parties' handles, worked out once for a panel; without it every party is asked.
    """
    for party in case.parties if reach is None else reach.parties(reviewer):
        yield from party_conflicts(party, reviewer, on=on, numbers=numbers)
    yield from item_conflicts(case, reviewer, on=on, numbers=numbers)


def party_conflicts(
    party: PartyFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """Everything between the reviewer and one party. Only who shares a handle with the party has any (`handles`)."""
    yield from person_conflicts(party, reviewer, on=on, numbers=numbers)
    yield from _exclusions(party, reviewer, on=on)
    yield from _shared_address(party, reviewer, on=on, numbers=numbers)
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


# --- names and addresses --------------------------------------------------------------------------------------------


def _exclusions(party: PartyFacts, reviewer: ReviewerFacts, *, on: dt.date) -> Iterator[Finding]:
    """The reviewer's own list and the organization's, as dated: an entry that is over or not begun says nothing."""
    for entry in reviewer.exclusions:
        if entry.key not in party.names or entry.period.is_over(on) or (entry.period.since or on) > on:
            continue
        rule, words = (
            ("conflict.do_not_send", f"{party.name} is on the reviewer's “do not send” list.")
            if entry.by_reviewer
            else ("conflict.exclusion_list", f"{party.name} is on the organization's exclusion list for the reviewer.")
        )
        because = f" {entry.reason}" if entry.reason else ""
        yield about(party, rule, HARD, words + because, source="roster", period=entry.period)


def _shared_address(
    party: PartyFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """The requester's practice address, now or in the look-back. The same practice group is another rule, and hard."""
    if party.role not in REQUESTER or not party.address_key:
        return
    for address in reviewer.addresses:
        if address.key == party.address_key and address.period.ended_since(years_before(on, numbers.practice_years)):
            verb = "Practised" if address.period.is_over(on) else "Practises"
            words = f"{verb} at the address of {party.name}, {when(address.period, on)}."
            yield about(
                party, "conflict.address", WAIVABLE, words,
                source="practice addresses", period=address.period, subject=f"address:{address.key}",
            )  # fmt: skip


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
            share = affiliation.income_share_percent
            yield about(
                party, rule, severity, _tie_words(party, affiliation, tie, period, on), period=period,
                source="billing organizations" if affiliation.role == "billing" else "affiliations",
                subject=f"affiliation:{affiliation.organization}:{affiliation.role}:{share}",
            )  # fmt: skip
        elif severity != SHOWN:
            yield about(
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
    return f"{words[0].upper()}{words[1:]}, {when(period, on)}."


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
    yield about(
        party, "conflict.product_maker", severity, _interest_words(interest), period=period,
        source="product interests", subject=_interest_subject(interest),
    )  # fmt: skip


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
                source="product interests", subject=_interest_subject(interest),
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


def _interest_subject(interest: ProductInterestFacts) -> str:
    return f"interest:{interest.organization}:{interest.kind}:{interest.income_share_percent}:{interest.key}"
