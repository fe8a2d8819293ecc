"""How a credential stands, in one word; for lists and reports. What blocks is decided by `reviews.rules.gate` alone."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

#: A credential that ends within this many days is about to expire.
EXPIRING_DAYS = 60


class Standing(StrEnum):
    VERIFIED = "verified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"


def standing(*, expires_on: dt.date | None, verified_on: dt.date | None, on: dt.date) -> Standing:
    """Expired before unverified before expiring before verified: the worst that is true."""
    if expires_on is not None and expires_on < on:
        return Standing.EXPIRED
    if verified_on is None or verified_on > on:
        return Standing.UNVERIFIED
    if expires_on is not None and expires_on <= on + dt.timedelta(days=EXPIRING_DAYS):
        return Standing.EXPIRING
    return Standing.VERIFIED
