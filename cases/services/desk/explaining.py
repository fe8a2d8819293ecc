"""Everything the site knows about how a case came to where it is, in one order of time: for support.

Events, clocks with their derivation, jobs outside the database, notices and letters, arrivals, who looked. No text of a
record, of a note or of a review stands here: support need not read the file to find out why something does not move.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from accounts.models import AccessLog
from cases.models import Arrival, Case, CaseEvent, CaseTrouble, Deadline, DeadlineEvent, Notice
from cases.services.desk.origins import from_where
from common.models import OutboxJob
from letters.models import Letter

#: Kinds of lines, for the filter: key -> label.
KINDS: dict[str, str] = {
    "event": "Events",
    "clock": "Clocks",
    "job": "Jobs",
    "letter": "Letters and notices",
    "arrival": "Arrivals",
    "trouble": "Checks",
    "view": "Who looked",
}
_MOST_VIEWS = 500


@dataclass(frozen=True)
class Line:
    """One line: when, of which kind, in words, by whom, with facts for support."""

    at: dt.datetime
    kind: str
    what: str
    who: str = ""
    facts: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(), "kind": self.kind, "what": self.what, "who": self.who, "facts": list(self.facts)
        }  # fmt: skip


#: Rooms above add lines of their own: (case) -> lines.
_MORE: list[Callable[[Case], Iterable[Line]]] = []


def register_lines(lines: Callable[[Case], Iterable[Line]]) -> None:
    if lines not in _MORE:
        _MORE.append(lines)


def explain(case: Case, *, kinds: Iterable[str] = ()) -> list[Line]:
    """Every line of the case, oldest first; of some kinds only where they are named."""
    wanted = set(kinds) & set(KINDS) or set(KINDS)
    sources = (_events, _clocks, _jobs, _letters, _arrivals, _troubles, _views, *_MORE)
    found = [line for source in sources for line in source(case) if line.kind in wanted]
    return sorted(found, key=lambda line: line.at)


def _events(case: Case) -> Iterator[Line]:
    for event in CaseEvent.objects.filter(case=case).select_related("context"):
        moved = event.kind.startswith("moved.")
        steps = (f"{event.facts.get('from')} → {event.facts.get('to')}",) if moved else ()
        where = filter(None, [from_where(event, path=True)])
        yield Line(event.at, "event", _said(event), event.actor_name, (event.kind, *steps, *where))


def _said(event: CaseEvent) -> str:
    """The sentence, but not what somebody typed: that may speak of health."""
    return event.sentence if event.kind.split(".")[0] not in {"task", "contact"} else event.kind.replace(".", ": ")


def _clocks(case: Case) -> Iterator[Line]:
    events = DeadlineEvent.objects.filter(deadline__case=case).select_related("deadline")
    for event in events:
        dates = (f"due {event.due_before or 'none'} → {event.due_after or 'none'}",)
        yield Line(event.at, "clock", f"{event.deadline.clock}: {event.sentence}", event.actor_name, dates)
    for clock in Deadline.objects.filter(case=case):
        how = tuple(str(step) for step in clock.derivation)
        yield Line(clock.started_at, "clock", f"{clock.clock}: how its due date is worked out", "", how)


def _jobs(case: Case) -> Iterator[Line]:
    keys = {case.number, str(case.pk)}
    keys |= {str(pk) for pk in Letter.objects.filter(key=case.number).values_list("pk", flat=True)}
    keys |= {str(pk) for pk in Notice.objects.about_case(case).values_list("pk", flat=True)}
    for job in OutboxJob.objects.filter(key__in=keys):
        about_us = job.key == case.number or job.kind.split(".")[0] in {"letters", "notices", "cases"}
        if about_us:
            state = "done" if job.done_at else "held: a person must retry it" if job.held_at else "waiting"
            facts = (
                f"key {job.key}",
                f"{job.attempts} {'try' if job.attempts == 1 else 'tries'}",
                *filter(None, [job.last_error[:200]]),
            )
            yield Line(job.created_at, "job", f"{job.kind}: {state}", "", facts)


def _letters(case: Case) -> Iterator[Line]:
    for letter in Letter.objects.filter(key=case.number):
        stands = "sealed" if letter.sealed_at else "ordered"
        yield Line(letter.sealed_at or letter.ordered_at, "letter", f"Letter, version {letter.version}: {stands}")
    for notice in Notice.objects.about_case(case):
        held = (notice.held_because,) if notice.held_because else ()
        words = f"{notice}: {notice.get_state_display()}"
        yield Line(notice.issued_at, "letter", words, notice.issued_by, held)


def _arrivals(case: Case) -> Iterator[Line]:
    for arrival in Arrival.objects.filter(case=case):
        facts = (arrival.door, f"{arrival.size:,} bytes", *filter(None, [arrival.problem]))
        yield Line(arrival.received_at, "arrival", f"{arrival.name}: {arrival.get_state_display()}", "", facts)


def _troubles(case: Case) -> Iterator[Line]:
    for trouble in CaseTrouble.objects.filter(case=case):
        yield Line(trouble.found_at, "trouble", trouble.sentence, "nightly check", (trouble.check_key,))
        if trouble.gone_at:
            yield Line(trouble.gone_at, "trouble", f"Mended: {trouble.sentence}", "nightly check", (trouble.check_key,))


def _views(case: Case) -> Iterator[Line]:
    for look in AccessLog.objects.filter(target_key=case.number).order_by("-at", "-pk")[:_MOST_VIEWS]:
        facts = tuple(filter(None, [look.detail, look.ip or "", look.path]))
        yield Line(look.at, "view", look.get_act_display(), look.actor_name or "a stranger", facts)
