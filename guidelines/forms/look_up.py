from __future__ import annotations

from django import forms

from common.forms import HouseDateField, HouseDateInput, HouseForm
from guidelines.services.search import MAX_TEXT


class LookUpForm(HouseForm, forms.Form):
    """Words of a request, the day of the review, the diagnosis. A look-up changes nothing, so it is asked by GET."""

    q = forms.CharField(
        label="Words of the request",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "class": "form-control",
                "data-search": "",
                "data-hits-input": "hits",
                "autocomplete": "off",
            }
        ),
    )
    diagnosis = forms.CharField(
        label="Diagnosis", required=False, max_length=MAX_TEXT, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    on = HouseDateField(
        label="In force on", required=False, widget=HouseDateInput(attrs={"class": "form-control input-date"})
    )
