"""A case offered to a ranked list, one after the other: it moves on by itself when somebody declines or lets it lapse.

The next offer is an outbox job of its own: whoever declines does not wait for it, a killed worker loses nothing, and
the locks of two reviewers are never held at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from cases.models import Case
from cases.services.workflow import lock_case, record
from cases.workflow import State
from common.actor import Actor, acting
from common.days import california_date
from common.errors import InputRefusal, RuleRefusal
from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, OfferList, OfferListEntry, Reviewer
from reviews.rules.facts import Door
from reviews.services.gate import GateRefusal, ask_gate, refuse_if_blocked
from reviews.services.offering import make_offer
from reviews.services.rights import refuse_other_than_staff
from reviews.services.seats import may_offer, refuse_unless_free, seats_of
from reviews.services.staff_tasks import tell_staff

NEXT_OFFER = "reviews.next_offer"
LONGEST = 12


def offer_in_turn(*, case: Case, reviewers: Sequence[Reviewer], actor: Actor, now: dt.datetime) -> OfferList:
    """Keep the list, in the order given, and offer the case to its first.

    Every one of them must pass the gate now; each is asked again at the own turn. Raises RightRefusal, InputRefusal
    (nobody, too many, somebody twice), StateRefusal, GateRefusal (of the first who does not pass).
    """
    refuse_other_than_staff(actor, "Offering cases")
    if not 1 <= len(reviewers) <= LONGEST:
        raise InputRefusal("offer_list.length", f"Choose from 1 to {LONGEST} reviewers for the list.")
    if len({one.pk for one in reviewers}) < len(reviewers):
        raise InputRefusal("offer_list.twice", "Somebody stands twice on the list. Name each reviewer once.")
    with transaction.atomic():
        locked = lock_case(case.pk)
        refuse_unless_free(locked)
        for one in reviewers:
            refuse_if_blocked(ask_gate(case=locked, reviewer=one, on=california_date(now), door=Door.OFFER))
        stop_open(case=locked, actor=actor, now=now)
        made = OfferList.objects.create(case=locked, round=locked.round, made_at=now, made_by_id=actor.user_id)
        OfferListEntry.objects.bulk_create(
            OfferListEntry(offer_list=made, place=place, reviewer=one) for place, one in enumerate(reviewers, start=1)
        )
        names = ", ".join(one.reviewer_id for one in reviewers)
        _say(made, "offer_list.made", f"To be offered in turn to {names}.", actor, now)
        _offer(made.entries.get(place=1), actor, now)
        return made


def go_on(assignment: Assignment, *, now: dt.datetime) -> bool:
    """An offer came to nothing: have the next of its list asked, after this transaction. Call with the case locked.

    Whether there is a list: without one it is for the staff to go on.
    """
    found = OfferList.objects.filter(case=assignment.case, ended_at=None).first()
    if found is not None:
        outbox.post(kind=NEXT_OFFER, key=f"{found.pk}:{assignment.pk}", now=now)
    return found is not None


def accepted(*, assignment: Assignment, now: dt.datetime) -> None:
    """Somebody accepted: the list has found its reviewer, or nothing is left to give. Call with the case locked."""
    found = OfferList.objects.filter(case=assignment.case, ended_at=None).first()
    if found is None:
        return
    if found.entries.filter(assignment=assignment).exists() or seats_of(assignment.case).free is None:
        _end(found, OfferList.End.ACCEPTED, now)


def stop_open(*, case: Case, actor: Actor, now: dt.datetime) -> bool:
    """Staff took another way: the list asks nobody any more. Call with the case locked. Whether there was one."""
    found = OfferList.objects.filter(case=case, ended_at=None).first()
    if found is None:
        return False
    _end(found, OfferList.End.STOPPED, now)
    _say(found, "offer_list.stopped", "The list of reviewers to be asked in turn was stopped.", actor, now)
    return True


@outbox.handler(NEXT_OFFER)
def _next_offer(job: OutboxJob) -> None:
    """Offer to the next of the list whom the gate lets pass. Running twice does no harm: a live offer ends it."""
    actor, now = Actor.system("offer_lists"), timezone.now()
    with acting(actor, "the next of the list is asked"):
        ask_next(list_id=int(job.key.partition(":")[0]), actor=actor, now=now)


def ask_next(*, list_id: int, actor: Actor, now: dt.datetime) -> Assignment | None:
    """The next offer of a list, under the lock of its case; None when there is nobody to ask, or nothing to do."""
    with transaction.atomic():
        case = lock_case(OfferList.objects.values_list("case_id", flat=True).get(pk=list_id))
        found = OfferList.objects.get(pk=list_id)
        if found.ended_at is not None:
            return None
        seats = seats_of(case)
        if any(one.accepted_at is None for one in seats.live if found.entries.filter(assignment=one).exists()):
            return None
        if (case.state != State.READY and not may_offer(case, seats)) or case.round != found.round:
            _end(found, OfferList.End.MOVED, now)
            return None
        if seats.free is None:
            return None
        for entry in found.entries.filter(assignment=None, passed_over_at=None).select_related("reviewer"):
            try:
                return _offer(entry, actor, now)
            except RuleRefusal as refusal:
                _pass_over(entry, refusal, now)
        _end(found, OfferList.End.USED_UP, now)
        said = "Everybody on the list was asked or is stopped by the gate now. Choose other reviewers."
        _say(found, "offer_list.used_up", said, actor, now)
        what = "Choose other reviewers: the list is used up."
        tell_staff(case=found.case, what=what, or_else=found.made_by, now=now)
        return None


def _offer(entry: OfferListEntry, actor: Actor, now: dt.datetime) -> Assignment:
    made = make_offer(
        case_id=entry.offer_list.case_id, reviewer_id=entry.reviewer_id, origin=Assignment.Origin.LIST, actor=actor,
        now=now,
    )  # fmt: skip
    entry.assignment = made
    entry.save(update_fields=["assignment"])
    return made


def _pass_over(entry: OfferListEntry, refusal: RuleRefusal, now: dt.datetime) -> None:
    said = refusal.message
    if isinstance(refusal, GateRefusal):
        said = " ".join(finding.evidence for finding in refusal.result.blocking)
    entry.passed_over_at, entry.passed_over_because = now, said[:1000]
    entry.save(update_fields=["passed_over_at", "passed_over_because"])


def _end(found: OfferList, because: OfferList.End, now: dt.datetime) -> None:
    found.ended_at, found.ended_because = now, because
    found.save(update_fields=["ended_at", "ended_because"])


def _say(found: OfferList, kind: str, sentence: str, actor: Actor, now: dt.datetime) -> None:
    record(case=found.case, kind=kind, sentence=sentence, facts={"offer_list": found.pk}, actor=actor, now=now)
