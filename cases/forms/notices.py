"""Forms about notices."""

from __future__ import annotations

import datetime as dt

from django import forms

from common.days import HOUSE_ZONE
from common.forms import HouseDateField, HouseForm


class CodeForm(HouseForm, forms.Form):
    """The code from a notice."""

    code = forms.CharField(
        label="Code",
        max_length=60,
        help_text="It stands on the page or in the mail that came with the notice, like CDFH-JKMN-PRTW. "
        "Capitals and dashes do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class HandOverForm(HouseForm, forms.Form):
    """What the carrier took, and when."""

    carrier = forms.CharField(label="Carrier", max_length=100, help_text="Who took the mail, like USPS or a courier.")
    day = HouseDateField(label="Day of handing over", help_text="This is the day of service.")
    hour = forms.TimeField(
        label="Hour", input_formats=["%H:%M", "%I:%M %p", "%I %p"], help_text="The time here, like 15:40.",
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
    )  # fmt: skip
    what = forms.ChoiceField(
        label="What was handed over",
        choices=[("all", "All pieces that are left"), ("chosen", "The pieces chosen below")],
    )

    @property
    def moment(self) -> dt.datetime:
        """The moment that was typed."""
        return dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], tzinfo=HOUSE_ZONE)
