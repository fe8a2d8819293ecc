from __future__ import annotations

from django import forms

from accounts.models import Verdict
from common.forms import HouseForm


class BreakGlassForm(HouseForm, forms.Form):
    case_key = forms.CharField(
        label="Case number", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.CharField(
        label="Why this case has to be opened now", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="At least 20 characters. Another person reads it and judges the access.",
    )  # fmt: skip


class VerdictForm(HouseForm, forms.Form):
    verdict = forms.ChoiceField(label="Was the access justified?", choices=Verdict.choices)
    note = forms.CharField(
        label="Note", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed when it was not: what was wrong and what follows from it.",
    )  # fmt: skip
