"""The small form of a look-up outside the library. Nothing is judged here: `reviews.services.outside_steps` does."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from common.forms import HouseDateField, HouseDateInput
from reviews.forms.review import DraftForm
from reviews.models import LookUp
from reviews.rules.search_sequence import ACOEM_ODG
from reviews.services.outside_steps import OutsideStep

#: No field belongs to the review's own form, which would save it with the draft.
_APART = {"form": "no-form", "data-no-guard": ""}


class OutsideForm(DraftForm):
    wanted_later = ("step", "source", "place", "looked_on", "gave")

    step = forms.TypedChoiceField(
        required=False, coerce=int, choices=LookUp.Step.choices, label="Step of the search",
        widget=forms.Select(attrs=_APART),
    )  # fmt: skip
    looked_on = HouseDateField(required=False, label="Looked up on", widget=HouseDateInput(attrs=_APART))
    source = forms.CharField(
        required=False, label="Source", help_text="ODG by MCG, PubMed, a journal.",
        widget=forms.TextInput(attrs={**_APART, "autocomplete": "off"}),
    )  # fmt: skip
    place = forms.CharField(
        required=False, label="Where", help_text="Address on the web, database or edition on paper.",
        widget=forms.TextInput(attrs={**_APART, "autocomplete": "off"}),
    )  # fmt: skip
    gave = forms.CharField(
        required=False, label="What it gave, or that nothing was found",
        widget=forms.Textarea(attrs={**_APART, "rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, position: int | str, today: dt.date) -> None:
        super().__init__(
            data, auto_id=f"outside-{position}-%s", initial={"step": ACOEM_ODG, "looked_on": today}
        )  # fmt: skip

    def typed(self) -> OutsideStep:
        """What was typed; a day that cannot be read is None. Reads the form, valid or not."""
        self.is_valid()
        data = self.cleaned_data
        return OutsideStep(
            step=data.get("step") or 0, source=data.get("source") or "", place=data.get("place") or "",
            gave=data.get("gave") or "", looked_on=data.get("looked_on"),
        )  # fmt: skip

    def show(self, problems: dict[str, str]) -> None:
        for name, sentence in problems.items():
            if name not in self.errors:
                self.add_error(name, sentence)
