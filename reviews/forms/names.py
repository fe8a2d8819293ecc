"""Forms of the desk of names."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms import HouseForm


class OtherNameForm(HouseForm, forms.Form):
    """whose: "" for the reviewer, else the folded name of a relation, each with its words."""

    name = forms.CharField(
        label="Other name", max_length=300,
        help_text="Given name and surname: a maiden name, a nickname, another spelling.",
    )  # fmt: skip

    def __init__(self, *args: Any, whose: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whose"] = forms.ChoiceField(
            label="Whose name", required=False, widget=forms.RadioSelect, choices=whose, initial=""
        )
        self.order_fields(["whose", "name"])
