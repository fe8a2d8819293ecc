"""Which records a case must hold, what covers each, and when the file is complete. Pure: values in, values out.

A *request* asks one party for one kind of record; a *paper* is a document of the case file. The required kinds come
from the jurisdiction (California: 8 CCR 9792.10.5(a)(1)).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Needed(StrEnum):
    """When a kind of record is needed before the file is complete."""

    ALWAYS = "always"
    NAMED = "named"  # once a person has noted that the request or the UR decision names it
    IF_ANY = "if_any"  # asked for, but nobody can know whether there is any: it holds nothing up
    SUMMARY = "summary"  # the UR's record summary, looked at only when going on without the records


class Standing(StrEnum):
    """Where one request stands on a day."""

    RECEIVED = "received"
    WAIVED = "waived"
    OVERDUE = "overdue"
    DUE = "due"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Paper:
    """A document as the rules see it. `received_at` aware; None where only a listing is known."""

    key: int
    kind: str
    title: str
    date: dt.date | None
    received_at: dt.datetime | None
    from_role: str = ""


@dataclass(frozen=True)
class Ask:
    """What a request asks for. `not_before`: an older report is none of the asked ones. `named`: staff named one."""

    needed: str
    kinds: frozenset[str]
    not_before: dt.date | None = None
    owed_by: str = ""
    only_from_owing: bool = False
    waived: bool = False


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day `months` earlier, or the last day of that month where it has none."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day  # noqa: PLR2004 December
    return dt.date(year, month + 1, min(day.day, last))


def covers(ask: Ask, paper: Paper) -> bool:
    """Whether a paper is of the asked kind, from the asked party and time. A paper without a date is not too old.

    A record that staff named in words (`Needed.NAMED`) is covered by nothing but a person's mark.
    """
    if ask.needed == Needed.NAMED or paper.kind not in ask.kinds:
        return False
    if ask.only_from_owing and paper.from_role not in {"", ask.owed_by}:
        return False
    return ask.not_before is None or paper.date is None or paper.date >= ask.not_before


def first_cover(
    ask: Ask, papers: Iterable[Paper], marks: Mapping[int, bool], *, unknown_receipt: dt.datetime
) -> tuple[Paper, dt.datetime] | None:
    """The paper that covered the request first, with its receipt; None while there is none.

    marks: paper -> what a person said (True it covers, False it does not); a mark wins over the kind.
    unknown_receipt: stands in for a paper whose receipt was not noted (it came with the application).
    """
    found = [
        (paper.received_at or unknown_receipt, paper.key, paper)
        for paper in papers
        if marks.get(paper.key, covers(ask, paper))
    ]
    if not found:
        return None
    received, _, paper = min(found, key=lambda one: one[:2])
    return paper, received


def standing(*, received: bool, waived: bool, asked: bool, due_at: dt.datetime | None, now: dt.datetime) -> Standing:
    """Where a request stands at `now`. Overdue begins after the due moment."""
    if received:
        return Standing.RECEIVED
    if waived:
        return Standing.WAIVED
    if due_at is not None and now > due_at:
        return Standing.OVERDUE
    return Standing.DUE if asked else Standing.NOT_ASKED


def holds_up(needed: str) -> bool:
    """Whether a missing record of this need keeps the file incomplete."""
    return needed in {Needed.ALWAYS, Needed.NAMED}


@dataclass(frozen=True)
class Completion:
    """When the file became complete: at the receipt of its last required record (LC 4610.6(d)(1)(B))."""

    at: dt.datetime
    because: str
    key: int | None = None


@dataclass(frozen=True)
class Line:
    """One request with what covered it; key: the paper."""

    label: str
    needed: str
    received_at: dt.datetime | None = None
    title: str = ""
    waived: bool = False
    key: int | None = None


def missing(lines: Iterable[Line]) -> list[str]:
    """The labels of what keeps the file incomplete."""
    return [line.label for line in lines if holds_up(line.needed) and line.received_at is None and not line.waived]


def completion(lines: Sequence[Line], *, application_at: dt.datetime) -> Completion | None:
    """The receipt that completed application and supporting records, or None while a required one is missing.

    Nobody's click has a part in it. Records that came before the application complete nothing before it does; where
    every required record is waived, the application completes the file.
    """
    if missing(lines):
        return None
    received = [(line.received_at, line.key or 0, line.title or line.label) for line in lines
                if holds_up(line.needed) and line.received_at is not None and not line.waived]  # fmt: skip
    if not received:
        return Completion(application_at, "the application")
    at, key, title = max(received)
    return Completion(at, title, key or None) if at > application_at else Completion(application_at, "the application")


@dataclass(frozen=True)
class OnWhatIsHere:
    """What decides whether a case may go on without the records (8 CCR 9792.10.6(b)(2))."""

    overdue: bool
    medical_papers_from_others: bool
    ur_record_summary: bool


def why_not_proceed(facts: OnWhatIsHere, *, due: str = "") -> list[str]:
    """What is still in the way of going on with what is here; empty when nothing is."""
    reasons = []
    if not facts.overdue:
        reasons.append(f"the records are not overdue yet{f' (due {due})' if due else ''}")
    if not facts.medical_papers_from_others:
        reasons.append("no medical paper from the worker or the physician is on file")
    if not facts.ur_record_summary:
        reasons.append("the UR decision with its summary of the records is not on file")
    return reasons
