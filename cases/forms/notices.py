"""Forms about notices."""

from __future__ import annotations

from django import forms

from common.forms import HouseForm


class CodeForm(HouseForm, forms.Form):
    """The code from a notice."""

    code = forms.CharField(
        label="Code",
        max_length=60,
        help_text="It stands on the page or in the mail that came with the notice, like CDFH-JKMN-PRTW. "
        "Capitals and dashes do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
