"""Finding applications that were filed before: certain and likely duplicates of a filing, flagged for a person.

Candidates come from two indexes in one statement (folded claim number with injury date; birth date and its slips, of
which those with a name alike are kept); what they are worth is decided by `cases.rules.duplicates`. Nothing here walks
all cases, and many filings are looked up in as many statements as one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from cases.models import Case, CasePair, Party
from cases.rules.duplicates import CERTAIN, Filing, Likeness, claim_key, compare, person_score, slips
from cases.workflow import State
from common.services.exchange import parse_date

#: So many candidates are scored, and so many of them are shown and flagged, the surest first.
MOST_CANDIDATES = 200
MOST_SHOWN = 5
#: An application that ended so may be filed again: the second filing can cure it and is no duplicate by itself.
_MAY_BE_FILED_AGAIN = (State.INELIGIBLE, State.WITHDRAWN)


@dataclass(frozen=True)
class Alike:
    """A case that was filed before, and how it compares with the filing at hand."""

    case: Case
    filing: Filing
    likeness: Likeness

    @property
    def certain(self) -> bool:
        return self.likeness.kind == CERTAIN


def filing_of(case: Case) -> Filing:
    """What a case says of itself. Constant statements when the case was read by `_with_filing`."""
    review = getattr(case, "utilization_review", None)
    physician = next((one for one in case.parties.all() if one.role == Party.Role.REQUESTING_PHYSICIAN), None)
    person = physician.person if physician else None
    return Filing(
        first_name=case.worker.first_name,
        last_name=case.worker.last_name,
        birth_date=case.worker.birth_date,
        claim_number=case.claim.claim_number,
        injury_date=case.claim.injury_date,
        decision_date=review.decision_date if review else None,
        physician=str(person) if person else "",
        physician_npi=person.npi if person else "",
        physician_group=physician.organization_name if physician else "",
    )


def filing_of_row(row: dict[str, Any]) -> Filing:
    """What an exchange row says of itself; the row has passed its schema."""
    worker, claim, review = (row.get(part) or {} for part in ("worker", "claim", "utilization_review"))
    physician: dict[str, Any] = next(
        (one for one in row.get("parties") or [] if one["role"] == Party.Role.REQUESTING_PHYSICIAN), {}
    )
    person = physician.get("person") or {}
    return Filing(
        first_name=worker.get("first_name") or "",
        last_name=worker.get("last_name") or "",
        birth_date=_date(worker.get("birth_date")),
        claim_number=claim.get("claim_number") or "",
        injury_date=_date(claim.get("injury_date")),
        decision_date=_date(review.get("decision_date")),
        physician=" ".join(filter(None, [person.get("first_name"), person.get("last_name")])),
        physician_npi=person.get("npi") or "",
        physician_group=physician.get("organization") or "",
    )


def _date(value: str | None) -> dt.date | None:
    return parse_date(value) if value else None


def find_alike(filing: Filing, *, besides: int | None = None) -> list[Alike]:
    """Cases that are certainly or likely the same application as `filing`, the surest first, at most MOST_SHOWN.

    besides: id of a case to leave out (the filing's own). Three statements at most, however many cases there are.
    """
    return find_all_alike([filing], besides=[{besides or 0}])[0]


def find_all_alike(filings: Sequence[Filing], *, besides: Sequence[AbstractSet[int]]) -> list[list[Alike]]:
    """`find_alike` for many filings in the same three statements. besides: for each the ids to leave out."""
    candidates = _candidates(filings)
    keys = {place: sorted(found - besides[place])[:MOST_CANDIDATES] for place, found in candidates.items()}
    cases = _read({key for found in keys.values() for key in found})
    alike = []
    for place, filing in enumerate(filings):
        found = [
            Alike(cases[key], other, likeness)
            for key in keys.get(place, ())
            if (likeness := compare(filing, other := filing_of(cases[key]))) is not None
        ]
        found.sort(key=lambda one: (not one.certain, -one.likeness.score, -len(one.likeness.same), one.case.pk))
        alike.append(found[:MOST_SHOWN])
    return alike


def find_certain(filing: Filing) -> Case | None:
    """The case of which `filing` is a certain duplicate and which it cannot cure; a joined case stands for its whole.

    None also while a part of what makes it certain is unknown.
    """
    return certain_duplicates([filing]).get(0)


def certain_duplicates(filings: Sequence[Filing]) -> dict[int, Case]:
    """`find_certain` for many: place of the filing -> the case; three statements, and one more for each found."""
    whole = [
        (place, one) for place, one in enumerate(filings) if one.physician or one.physician_npi or one.physician_group
    ]
    candidates = _by_claim(whole)
    cases = _read({key for found in candidates.values() for key in found})
    certain = {}
    for place, found in candidates.items():
        for key in sorted(found):
            likeness = compare(filings[place], filing_of(cases[key]))
            if likeness and likeness.kind == CERTAIN and cases[key].state not in _MAY_BE_FILED_AGAIN:
                certain[place] = whole_of(cases[key])
                break
    return certain


def whole_of(case: Case) -> Case:
    """The case whose file a joined application belongs to; the case itself where it is not joined."""
    pair = CasePair.objects.joined().select_related("earlier").filter(later=case).first()
    return pair.earlier if pair else case


def flag(*, cases: Sequence[Case], filings: Sequence[Filing], now: dt.datetime) -> dict[int, list[CasePair]]:
    """Remember which earlier cases each case just taken in looks like; a pair known already stays as it was decided.

    cases: in the order in which they were taken in; filings: what each says. Returns the pairs by the case's id.
    """
    keys = [case.pk for case in cases]
    later = [set(keys[place:]) for place in range(len(keys))]
    found = find_all_alike(filings, besides=later)
    pairs = {
        case.pk: [
            CasePair(earlier=one.case, later=case, kind=one.likeness.kind, score=one.likeness.score, found_at=now)
            for one in alike
        ]
        for case, alike in zip(cases, found, strict=True)
    }
    CasePair.objects.bulk_create((pair for mine in pairs.values() for pair in mine), ignore_conflicts=True)
    return pairs


def pairs_of(case: Case) -> Sequence[CasePair]:
    """The case's pairs, what is to be decided first, each with both cases complete for comparing."""
    order = [choice for choice, _ in CasePair.Decision.choices]
    complete = _with_filing(Case.objects.all()).prefetch_related("items", "documents")
    pairs = CasePair.objects.of(case).prefetch_related(
        Prefetch("earlier", queryset=complete), Prefetch("later", queryset=complete)
    )
    return sorted(pairs, key=lambda pair: (order.index(pair.decision), -pair.score, pair.pk))


#: Each filing's claim against the index of folded claim numbers.
_CLAIM_SQL = """
SELECT filing.place, cases_case.id, NULL::text AS first_name, NULL::text AS last_name, NULL::date AS birth_date
FROM unnest(%s::int[], %s::text[], %s::date[], %s::date[]) AS filing (place, claim, injured, decided)
JOIN cases_claim ON regexp_replace(upper(cases_claim.claim_number), '[^A-Z0-9]', '', 'g') = filing.claim
    AND cases_claim.injury_date = filing.injured
JOIN cases_case ON cases_case.claim_id = cases_claim.id
JOIN cases_utilizationreview review ON review.case_id = cases_case.id AND review.decision_date = filing.decided
"""
#: Workers born on the day, or on one that a slip makes of it, of whom a name is like one of the filing's (they may have
#: changed places). Looked up by the days alone: the trigrams of a frequent name are in a large part of all workers, and
#: pg_trgm's own operator would lead the database to them.
_PERSON_SQL = """
SELECT day.place, cases_case.id, worker.first_name, worker.last_name, worker.birth_date
FROM unnest(%s::int[], %s::date[]) AS day (place, born)
JOIN unnest(%s::int[], %s::text[], %s::text[]) AS name (place, first, last) ON name.place = day.place
JOIN cases_worker worker ON worker.birth_date = day.born AND greatest(
    similarity(upper(worker.last_name), name.last), similarity(upper(worker.first_name), name.first),
    similarity(upper(worker.last_name), name.first), similarity(upper(worker.first_name), name.last)
) >= 0.3
JOIN cases_case ON cases_case.worker_id = worker.id
"""


def _candidates(filings: Sequence[Filing]) -> dict[int, set[int]]:
    """Place of a filing -> ids of the cases worth comparing with it, by index; nothing where too little is typed."""
    asked = [*filter(None, (_asked_by_claim(enumerate(filings)), _asked_by_person(enumerate(filings))))]
    return _found(filings, asked)


def _by_claim(filings: Sequence[tuple[int, Filing]]) -> dict[int, set[int]]:
    asked = _asked_by_claim(filings)
    return _found([], [asked]) if asked else {}


def _found(filings: Sequence[Filing], asked: Sequence[tuple[str, list[Any]]]) -> dict[int, set[int]]:
    if not asked:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for sql, _ in asked), [one for _, params in asked for one in params])
        for place, key, first, last, born in cursor.fetchall():
            if born is None or person_score(filings[place], Filing(first, last, born)):
                found[place].add(key)
    return found


