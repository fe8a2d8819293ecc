"""Which open cases lack records, since when, from whom, and what that costs by the penalty rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Min

from cases.models import RecordRequest
from cases.rules.chasing import BANDS, AgeBand, band_of, days_late, penalty
from cases.services.jurisdictions import jurisdiction
from common.days import date_in


@dataclass(frozen=True)
class Aged:
    """One case that waits for one administrator."""

    case_id: int
    owing: str
    name: str
    late: int
    dollars: int | None


@dataclass(frozen=True)
class AgeingLine:
    """One administrator: its open cases that lack records. dollars: None where some sum has no rule on file."""

    owing: str
    name: str
    cases: int
    overdue: int
    oldest: int
    dollars: int
    without_rule: int


@dataclass(frozen=True)
class Ageing:
    lines: tuple[AgeingLine, ...]
    bands: tuple[tuple[AgeBand, int], ...]

    @property
    def cases(self) -> int:
        return sum(count for _, count in self.bands)

    @property
    def overdue(self) -> int:
        return sum(line.overdue for line in self.lines)

    @property
    def dollars(self) -> int:
        return sum(line.dollars for line in self.lines)

    @property
    def without_rule(self) -> int:
        return sum(line.without_rule for line in self.lines)


def ageing(*, now: dt.datetime) -> Ageing:
    """Every administrator that owes records, what burns first, and the cases by age. One statement."""
    aged = list(_aged(now))
    by_owing: dict[str, list[Aged]] = defaultdict(list)
    for one in aged:
        by_owing[one.owing].append(one)
    lines = [_line(some) for some in by_owing.values()]
    lines.sort(key=lambda line: (-line.overdue, -line.oldest, line.name))
    counts = Counter(band_of(one.late) for one in aged)
    return Ageing(tuple(lines), tuple((band, counts[band]) for band in BANDS))


def _aged(now: dt.datetime) -> Iterable[Aged]:
    rows: Any = (
        RecordRequest.objects.chased()
        .filter(asked_at__isnull=False, due_at__isnull=False)
        .values("case", "case__jurisdiction", "party", "party__organization", "party__organization__name")
        .annotate(due=Min("due_at"))
        .order_by()
    )
    for row in rows:
        of = jurisdiction(row["case__jurisdiction"])
        due_on = date_in(row["due"], of.zone)
        late = days_late(due_on=due_on, received_on=None, as_of=date_in(now, of.zone))
        organization = row["party__organization"]
        yield Aged(
            case_id=row["case"],
            owing=f"o{organization}" if organization else f"p{row['party']}",
            name=row["party__organization__name"] or "A person without an organization",
            late=late,
            dollars=penalty(of.penalties(), due_on=due_on, late=late),
        )


def _line(some: list[Aged]) -> AgeingLine:
    late = [one for one in some if one.late > 0]
    return AgeingLine(
        owing=some[0].owing,
        name=some[0].name,
        cases=len(some),
        overdue=len(late),
        oldest=max(one.late for one in some),
        dollars=sum(one.dollars or 0 for one in late),
        without_rule=sum(one.dollars is None for one in late),
    )
