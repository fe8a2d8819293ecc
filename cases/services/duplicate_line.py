"""The line of the eligibility check on earlier applications for the same treatment."""

from __future__ import annotations

from django.db.models import Q

from cases.models import Case, CasePair
from cases.rules.eligibility import Finding, Standing
from cases.services.eligibility import reasons_for, register_line
from cases.services.workflow import guard
from common.errors import RuleRefusal

CODE = "duplicate"


@register_line
def duplicate_line(case: Case) -> Finding | None:
    """Not met by a certain duplicate, not known while a likely one waits for a look; None where no such reason is."""
    reason = reasons_for(case).get(CODE)
    if reason is None:
        return None
    pairs = list(CasePair.objects.open().filter(Q(later=case)).select_related("earlier").order_by("-score", "pk"))
    certain = [pair.earlier.number for pair in pairs if pair.kind == CasePair.Kind.CERTAIN]
    standing, evidence = Standing.MET, "No earlier application for the same treatment is on file."
    if certain:
        standing, evidence = Standing.NOT_MET, f"The same application as {', '.join(certain)}."
    elif pairs:
        numbers = ", ".join(pair.earlier.number for pair in pairs)
        standing, evidence = Standing.UNKNOWN, f"Looks like {numbers}; somebody must compare them."
    return Finding(CODE, "Is it the first application for this treatment?", standing, evidence, reason.source)


@guard("no_certain_duplicate")
def _no_certain_duplicate(case: Case) -> None:
    line = duplicate_line(case)
    if line is not None and line.standing == Standing.NOT_MET:
        raise RuleRefusal(
            "eligibility.duplicate",
            f"Case {case.number} cannot be found eligible. {line.evidence} Compare the two and decide about them first "
            f"({line.code}, {line.source}).",
            fields={line.code: line.evidence},
        )
