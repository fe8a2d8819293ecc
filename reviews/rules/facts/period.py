"""A stretch of days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Period:
    since: dt.date | None = None
    until: dt.date | None = None

    def is_over(self, on: dt.date) -> bool:
        return self.until is not None and self.until < on

    def ended_since(self, day: dt.date) -> bool:
        """Not over yet, or over but not before `day`."""
        return self.until is None or self.until >= day

    def overlap(self, other: Period) -> Period | None:
        since = max((day for day in (self.since, other.since) if day), default=None)
        until = min((day for day in (self.until, other.until) if day), default=None)
        return None if since and until and since > until else Period(since, until)

    def covers(self, other: Period) -> bool:
        return (self.since is None or (other.since is not None and self.since <= other.since)) and (
            self.until is None or (other.until is not None and self.until >= other.until)
        )


#: No beginning and no end.
ALWAYS = Period()
