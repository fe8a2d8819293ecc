"""The tables of data/panel.toml that the gate and the score count with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class GateNumbers:
    """The [gate] table of data/panel.toml. law_training: (from which day on, months; 0 for good), the latest first."""

    practice_years: int
    practice_hours_per_week: int
    attestation_months: int
    verification_months: int
    law_training: tuple[tuple[dt.date, int], ...] = ()

    def training_months(self, on: dt.date) -> int:
        """How long a completed training in the law counts on a day; 0: for good."""
        for since, months in self.law_training:
            if since <= on:
                return months
        return 0


@dataclass(frozen=True)
class ConflictNumbers:
    """The [conflicts] table of data/panel.toml."""

    income_share_percent: int
    income_years: int
    employment_years: int
    practice_years: int
    partner_years: int
    colleague_years: int


@dataclass(frozen=True)
class ScoreNumbers:
    """The [score] table of data/panel.toml."""

    closeness: dict[str, int]
    experience: int
    on_time: int
    on_time_prior: dict[str, int]
    california_license: int
    rest: int
    rest_days: int
