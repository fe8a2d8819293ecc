"""Conflicts with the persons of a case: the reviewer is one of them, or is related to one.

Source: Labor Code 139.5(c)(5)(b), (c) and (f), and the list of family members of 139.5; the look-backs are data.
Family, care and household never end; a partnership and common work count for a time after they ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from cases.rules.naming.people import Likeness, PersonAnswer, relation_of_persons
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


#: Said with every name that may be the reviewer's or a relation's.
_WHAT_TO_DO = "Find out who is meant and decide it at the desk of names, under People."
#: A party without a person, and what staff decided.
NOBODY = PersonAnswer(Likeness.DIFFERENT, "No person is named")
_SAME = PersonAnswer(Likeness.SAME, "Staff decided that they are one person")
_DIFFERENT = PersonAnswer(Likeness.DIFFERENT, "Staff decided that they are two persons")


def person_conflicts(
    party: PartyFacts, reviewer: ReviewerFacts, *, on: dt.date, numbers: ConflictNumbers
) -> Iterator[Finding]:
    """The reviewer is the party's person, or is related to it; a name that may be the same is unknown."""
    answer = _answer("", reviewer.key, party, reviewer, npi=reviewer.npi)
    if answer.likeness == Likeness.SAME:
        yield about(party, "conflict.self", HARD, f"The reviewer is a party: {party.name}.", source="parties")
    elif answer.likeness == Likeness.UNSURE:
        yield about(
            party, "party.person_unresolved", UNKNOWN,
            f"{party.name} may be the reviewer, {reviewer.name}. {answer.why}, and no NPI tells. {_WHAT_TO_DO}",
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
        alike = _answer(relation.key, relation.key, party, reviewer)
        if alike.likeness == Likeness.SAME:
            yield about(
                party, rule, severity, words + _ended(relation, on) + ".", source="relations", period=relation.period,
                subject=f"relation:{relation.kind}:{relation.key}",
            )  # fmt: skip
        elif severity != SHOWN and alike.likeness == Likeness.UNSURE:
            yield about(
                party, "party.person_unresolved", UNKNOWN,
                f"{words}. {party.name} may be the same person. {alike.why}. {_WHAT_TO_DO}",
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


def likeness_of_names(names: Sequence[str], key: str, *, npi: str = "", other_npi: str = "") -> PersonAnswer:
    """names: all of one person's, folded; key, other_npi: of somebody who may be that person. The nearest counts."""
    answers = [relation_of_persons(key, name, left_npi=other_npi, right_npi=npi) for name in names]
    if len(answers) == 1:  # nearly always, and asked for thousands
        return answers[0]
    return min(answers, key=lambda answer: _NEAREST.index(answer.likeness))


_NEAREST = (Likeness.SAME, Likeness.UNSURE, Likeness.DIFFERENT)


def _answer(subject: str, key: str, party: PartyFacts, reviewer: ReviewerFacts, *, npi: str = "") -> PersonAnswer:
    """Whether the party's person is the reviewer (subject "") or a relation, by all the names that the one has.

    What staff decided counts where names leave it open, and before another spelling: a decision is about this party.
    """
    if not party.person_key and not party.person_npi:
        return NOBODY
    own = likeness_of_names([key], party.person_key, npi=npi, other_npi=party.person_npi)
    if own.likeness == Likeness.SAME:
        return own
    others = [one.key for one in reviewer.spellings if one.subject == subject]
    found = likeness_of_names([key, *others], party.person_key, npi=npi, other_npi=party.person_npi)
    if found.likeness == Likeness.DIFFERENT:
        return found
    asked = (subject, party.person_key, party.person_npi, party.role)
    for one in reviewer.decided_persons:
        if (one.subject, one.party_key, one.party_npi, one.party_role) == asked:
            return _SAME if one.same else _DIFFERENT
    return found
