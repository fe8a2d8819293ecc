"""Conflicts with the persons of a case: the reviewer is one of them, or is related to one.

Source: Labor Code 139.5(c)(5)(b), (c) and (f), and the list of family members of 139.5; the look-backs are data.
Family, care and household never end; a partnership and common work count for a time after they ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from reviews.rules.dates import years_before
from reviews.rules.facts import ConflictNumbers, Finding, PartyFacts, RelationFacts, ReviewerFacts, Severity
from reviews.rules.findings import about, when

HARD, WAIVABLE, UNKNOWN, SHOWN = Severity.HARD, Severity.WAIVABLE, Severity.UNKNOWN, Severity.SHOWN

#: Parties that proposed the treatment: the requester and the requester's group.
REQUESTER = frozenset({"requesting_physician", "medical_group"})
FAMILY = frozenset(
    {"spouse", "child", "parent", "sibling", "parent_in_law", "child_in_law", "guardian", "household"}
)  # fmt: skip
COLLEAGUES = frozenset({"co_author", "co_investigator", "supervisor"})

_WORDS = {
    "spouse": "spouse", "child": "child", "parent": "parent", "sibling": "sibling", "parent_in_law": "spouse's parent",
    "child_in_law": "child's spouse", "guardian": "guardian", "household": "same household",
    "former_patient": "former patient", "business_partner": "business partner", "co_author": "co-author",
    "co_investigator": "co-investigator", "supervisor": "supervisor",
}  # fmt: skip

#: What a name may carry or not without being another name.
_TITLES = frozenset({"dr", "md", "do", "dc", "dpm", "dds", "od", "phd", "lac", "jr", "sr", "ii", "iii", "iv"})


def person_conflicts(
    party: PartyFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """The reviewer is the party's person, or is related to it; a name that may be the same is unknown."""
    if is_same_person(party, reviewer):
        yield about(party, "conflict.self", HARD, f"The reviewer is a party: {party.name}.", source="parties")
    elif may_be_same_person(party, reviewer):
        yield about(
            party, "party.person_unresolved", UNKNOWN,
            f"{party.name} may be the reviewer, {reviewer.name}: one of the names is cut short and no NPI tells.",
            source="parties",
        )  # fmt: skip
    if not party.person_key:
        return
    for relation in reviewer.relations:
        found = _meaning(party, relation, on=on, numbers=numbers)
        if found is None:
            continue
        rule, severity = found
        words = f"{_WORDS.get(relation.kind, 'related, how is not known').capitalize()}: {relation.name}"
        if relation.key == party.person_key:
            yield about(
                party, rule, severity, words + _ended(relation, on) + ".", source="relations", period=relation.period,
                subject=f"relation:{relation.kind}:{relation.key}",
            )  # fmt: skip
        elif severity != SHOWN and is_alike(relation.key, party.person_key):
            yield about(
                party, "party.person_unresolved", UNKNOWN,
                f"{words}. {party.name} may be the same person: one of the names is cut short.",
                source="relations", period=relation.period,
            )  # fmt: skip


def _meaning(
    party: PartyFacts, relation: RelationFacts, *, on: dt.date, numbers: ConflictNumbers
) -> tuple[str, Severity] | None:
    """The rule that speaks about a relation to this party, with its severity; None where its look-back is over."""
    if relation.kind in FAMILY:
        return "conflict.family", HARD
    if relation.kind == "former_patient":
        return "conflict.patient", HARD
    if relation.kind == "business_partner":
        since = years_before(on, numbers.partner_years)
        return ("conflict.business_partner", HARD) if relation.period.ended_since(since) else None
    if relation.kind in COLLEAGUES:
        since = years_before(on, numbers.colleague_years)
        severity = WAIVABLE if party.role in REQUESTER else SHOWN
        return ("conflict.colleague", severity) if relation.period.ended_since(since) else None
    return "conflict.relation", UNKNOWN


def _ended(relation: RelationFacts, on: dt.date) -> str:
    return f", {when(relation.period, on)}" if relation.period.is_over(on) else ""


def is_same_person(party: PartyFacts, reviewer: ReviewerFacts) -> bool:
    """By NPI where both have one, else by the folded name."""
    if party.person_npi and reviewer.npi:
        return party.person_npi == reviewer.npi
    return bool(party.person_key) and party.person_key == reviewer.key


def may_be_same_person(party: PartyFacts, reviewer: ReviewerFacts) -> bool:
    """Whether the party's name may be the reviewer's, written shorter; two NPIs settle it."""
    return not (party.person_npi and reviewer.npi) and is_alike(party.person_key, reviewer.key)


def is_alike(left: str, right: str) -> bool:
    """Whether two folded names of persons may be one: "p okafor", "peter j okafor" and "peter okafor md" are.

    The last word must be equal, and every further word of the shorter name must be the other's, or its initial.
    """
    one, other = sorted((_words(left), _words(right)), key=len)
    if not one or one[-1] != other[-1]:
        return False
    rest = other[:-1]
    return bool(one[:-1]) and all(any(_fits(word, there) for there in rest) for word in one[:-1])


@lru_cache(maxsize=16384)
def _words(key: str) -> tuple[str, ...]:
    return tuple(word for word in key.split() if word not in _TITLES)


def _fits(word: str, there: str) -> bool:
    return word == there or (min(len(word), len(there)) == 1 and word[0] == there[0])


def last_word(key: str) -> str:
    """The word that names alike have in common; "" for a name without one."""
    words = _words(key)
    return words[-1] if words else ""
