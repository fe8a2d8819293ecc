"""What is typed in the intake form so far, read for duplicates: nothing is judged, unreadable parts are left out."""

from __future__ import annotations

import datetime as dt
import re

from django.http import QueryDict
from django.utils import timezone

from cases.models import Party
from cases.rules.duplicates import Filing
from common.days import house_date
from common.forms import read_date

_ROLE = re.compile(r"parties-(\d+)-role")


def read_filing(data: QueryDict) -> Filing:
    """The filing that the intake form's fields say."""
    party = _physician(data)
    return Filing(
        first_name=_text(data, "worker-first_name"),
        last_name=_text(data, "worker-last_name"),
        birth_date=_date(data, "worker-birth_date"),
        claim_number=_text(data, "claim-claim_number"),
        injury_date=_date(data, "claim-injury_date"),
        decision_date=_date(data, "utilization_review-decision_date"),
        physician=f"{_text(data, f'{party}-first_name')} {_text(data, f'{party}-last_name')}".strip(),
        physician_npi=_text(data, f"{party}-npi"),
        physician_group=_text(data, f"{party}-organization"),
    )


def _physician(data: QueryDict) -> str:
    """The prefix of the first row that is the requesting physician's."""
    for name in data:
        match = _ROLE.fullmatch(name)
        if match and data[name] == Party.Role.REQUESTING_PHYSICIAN and not data.get(f"parties-{match[1]}-DELETE"):
            return f"parties-{match[1]}"
    return "parties-none"


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\x00", "").strip()[:300]


def _date(data: QueryDict, name: str) -> dt.date | None:
    return read_date(_text(data, name), today=house_date(timezone.now()))
