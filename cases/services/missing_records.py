"""What is still missing, for people who come in with the code of a notice."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import AccessCode, RecordRequest
from cases.rules.required_records import Needed
from cases.services.jurisdictions import case_date, jurisdiction
from cases.services.outside import Missing, register_missing


@register_missing
def missing_records(code: AccessCode) -> Sequence[Missing]:
    """The required records that the holder of a code owes: of its case, or of every case of its organization.

    A report that staff noted by name is called by its kind alone: its name tells of the worker's health.
    """
    rows = RecordRequest.objects.chased().select_related("case").order_by("due_at", "case", "position")
    if code.organization_id is not None:
        rows = rows.filter(party__organization=code.organization_id)
    elif code.case_id is not None and code.party_id is not None:
        rows = rows.filter(case=code.case_id, party=code.party_id)
    elif code.case_id is not None and code.role:
        rows = rows.filter(case=code.case_id, owed_by=code.role)
    else:
        return []
    return [
        Missing(
            case_number=row.case.number,
            what=_named_kind(row) if row.needed == Needed.NAMED else row.label,
            due=case_date(row.case, row.due_at) if row.due_at else None,
        )
        for row in rows
    ]


def _named_kind(row: RecordRequest) -> str:
    rows = (one for one in jurisdiction(row.case.jurisdiction).record_rows if one.key == row.key)
    return next((one.name for one in rows), "A report named in the request")
