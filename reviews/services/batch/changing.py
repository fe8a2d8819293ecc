"""What a coordinator changes in a proposal before it is deployed: locks, pairs taken out, alternates."""

from __future__ import annotations

from django.db import transaction

from accounts.roles import require
from common.actor import Actor
from common.errors import StateRefusal
from reviews.models import ProposalRun, ProposedLoad, ProposedPair


def lock(*, pair_id: int, actor: Actor) -> ProposedPair:
    """Keep the pair when the run is solved again."""
    return _set_lock(pair_id, actor, locked=True)


def unlock(*, pair_id: int, actor: Actor) -> ProposedPair:
    return _set_lock(pair_id, actor, locked=False)


def take_out(*, pair_id: int, actor: Actor) -> ProposedPair:
    """Do not deploy the pair, and do not propose it again."""
    with transaction.atomic():
        pair = _pair(pair_id, actor)
        pair.taken_out, pair.locked = True, False
        pair.save(update_fields=["taken_out", "locked"])
        return pair


def put_back(*, pair_id: int, actor: Actor) -> ProposedPair:
    """Undo `take_out`, while the reviewer still has room for it in this run."""
    with transaction.atomic():
        pair = _pair(pair_id, actor)
        if pair.taken_out:
            _refuse_over_full(pair)
            pair.taken_out = False
            pair.save(update_fields=["taken_out"])
        return pair


def choose(*, pair_id: int, actor: Actor) -> ProposedPair:
    """Take an alternate instead of the proposed reviewer; the pair is locked, the other becomes an alternate."""
    with transaction.atomic():
        pair = _pair(pair_id, actor, alternate=True)
        first = ProposedPair.objects.filter(run=pair.run_id, case=pair.case_id, place=0).order_by("pk").first()
        _refuse_over_full(pair)
        place, pair.place, pair.locked = pair.place, 0, True
        if first is not None:
            first.place, first.locked, first.taken_out = place, False, False
            first.save(update_fields=["place", "locked", "taken_out"])
        pair.save(update_fields=["place", "locked"])
        return pair


def _set_lock(pair_id: int, actor: Actor, *, locked: bool) -> ProposedPair:
    with transaction.atomic():
        pair = _pair(pair_id, actor)
        if locked and pair.taken_out:
            raise StateRefusal("proposal.taken_out", "This pair is taken out. Put it back first.")
        pair.locked = locked
        pair.save(update_fields=["locked"])
        return pair


def _pair(pair_id: int, actor: Actor, *, alternate: bool = False) -> ProposedPair:
    """The pair under the lock of its run, which must still be a proposal."""
    require(actor, "assign_reviewers")
    run_id = ProposedPair.objects.filter(pk=pair_id).values_list("run_id", flat=True).first()
    if run_id is None:
        raise StateRefusal("proposal.unknown", "There is no such pair.")
    run = ProposalRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state != ProposalRun.State.PROPOSED:
        raise StateRefusal(
            "proposal.state", f"{run} is {run.get_state_display().lower()}: nothing in it can be changed any more."
        )
    pair = ProposedPair.objects.select_related("case", "reviewer").get(pk=pair_id)
    if (pair.place > 0) is not alternate:
        raise StateRefusal("proposal.place", "The proposal has changed meanwhile. Look at it again.")
    return pair


def _refuse_over_full(pair: ProposedPair) -> None:
    load = ProposedLoad.objects.get(run=pair.run_id, reviewer=pair.reviewer_id)
    taken = ProposedPair.objects.proposed().filter(run=pair.run_id, reviewer=pair.reviewer_id).count()
    if taken >= load.places:
        raise StateRefusal(
            "proposal.full",
            f"{pair.reviewer} has no place left in this run. Take one of the proposed cases out first.",
        )
