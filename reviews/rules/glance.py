"""Whether the rules about a reviewer alone have anything to say: one short question before the many long ones.

Of thousands nearly all are in order, and asking rule by rule costs more than everything else about them. This says only
"nothing to find" or "ask"; what there is to find, the rules of `gate` and `checks` say. A property test holds the two
together, so a rule about the reviewer alone is added here as well.
"""

from __future__ import annotations

import datetime as dt

from reviews.rules.dates import months_before, years_before
from reviews.rules.facts import GateNumbers, LicenseFacts, ReviewerFacts


class Glance:
    """Made once for a day, asked for a whole panel.

    through: the day to which licence and calendar must hold; what holds to then holds to every day before.
    takes_work_on: whether free time counts at the door.
    """

    def __init__(self, *, on: dt.date, through: dt.date, gate: GateNumbers, takes_work_on: bool) -> None:
        self._on, self._through, self._takes_work_on = on, through, takes_work_on
        self._hours = gate.practice_hours_per_week
        self._practice_before = years_before(on, gate.practice_years)
        self._checked_since = months_before(on, gate.verification_months)
        self._attested_since = months_before(on, gate.attestation_months)
        months = gate.training_months(on)
        self._trained_since = months_before(on, months) if months else dt.date.min

    def finds_nothing(self, reviewer: ReviewerFacts) -> bool:
        """Whether neither standing, licences nor (where it counts) free time have a finding."""
        if reviewer.sanctions or reviewer.adverse or not reviewer.active or not self._licensed(reviewer.licenses):
            return False
        since, hours = reviewer.practice_since, reviewer.practice_hours_per_week
        trained, attested = reviewer.law_training_completed_on, reviewer.interests_attested_on
        days, on = reviewer.checks.days, self._on
        if since is None or hours is None or trained is None or attested is None or days is None:
            return False
        return (
            since < self._practice_before
            and hours >= self._hours
            and self._trained_since <= trained <= on
            and self._attested_since <= attested <= on
            and self._checked_since <= days[0]
            and days[1] <= on
            and (not self._takes_work_on or self._is_free(reviewer))
        )

    def _licensed(self, licenses: tuple[LicenseFacts, ...]) -> bool:
        """One that is active, valid and checked, and none that is restricted."""
        good = False
        for one in licenses:
            if one.status == "active" and one.state and one.expires_on >= self._through:
                verified = one.verified_on
                good = good or (verified is not None and self._checked_since <= verified <= self._on)
            elif one.status == "restricted":
                return False
        return good

    def _is_free(self, reviewer: ReviewerFacts) -> bool:
        open_cases, week = reviewer.capacity_open_cases, reviewer.capacity_per_week
        return (
            not reviewer.away
            and open_cases is not None
            and reviewer.open_cases < open_cases
            and week is not None
            and reviewer.cases_this_week < week
            and (reviewer.leaving_on is None or reviewer.leaving_on >= self._through)
        )
