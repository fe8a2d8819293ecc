"""What is kept of facts that are written once and seldom corrected."""

from __future__ import annotations

import pghistory


def past_only() -> tuple[pghistory.UpdateEvent, pghistory.DeleteEvent]:
    """Trackers that keep a row as it was before each change and before its end.

    With the row of today that is all of its past, and taking ten thousand cases in writes no line twice. Fresh ones at
    each call: a tracker belongs to one model.
    """
    return pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old)
