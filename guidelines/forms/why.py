from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from common.forms import HouseDateField, HouseDateInput, HouseForm
from guidelines.services.search import MAX_TEXT


class WhyForm(HouseForm, forms.Form):
    """Words of a look-up and the section that should come up: by its number, or by words of its heading."""

    q = forms.CharField(label="Words of the look-up", max_length=MAX_TEXT)
    name = forms.CharField(
        label="The section you expected", required=False, max_length=200, help_text="Some words of its heading."
    )
    diagnosis = forms.CharField(label="Diagnosis", required=False, max_length=MAX_TEXT)
    on = HouseDateField(label="In force on", required=False, widget=HouseDateInput(attrs={"class": "input-date"}))
    section = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"on": today}, **options})


class SynonymForm(HouseForm, forms.Form):
    words = forms.CharField(label="Make a synonym of it", max_length=200)
