"""What hangs together with the organizations of a case: themselves, their families, and whoever is alike by name.

Alike is asked three ways, each by index: the register in memory says what a typed name may mean; the trigram index
finds organizations of the panel with like names; and pairs that nobody has decided on stand for the rest. What staff
decided at the desk of names counts: "different" ends the likeness, "same" and "parent" are in the register itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Organization, OrganizationAlias, OrganizationPair
from cases.rules.naming.parsing import read_name
from cases.rules.naming.register import Register
from cases.services.alike_names import alike_of_each
from cases.services.register import current_register
from reviews.models import Affiliation, BillingOrganization, ProductInterest
from reviews.rules.facts import OrganizationTie, Period
from reviews.rules.families import Families

Ties = dict[int, tuple[tuple[int, OrganizationTie], ...]]
Decision = OrganizationPair.Decision


def ties_and_names(
    organizations: Iterable[Organization], reviewers: Sequence[int] | None
) -> tuple[Ties, dict[int, set[str]]]:
    """For each organization of a party: what hangs together with it, and all its folded names.

    reviewers narrows only the search by likeness to what these reviewers have to do with.
    Four statements once the register is read.
    """
    own = {organization.pk: organization for organization in organizations}
    if not own:
        return {}, {}
    register = current_register()
    families = _families(register)
    same = _merged_with(own, register.merged)
    names, typed = _names(own, same)
    family = {pk: _family_of(same[pk], families) for pk in own}
    alike, different = _pairs(own, same, family)
    for pk, others in _found_by_name(own, typed, register, reviewers).items():
        alike[pk] |= others
    ties: Ties = {}
    for pk in own:
        found = [(one, OrganizationTie("same")) for one in same[pk]]
        found += [(other, OrganizationTie("family", one)) for other, periods in family[pk].items() for one in periods]
        known = {*same[pk], *family[pk]}
        for other, periods in _with_families(alike[pk] - different[pk] - known, families).items():
            if other not in known:
                found += [(other, OrganizationTie("similar", period)) for period in periods]
        ties[pk] = tuple(sorted(set(found), key=lambda tie: (tie[0], tie[1].kind, str(tie[1].period))))
    return ties, names


@lru_cache(maxsize=2)
def _families(register: Register) -> Families:
    return Families((link.child, link.parent, Period(link.since, link.until)) for link in register.links)


def _merged_with(own: dict[int, Organization], merged: Mapping[int, int]) -> dict[int, frozenset[int]]:
    """Each organization -> every row that means the same one since staff said so."""

    def root(pk: int) -> int:
        while pk in merged:
            pk = merged[pk]
        return pk

    members: dict[int, set[int]] = defaultdict(set)
    for pk in merged:
        members[root(pk)].add(pk)
    return {pk: frozenset({pk, root(pk), *members.get(root(pk), ())}) for pk in own}


def _names(
    own: dict[int, Organization], same: dict[int, frozenset[int]]
) -> tuple[dict[int, set[str]], dict[int, list[str]]]:
    """Folded and typed names of each organization, aliases included."""
    whose = {one: pk for pk, ones in same.items() for one in ones}
    keys = {pk: {organization.key} for pk, organization in own.items()}
    typed = {pk: [organization.name] for pk, organization in own.items()}
    rows = OrganizationAlias.objects.filter(organization__any_of=whose).order_by("pk")
    for organization, key, name in rows.values_list("organization_id", "key", "name"):
        keys[whose[organization]].add(key)
        typed[whose[organization]].append(name)
    return keys, typed


def _family_of(ones: Iterable[int], families: Families) -> dict[int, list[Period]]:
    return {other: periods for one in ones for other, periods in families.of(one).items() if other not in ones}


def _pairs(
    own: dict[int, Organization], same: dict[int, frozenset[int]], family: dict[int, dict[int, list[Period]]]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Of each organization: what it or its family may be by open pairs, and what it is not by decision."""
    whose: dict[int, set[int]] = defaultdict(set)
    for pk in own:
        for one in (*same[pk], *family[pk]):
            whose[one].add(pk)
    rows = OrganizationPair.objects.of(*whose).filter(decision__in=[Decision.OPEN, Decision.DIFFERENT])
    rows = rows.filter(first__merged_into=None, second__merged_into=None)
    alike: dict[int, set[int]] = defaultdict(set)
    different: dict[int, set[int]] = defaultdict(set)
    for first, second, decision in rows.values_list("first_id", "second_id", "decision"):
        for here, there in ((first, second), (second, first)):
            for pk in whose.get(here, ()):
                if decision == Decision.OPEN:
                    alike[pk].add(there)
                elif here in same[pk]:
                    different[pk].add(there)
    return alike, different


def _found_by_name(
    own: dict[int, Organization], typed: dict[int, list[str]], register: Register, reviewers: Sequence[int] | None
) -> dict[int, set[int]]:
    """Of each organization: what its names may mean by the register, and whom of the panel they resemble."""
    found: dict[int, set[int]] = defaultdict(set)
    for pk, organization in own.items():
        if not organization.registered:
            found[pk] = {hit.entry.id for name in typed[pk] for hit in register.resolve(read_name(name))}
    panel = _held_by_panel(reviewers)
    for pk, others in alike_of_each(typed, among=panel, register=register).items():
        found[pk] |= {other for other, registered in others if not (registered and own[pk].registered)}
    return found


def _held_by_panel(reviewers: Sequence[int] | None) -> QuerySet[Organization]:
    """Organizations that somebody of the panel has to do with; asked row by row, behind the index of names."""
    held = Q()
    for model in (Affiliation, BillingOrganization, ProductInterest):
        rows: QuerySet[Any] = QuerySet(model).filter(organization=OuterRef("pk"))
        held |= Q(Exists(rows if reviewers is None else rows.filter(reviewer__any_of=reviewers)))
    return Organization.objects.standing().filter(held)


def _with_families(organizations: Iterable[int], families: Families) -> dict[int, list[Period]]:
    """Alike organizations with their families: who may be one of them may be of their family, too."""
    found: dict[int, list[Period]] = {}
    for one in organizations:
        found[one] = [Period()]
        for other, periods in families.of(one).items():
            found.setdefault(other, []).extend(periods)
    return found
