"""A lost second factor: one person asks, a second decides, and neither is the person concerned (ASVS 6.4.4)."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from accounts.models import Act, FactorReset, User
from accounts.roles import person_id, require
from accounts.services.access_log import note_access, person_key
from accounts.services.mail import post_mail
from accounts.services.sessions import end_all_sessions
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal

REASON_LENGTH = 20


@transaction.atomic
def request_reset(*, actor: Actor, user_id: int, reason: str, now: dt.datetime) -> FactorReset:
    """Ask that the person's factors be taken away. Nothing is taken until another person approves.

    Raises RightRefusal (right, own account), InputRefusal (reason), StateRefusal (asked already, nothing to take).
    """
    require(actor, "manage_people")
    user = User.objects.select_for_update().get(pk=user_id)
    if user.pk == actor.user_id:
        raise RightRefusal("reset.self", "Nobody asks this for themselves. Another administrator has to ask.")
    reason = reason.strip()
    if len(reason) < REASON_LENGTH:
        message = f"Say what happened and how you made sure who is asking, in at least {REASON_LENGTH} characters."
        raise InputRefusal("reset.reason", message, fields={"reason": message})
    if not Authenticator.objects.filter(user=user).exists():
        raise StateRefusal("reset.nothing", "This person has no second factor, so there is nothing to reset.")
    try:
        with transaction.atomic():
            reset = FactorReset.objects.create(
                person=user, requested_by_id=person_id(actor), requested_at=now, reason=reason
            )
    except IntegrityError:
        raise StateRefusal("reset.open", "A reset for this person waits for its second person already.") from None
    _note(Act.RESET_REQUESTED, actor, user, now)
    post_mail(kind="reset_requested", to=user.email, about={"name": str(user)}, now=now)
    return reset


@transaction.atomic
def decide_reset(*, actor: Actor, reset_id: int, approve: bool, now: dt.datetime) -> FactorReset:
    """Approve or decline as the second person. Approval takes the factors, ends the sessions and tells the person.

    Raises RightRefusal (right, not a second person), StateRefusal (decided already).
    """
    reset = FactorReset.objects.select_for_update().get(pk=reset_id)
    require(actor, "approve_resets")
    if person_id(actor) in (reset.requested_by_id, reset.person_id):
        raise RightRefusal(
            "reset.second_person",
            "Whoever asked, and the person concerned, cannot decide. A second administrator has to.",
        )
    if reset.decided_at is not None:
        raise StateRefusal("reset.decided", "This reset was decided already.")
    user = User.objects.select_for_update().get(pk=reset.person_id)
    reset.decided_by_id, reset.decided_at, reset.approved = actor.user_id, now, approve
    reset.save(update_fields=["decided_by", "decided_at", "approved"])
    _note(Act.RESET_APPROVED if approve else Act.RESET_DECLINED, actor, user, now)
    if approve:
        for kind in sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True)):
            note_access(
                act=Act.FACTOR_REMOVED, actor=actor, now=now, target=str(user), target_key=person_key(user.pk),
                detail=kind,
            )  # fmt: skip
        Authenticator.objects.filter(user=user).delete()
        end_all_sessions(user)
        post_mail(kind="factors_reset", to=user.email, about={"name": str(user)}, now=now)
    return reset


def _note(act: Act, actor: Actor, user: User, now: dt.datetime) -> None:
    note_access(act=act, actor=actor, now=now, target=str(user), target_key=person_key(user.pk))
