"""Organizations whose names are alike: found by index, kept as pairs for the desk where staff decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet, Value

from cases.models import Organization, OrganizationAlias, OrganizationPair
from cases.rules.naming.alike import Level, compare
from cases.rules.naming.parsing import Name, read_name
from cases.rules.naming.register import Register
from cases.rules.naming.relation import Relation, relation_of
from cases.rules.naming.words import COMMON, LEGAL, SECTORS, SOFT, SOFT_FOR_PRACTICES, is_own
from cases.services.register import current_register

#: So many words of a name are looked for at most.
_MOST_WORDS = 4
_SAYS_NOTHING = SOFT | SOFT_FOR_PRACTICES | LEGAL


def look_for_pairs(organization: Organization) -> list[OrganizationPair]:
    """Keep a pair for every organization that the name may mean; pairs known already stay as they were decided.

    Asked once for each name that is first typed: against the register in memory, and by index against other names that
    were merely typed. Two registered organizations are never a pair: the register knows both.
    """
    if organization.merged_into_id is not None:
        return []
    register = current_register()
    pairs = []
    for other in _alike(organization, register):
        if other.pk == organization.pk or (organization.registered and other.registered):
            continue
        first, second = sorted((organization, other), key=lambda one: one.pk)
        answer = relation_of(first.name, second.name, register)
        pairs.append(
            OrganizationPair(
                first=first, second=second, score=answer.score, why=answer.why[:1000],
                relation=Relation.UNSURE if answer.relation == Relation.DIFFERENT else answer.relation,
            )
        )  # fmt: skip
    OrganizationPair.objects.bulk_create(pairs, ignore_conflicts=True)
    return pairs


def _alike(organization: Organization, register: Register) -> QuerySet[Organization]:
    names = [organization.name, *organization.aliases.values_list("name", flat=True)]
    typed = Organization.objects.standing().filter(registered=False)
    found = {pk for pk, _ in alike_of_each({0: names}, among=typed, register=register)[0]}
    if not organization.registered:
        found |= {hit.entry.id for name in names for hit in register.resolve(read_name(name))}
    return Organization.objects.filter(pk__in=found)


def alike_of_each(
    names: Mapping[int, Iterable[str]], *, among: QuerySet[Organization], register: Register
) -> dict[int, set[tuple[int, bool]]]:
    """Each key of `names` -> (id, registered) of the organizations among these that one of its names may mean.

    One statement, however many names: the trigram index finds who holds a like word, the rule of names judges those.
    """
    asked = {who: [name for name in map(read_name, typed) if name.words] for who, typed in names.items()}
    found: dict[int, set[tuple[int, bool]]] = {who: set() for who in names}
    searches: list[QuerySet[Any, Any]] = []
    for who, some in asked.items():
        if some:
            condition = _held(_terms(name) for name in some)
            aliases = OrganizationAlias.objects.filter(condition, organization__in=among).order_by()
            searches += [
                among.filter(condition).order_by().values_list(Value(who), "pk", "name", "registered"),
                aliases.values_list(Value(who), "organization_id", "name", "organization__registered"),
            ]
    for who, pk, other, registered in searches[0].union(*searches[1:], all=True) if searches else ():
        if (pk, registered) not in found[who] and any(_may_be_one(one.typed, other, register) for one in asked[who]):
            found[who].add((pk, registered))
    return found


def _may_be_one(left: str, right: str, register: Register) -> bool:
    """Whether a person has to say what the two are: alike words that the register does not tell apart."""
    return _words_alike(left, right) and relation_of(left, right, register).relation != Relation.DIFFERENT


def _words_alike(left: str, right: str) -> bool:
    one, other = read_name(left), read_name(right)
    return any(compare(a, b).level != Level.STRANGE for a in (one, *one.also) for b in (other, *other.also))


def _terms(name: Name) -> list[tuple[str, ...]]:
    """What a like name must hold: any of the rare words, or else the two that say most together."""
    own = [word for word in name.words if is_own(word)]
    if rare := [word for word in own if word not in COMMON]:
        return [(word,) for word in rare[:_MOST_WORDS]]
    rest = [word for word in name.words if word not in own and word not in SECTORS and word not in _SAYS_NOTHING]
    as_typed = f" {' '.join(name.raw)} "
    own, rest = ([word for word in words if f" {word} " in as_typed] for words in (own, rest))  # not "saint" for "st"
    telling = [*own, *rest] or [word for word in name.words if word not in _SAYS_NOTHING] or list(name.words)
    return [tuple(telling[:2])]


def _held(terms: Iterable[Iterable[tuple[str, ...]]]) -> Q:
    """The key holds the words of one of the terms, spelled the same or nearly; answered from the trigram index."""
    return reduce(
        or_,
        (reduce(and_, (Q(key__trigram_word_similar=word) for word in words)) for term in terms for words in term),
    )
