"""The workflow's questions about who holds a case."""

from __future__ import annotations

from cases.models import Case
from cases.services.workflow import guard
from common.errors import StateRefusal
from reviews.models import Assignment


@guard("reviewer_holds_the_case")
def _reviewer_holds_the_case(case: Case) -> None:
    if not Assignment.objects.accepted().filter(case=case, round=case.round).exists():
        raise StateRefusal(
            "assignment.holder", f"Nobody has accepted case {case.number}. Offer it to a reviewer first."
        )


@guard("nobody_holds_the_case")
def _nobody_holds_the_case(case: Case) -> None:
    # An offer of a further place may stay open; whoever accepts it then has the case.
    if Assignment.objects.accepted().filter(case=case).exists():
        raise StateRefusal(
            "assignment.holder", f"Case {case.number} is still with a reviewer. Take the reviewer off first."
        )
