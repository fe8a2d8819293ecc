from __future__ import annotations

from django import forms

from common.forms import HouseForm


class CodeForm(HouseForm, forms.Form):
    code = forms.CharField(
        label="Code of your notice", max_length=40, help_text="As printed: three groups of four letters and digits.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code-field", "spellcheck": "false"}),
    )  # fmt: skip
