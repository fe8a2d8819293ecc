"""What stands on the outbox page: work by tab, each list in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cases.models import Notice, NoticeCopy, PrintBatch

State = NoticeCopy.State

#: Tab -> label, in their order.
TABS: dict[str, str] = {
    "to_print": "To print",
    "printed": "Printed, not confirmed",
    "held": "Held",
    "sending": "Being sent",
    "back": "Came back",
    "out": "Sent and mailed",
}


#: What is out already is listed so far back; older notices stand on the pages of their cases.
LATEST = 1_000
_WORK = (State.TO_PRINT, State.HELD, State.SENDING, State.BOUNCED, State.RETURNED)


@dataclass(frozen=True)
class Alarm:
    """Paper that should be with the carrier and is not. batches: late ones; copies: not even in a batch."""

    batches: int
    copies: int

    def __bool__(self) -> bool:
        return bool(self.batches or self.copies)


def copies_of(tab: str) -> QuerySet[NoticeCopy]:
    copies = NoticeCopy.objects.select_related("notice__case", "notice__organization", "batch")
    if tab == "to_print":
        return copies.filter(state=State.TO_PRINT).order_by("notice__issued_at", "pk")
    if tab == "held":
        return copies.filter(state=State.HELD).order_by("notice__issued_at", "pk")
    if tab == "sending":
        return copies.filter(state=State.SENDING).order_by("notice__issued_at", "pk")
    if tab == "back":
        back = copies.filter(state__in=[State.BOUNCED, State.RETURNED], replacement=None)
        return back.order_by("notice__issued_at", "pk")
    return copies.filter(state__in=[State.SENT, State.MAILED]).order_by("-served_at", "-pk")[:LATEST]


def held_notices() -> QuerySet[Notice]:
    return Notice.objects.held().select_related("case", "organization").order_by("issued_at", "pk")


def open_batches() -> QuerySet[PrintBatch]:
    """Unconfirmed batches, with `pieces` in all and `left` to confirm; the most urgent first."""
    unsettled = PrintBatch.objects.filter(state__in=[PrintBatch.State.MAKING, PrintBatch.State.TO_PRINT])
    left = Count("copies", filter=Q(copies__state=State.PRINTED))
    return unsettled.annotate(pieces=Count("copies"), left=left).order_by("cut_off_at", "pk")


def counts() -> dict[str, int]:
    """How much stands on each tab that is work; what is out already is not looked at."""
    by_state = NoticeCopy.objects.filter(state__in=_WORK).aggregate(
        to_print=Count("pk", filter=Q(state=State.TO_PRINT)),
        held=Count("pk", filter=Q(state=State.HELD)),
        sending=Count("pk", filter=Q(state=State.SENDING)),
        back=Count("pk", filter=Q(state__in=[State.BOUNCED, State.RETURNED], replacement=None)),
    )
    by_state["held"] += Notice.objects.held().count()
    batches = PrintBatch.objects.filter(state__in=[PrintBatch.State.MAKING, PrintBatch.State.TO_PRINT]).count()
    return {**by_state, "printed": batches}


def alarm(*, now: dt.datetime, waiting: dt.timedelta = dt.timedelta(days=1)) -> Alarm:
    """What passed its cut-off without being confirmed, and what waits for the printer longer than `waiting`."""
    late = PrintBatch.objects.filter(
        state__in=[PrintBatch.State.MAKING, PrintBatch.State.TO_PRINT], cut_off_at__lt=now
    ).count()
    stuck = NoticeCopy.objects.filter(state=State.TO_PRINT, notice__letter__sealed_at__lt=now - waiting).count()
    return Alarm(late, stuck)
