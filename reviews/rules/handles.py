"""By what a party and a reviewer can have to do with each other: only a pair that shares a handle can have a conflict.

This is how a case costs the number of its hits and not the size of the panel. A rule that looks at something new adds
it to both functions; that the set form of the gate agrees with the single one shows that nothing is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from cases.rules.naming.people import surname_handles
from reviews.rules.facts import CaseFacts, PartyFacts, ReviewerFacts

#: An organization by its id; else kind and value in one word, which is compared fastest: "name golden claims",
#: "surname lopez", "npi 1234567893", "address 1 main st 93701", "product paincoil".
Handle = int | str


def handles_of_party(party: PartyFacts) -> set[Handle]:
    found: set[Handle] = {organization for organization, _ in party.ties}
    found |= {f"name {name}" for name in (*party.names, party.person_key) if name}
    found |= {f"surname {word}" for word in surname_handles(party.person_key)}
    if party.person_npi:
        found.add(f"npi {party.person_npi}")
    if party.address_key:
        found.add(f"address {party.address_key}")
    return found


def handles_of_case(case: CaseFacts) -> set[Handle]:
    """Of its disputed items: every word may begin a product's name."""
    return {f"product {word}" for item in case.items for word in item.key.split()}


@lru_cache(maxsize=16384)
def handles_of_person(key: str) -> frozenset[Handle]:
    """By a folded name."""
    return frozenset({f"name {key}", *(f"surname {word}" for word in surname_handles(key))})


def handles_of_reviewer(reviewer: ReviewerFacts) -> Iterator[Handle]:
    """Among those of parties and of items."""
    for affiliation in reviewer.affiliations:
        yield affiliation.organization
    for interest in reviewer.product_interests:
        if interest.organization is not None:
            yield interest.organization
        if interest.key:
            yield f"product {interest.key.split()[0]}"
    yield from handles_of_person(reviewer.key)
    for relation in reviewer.relations:
        yield from handles_of_person(relation.key)
    for spelling in reviewer.spellings:
        yield from handles_of_person(spelling.key)
    for exclusion in reviewer.exclusions:
        yield f"name {exclusion.key}"
    if reviewer.npi:
        yield f"npi {reviewer.npi}"
    for address in reviewer.addresses:
        yield f"address {address.key}"


class Reach:
    """Which parties of one case a reviewer can have anything to do with; made once and asked for a whole panel."""

    def __init__(self, case: CaseFacts) -> None:
        self._case = case
        self._by_handle: dict[Handle, list[int]] = defaultdict(list)
        for place, party in enumerate(case.parties):
            for handle in handles_of_party(party):
                self._by_handle[handle].append(place)

    def touches(self, reviewer: ReviewerFacts) -> bool:
        """Whether there is anything to ask the rules of conflicts; most of a panel declares nothing near a case."""
        return (
            bool(reviewer.affiliations or reviewer.product_interests or reviewer.relations or reviewer.exclusions)
            or bool(reviewer.addresses or reviewer.spellings)
            or f"npi {reviewer.npi}" in self._by_handle
            or not self._by_handle.keys().isdisjoint(handles_of_person(reviewer.key))
        )

    def parties(self, reviewer: ReviewerFacts) -> list[PartyFacts]:
        """In the order of the case."""
        known = self._by_handle
        places = {place for handle in handles_of_reviewer(reviewer) if handle in known for place in known[handle]}
        return [self._case.parties[place] for place in sorted(places)]
