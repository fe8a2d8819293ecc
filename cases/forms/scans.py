from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cases.models import Application
from cases.services.jurisdictions import usual_jurisdiction
from common.forms import HouseDateField, HouseForm


class ScanForm(HouseForm, forms.Form):
    """A scan of paper or fax for the intake desk, with the receipt stamp that the paper bears."""

    file = forms.FileField(
        label="Scan", help_text="A PDF, or a TIFF, JPEG or PNG picture. It may hold several applications.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/tiff,image/jpeg,image/png"}),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label="It came by", initial=Application.Channel.MAIL,
        choices=[(one.value, one.label) for one in (Application.Channel.MAIL, Application.Channel.FAX)],
    )  # fmt: skip
    stamped_on = HouseDateField(
        label="Receipt stamp", required=False, help_text="The day the paper came, if it was not today."
    )

    def stamp(self) -> dt.datetime | None:
        """The typed day of receipt as a moment: its beginning where the desk's programme is, no hour being known."""
        day: Any = self.cleaned_data.get("stamped_on")
        return dt.datetime.combine(day, dt.time(), usual_jurisdiction().zone) if day else None
