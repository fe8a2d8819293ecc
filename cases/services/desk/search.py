"""Finding cases by number, worker, claim number or requesting physician."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

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
        found = _either(_cases_with(words[0], newest=_NEWEST))
    else:
        first, *others = (_either(_cases_with(word)) for word in words)
        found = first.intersection(*others)
    return Case.objects.filter(pk__in=list(found.order_by("-key").values_list("key", flat=True)[:_MOST]))


def _either(found: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *others = found
    return first.union(*others) if others else first


def _cases_with(word: str, newest: int | None = None) -> list[QuerySet[Any, Any]]:
    """The keys of cases with the word, one query for each column that it may stand in. Names hold no digits.

    newest: no more than so many of each.
    """
    how = "icontains" if len(word) >= _SHORTEST_INSIDE else "istartswith"
    ids = Case.objects.order_by().values(key=F("pk"))
    latest = _latest if how == "icontains" else _latest_of_many
    claims = latest(Claim.objects.filter(**{f"claim_number__{how}": word}), newest)
    found: list[QuerySet[Any, Any]] = [ids.filter(_any_of("claim_id", claims))]
    if word[:2].upper() == "CM":
        numbered = ids.filter(number__startswith=word.upper())
        found.append(numbered.order_by("-key")[:newest] if newest else numbered)
    elif any(sign.isdigit() for sign in word):
        found.append(latest(ids.filter(**{f"number__{how}": word}), newest))
    if not any(sign.isdigit() for sign in word):
        found.append(ids.filter(_any_of("worker_id", latest(_named(Worker, how, word), newest))))
        physician = Q(role=Party.Role.REQUESTING_PHYSICIAN) & Q(_any_of("person_id", _named(Person, how, word)))
        treated = Party.objects.filter(physician).order_by().values(key=F("case_id"))
        found.append(treated.order_by("-case_id")[:newest] if newest else treated)
    return found


def _named(model: type[Worker | Person], how: str, word: str) -> QuerySet:
    either = Q(**{f"first_name__{how}": word}) | Q(**{f"last_name__{how}": word})
    return QuerySet(model).filter(either)


def _latest(found: QuerySet[Any, Any], newest: int | None) -> QuerySet[Any, Any]:
    """The newest of the rows found, where not all are wanted: rows of cases are numbered as the cases came.

    By a sum, not by the key itself: the database would walk the whole table from its end, and find nothing for long.
    """
    return found.order_by((F("pk") + 0).desc())[:newest] if newest else found


def _latest_of_many(found: QuerySet[Any, Any], newest: int | None) -> QuerySet[Any, Any]:
    """`_latest` for a word of a letter or two, which so many names begin with that walking from the end is quick."""
    return found.order_by("-pk")[:newest] if newest else found


def _any_of(column: str, rows: QuerySet[Any, Any]) -> Func:
    """`column` is a key of one of the rows, which are looked up first and once: as an array, not as a join that the
    database may turn round to try every case of the table."""
    keys = ArraySubquery(rows.values("pk"))
    return Func(F(column), keys, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
