"""Asking for missing records out of turn: chosen cases, one notice to each administrator about all its cases.

It goes the way of the daily chaser: the row of the day is unique, so an administrator gets one notice a day, by hand or
by the ladder. A rung that is due today is climbed with it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.roles import require
from cases.models import Case, Chaser, ChaserStep, RecordRequest
from cases.services.chasing import chase, send
from cases.services.owing import Owed, name_of, owed_by, owing_key
from cases.services.workflow import record
from cases.workflow import State
from common.actor import Actor
from common.days import house_date

RIGHT = "send_notices"
RUNG, LABEL = "by_hand", "Reminder by hand"


def why_not(cases: Sequence[Case], now: dt.datetime) -> dict[int, str]:
    """Case id -> why nobody can be asked for its records now; cases without an entry pass. Two statements."""
    rows = _owed_in(cases)
    today = Chaser.objects.filter(day=house_date(now), notice_id__isnull=False)
    reminded = dict(today.values_list("owing", "name"))
    found = {case.pk: _why_not(case, rows.get(case.pk, []), reminded) for case in cases}
    return {pk: why for pk, why in found.items() if why}


def _why_not(case: Case, owed: Sequence[RecordRequest], reminded: Mapping[str, str]) -> str:
    if case.imported or case.state != State.RECORDS:
        return "Its records are not being collected."
    if not owed:
        return "No required record is missing."
    with_party = [row for row in owed if row.party]
    if not with_party:
        return "It names no party that owes the records. Add the claims administrator."
    if not any(row.asked_at and row.due_at for row in with_party):
        return "The notice of assignment is not served yet: it asks for the records first."
    keys = {owing_key(row.party) for row in with_party if row.party and row.asked_at}
    if told := [reminded[key] for key in sorted(keys) if key in reminded]:
        return f"{told[0]} was reminded today."
    return ""


def effects(cases: Sequence[Case]) -> list[str]:
    """Who gets a notice, and about how many cases besides the chosen ones."""
    keys = {key for some in _keys_of(cases).values() for key in some}
    said = []
    for key in sorted(keys):
        owed = owed_by(key)
        number = f"{len(owed)} case{'' if len(owed) == 1 else 's'}"
        said.append(f"One notice to {name_of(owed[0].party)}, about {number}: every case that it owes records for.")
    return said


def remind(*, cases: Sequence[Case], actor: Actor, now: dt.datetime) -> list[Chaser]:
    """Send each administrator that owes records of these locked cases its notice of today. Raises RightRefusal."""
    require(actor, RIGHT)
    keys = _keys_of(cases)
    chosen: dict[str, set[int]] = defaultdict(set)
    for case_id, some in keys.items():
        for key in some:
            chosen[key].add(case_id)
    return [_remind(key, chosen[key], actor, now) for key in sorted(chosen)]


def _remind(owing: str, chosen: set[int], actor: Actor, now: dt.datetime) -> Chaser:
    with transaction.atomic():
        climbed = chase(owing=owing, actor=actor, now=now)
        owed = owed_by(owing)
        party = owed[0].party
        made, _ = Chaser.objects.get_or_create(
            owing=owing, day=house_date(now),
            defaults={"organization": party.organization, "name": name_of(party), "rung": RUNG, "label": LABEL,
                      "at": now},
        )  # fmt: skip
        chaser = Chaser.objects.select_for_update(of=("self",)).select_related("organization").get(pk=made.pk)
        if chaser.notice_id is None:  # nothing of today, or a rung that only asks for a call
            send(chaser, owed, actor, now)
        told = set(ChaserStep.objects.filter(chaser=climbed).values_list("case", flat=True)) if climbed else set()
        for one in owed:
            if one.case.pk in chosen - told:
                _tell(one, chaser, actor, now)
        return chaser


def _tell(one: Owed, chaser: Chaser, actor: Actor, now: dt.datetime) -> None:
    record(
        case=one.case,
        kind="record.chased",
        sentence=f"{LABEL} for {chaser.name}. Missing: {'; '.join(one.lacks)}.",
        facts={"chaser": chaser.pk, "rung": RUNG, "skipped": []},
        actor=actor,
        now=now,
    )


def _owed_in(cases: Sequence[Case]) -> dict[int, list[RecordRequest]]:
    rows = RecordRequest.objects.outstanding().holding_up().filter(case__in=cases).select_related("party__organization")
    found: dict[int, list[RecordRequest]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _keys_of(cases: Sequence[Case]) -> dict[int, set[str]]:
    return {
        pk: {owing_key(row.party) for row in rows if row.party and row.asked_at and row.due_at}
        for pk, rows in _owed_in(cases).items()
    }
