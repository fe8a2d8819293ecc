"""How the people of the panel have worked so far: for the candidate board, in two statements for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from common.days import california_date

#: Days before its date from which on a report counts as due soon.
SOON_DAYS = 3


@dataclass(frozen=True)
class TrackRecord:
    """due_soon: reports due in three days or past. turnaround: median days from acceptance to report, None without
    one. declined: of `answered` offers of the last year, those turned down for want of time or left to lapse; a
    conflict or another field is no fault and counts in neither."""

    due_soon: int = 0
    turnaround: float | None = None
    answered: int = 0
    declined: int = 0

    @property
    def decline_percent(self) -> int | None:
        return round(100 * self.declined / self.answered) if self.answered else None


def track_records(reviewer_ids: Iterable[int], *, now: dt.datetime) -> dict[int, TrackRecord]:
    """The record of each named reviewer who has one."""
    ids = list(reviewer_ids)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"ids": ids, "soon": california_date(now) + dt.timedelta(days=SOON_DAYS), "now": now})
        return {row[0]: TrackRecord(row[1], float(row[2]) if row[2] is not None else None, row[3], row[4])
                for row in cursor.fetchall()}  # fmt: skip


_SQL = """
WITH told AS (
  SELECT *,
    accepted_at IS NOT NULL AND submitted_at IS NULL AND recused_at IS NULL AND withdrawn_at IS NULL
      AND completed_at IS NULL AS held,
    declined_at IS NOT NULL AND decline_reason NOT IN ('conflict', 'scope') OR lapsed_at IS NOT NULL AS refused
  FROM reviews_assignment WHERE reviewer_id = ANY(%(ids)s)
)
SELECT reviewer_id,
  count(*) FILTER (WHERE held AND report_due_on <= %(soon)s),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM submitted_at - accepted_at) / 86400)
    FILTER (WHERE submitted_at > %(now)s - interval '1 year'),
  count(*) FILTER (WHERE offered_at > %(now)s - interval '1 year' AND (refused OR accepted_at IS NOT NULL)),
  count(*) FILTER (WHERE offered_at > %(now)s - interval '1 year' AND refused)
FROM told GROUP BY reviewer_id
"""
