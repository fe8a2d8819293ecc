from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from accounts.roles import ROLE_LABELS
from common.forms import HouseForm


class InvitationForm(HouseForm, forms.Form):
    email = forms.EmailField(
        label="E-mail address", help_text="The link goes there, and the person signs in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    roles = forms.MultipleChoiceField(
        label="Roles", choices=list(ROLE_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    reviewer_id = forms.CharField(
        label="Roster entry", max_length=60, required=False,
        help_text="For an expert reviewer: the id in the reviewer panel that the account belongs to.",
    )  # fmt: skip


class JoinForm(HouseForm, forms.Form):
    password = forms.CharField(
        label="Password", strip=False, max_length=200, help_text=" ".join(password_validators_help_texts()),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="The same password again", strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> None:
        super().clean()
        typed, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if typed and again and typed != again:
            self.add_error("again", "The two passwords differ.")
