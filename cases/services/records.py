"""The records of a case: what is in the index, what may be opened, and when it is enough to decide on."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from accounts.roles import require
from cases.models import Case, Document
from cases.rules.intake import Problem, refuse_problems, unprintable
from cases.services.documents import store_pdf
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.days import california_date
from common.errors import RuleRefusal, StateRefusal

#: Papers of the dispute itself; they say what was asked and denied, not how the worker is.
_PAPERS_OF_THE_DISPUTE = (
    Document.Kind.UTILIZATION_REVIEW_DECISION,
    Document.Kind.APPLICATION_FORM,
    Document.Kind.REQUEST_FOR_AUTHORIZATION,
)


def has_medical_records(case: Case) -> bool:
    """Whether the index holds anything beside the UR decision, the application and the request for authorization."""
    return any(is_medical(document) for document in case.documents.all())


def is_medical(document: Document) -> bool:
    """Whether a document says how the worker is, not only what was asked and denied."""
    return document.kind not in _PAPERS_OF_THE_DISPUTE


def refuse_ur_decision_alone(case: Case) -> None:
    """No determination on the UR decision alone (8 CCR 9792.10.6(b)(2), CA-8). Raises RuleRefusal."""
    if not has_medical_records(case):
        raise RuleRefusal(
            "records.ur_decision_alone",
            f"Case {case.number} holds no medical record yet, only papers of the dispute. A determination cannot "
            "rest on the UR decision alone: add a record from the claims administrator, the worker or the physician.",
        )


def attach_document(
    *,
    case: Case,
    content: bytes,
    title: str,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    author: str = "",
    date: dt.date | None = None,
    from_role: str = "",
) -> Document:
    """File a PDF with the case. Raises InputRefusal (no PDF, text that cannot be printed), RightRefusal, StateRefusal.

    A record that comes after the determination is filed too; the timeline says when it came.
    """
    problems = list(unprintable({"title": title, "author": author}))
    if date and date > california_date(now):
        problems.append(Problem("date", f"{date} lies in the future."))
    refuse_problems(problems)
    with transaction.atomic():
        locked = lock_case(case.pk)
        require(actor, "manage_records")
        if locked.imported:
            raise StateRefusal("records.imported", f"Case {locked.number} is a past determination; its file is closed.")
        filed = store_pdf(content, name="The file")
        last = locked.documents.aggregate(last=Max("position"))["last"] or 0
        document = Document.objects.create(
            case=locked,
            position=last + 1,
            title=title,
            kind=kind,
            author=author,
            date=date,
            pages=filed.pages,
            received_at=now,
            from_role=from_role,
            file=filed.file,
        )
        record(
            case=locked,
            kind="record.added",
            sentence=f"Record filed: {document.get_kind_display().lower()}, pages: {filed.pages}.",
            facts={"document": document.pk, "sha256": filed.file.sha256},
            actor=actor,
            now=now,
        )
        return document
