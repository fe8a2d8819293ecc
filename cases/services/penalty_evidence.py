"""Penalty evidence against one administrator: what was asked, when and how served, when due and why, when received.

Source of the duty: 8 CCR 9792.10.5(a)(1); of the penalty: the jurisdiction's row. One case is one failure: its days run
from the due date to the receipt of its last required record, or to the day of the report while something is missing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from cases.models import Case, NoticeCopy, RecordRequest
from cases.rules.chasing import days_late, penalty
from cases.services.jurisdictions import case_date, jurisdiction
from cases.services.owing import name_of, whose
from common.days import house_date
from common.errors import InputRefusal
from letters.services.rendering import render_pages

#: A cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ASKING = "noarfi"
_BY_METHOD = {"Mail": " by mail", "Electronic": ", electronically"}


@dataclass(frozen=True)
class Record:
    """One record asked of the administrator. received_on None: nothing came."""

    label: str
    source: str
    received_on: dt.date | None
    received_from: str

    @property
    def received_said(self) -> str:
        return said(self.received_on) if self.received_on else "Not received"


@dataclass(frozen=True)
class Failure:
    """One case whose records were late. dollars None: no penalty rule is on file for its due date."""

    number: str
    claim: str
    served_on: dt.date
    method: str
    proof: str
    reference: str
    due_on: dt.date
    due_why: str
    complete_on: dt.date | None
    late: int
    dollars: int | None
    rule: str
    records: tuple[Record, ...]

    @property
    def due_said(self) -> str:
        return said(self.due_on)

    @property
    def complete_said(self) -> str:
        return said(self.complete_on) if self.complete_on else "Not complete"

    @property
    def dollars_said(self) -> str:
        return "no rule" if self.dollars is None else f"${self.dollars:,}"

    @property
    def served_said(self) -> str:
        by = _BY_METHOD.get(self.method, "")
        return f"{said(self.served_on)}{by}{f', notice {self.reference}' if self.reference else ''}"

    @property
    def proof_said(self) -> str:
        return self.proof or "No copy of the notice is on file; the day of service is the one the clock started from."

    @property
    def late_said(self) -> str:
        until = f"to {said(self.complete_on)}" if self.complete_on else "to the day of this report"
        return f"{self.late}, counted from the day after the due date {until}"

    @property
    def penalty_said(self) -> str:
        if self.dollars is None:
            return "No penalty rule is on file for this due date."
        return f"{self.dollars_said}: {self.rule}"


@dataclass(frozen=True)
class Evidence:
    name: str
    as_of: dt.date
    failures: tuple[Failure, ...]

    @property
    def dollars(self) -> int:
        return sum(one.dollars or 0 for one in self.failures)

    @property
    def without_rule(self) -> int:
        return sum(one.dollars is None for one in self.failures)

    @property
    def heading(self) -> str:
        return f"Late records: {self.name}"

    @property
    def lead(self) -> str:
        count = len(self.failures)
        cases = "1 case" if count == 1 else f"{count:,} cases"
        return f"As of {said(self.as_of)}. {cases} in which required records came after their due date or not at all."

    @property
    def total_label(self) -> str:
        none = f" ({self.without_rule} without a penalty rule on file)" if self.without_rule else ""
        return f"Total{none}"

    @property
    def total_said(self) -> str:
        return f"${self.dollars:,}"


def said(day: dt.date) -> str:
    """A date as evidence prints it."""
    return f"{day:%m/%d/%Y}"


def evidence(*, owing: str, now: dt.datetime) -> Evidence:
    """The failures of one administrator up to now, by due date. Raises InputRefusal where there is none.

    A case counts when a required record came after the due moment or has not come yet, whatever became of the case.
    """
    asked = RecordRequest.objects.holding_up().filter(asked_at__isnull=False, due_at__isnull=False, waived_at=None)
    asked = asked.filter(**whose(owing)).filter(case__imported=False)
    late = Q(received_at__gt=F("due_at")) | Q(received_at=None, due_at__lt=now)
    cases = asked.filter(late).values("case")
    rows = asked.filter(case__in=cases).select_related(
        "case__claim", "document", "party__organization", "party__person"
    )
    by_case: dict[int, list[RecordRequest]] = defaultdict(list)
    for row in rows.order_by("due_at", "case", "position"):
        by_case[row.case_id].append(row)
    if not by_case:
        raise InputRefusal("evidence.none", "No record of this administrator was late: there is nothing to show.")
    first = next(iter(by_case.values()))[0]
    copies = _served(by_case, owing)
    failures = tuple(_failure(some, copies.get(pk), now) for pk, some in by_case.items())
    return Evidence(name_of(first.party) if first.party else "", house_date(now), failures)


def _served(by_case: Iterable[int], owing: str) -> dict[int, NoticeCopy]:
    """Case -> the copy of the notice that asked this administrator."""
    copies = NoticeCopy.objects.filter(notice__kind=_ASKING, notice__case__in=list(by_case), served_at__isnull=False)
    mine = copies.filter(**whose(owing)).select_related("notice").order_by("-served_at")
    return {copy.notice.case_id: copy for copy in mine if copy.notice.case_id is not None}


def _failure(some: Sequence[RecordRequest], copy: NoticeCopy | None, now: dt.datetime) -> Failure:
    case = some[0].case
    due_on, asked_on = _day(case, some[0].due_at), _day(case, some[0].asked_at)
    received = [row.received_at for row in some]
    complete_on = case_date(case, max(filter(None, received))) if all(received) else None
    late = days_late(due_on=due_on, received_on=complete_on, as_of=case_date(case, now))
    rules = jurisdiction(case.jurisdiction).penalties()
    rule = next((one for one in rules if one.holds_on(due_on)), None)
    return Failure(
        number=case.number,
        claim=case.claim.claim_number,
        served_on=copy.served_on if copy and copy.served_on else asked_on,
        method=copy.get_method_display() if copy else "",
        proof=copy.proof if copy else "",
        reference=copy.notice.reference if copy else "",
        due_on=due_on,
        due_why=some[0].due_why,
        complete_on=complete_on,
        late=late,
        dollars=penalty(rules, due_on=due_on, late=late),
        rule=f"${rule.per_day:,} a day, at most ${rule.most:,} ({rule.source})" if rule else "",
        records=tuple(_record(row) for row in some),
    )


def _day(case: Case, moment: dt.datetime | None) -> dt.date:
    """The day of a moment that the query asked for."""
    if moment is None:
        raise ValueError("a request that was not asked is no evidence")
    return case_date(case, moment)


def _record(row: RecordRequest) -> Record:
    return Record(
        label=row.label,
        source=row.source,
        received_on=case_date(row.case, row.received_at) if row.received_at else None,
        received_from=(row.document.get_from_role_display() or "not stated") if row.document else "",
    )


_COLUMNS = (
    "administrator", "case", "claim", "record asked", "rule", "notice", "served on", "served by", "proof of service",
    "due on", "how the due date was worked out", "received on", "received from", "days late of the case",
    "penalty of the case in dollars", "penalty rule",
)  # fmt: skip


def as_csv(found: Evidence) -> str:
    """One row a record; days and penalty of a case stand in its first row alone, so that a column can be summed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in found.failures:
        for place, asked in enumerate(one.records):
            first = place == 0
            row = (
                found.name, one.number, one.claim, asked.label, asked.source, one.reference, one.served_on.isoformat(),
                one.method, one.proof, one.due_on.isoformat(), one.due_why,
                asked.received_on.isoformat() if asked.received_on else "not received", asked.received_from,
                one.late if first else "", "" if one.dollars is None or not first else one.dollars,
                one.rule if first else "",
            )  # fmt: skip
            writer.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_pdf(found: Evidence) -> bytes:
    """The evidence as pages to print. Raises RenderingError for a character without glyph."""
    return render_pages(
        template="penalty_evidence.html", style="report.css", facts={"found": found, "failures": found.failures}
    )
