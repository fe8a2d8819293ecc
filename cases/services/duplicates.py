"""Finding applications that were filed before: certain and likely duplicates of a filing, flagged for a person.

Candidates come from two indexes in one statement (folded claim number with injury date; birth date and its slips, with
the trigrams of the names); what they are worth is decided by `cases.rules.duplicates`. Nothing here walks all cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Upper

from cases.models import Case, CasePair, Party
from cases.models.case import claim_key_of
from cases.rules.duplicates import CERTAIN, Filing, Likeness, certain_key, claim_key, compare, slips
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
    candidates = _candidates(filing)
    if candidates is None:
        return []
    cases = _with_filing(
        Case.objects.filter(pk__in=candidates).exclude(pk=besides or 0).order_by("pk")[:MOST_CANDIDATES]
    )
    found = [
        Alike(case, other, likeness)
        for case in cases
        if (likeness := compare(filing, other := filing_of(case))) is not None
    ]
    found.sort(key=lambda one: (not one.certain, -one.likeness.score, -len(one.likeness.same), one.case.pk))
    return found[:MOST_SHOWN]


def find_certain(filing: Filing) -> Case | None:
    """The case of which `filing` is a certain duplicate and which it cannot cure; a joined case stands for its whole.

    None also while a part of what makes it certain is unknown.
    """
    by_claim = _by_claim(filing)
    if by_claim is None or not (filing.physician or filing.physician_npi or filing.physician_group):
        return None
    for case in _with_filing(Case.objects.filter(pk__in=by_claim).order_by("pk")):
        likeness = compare(filing, filing_of(case))
        if likeness and likeness.kind == CERTAIN and case.state not in _MAY_BE_FILED_AGAIN:
            return whole_of(case)
    return None


def whole_of(case: Case) -> Case:
    """The case whose file a joined application belongs to; the case itself where it is not joined."""
    pair = CasePair.objects.joined().select_related("earlier").filter(later=case).first()
    return pair.earlier if pair else case


def lock_filing(filing: Filing) -> None:
    """Two intakes of the same application wait for one another, so that the second finds the first."""
    if key := certain_key(filing):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cases.certain:{key}"])


def flag(*, case: Case, filing: Filing, now: dt.datetime) -> list[CasePair]:
    """Remember which earlier cases a case just taken in looks like; a pair known already stays as it was decided."""
    found = find_alike(filing, besides=case.pk)
    pairs = [
        CasePair(earlier=alike.case, later=case, kind=alike.likeness.kind, score=alike.likeness.score, found_at=now)
        for alike in found
    ]
    CasePair.objects.bulk_create(pairs, ignore_conflicts=True)
    return pairs


def pairs_of(case: Case) -> Sequence[CasePair]:
    """The case's pairs, what is to be decided first, each with both cases complete for comparing."""
    order = [choice for choice, _ in CasePair.Decision.choices]
    complete = _with_filing(Case.objects.all()).prefetch_related("items", "documents")
    pairs = CasePair.objects.of(case).prefetch_related(
        Prefetch("earlier", queryset=complete), Prefetch("later", queryset=complete)
    )
    return sorted(pairs, key=lambda pair: (order.index(pair.decision), -pair.score, pair.pk))


def _candidates(filing: Filing) -> QuerySet[Any] | None:
    """Ids of the cases worth comparing, by index; None where too little is typed to ask for any."""
    asked = [one for one in (_by_claim(filing), _by_person(filing)) if one is not None]
    return asked[0].union(*asked[1:]) if asked else None


def _by_claim(filing: Filing) -> QuerySet[Any] | None:
    key = claim_key(filing.claim_number)
    if not key or filing.injury_date is None or filing.decision_date is None:
        return None
    found = Case.objects.alias(claim_key=claim_key_of("claim__claim_number")).filter(
        claim_key=key,
        claim__injury_date=filing.injury_date,
        utilization_review__decision_date=filing.decision_date,
    )
    return found.order_by().values("pk")


def _by_person(filing: Filing) -> QuerySet[Any] | None:
    names = [name.upper() for name in (filing.first_name.strip(), filing.last_name.strip()) if name.strip()]
    if len(names) < 2 or filing.birth_date is None:  # noqa: PLR2004 - one name alone says too little
        return None
    alike = Q()
    for name in names:  # first and last name may have changed places
        alike |= Q(last_upper__trigram_similar=name) | Q(first_upper__trigram_similar=name)
    found = Case.objects.alias(last_upper=Upper("worker__last_name"), first_upper=Upper("worker__first_name")).filter(
        alike, worker__birth_date__in=sorted(set(slips(filing.birth_date)))
    )
    return found.order_by().values("pk")


def _with_filing(cases: QuerySet[Case]) -> QuerySet[Case]:
    physicians: QuerySet[Any] = Party.objects.filter(role=Party.Role.REQUESTING_PHYSICIAN).select_related("person")
    return cases.select_related("worker", "claim", "utilization_review", "application").prefetch_related(
        Prefetch("parties", queryset=physicians)
    )
