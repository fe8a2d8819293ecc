"""Offering what a run proposed, pair by pair through the gate, and taking it back.

Each pair is a job of its own: one transaction, the locks of one case and one reviewer, so that nothing waits for the
whole run, nothing is lost when a worker dies, and two deployments never put anybody over capacity.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import require
from cases.models import Case
from cases.services.workflow import lock_case
from common.actor import Actor, acting
from common.errors import Refusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, ProposalRun, ProposedPair
from reviews.services.assignment import offer, withdraw
from reviews.services.seats import FIRST_PLACE

OFFER_JOB = "reviews.offer_proposed"
TAKE_BACK_JOB = "reviews.take_back_proposed"
_OF_PEOPLE = "propose_assignments"
Outcome = ProposedPair.Outcome


def deploy(*, run_id: int, actor: Actor, now: dt.datetime, by_worker: bool = True) -> ProposalRun:
    """Offer every proposed pair, the expedited cases first. by_worker: as jobs; else here and now.

    What changed since the run was worked out stands with the pair: case gone, first place given away, reviewer full, a
    new conflict; the rest is offered. Raises RightRefusal and StateRefusal.
    """
    with transaction.atomic():
        run = _lock_run(run_id, actor)
        if run.state != ProposalRun.State.PROPOSED:
            raise StateRefusal("proposal.state", f"{run} is {run.get_state_display().lower()} and cannot be deployed.")
        pairs = run.pairs.proposed().order_by("case__priority", "-score", "pk")  # "expedited" sorts before "standard"
        ids = list(pairs.values_list("pk", flat=True))
        if not ids:
            raise StateRefusal("proposal.empty", f"{run} proposes nothing that could be offered.")
        run.state, run.deployed_at, run.deployed_by_id = ProposalRun.State.DEPLOYED, now, actor.user_id
        run.save(update_fields=["state", "deployed_at", "deployed_by"])
        if by_worker:
            outbox.post_all(kind=OFFER_JOB, keys=[str(pk) for pk in ids], now=now)
    if not by_worker:
        for pk in ids:
            offer_pair(pair_id=pk, now=now)
    return run


def undo(*, run_id: int, actor: Actor, now: dt.datetime, by_worker: bool = True) -> ProposalRun:
    """Take back every offer of the run that nobody has accepted; the accepted ones stay, and are named with the run."""
    with transaction.atomic():
        run = _lock_run(run_id, actor)
        if run.state != ProposalRun.State.DEPLOYED:
            raise StateRefusal("proposal.state", f"{run} is {run.get_state_display().lower()}: nothing to undo.")
        run.state, run.undone_at, run.undone_by_id = ProposalRun.State.UNDONE, now, actor.user_id
        run.save(update_fields=["state", "undone_at", "undone_by"])
        ids = list(run.pairs.proposed().order_by("pk").values_list("pk", flat=True))
        if by_worker:
            outbox.post_all(kind=TAKE_BACK_JOB, keys=[str(pk) for pk in ids], now=now)
    if not by_worker:
        for pk in ids:
            take_back_pair(pair_id=pk, now=now)
    return run


@outbox.handler(OFFER_JOB)
def _offer_job(job: OutboxJob) -> None:
    offer_pair(pair_id=int(job.key), now=timezone.now())


@outbox.handler(TAKE_BACK_JOB)
def _take_back_job(job: OutboxJob) -> None:
    take_back_pair(pair_id=int(job.key), now=timezone.now())


def offer_pair(*, pair_id: int, now: dt.datetime) -> ProposedPair:
    """Offer one pair of a deployed run; once. A refusal is kept with the pair and hinders no other pair."""
    pair = ProposedPair.objects.select_related("run__deployed_by", "case", "reviewer").get(pk=pair_id)
    actor = _actor(pair.run.deployed_by)
    with acting(actor, f"deployed with run {pair.run_id}"), transaction.atomic():
        case = lock_case(pair.case_id)  # before the pair: everybody locks in this order
        pair = ProposedPair.objects.select_for_update(no_key=True, of=("self",)).select_related("run", "reviewer").get(
            pk=pair_id
        )  # fmt: skip
        if pair.outcome or pair.taken_out or pair.place:
            return pair
        if pair.run.state != ProposalRun.State.DEPLOYED:
            return _note(pair, Outcome.CHANGED, "The run was undone before this case was offered.")
        try:
            with transaction.atomic():
                return _offer(pair, case, actor, now)
        except Refusal as refusal:
            return _note(pair, Outcome.CHANGED, refusal.message)


def take_back_pair(*, pair_id: int, now: dt.datetime) -> ProposedPair:
    """Take the offer of one pair back, unless it is accepted or over."""
    pair = ProposedPair.objects.select_related("run__undone_by").get(pk=pair_id)
    actor = _actor(pair.run.undone_by)
    with acting(actor, f"undone with run {pair.run_id}"), transaction.atomic():
        lock_case(pair.case_id)
        pair = ProposedPair.objects.select_for_update(no_key=True, of=("self",)).get(pk=pair_id)
        if pair.outcome != Outcome.OFFERED or pair.assignment_id is None:
            return pair
        made = Assignment.objects.get(pk=pair.assignment_id)
        if made.accepted_at is not None:
            return _note(pair, Outcome.STAYS, f"Accepted already, now {made.status}: it stays.")
        if made.status != "offered":
            return _note(pair, Outcome.WITHDRAWN, f"The offer was over before: {made.status}.")
        withdraw(assignment_id=made.pk, reason=f"Run {pair.run_id} was undone.", actor=actor, now=now)
        return _note(pair, Outcome.WITHDRAWN, "")


def _offer(pair: ProposedPair, case: Case, actor: Actor, now: dt.datetime) -> ProposedPair:
    live = None
    if pair.run.parameters.get("move_offers"):
        live = Assignment.objects.offered().filter(case=case, seat=FIRST_PLACE).first()
    if live is not None and live.reviewer_id == pair.reviewer_id:
        return _note(pair, Outcome.KEPT, "")
    if live is not None:
        withdraw(
            assignment_id=live.pk, reason=f"Run {pair.run_id} found a better fit.", actor=actor, now=now
        )  # fmt: skip
    pair.assignment = offer(
        case=case, reviewer=pair.reviewer, origin=Assignment.Origin.RUN, actor=actor, now=now
    )  # fmt: skip
    pair.save(update_fields=["assignment"])
    return _note(pair, Outcome.OFFERED, "")


def _note(pair: ProposedPair, outcome: str, note: str) -> ProposedPair:
    pair.outcome, pair.outcome_note = outcome, note[:1000]
    pair.save(update_fields=["outcome", "outcome_note"])
    return pair


def _lock_run(run_id: int, actor: Actor) -> ProposalRun:
    require(actor, "assign_reviewers")
    run = ProposalRun.objects.select_for_update(no_key=True).filter(pk=run_id).first()
    if run is None:
        raise StateRefusal("proposal.unknown", "There is no such run.")
    return run


def _actor(user: User | None) -> Actor:
    """Whoever deployed or undid the run, with today's rights."""
    return Actor.of(user) if user else Actor.system(_OF_PEOPLE)
