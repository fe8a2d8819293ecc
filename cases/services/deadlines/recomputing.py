"""Working open clocks out again when a fact, a rule or a holiday changed; old and new date stand in the history."""

from __future__ import annotations

import datetime as dt
import hashlib
import inspect
from functools import cache

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from cases.models import Case, Deadline, Document, HolidayOverride, RulesInForce
from cases.rules import clocks, holidays, running
from cases.services import jurisdictions
from cases.services.deadlines import acts, targets
from cases.services.deadlines.asking import DETERMINATION, determination_clock
from cases.services.deadlines.keeping import Kind, keep, refresh, said, work_out, written
from cases.services.deadlines.workings import HouseWorkings
from cases.services.workflow import lock_case, record
from cases.signals import facts_corrected, items_settled
from common.actor import Actor
from common.models import OutboxJob
from common.services import outbox

_ALL, _SOME = "deadlines.rules_changed", "deadlines.work_out"
_CASES_AT_ONCE = 200
_SYSTEM = Actor.system("deadlines")


def recompute(
    *, case: Case, because: str, actor: Actor, now: dt.datetime, workings: HouseWorkings | None = None
) -> list[Deadline]:
    """Work every open clock and target of a case out again. Returns the clocks whose due date moved."""
    with transaction.atomic():
        locked = lock_case(case.pk)
        known = workings or HouseWorkings.of_case(locked)
        moved = [one for one in locked.deadlines.open() if _moves(one, locked, known, because, actor, now)]
        targets.recount(locked, known, now=now)
        refresh(locked)
        return moved


def _moves(
    deadline: Deadline, case: Case, workings: HouseWorkings, because: str, actor: Actor, now: dt.datetime
) -> bool:
    deadline.case = case
    before, old = written(deadline.due), said(deadline)
    _read_trigger(deadline, workings)
    found = work_out(deadline, workings)
    if written(found.due) == before:
        if deadline.derivation != list(found.derivation):
            deadline.derivation = list(found.derivation)
            deadline.save()
        targets.retarget(deadline, workings, now=now)
        return False
    sentence = f"Worked out anew: {because}. {old} → {{due}}."
    facts = {"because": because}
    keep(deadline, kind=Kind.WORKED_OUT, sentence=sentence, actor=actor, now=now, workings=workings, facts=facts)
    name = workings.rule(deadline.clock, deadline.trigger).name
    record(
        case=case, kind="deadline.worked_out", actor=actor, now=now,
        sentence=f"{name}, due date worked out anew: {old} → {said(deadline)}. {because}.",
        facts={"deadline": deadline.pk, "from": before, "to": written(deadline.due)},
    )  # fmt: skip
    return True


def _read_trigger(deadline: Deadline, workings: HouseWorkings) -> None:
    """The receipt of the record that started the clock, as it is on file now."""
    kind, _, key = deadline.trigger_ref.partition(":")
    if kind != "document":
        return
    found = Document.objects.filter(pk=key, case_id=deadline.case_id).first()
    if found is None or found.received_at is None or found.received_at == deadline.trigger_at:
        return
    deadline.trigger_at = found.received_at
    deadline.trigger_on = clocks.day_of(found.received_at, workings.zone)
    deadline.because = f"Completed by “{found.title[:200]}”, received {clocks.say_day(deadline.trigger_on)}."


@receiver(facts_corrected)
def _facts_corrected(*, case: Case, actor: Actor, now: dt.datetime, **_signal: object) -> None:
    recompute(case=case, because="A fact was corrected", actor=actor, now=now)


@receiver(items_settled)
def _items_settled(*, case: Case, actor: Actor, now: dt.datetime, **_signal: object) -> None:
    """What is still disputed may have another determination clock; it runs from the same day. A late one stays."""
    running = case.deadlines.running().filter(first_clock__in=DETERMINATION, clock=F("first_clock"))
    changed = running.exclude(events__kind__in=[Kind.STOPPED, Kind.EXTENDED])
    for old in changed:
        wanted = determination_clock(case, old.trigger)
        if old.clock in (wanted, DETERMINATION[-1]) or old.late(now):
            continue
        acts.end(deadline=old, because="other items are in dispute now", actor=actor, now=now)
        acts.start(
            case=case, clock=wanted, trigger=old.trigger, because=old.because, ref=old.trigger_ref, actor=actor, now=now
        )  # fmt: skip


# --- rules and holidays ----------------------------------------------------------------------------------------------


def rules_digest(key: str) -> str:
    """What the rules of a jurisdiction, its overridden holidays and the house's arithmetic are together: SHA-256."""
    text = jurisdictions.files()[key].read_bytes()
    days = HolidayOverride.objects.filter(jurisdiction=key).order_by("calendar", "day")
    lines = [f"{one.calendar} {one.day} {one.kind} {one.name}" for one in days]
    return hashlib.sha256(text + "\n".join(lines).encode() + _arithmetic()).hexdigest()


@cache
def _arithmetic() -> bytes:
    """The code that works dates out: a release that changes it works open clocks out again."""
    return "".join(inspect.getsource(one) for one in (clocks, holidays, running)).encode()


def notice_changed_rules(*, now: dt.datetime) -> list[str]:
    """Order every open clock to be worked out again where rules or holidays are not those of the last time.

    Safe to call at any time and by several at once. Returns the jurisdictions whose rules changed.
    """
    return [key for key in jurisdictions.files() if _changed(key, now)]


@transaction.atomic
def _changed(key: str, now: dt.datetime) -> bool:
    digest = rules_digest(key)
    kept, new = RulesInForce.objects.get_or_create(jurisdiction=key, defaults={"digest": digest, "since": now})
    if new or kept.digest == digest:
        return False
    kept = RulesInForce.objects.select_for_update().get(pk=kept.pk)
    if kept.digest == digest:
        return False
    kept.digest, kept.since = digest, now
    kept.save()
    outbox.post(kind=_ALL, key=f"{key}:{digest[:16]}:{now:%Y%m%dT%H%M%S%f}", now=now)
    return True


@outbox.handler(_ALL)
def _share_out(job: OutboxJob) -> None:
    """One job for every so many cases with open clocks or targets."""
    jurisdiction, now = job.key.split(":")[0], timezone.now()
    ids = sorted(_with_clocks(jurisdiction).values_list("pk", flat=True))
    for place in range(0, len(ids), _CASES_AT_ONCE):
        some = ids[place : place + _CASES_AT_ONCE]
        outbox.post(kind=_SOME, key=f"{job.key}:{some[0]}-{some[-1]}", now=now)


def _with_clocks(jurisdiction: str) -> QuerySet[Case]:
    """The cases with an open clock, stopped ones too, or a target."""
    dated = Q(next_due_at__isnull=False) | Q(next_target_on__isnull=False)
    stopped = Q(pk__in=Deadline.objects.open().filter(due_at=None).values("case"))
    return Case.objects.filter(dated | stopped, jurisdiction=jurisdiction, imported=False)


@outbox.handler(_SOME)
def _work_some_out(job: OutboxJob) -> None:
    jurisdiction, _, _, ids = job.key.split(":")
    first, last = map(int, ids.split("-"))
    workings = HouseWorkings(jurisdictions.jurisdiction(jurisdiction))
    cases = _with_clocks(jurisdiction).filter(pk__range=(first, last)).order_by("pk")
    for case in cases.select_related("application"):
        recompute(
            case=case, because="The rules or the holidays changed", actor=_SYSTEM, now=timezone.now(),
            workings=workings,
        )  # fmt: skip
