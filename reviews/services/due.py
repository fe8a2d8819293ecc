"""When a case is due at the reviewer's desk, until the jurisdiction's clocks keep deadlines of their own."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from common.days import california_date
from reviews.services.reference import panel_numbers


def determination_due(case: Case) -> dt.date:
    """Days by priority from the notice of assignment, else from the receipt of the application."""
    application = getattr(case, "application", None)
    begin = case.assigned_on or (application.received_on if application else california_date(case.created_at))
    return begin + dt.timedelta(days=panel_numbers().gate.determination_days[case.priority])
