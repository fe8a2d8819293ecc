"""The clocks of a case: legal deadlines with their events, and the internal targets worked back from them.

    start(case=, clock=, trigger=, service="", because="", ref="", about="", actor=, now=)  # a fact starts a clock
    meet(case=, clock=, at=, actor=, now=)  # what it asked for happened
    stop / restart / extend / convert / received / note_done  # events of a running clock
    open_deadlines(case), due_of(case, clock), determination_due(case), report_due(case)  # what others ask

A due date is worked out from the events, each time from the start. `Case.next_due_at`, `next_due_clock` and
`next_target_on` are kept in the same transaction.
"""

from cases.services.deadlines.acts import (
    convert,
    convert_all,
    end,
    end_all,
    meet,
    start,
    start_determination,
)
from cases.services.deadlines.asking import (
    determination_due,
    determination_due_at,
    determinations_due,
    due_of,
    extension_left,
    open_deadlines,
    report_due,
)
from cases.services.deadlines.by_hand import extend, note_done, received, restart, stop
from cases.services.deadlines.recomputing import recompute
from cases.services.deadlines.targets import begin, begin_all, reached

__all__ = [
    "begin",
    "begin_all",
    "convert",
    "convert_all",
    "determination_due",
    "determination_due_at",
    "determinations_due",
    "due_of",
    "end",
    "end_all",
    "extend",
    "extension_left",
    "meet",
    "note_done",
    "open_deadlines",
    "reached",
    "received",
    "recompute",
    "report_due",
    "restart",
    "start",
    "start_determination",
    "stop",
]
