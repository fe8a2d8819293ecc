"""The intake form as it is opened beside a scan: what was read off the scan, as if it had been typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.http import QueryDict

from cases.forms.intake import REPEATED, USUAL_PARTIES
from cases.models import Case, Party
from cases.services.jurisdictions import usual_jurisdiction

_ROW = re.compile(r"(diagnoses|items|parties)-(\d+)-")
#: The place behind the usual parties is the attorney's (`cases.rules.form_prefill`).
_ATTORNEY_PLACE = len(USUAL_PARTIES)


def prefilled(fields: Mapping[str, str], *, received_at: dt.datetime, channel: str) -> QueryDict:
    """Form data with `fields` (name -> value) in it, and the receipt stamp of the scan."""
    of = usual_jurisdiction()
    stamp = received_at.astimezone(of.zone)
    data = QueryDict(mutable=True)
    data.update(
        {
            "case-priority": Case.Priority.STANDARD.value,
            "worker-state": of.usual_state,
            "worker-language": "en",
            "application-received_on": f"{stamp:%m/%d/%Y}",
            "application-received_time": f"{stamp:%H:%M}",
            "application-channel": channel,
        }
    )
    for place, role in enumerate(USUAL_PARTIES):
        data[f"parties-{place}-role"] = role.value
    rows = dict.fromkeys(REPEATED, 1) | {"parties": len(USUAL_PARTIES)}
    for name, value in fields.items():
        data[name] = value
        if match := _ROW.match(name):
            rows[match[1]] = max(rows[match[1]], int(match[2]) + 1)
    if rows["parties"] > _ATTORNEY_PLACE:
        data[f"parties-{_ATTORNEY_PLACE}-role"] = Party.Role.WORKER_ATTORNEY.value
    for prefix, count in rows.items():
        data.update(_management(prefix, count))
    for place in range(rows["items"]):
        data.update(_management(f"items-{place}-citations", 0))
    return data


def _management(prefix: str, count: int) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": str(count), f"{prefix}-INITIAL_FORMS": "0", f"{prefix}-MIN_NUM_FORMS": "0"}
