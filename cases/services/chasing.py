"""The chaser: finds every rung of the ladder that is due and not done, and reminds each administrator once a day.

Nothing here remembers when it ran last. What is due follows from the dates and from the steps written down, so a sweep
after an outage catches up, and two sweeps at once send once: `Chaser` is unique by administrator and day.
Records that are asked for again start the ladder anew: only the steps since the last request count.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from cases.models import Case, Chaser, ChaserStep, Notice, RecordRequest
from cases.rules.chasing import DueRungs, Rung, due_rungs
from cases.services.jurisdictions import case_date, jurisdiction
from cases.services.notices import issue
from cases.services.owing import Owed, climbed, name_of, owed_by
from cases.services.record_requests import lay_out
from cases.services.workflow import record
from cases.workflow import State
from common.actor import Actor
from common.days import house_date

log = logging.getLogger(__name__)

#: How far ahead of the due moment a rung may stand; only picks the rows that a sweep reads.
_LEAD = dt.timedelta(days=15)
_LAY_OUT_AT_ONCE = 500


@dataclass(frozen=True)
class Swept:
    chasers: tuple[Chaser, ...]
    failed: tuple[str, ...] = ()


def sweep(*, actor: Actor, now: dt.datetime) -> Swept:
    """Send every chaser that is due and not sent. An administrator that fails leaves the others alone."""
    _lay_out_what_lacks_a_checklist(now)
    sent, failed = [], []
    for owing in _with_something_due(now):
        try:
            if (chaser := chase(owing=owing, actor=actor, now=now)) is not None:
                sent.append(chaser)
        except Exception:
            log.exception("chasing.failed", extra={"owing": owing})
            failed.append(owing)
    return Swept(tuple(sent), tuple(failed))


def _lay_out_what_lacks_a_checklist(now: dt.datetime) -> None:
    bare = Case.objects.filter(state=State.RECORDS, imported=False).exclude(
        Exists(RecordRequest.objects.filter(case=OuterRef("pk")))
    )
    for case in bare[:_LAY_OUT_AT_ONCE]:
        lay_out(case=case, now=now)


def _with_something_due(now: dt.datetime) -> list[str]:
    """Administrators with a case near or past its date, not written to today; a superset of who gets a chaser."""
    near = RecordRequest.objects.chased().filter(asked_at__isnull=False, due_at__lte=now + _LEAD)
    keys = {
        f"o{organization}" if organization else f"p{party}"
        for organization, party in near.values_list("party__organization", "party").distinct()
    }
    done = Chaser.objects.filter(day=house_date(now), owing__in=keys).values_list("owing", flat=True)
    return sorted(keys - set(done))


def chase(*, owing: str, actor: Actor, now: dt.datetime) -> Chaser | None:
    """The chaser of the day to one administrator, about all its cases; None when no rung is due or it went out already.

    Every case whose rung is due gets its step; rungs that were missed are put down as skipped.
    """
    today = house_date(now)
    with transaction.atomic():
        cases = owed_by(owing)
        due = _due(cases, owing, now)
        if not due:
            return None
        highest = max((one.rung for one in due.values()), key=lambda rung: rung.days)
        party = cases[0].party
        chaser, made = Chaser.objects.get_or_create(
            owing=owing, day=today,
            defaults={"organization": party.organization, "name": name_of(party), "rung": highest.key,
                      "label": highest.label, "at": now},
        )  # fmt: skip
        if not made:
            return None
        _write_steps(chaser, cases, due)
        if any(one.rung.notice for one in due.values()):
            send(chaser, cases, actor, now)
        for one in cases:
            if one.case.pk in due:
                _tell(one, due[one.case.pk], chaser, actor, now)
        return chaser


def _due(cases: Sequence[Owed], owing: str, now: dt.datetime) -> dict[int, DueRungs]:
    """Case -> what is due on its own day, by the ladder of its programme."""
    done = climbed(owing, cases)
    found = {
        one.case.pk: due_rungs(
            ladder_of(one),
            asked_on=case_date(one.case, one.asked_at),
            due_on=one.due_on,
            today=case_date(one.case, now),
            done={step.rung for step in done.get(one.case.pk, ())},
        )
        for one in cases
    }
    return {pk: due for pk, due in found.items() if due is not None}


def ladder_of(one: Owed) -> tuple[Rung, ...]:
    return jurisdiction(one.case.jurisdiction).ladder(one.due_on)


def _write_steps(chaser: Chaser, cases: Sequence[Owed], due: dict[int, DueRungs]) -> None:
    ChaserStep.objects.bulk_create(
        ChaserStep(
            chaser=chaser,
            case=one.case,
            owing=chaser.owing,
            rung=rung.key,
            asked_on=case_date(one.case, one.asked_at),
            due_on=one.due_on,
            skipped=rung != due[one.case.pk].rung,
            lacks=list(one.lacks),
        )
        for one in cases
        if one.case.pk in due
        for rung in (*due[one.case.pk].skipped, due[one.case.pk].rung)
    )


def send(chaser: Chaser, cases: Sequence[Owed], actor: Actor, now: dt.datetime) -> None:
    """One notice on all cases, with one code to upload under. A person without an organization has one case alone."""
    table = [
        {
            "case_number": one.case.number,
            "worker": one.case.worker.full_name,
            "claim_number": one.case.claim.claim_number,
            "missing": "; ".join(one.lacks),
            "due_on": one.due_on,
        }
        for one in cases
    ]
    whom: dict[str, Any] = (
        {"cases": [one.case for one in cases], "organization": chaser.organization}
        if chaser.organization
        else {"case": cases[0].case, "to": [cases[0].party]}
    )
    notice = issue(
        kind=Notice.Kind.CHASER,
        facts={"cases": table},
        once=f"chaser.{chaser.owing}.{chaser.day}",
        actor=actor,
        now=now,
        **whom,
    )
    chaser.notice_id = notice.pk
    chaser.save(update_fields=["notice_id"])


def _tell(one: Owed, due: DueRungs, chaser: Chaser, actor: Actor, now: dt.datetime) -> None:
    missed = f" ({', '.join(rung.label.lower() for rung in due.skipped)} skipped)" if due.skipped else ""
    record(
        case=one.case,
        kind="record.chased",
        sentence=f"{due.rung.label} for {chaser.name}{missed}. Missing: {'; '.join(one.lacks)}.",
        facts={"chaser": chaser.pk, "rung": due.rung.key, "skipped": [rung.key for rung in due.skipped]},
        actor=actor,
        now=now,
    )
