from __future__ import annotations

from django import forms

from cases.forms.acts import refuse_unprintable_text
from common.forms import HouseDateField, HouseForm


class CallForm(HouseForm, forms.Form):
    """One call about many cases. The cases themselves are chosen in the list above the form."""

    with_whom = forms.CharField(label="Who was it?", max_length=200, validators=[refuse_unprintable_text])
    said = forms.CharField(
        label="What was said?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_unprintable_text],
    )  # fmt: skip
    promised = forms.CharField(
        label="What was promised?", max_length=500, required=False, validators=[refuse_unprintable_text]
    )  # fmt: skip
    promised_by = HouseDateField(
        label="By when?", required=False, help_text="A reminder comes up on your desk that day."
    )


class PhoneForm(HouseForm, forms.Form):
    adjuster = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    phone = forms.CharField(label="Telephone", max_length=40)


class NamedRecordForm(HouseForm, forms.Form):
    label = forms.CharField(
        label="A report that the request or the UR decision names", max_length=300,
        help_text="As it is named, with its date.", validators=[refuse_unprintable_text],
    )  # fmt: skip


class LateSeenForm(HouseForm, forms.Form):
    note = forms.CharField(
        label="What follows from it?", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        validators=[refuse_unprintable_text],
    )  # fmt: skip
