from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from accounts.models import Act
from accounts.models.access_log import AccessLogQuerySet
from common.days import HOUSE_ZONE
from common.forms import HouseDateField, HouseForm


class AccessLogFilter(HouseForm, forms.Form):
    """What the auditor may narrow the log by; everything is optional."""

    who = forms.CharField(label="Who", max_length=254, required=False)
    about = forms.CharField(label="About", max_length=120, required=False)
    act = forms.ChoiceField(label="What", choices=[("", "Anything"), *Act.choices], required=False)
    first = HouseDateField(label="From", required=False)
    last = HouseDateField(label="To", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].widget.attrs["class"] = "form-control input-date"

    def narrow(self, rows: AccessLogQuerySet) -> AccessLogQuerySet:
        """The rows that fit what was typed. Days are California days, both included. Call on a valid form."""
        typed = self.cleaned_data
        if typed["who"]:
            rows = rows.by_name(typed["who"])
        if typed["about"]:
            rows = rows.about(typed["about"])
        if typed["act"]:
            rows = rows.of_act(typed["act"])
        last = typed["last"]
        return rows.between(_midnight(typed["first"]), _midnight(last + dt.timedelta(days=1)) if last else None)


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), tzinfo=HOUSE_ZONE) if day else None
