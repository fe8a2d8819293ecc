"""Finding cases by number, worker, claim number or requesting physician."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet

from cases.models import Case, Claim, Party, Person, Worker
from cases.models.case import CaseQuerySet

#: A shorter word is looked for at the beginning of names and numbers only: inside them it would be everywhere.
_SHORTEST_INSIDE = 3
_MOST_WORDS = 6
#: Of one frequent word alone the newest this many of each kind are enough: a list shows a hundred.
_NEWEST = 300
_MOST = 600


def find_cases(text: str) -> CaseQuerySet:
    """Cases, ended and taken-over ones too, in which every word of `text` is part of the case number, the claim number,
    the worker's name or the requesting physician's name: the newest _MOST of them.

    Each word is looked up in its own indexed columns; several words are cut with one another by the database. The keys
    are fetched first: with them at hand the database reads a few hundred rows instead of sorting a whole table.
    """
    words = text.split()[:_MOST_WORDS]
    if not words:
        return Case.objects.none()
    if len(words) == 1:
        found = _either([one.order_by("-key")[:_NEWEST] for one in _cases_with(words[0])])
    else:
        first, *others = (_either(_cases_with(word)) for word in words)
        found = first.intersection(*others)
    return Case.objects.filter(pk__in=list(found.order_by("-key").values_list("key", flat=True)[:_MOST]))


def _either(found: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *others = found
    return first.union(*others) if others else first


def _cases_with(word: str) -> list[QuerySet[Any, Any]]:
    """The keys of cases with the word, one query for each column that it may stand in. Names hold no digits."""
    how = "icontains" if len(word) >= _SHORTEST_INSIDE else "istartswith"
    ids = Case.objects.order_by().values(key=F("pk"))
    found: list[QuerySet[Any, Any]] = [
        ids.filter(claim__in=Claim.objects.filter(**{f"claim_number__{how}": word}).values("pk"))
    ]
    if word[:2].upper() == "CM":
        found.append(ids.filter(number__startswith=word.upper()))
    elif any(sign.isdigit() for sign in word):
        found.append(ids.filter(**{f"number__{how}": word}))
    if not any(sign.isdigit() for sign in word):
        found.append(ids.filter(worker__in=_named(Worker, how, word)))
        treated = Party.objects.filter(role=Party.Role.REQUESTING_PHYSICIAN, person__in=_named(Person, how, word))
        found.append(treated.order_by().values(key=F("case_id")))
    return found


def _named(model: type[Worker | Person], how: str, word: str) -> QuerySet:
    either = Q(**{f"first_name__{how}": word}) | Q(**{f"last_name__{how}": word})
    return QuerySet(model).filter(either).values("pk")
