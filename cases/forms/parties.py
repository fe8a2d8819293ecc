from __future__ import annotations

from django import forms

from cases.forms.parts import PartyPart


class AddPartyForm(PartyPart):
    own_summary = True
    reason = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text="It stands in the history of the case."
    )