def _asked_by_claim(filings: Iterable[tuple[int, Filing]]) -> tuple[str, list[Any]] | None:
    rows = [
        (place, key, one.injury_date, one.decision_date)
        for place, one in filings
        if (key := claim_key(one.claim_number)) and one.injury_date and one.decision_date
    ]
    return (_CLAIM_SQL, [list(column) for column in zip(*rows, strict=True)]) if rows else None


def _asked_by_person(filings: Iterable[tuple[int, Filing]]) -> tuple[str, list[Any]] | None:
    days: list[tuple[int, dt.date]] = []
    names: list[tuple[int, str, str]] = []
    for place, one in filings:
        first, last = one.first_name.strip().upper(), one.last_name.strip().upper()
        if first and last and one.birth_date:  # one name alone says too little
            names.append((place, first, last))
            days += [(place, day) for day in sorted(set(slips(one.birth_date)))]
    return (
        (_PERSON_SQL, [list(column) for rows in (days, names) for column in zip(*rows, strict=True)]) if days else None
    )


def _read(keys: AbstractSet[int]) -> dict[int, Case]:
    return {case.pk: case for case in _with_filing(Case.objects.filter(pk__in=keys))} if keys else {}


def _with_filing(cases: QuerySet[Case]) -> QuerySet[Case]:
    physicians: QuerySet[Any] = Party.objects.filter(role=Party.Role.REQUESTING_PHYSICIAN).select_related("person")
    return cases.select_related("worker", "claim", "utilization_review", "application").prefetch_related(
        Prefetch("parties", queryset=physicians)
    )
