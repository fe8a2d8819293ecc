"""By what a party and a reviewer can have to do with each other: only a pair that shares a handle can have a conflict.

This is how a case costs the number of its hits and not the size of the panel. A rule that looks at something new adds
it to both functions; that the set form of the gate agrees with the single one shows that nothing is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cases.rules.naming.people import surname_handles
from reviews.rules.facts import CaseFacts, PartyFacts, ReviewerFacts

#: Kind and value: ("organization", 7), ("name", "golden claims"), ("surname", "lopez"), ("npi", "1234567893").
Handle = tuple[str, int | str]


def handles_of_party(party: PartyFacts) -> set[Handle]:
    found: set[Handle] = {("organization", organization) for organization, _ in party.ties}
    found |= {("name", name) for name in (*party.names, party.person_key) if name}
    found |= {("surname", word) for word in surname_handles(party.person_key)}
    if party.person_npi:
        found.add(("npi", party.person_npi))
    if party.address_key:
        found.add(("address", party.address_key))
    return found


def handles_of_case(case: CaseFacts) -> set[Handle]:
    """Of its disputed items: every word may begin a product's name."""
    return {("product", word) for item in case.items for word in item.key.split()}


def handles_of_reviewer(reviewer: ReviewerFacts) -> Iterator[Handle]:
    """Among those of parties and of items."""
    for affiliation in reviewer.affiliations:
        yield ("organization", affiliation.organization)
    for interest in reviewer.product_interests:
        if interest.organization is not None:
            yield ("organization", interest.organization)
        if interest.key:
            yield ("product", interest.key.split()[0])
    others = (spelling.key for spelling in reviewer.spellings)
    for name in (reviewer.key, *(relation.key for relation in reviewer.relations), *others):
        yield ("name", name)
        for word in surname_handles(name):
            yield ("surname", word)
    for exclusion in reviewer.exclusions:
        yield ("name", exclusion.key)
    if reviewer.npi:
        yield ("npi", reviewer.npi)
    for address in reviewer.addresses:
        yield ("address", address.key)


class Reach:
    """Which parties of one case a reviewer can have anything to do with; made once and asked for a whole panel."""

    def __init__(self, case: CaseFacts) -> None:
        self._case = case
        self._by_handle: dict[Handle, list[int]] = defaultdict(list)
        for place, party in enumerate(case.parties):
            for handle in handles_of_party(party):
                self._by_handle[handle].append(place)

    def parties(self, reviewer: ReviewerFacts) -> list[PartyFacts]:
        """In the order of the case."""
        known = self._by_handle
        places = {place for handle in handles_of_reviewer(reviewer) if handle in known for place in known[handle]}
        return [self._case.parties[place] for place in sorted(places)]
