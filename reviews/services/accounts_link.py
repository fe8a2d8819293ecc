"""Links the account of an invited reviewer to the roster entry that the invitation names."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import Invitation, User
from accounts.signals import invitation_accepted, invitation_made
from common.errors import InputRefusal
from reviews.models import Reviewer


@receiver(invitation_made)
def refuse_unknown_reviewer(*, invitation: Invitation, **_signal: Any) -> None:
    """An invitation may name only a roster entry that is there and that nobody has an account for yet."""
    if not invitation.reviewer_id:
        return
    found = Reviewer.objects.filter(reviewer_id=invitation.reviewer_id).first()
    if found is None:
        said = f"There is no reviewer {invitation.reviewer_id} on the roster. Take the reviewer in first."
    elif found.user_id is not None:
        said = f"Reviewer {invitation.reviewer_id} has an account already."
    else:
        return
    raise InputRefusal("roster.account", said, fields={"reviewer_id": said})


@receiver(invitation_accepted)
def link_account(*, user: User, invitation: Invitation, **_signal: Any) -> None:
    if not invitation.reviewer_id:
        return
    found = Reviewer.objects.select_for_update(no_key=True).filter(reviewer_id=invitation.reviewer_id).first()
    if found is None or found.user_id not in (None, user.pk):
        raise InputRefusal(
            "roster.account", f"Reviewer {invitation.reviewer_id} cannot be linked. Ask an administrator."
        )
    found.user = user
    found.save(update_fields=["user"])
