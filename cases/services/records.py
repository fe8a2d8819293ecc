"""The records of a case: what is in the index, what may be opened, and when it is enough to decide on."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.roles import require
from cases.models import Case, Document
from cases.services.arrivals import file_document, refuse_unless_fit
from cases.services.documents import store_pdf
from cases.services.workflow import lock_case
from common.actor import Actor
from common.errors import RuleRefusal

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
    refuse_unless_fit(case=case, title=title, author=author, date=date, now=now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        require(actor, "manage_records")
        filed = store_pdf(content, name="The file")
        return file_document(
            case=locked, file=filed.file, pages=filed.pages, title=title, kind=kind, author=author, date=date,
            from_role=from_role, received_at=now, actor=actor, now=now,
        )  # fmt: skip
