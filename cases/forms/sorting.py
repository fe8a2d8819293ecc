from __future__ import annotations

from django import forms

from cases.models import Document
from common.forms import HouseDateField, HouseForm


class NamePartForm(HouseForm, forms.Form):
    """What one record of a bundle is."""

    title = forms.CharField(max_length=300)
    kind = forms.ChoiceField(choices=Document.Kind.choices)
    author = forms.CharField(max_length=200, required=False)
    date = HouseDateField(label="Date of the record", required=False)


class WrongCaseForm(HouseForm, forms.Form):
    """Which pages lie in the wrong file, and whose they are."""

    number = forms.CharField(
        label="Right case", max_length=20, required=False,
        help_text="Case number. Left empty, the pages wait among the files without a case.",
    )  # fmt: skip
    first = forms.IntegerField(label="First page", min_value=1, required=False, help_text="Empty: the whole record.")
    last = forms.IntegerField(label="Last page", min_value=1, required=False)
    why = forms.CharField(
        label="What is wrong", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="For the incident. No health information.",
    )  # fmt: skip


class SettleForm(HouseForm, forms.Form):
    outcome = forms.CharField(
        label="How it was settled", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000,
        help_text="Who was told, what was done so that it does not happen again. No health information.",
    )  # fmt: skip
