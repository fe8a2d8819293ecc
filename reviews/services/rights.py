"""Who may act on assignments: staff, or the reviewer alone whom the act is about."""

from __future__ import annotations

from accounts.roles import COORDINATOR, REVIEWER
from common.actor import Actor
from common.errors import RightRefusal
from reviews.models import Assignment, Reviewer


def refuse_other_than_staff(actor: Actor, what: str) -> None:
    if not actor.has_any({COORDINATOR}):
        raise RightRefusal("assignment.right", f"{what} is for coordinators.")


def refuse_other_than_reviewer(assignment: Assignment, actor: Actor) -> None:
    """Only the person on the roster answers; no command, no task and nobody else does it instead."""
    if not is_own(assignment.reviewer, actor):
        raise RightRefusal("assignment.own", "Only the reviewer to whom the case was offered may do this.")


def is_own(reviewer: Reviewer, actor: Actor) -> bool:
    return actor.user_id is not None and reviewer.user_id == actor.user_id and REVIEWER in actor.roles


def own_entry(actor: Actor) -> Reviewer:
    """The roster entry of the person who acts. Raises RightRefusal for everybody else."""
    found = Reviewer.objects.filter(user_id=actor.user_id).first() if actor.user_id is not None else None
    if found is None or not is_own(found, actor):
        raise RightRefusal("reviewer.own", "Only a reviewer with an entry on the roster may do this.")
    return found
