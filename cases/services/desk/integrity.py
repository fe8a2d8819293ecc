"""The nightly check: cases that nobody moves. What it finds stands on the “Stuck” tab until it is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from cases.models import Case, CaseTrouble, Notice
from cases.models.case import CaseQuerySet
from cases.workflow import State

_UNHELD_AFTER = dt.timedelta(days=2)
_UNMOVED_AFTER = dt.timedelta(days=45)
_COORDINATORS_WORK = (State.RECEIVED, State.ELIGIBILITY, State.RECORDS, State.READY)
_BATCH = 2_000


@dataclass(frozen=True)
class Check:
    """finds: the cases in work with this trouble at a moment; sentence: what is wrong and what to do."""

    key: str
    sentence: str
    finds: Callable[[CaseQuerySet, dt.datetime], CaseQuerySet]


_CHECKS: dict[str, Check] = {}


def register_check(check: Check) -> None:
    """Add a check; rooms above know of more that can be wrong."""
    _CHECKS[check.key] = check


def check_all(*, now: dt.datetime) -> dict[str, int]:
    """Run every check. Returns how many cases each finds. New finds are put down, mended ones are closed."""
    return {key: _run(check, now) for key, check in _CHECKS.items()}


def _run(check: Check, now: dt.datetime) -> int:
    with transaction.atomic():
        found = set(check.finds(Case.objects.in_work(), now).order_by().values_list("pk", flat=True))
        standing = dict(CaseTrouble.objects.standing().filter(check_key=check.key).values_list("case_id", "pk"))
        gone = [pk for case, pk in standing.items() if case not in found]
        CaseTrouble.objects.filter(pk__in=gone).update(gone_at=now)
        CaseTrouble.objects.bulk_create(
            (
                CaseTrouble(case_id=case, check_key=check.key, sentence=check.sentence, found_at=now)
                for case in sorted(found - standing.keys())
            ),
            batch_size=_BATCH,
        )
        return len(found)


register_check(
    Check(
        "unheld",
        "Nobody has held it for two days: take it, or give it to a colleague.",
        lambda cases, now: cases.filter(owner=None, state__in=_COORDINATORS_WORK, stage_since__lt=now - _UNHELD_AFTER),
    )
)
register_check(
    Check(
        "holder_gone",
        "The account of whoever holds it is closed: give it to a colleague.",
        lambda cases, _now: cases.filter(owner__is_active=False),
    )
)
register_check(
    Check(
        "undated",
        "It has neither a legal due date nor a target: nothing will bring it up again.",
        lambda cases, now: cases.filter(next_due_at=None, next_target_on=None).filter(
            Q(stage_since=None) | Q(stage_since__lt=now - dt.timedelta(hours=12))
        ),
    )
)
register_check(
    Check(
        "unmoved",
        "It has been in the same state for 45 days.",
        lambda cases, now: cases.filter(stage_since__lt=now - _UNMOVED_AFTER),
    )
)
register_check(
    Check(
        "notice_held",
        "A notice is held because something that it must say is missing.",
        lambda cases, _now: cases.filter(pk__in=Notice.objects.held().filter(case__isnull=False).values("case")),
    )
)
