"""How a credential stands, in one word, and when its holder is written to. What blocks is decided by
`reviews.rules.gate` alone; the numbers here are the gate's own and those of [credentials] in data/panel.toml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reviews.rules.checks import Open, left_open
from reviews.rules.dates import months_before
from reviews.rules.facts import CheckFacts


class Standing(StrEnum):
    VERIFIED = "verified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"
    FAILED = "not confirmed"
    CHANGED = "changed since the check"


#: The worst first.
ORDER = (
    Standing.EXPIRED, Standing.FAILED, Standing.UNVERIFIED, Standing.CHANGED, Standing.EXPIRING, Standing.VERIFIED,
)  # fmt: skip
#: What blocks at the gate.
BLOCKING = frozenset({Standing.EXPIRED, Standing.FAILED, Standing.UNVERIFIED, Standing.CHANGED})
_OF_OPEN = {
    None: Standing.VERIFIED, Open.UNVERIFIED: Standing.UNVERIFIED, Open.STALE: Standing.UNVERIFIED,
    Open.FAILED: Standing.FAILED, Open.CHANGED: Standing.CHANGED,
}  # fmt: skip


def standing(
    *,
    expires_on: dt.date | None,
    verified_on: dt.date | None,
    on: dt.date,
    verification_months: int,
    expiring_days: int,
) -> Standing:
    """Expired before unverified before expiring before verified: the worst that is true.

    A check in the future or older than `verification_months` is none, as at the gate (URAC UR-1).
    """
    if expires_on is not None and expires_on < on:
        return Standing.EXPIRED
    if verified_on is None or not months_before(on, verification_months) <= verified_on <= on:
        return Standing.UNVERIFIED
    if expires_on is not None and expires_on <= on + dt.timedelta(days=expiring_days):
        return Standing.EXPIRING
    return Standing.VERIFIED


def standing_of_check(
    check: CheckFacts | None, *, on: dt.date, verification_months: int, expiring_days: int
) -> Standing:
    """Of practice, training or the search for sanctions, which end where their check grows too old."""
    word = _OF_OPEN[left_open(check, on=on, months=verification_months)]
    soon = on + dt.timedelta(days=expiring_days)
    if word == Standing.VERIFIED and left_open(check, on=soon, months=verification_months):
        return Standing.EXPIRING
    return word


def worst(standings: Iterable[Standing]) -> Standing:
    """The worst of several; none at all is unverified."""
    return min(standings, key=ORDER.index, default=Standing.UNVERIFIED)


@dataclass(frozen=True)
class Ending:
    """Something of a reviewer's that counts until a day: thing says what, without names or numbers of cases.

    check: it is the look at its source that grows too old, not the thing. kind, row: what staff check by then, as in
    the credential file; "" where they check nothing. for_reviewer: whether the reviewer has something to do about it.
    """

    reviewer: int
    thing: str
    ends_on: dt.date
    check: bool = False
    kind: str = ""
    row: int = 0
    for_reviewer: bool = True

    @property
    def about(self) -> str:
        """In a letter to the reviewer; what is kept of it."""
        return f"The check of your {self.thing}" if self.check else f"Your {self.thing}"

    @property
    def for_staff(self) -> str:
        return f"Check of the {self.thing}" if self.check else self.thing[:1].upper() + self.thing[1:]


def step_due(ending: Ending, *, on: dt.date, steps: Iterable[int], sent: Iterable[int]) -> int | None:
    """The step of the ladder that is due and not sent, as days before the end; None where nothing is to be sent.

    The nearest step that is reached counts: runs that were missed are made up for by one reminder, never by several.
    After the end nothing more is sent; the self-audit has it then.
    """
    left = (ending.ends_on - on).days
    reached = [step for step in steps if 0 <= left <= step]
    if not reached:
        return None
    nearest = min(reached)
    return None if any(step <= nearest for step in sent) else nearest
