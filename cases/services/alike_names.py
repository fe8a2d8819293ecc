"""Organizations whose names are alike: found by index, kept as pairs for the desk where staff decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from cases.models import Organization, OrganizationAlias, OrganizationPair
from cases.rules.naming.alike import LEAST_LETTERS
from cases.rules.naming.likely import LikelyNames, may_be_one, terms_of
from cases.rules.naming.parsing import Name, read_name
from cases.rules.naming.register import Register
from cases.rules.naming.relation import Relation, relation_of
from cases.services.register import current_register

#: From so many organizations on their names are looked for in memory at once and not one by one in the index.
_MANY = 60
#: How near a word of the index must be to one that is looked for; the rule of names judges what comes.
_NEAR = "0.4"
Found = dict[int, set[tuple[int, bool]]]


def look_for_pairs(organizations: Sequence[Organization]) -> list[OrganizationPair]:
    """Keep a pair for every organization that one of the names may mean; pairs known already stay as they were decided.

    Asked once for each name that is first typed: against the register in memory, and by index against other names that
    were merely typed. Two registered organizations are never a pair: the register knows both. Constant statements.
    """
    asked = {one.pk: one for one in organizations if one.merged_into_id is None}
    if not asked:
        return []
    register = current_register()
    meant = _meant(asked, register)
    others = Organization.objects.in_bulk({other for found in meant.values() for other in found} - {*asked}) | asked
    pairs = {}
    for pk, found in meant.items():
        for other in found:
            first, second = sorted((asked[pk], others[other]), key=lambda one: one.pk)
            if first.pk != second.pk and not (first.registered and second.registered):
                pairs[first.pk, second.pk] = _pair(first, second, register)
    OrganizationPair.objects.bulk_create([pairs[key] for key in sorted(pairs)], ignore_conflicts=True)
    return list(pairs.values())


def _pair(first: Organization, second: Organization, register: Register) -> OrganizationPair:
    answer = relation_of(first.name, second.name, register)
    relation = Relation.UNSURE if answer.relation == Relation.DIFFERENT else answer.relation
    return OrganizationPair(first=first, second=second, relation=relation, score=answer.score, why=answer.why[:1000])


def _meant(asked: dict[int, Organization], register: Register) -> dict[int, set[int]]:
    names = {pk: [one.name] for pk, one in asked.items()}
    for pk, alias in OrganizationAlias.objects.filter(organization__in=asked).values_list("organization_id", "name"):
        names[pk].append(alias)
    typed = Organization.objects.standing().filter(registered=False)
    found = {pk: {one for one, _ in some} for pk, some in alike_of_each(names, among=typed, register=register).items()}
    for pk, one in asked.items():
        if not one.registered:
            found[pk] |= {hit.entry.id for name in names[pk] for hit in register.resolve(read_name(name))}
    return found


def alike_of_each(
    names: Mapping[int, Iterable[str]], *, among: QuerySet[Organization], register: Register, many: int = _MANY
) -> Found:
    """Each key of `names` -> (id, registered) of the organizations among these that one of its names may mean.

    A few names are looked for in the trigram index, many in memory; the same rule judges what either finds.
    """
    asked = {who: [name for name in map(read_name, typed) if name.words] for who, typed in names.items()}
    rows = _all_of(among) if len(asked) > many else _from_index(asked, among)
    likely = _likely_of(tuple([name for _, name, _ in rows]))
    found: Found = {who: set() for who in names}
    for who, places in likely.of_each(asked).items():
        for pk, other, registered in (rows[place] for place in places):
            if (pk, registered) not in found[who] and any(
                may_be_one(one, read_name(other), register) for one in asked[who]
            ):
                found[who].add((pk, registered))
    return found


@lru_cache(maxsize=4)
def _likely_of(names: tuple[str, ...]) -> LikelyNames:
    """The same thousands are looked among again and again."""
    return LikelyNames([read_name(name) for name in names])


def _all_of(among: QuerySet[Organization]) -> list[tuple[int, str, bool]]:
    """Id, a name and whether registered: of each organization by its name and by each alias."""
    aliases = OrganizationAlias.objects.filter(organization__in=among).order_by("pk")
    return [
        *among.order_by("pk").values_list("pk", "name", "registered"),
        *aliases.values_list("organization_id", "name", "organization__registered"),
    ]


def _from_index(asked: dict[int, list[Name]], among: QuerySet[Organization]) -> list[tuple[int, str, bool]]:
    """As `_all_of`, but only what may be one of the names that are asked about.

    One search for all of them: writing a statement for each costs more than what it finds.
    """
    terms = {words for some in asked.values() for name in some for words in terms_of(name)}
    if not terms:
        return []
    condition = reduce(or_, map(_holds, sorted(terms)))
    aliases = OrganizationAlias.objects.filter(condition, organization__in=among).order_by()
    rows: QuerySet[Any, Any] = among.filter(condition).order_by().values_list("pk", "name", "registered")
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [_NEAR])
        of_aliases = aliases.values_list("organization_id", "name", "organization__registered")
        return list(rows.union(of_aliases, all=True))


def _holds(words: Iterable[str]) -> Q:
    """The key holds all the words, the longer ones spelled nearly so; answered from the trigram index."""
    return reduce(
        and_,
        (
            Q(key__trigram_word_similar=word) if len(word) >= LEAST_LETTERS else Q(key__regex=rf"\y{word}\y")
            for word in words
        ),
    )
