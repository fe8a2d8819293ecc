"""The three things that open the status of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from common.forms import HouseDateField, HouseForm


class _StatusFields(forms.Form):
    number = forms.CharField(max_length=40)
    birth_date = HouseDateField()
    zip = forms.CharField(max_length=10)

    def __init__(self, data: Any, *, words: Mapping[str, Any]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            field.label, field.help_text = words[name], words[f"{name}_hint"]
            field.error_messages["required"] = words["missing_field"]
            field.widget.attrs["autocomplete"] = "off"
        self.fields["birth_date"].error_messages["invalid"] = words["bad_date"]
        self.fields["zip"].validators.append(RegexValidator(r"\A\d{5}(-\d{4})?\Z", words["bad_zip"]))
        self.fields["zip"].widget.attrs["inputmode"] = "numeric"

    def clean_birth_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["birth_date"]
        return day


class StatusForm(HouseForm, _StatusFields):
    """Labels, hints and errors in the language of the page."""
