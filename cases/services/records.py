"""The records of a case: what is in the index, what may be opened, and when it is enough to decide on."""

from __future__ import annotations

from cases.models import Case, Document
from common.errors import RuleRefusal

#: Papers of the dispute itself; they say what was asked and denied, not how the worker is.
_PAPERS_OF_THE_DISPUTE = (
    Document.Kind.UTILIZATION_REVIEW_DECISION,
    Document.Kind.APPLICATION_FORM,
    Document.Kind.REQUEST_FOR_AUTHORIZATION,
)


def has_medical_records(case: Case) -> bool:
    """Whether the index holds anything beside the UR decision, the application and the request for authorization."""
    return any(document.kind not in _PAPERS_OF_THE_DISPUTE for document in case.documents.all())


def refuse_ur_decision_alone(case: Case) -> None:
    """No determination on the UR decision alone (8 CCR 9792.10.6(b)(2), CA-8). Raises RuleRefusal."""
    if not has_medical_records(case):
        raise RuleRefusal(
            "records.ur_decision_alone",
            f"Case {case.number} holds no medical record yet, only papers of the dispute. A determination cannot "
            "rest on the UR decision alone: add a record from the claims administrator, the worker or the physician.",
        )
