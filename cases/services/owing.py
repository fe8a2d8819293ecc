"""Who owes records, and what each case lacks from them: read by chasers, call sheets and the evidence alike.

An administrator is known by "o" and its organization's id; one that is only a person, by "p" and the party's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case, ChaserStep, Party, RecordRequest
from cases.rules.chasing import of_this_request
from cases.services.jurisdictions import case_date
from common.errors import InputRefusal

_LONGEST_KEY = 15


@dataclass(frozen=True)
class Owed:
    """What one case lacks from one administrator."""

    case: Case
    party: Party
    lacks: tuple[str, ...]
    asked_at: dt.datetime
    due_at: dt.datetime

    @property
    def due_on(self) -> dt.date:
        return case_date(self.case, self.due_at)


def owing_key(party: Party) -> str:
    return f"o{party.organization_id}" if party.organization_id else f"p{party.pk}"


def whose(owing: str) -> dict[str, str | None]:
    """The filter on requests for what an administrator owes. Raises InputRefusal for a key that names nobody."""
    if owing[:1] not in {"o", "p"} or not (owing[1:].isascii() and owing[1:].isdigit()) or len(owing) > _LONGEST_KEY:
        raise InputRefusal("chasing.owing", "There is no such administrator. Choose one from the list.")
    return {"party__organization": owing[1:]} if owing[0] == "o" else {"party": owing[1:], "party__organization": None}


def owed_by(owing: str) -> list[Owed]:
    """Every case that waits for records of this administrator, what burns first. One statement."""
    rows = RecordRequest.objects.chased().filter(asked_at__isnull=False, due_at__isnull=False, **whose(owing))
    return owed(
        rows.select_related("case__worker", "case__claim", "party__organization", "party__person").order_by(
            "due_at", "case", "position"
        )
    )


def owed(rows: Iterable[RecordRequest]) -> list[Owed]:
    """Outstanding requests, asked and with a due date, put together by case."""
    by_case: dict[int, list[RecordRequest]] = defaultdict(list)
    for row in rows:
        by_case[row.case_id].append(row)
    return [
        Owed(
            case=some[0].case,
            party=some[0].party,
            lacks=tuple(row.label for row in some),
            asked_at=min(row.asked_at for row in some if row.asked_at),
            due_at=min(row.due_at for row in some if row.due_at),
        )
        for some in by_case.values()
        if some[0].party is not None
    ]


def climbed(owing: str, cases: Iterable[Owed]) -> dict[int, list[ChaserStep]]:
    """Case -> the rungs climbed since its records were last asked for, skipped ones too, oldest first."""
    asked_on = {one.case.pk: case_date(one.case, one.asked_at) for one in cases}
    steps = ChaserStep.objects.filter(owing=owing, case__in=asked_on).select_related("chaser")
    found: dict[int, list[ChaserStep]] = defaultdict(list)
    for step in steps.order_by("chaser__at", "pk"):
        if of_this_request(step.chaser.day, asked_on=asked_on[step.case_id]):
            found[step.case_id].append(step)
    return found


def name_of(party: Party) -> str:
    """The administrator as it is called: its organization, else the person."""
    return str(party.organization) if party.organization else party.display_name
