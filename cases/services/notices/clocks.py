"""What service does to the clocks of a case, by the jurisdiction's table of notices."""

from __future__ import annotations

import datetime as dt

from cases.models import NoticeCopy
from common.actor import Actor


def move_clocks(copy: NoticeCopy, *, actor: Actor, now: dt.datetime) -> None:
    """Start the clock of whoever must answer, and meet those that the notice had to be out by."""
