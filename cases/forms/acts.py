from __future__ import annotations

from typing import Any

from django import forms

from cases.services.rail import ASKS
from cases.workflow import Event
from common.forms import HouseForm
from common.rules.characters import first_unprintable


def refuse_unprintable_text(value: str) -> None:
    """A form validator: the same characters as in letters."""
    if bad := first_unprintable(value):
        raise forms.ValidationError(f"This holds {bad.spoken}, at place {bad.position + 1}.")


class NoteForm(HouseForm, forms.Form):
    """The word that an event needs; it stands on the timeline."""

    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=1000, validators=[refuse_unprintable_text]
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = ASKS[event]
        self.fields["note"].help_text = "It stands in the history of the case."
