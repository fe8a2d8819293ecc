from __future__ import annotations

from django import forms

from accounts.roles import ROLE_LABELS
from common.forms import HouseForm


class RolesForm(HouseForm, forms.Form):
    roles = forms.MultipleChoiceField(
        label="Roles", choices=list(ROLE_LABELS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role. To take all away, close the account."},
    )  # fmt: skip


class ResetForm(HouseForm, forms.Form):
    reason = forms.CharField(
        label="What happened, and how you made sure who is asking", max_length=2000,
        help_text="For example: telephone stolen; called back on the number on file and compared the badge on video.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
