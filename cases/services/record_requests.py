"""The checklist of a case's required records: what is asked of whom, what covered it, what is missing.

The rows come from the jurisdiction file when a case is found eligible; what covers them is worked out from the file of
the case each time it changes, so nobody has to tick anything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.models import Case, Document, RecordRequest
from cases.models.record_request import RecordRequestQuerySet
from cases.rules.jurisdiction import RequiredRecord
from cases.rules.required_records import (
    Ask,
    Completion,
    Line,
    Needed,
    Paper,
    Standing,
    completion,
    first_cover,
    holds_up,
    missing,
    months_before,
    standing,
)
from cases.services.jurisdictions import case_date, jurisdiction_of
from common.errors import RuleRefusal


@dataclass(frozen=True)
class Checked:
    """One request as the checklist shows it. `document` and `received_at`: what covers it by the file as it is now."""

    request: RecordRequest
    document: Document | None
    received_at: dt.datetime | None
    by_hand: bool
    standing: Standing
    others: tuple[Document, ...] = ()

    @property
    def line(self) -> Line:
        return Line(
            label=self.request.label,
            needed=self.request.needed,
            received_at=self.received_at,
            title=self.document.title if self.document else "",
            waived=self.request.waived_at is not None,
            key=self.document.pk if self.document else None,
        )

    @property
    def holds_up(self) -> bool:
        return holds_up(self.request.needed)


def planned(case: Case, *, on: dt.date) -> list[RecordRequest]:
    """The requests that the jurisdiction asks for in this case, not saved. on: the day whose rules hold."""
    parties = {party.role: party for party in reversed(list(case.parties.all()))}
    return [
        RecordRequest(
            case=case,
            position=position,
            key=row.key,
            label=_label(row),
            needed=row.needed,
            kinds=list(row.kinds),
            not_before=_not_before(case, row),
            owed_by=row.from_role,
            party=parties.get(row.from_role),
            source=row.source,
        )
        for position, row in enumerate(jurisdiction_of(case).required_records(on), start=1)
        if row.needed != Needed.NAMED  # such rows come one by one, as the records are named
    ]


def _label(row: RequiredRecord) -> str:
    return f"{row.name}, last {row.months} months" if row.months else row.name


def _not_before(case: Case, row: RequiredRecord) -> dt.date | None:
    """How far back reports are asked for: counted from the request for authorization, else from the UR decision."""
    review = getattr(case, "utilization_review", None)
    start = (review.rfa_date or review.decision_date) if review else None
    return months_before(start, row.months) if start and row.months else None


def lay_out(*, case: Case, now: dt.datetime) -> list[RecordRequest]:
    """Put the checklist down for a locked case, once; requests that are there already stay as they are."""
    present = set(case.record_requests.values_list("key", "owed_by", "label"))
    wanted = planned(case, on=case.assigned_on or case_date(case, now))
    RecordRequest.objects.bulk_create(
        [one for one in wanted if (one.key, one.owed_by, one.label) not in present], ignore_conflicts=True
    )
    return bring_up_to_date(case=case, now=now)


def checklist(case: Case, *, now: dt.datetime) -> list[Checked]:
    """Every request of the case against its file as it stands now; reads only, in a constant number of statements.

    A case whose checklist was not laid out yet is judged by the rows it would get.
    """
    requests = list(_requests(case))
    requests = requests or planned(case, on=case.assigned_on or case_date(case, now))
    documents = list(case.documents.all())
    unknown_receipt = came_with_application(case)
    return [_checked(one, documents, unknown_receipt, now) for one in requests]


def _requests(case: Case) -> RecordRequestQuerySet:
    return case.record_requests.select_related("party__organization", "party__person").prefetch_related("marks")


def came_with_application(case: Case) -> dt.datetime:
    """The receipt of what lies in the file without a noted receipt: it came with the application."""
    application = getattr(case, "application", None)
    return application.received_at if application else case.created_at


def _checked(request: RecordRequest, documents: list[Document], unknown: dt.datetime, now: dt.datetime) -> Checked:
    marks = {mark.document_id: mark.covers for mark in request.marks.all()} if request.pk else {}
    ask = Ask(
        needed=request.needed, kinds=frozenset(request.kinds), not_before=request.not_before, owed_by=request.owed_by
    )
    papers = {one.pk: Paper(one.pk, one.kind, one.title, one.date, one.received_at, one.from_role) for one in documents}
    found = first_cover(ask, papers.values(), marks, unknown_receipt=unknown)
    by_key = {one.pk: one for one in documents}
    document, received = (by_key[found[0].key], found[1]) if found else (None, None)
    return Checked(
        request=request,
        document=document,
        received_at=received,
        by_hand=document is not None and marks.get(document.pk, False),
        standing=standing(
            received=received is not None,
            waived=request.waived_at is not None,
            asked=request.asked_at is not None,
            due_at=request.due_at if holds_up(request.needed) else None,
            now=now,
        ),
        others=tuple(one for one in documents if document is None or one.pk != document.pk),
    )


def what_is_missing(case: Case, *, now: dt.datetime) -> list[str]:
    """The labels of the required records that are not here."""
    return missing(one.line for one in checklist(case, now=now))


def completion_of(case: Case, *, now: dt.datetime) -> Completion | None:
    """The receipt that completed the file, or None while something required is missing."""
    return completion([one.line for one in checklist(case, now=now)], application_at=came_with_application(case))


def bring_up_to_date(*, case: Case, now: dt.datetime) -> list[RecordRequest]:
    """Write down what covers each request by the file of this moment. Harmless when nothing changed.

    Call it inside the transaction that changed the file of the case; filing and kind corrections do (`file_changed`).
    """
    if not case.record_requests.exists():
        return []
    changed = []
    for one in checklist(case, now=now):
        request = one.request
        before = (request.document_id, request.received_at)
        request.document, request.received_at = one.document, one.received_at
        if request.pk and before != (request.document_id, request.received_at):
            changed.append(request)
    RecordRequest.objects.bulk_update(changed, ["document", "received_at"])
    return changed


def asked(*, case: Case, asked_at: dt.datetime, due_at: dt.datetime, due_why: str) -> None:
    """The request for records was served, or its due date was worked out anew: the same for every record asked."""
    case.record_requests.update(asked_at=asked_at, due_at=due_at, due_why=due_why)


def refuse_incomplete(case: Case, *, now: dt.datetime) -> None:
    """Raises RuleRefusal naming every required record that is not here."""
    if lacking := what_is_missing(case, now=now):
        raise RuleRefusal(
            "records.missing",
            f"The file of case {case.number} is not complete. Missing: {'; '.join(lacking)}. File the record, mark the "
            "document that covers it, or waive it with a reason.",
        )
