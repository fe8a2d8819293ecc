"""A finding and its notices: whether somebody was told already, and what becomes of them when it is taken back."""

from __future__ import annotations

from cases.models import Case, Notice, NoticeCopy
from cases.models.notice import NoticeQuerySet
from cases.services import deadlines
from cases.services.eligibility_decisions import register_told, standing_decision
from cases.services.notices import cancel
from cases.services.workflow import Moved, follow
from cases.workflow import Event, State
from common.actor import Actor

_KINDS = (Notice.Kind.NOARFI, Notice.Kind.INELIGIBLE, Notice.Kind.DEFERRED)
#: Copies in these states have not left the house; paper that is printed may be on its way to the carrier.
_STILL_HERE = (
    NoticeCopy.State.HELD, NoticeCopy.State.WAITING, NoticeCopy.State.TO_PRINT, NoticeCopy.State.CANCELLED,
)  # fmt: skip


def _notices_of_finding(case: Case) -> NoticeQuerySet:
    found = Notice.objects.filter(case=case, kind__in=_KINDS).exclude(state=Notice.State.CANCELLED)
    decision = standing_decision(case)
    return found.filter(issued_at__gte=decision.decided_at) if decision else found


@register_told
def told(case: Case) -> str:
    """Why the standing finding can no longer be taken back; empty while its notice has reached nobody."""
    out = (
        NoticeCopy.objects.filter(notice__in=_notices_of_finding(case))
        .exclude(state__in=_STILL_HERE)
        .select_related("notice")
        .order_by("pk")
        .first()
    )
    if out is None:
        return ""
    return (
        f"The finding of case {case.number} cannot be taken back: notice {out.notice.reference} to {out.name} is "
        f"{out.get_state_display().lower()}. Only a cure, an appeal or the end of a liability dispute changes it now."
    )


@follow(Event.TAKE_BACK, order=5)
def _give_notices_up(moved: Moved) -> None:
    # The mover's right was checked at the move; what follows is the house's own act.
    house = Actor(name=moved.actor.name, roles=Actor.system("notices").roles, user_id=moved.actor.user_id)
    for pk in list(_notices_of_finding(moved.case).values_list("pk", flat=True)):
        cancel(notice_id=pk, because="The finding was taken back.", actor=house, now=moved.now)


@follow(Event.TAKE_BACK, order=10)
def _clocks_as_before(moved: Moved) -> None:
    """What the finding started ends; what a deferral stopped runs again. Targets: `deadlines.following`."""
    if moved.before == State.DEFERRED:
        for stopped in moved.case.deadlines.open().filter(due_at=None):
            deadlines.restart(
                deadline=stopped, because="the deferral was taken back", actor=moved.actor, now=moved.now, fresh=False
            )
        return
    deadlines.end_all(case=moved.case, because="the finding was taken back", actor=moved.actor, now=moved.now)
