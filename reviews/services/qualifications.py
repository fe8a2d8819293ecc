"""The one place where a reviewer is rendered outward: by qualifications, never by name (LC 4610.6(f))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from common.rules.states import STATE_NAMES
from reviews.models import License, Reviewer


def qualifications(*, reviewer: Reviewer, on: dt.date) -> dict[str, Any]:
    """What a letter says of the reviewer: {"certifications": [{specialty, subspecialty}], "licensed_states": [names]}.

    Only what is verified and current on the day `on` counts; California is named first, the other states by name.
    """
    certifications = [
        {"specialty": row.specialty, "subspecialty": row.subspecialty or None}
        for row in reviewer.certifications.order_by("pk")
        if row.verified_on is not None and row.is_current(on)
    ]
    codes = {
        row.state
        for row in reviewer.licenses.all()
        if row.status == License.Status.ACTIVE and row.expires_on >= on and row.verified_on is not None
    }
    states = sorted((STATE_NAMES[code] for code in codes), key=lambda name: (name != "California", name))
    return {"certifications": certifications, "licensed_states": states}
