"""The receipt that every application gets at once: ordered by the intake, issued by a worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cases.models import Case
from common.services import outbox

#: Its handler stands with what follows from events (`followers`); the intake imports nothing of that.
RECEIPT_JOB = "cases.receipt"


def issue_receipt(*, case: Case, now: dt.datetime) -> None:
    """Order the receipt of an application; the intake calls it in its own transaction. A worker issues it at once.

    A job and not the notice itself, so that an import of thousands stays quick and nothing here can hinder an intake.
    """
    issue_receipts(cases=[case], now=now)


def issue_receipts(*, cases: Sequence[Case], now: dt.datetime) -> None:
    """`issue_receipt` for many cases."""
    outbox.post_all(kind=RECEIPT_JOB, keys=[str(case.pk) for case in cases], now=now)
