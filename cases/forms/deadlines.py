"""What is asked before people do something to a clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cases.forms.acts import refuse_unprintable_text
from common.forms import HouseDateField, HouseForm


class _WhyForm(HouseForm, forms.Form):
    because = forms.CharField(
        label="Why?", widget=forms.Textarea(attrs={"rows": 3}), max_length=300, validators=[refuse_unprintable_text],
        help_text="It stands in the history and in how the date was worked out.",
    )  # fmt: skip


class StopForm(_WhyForm):
    on = HouseDateField(label="From which day does it wait?", required=False, help_text="Today, when left empty.")
    field_order = ("on", "because")


class RestartForm(_WhyForm):
    on = HouseDateField(label="From which day does it run again?", required=False, help_text="Today, when left empty.")
    how = forms.ChoiceField(label="How does it run on?", widget=forms.RadioSelect)
    field_order = ("on", "how", "because")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101 - for mypy
        how.choices = choices


class ExtendForm(HouseForm, forms.Form):
    """choices: the days that the rules still allow, each with the due date it brings."""

    days = forms.TypedChoiceField(label="By how many days?", coerce=int, widget=forms.RadioSelect)
    approval = forms.CharField(
        label="Who approved it, and where is the approval filed?", max_length=200, validators=[refuse_unprintable_text]
    )
    approved_on = HouseDateField(label="Date of the approval")

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        assert isinstance(days, forms.TypedChoiceField)  # noqa: S101 - for mypy
        days.choices = choices


class ReceivedForm(HouseForm, forms.Form):
    """timed: the clock counts hours, so the hour of the receipt is asked too."""

    on = HouseDateField(label="Day of the receipt")
    hour = forms.TimeField(
        label="Hour of the receipt", widget=forms.TextInput(attrs={"placeholder": "14:30"}), input_formats=["%H:%M"],
        help_text="By the clock where the programme is, as 14:30.",
        error_messages={"invalid": "Write the hour as 14:30."},
    )  # fmt: skip
    proof = forms.CharField(
        label="What shows it?", max_length=200, validators=[refuse_unprintable_text],
        help_text="A return receipt and where it is filed, or who said so and when.",
    )  # fmt: skip

    def __init__(self, *args: Any, timed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not timed:
            del self.fields["hour"]


class DoneForm(HouseForm, forms.Form):
    on = HouseDateField(label="On which day was it done?")
    shown_by = forms.CharField(
        label="What shows it?", max_length=300, validators=[refuse_unprintable_text],
        help_text="An authorization and where it is filed, or who said so and when.",
    )  # fmt: skip


def day_typed(form: forms.Form, name: str) -> dt.date | None:
    day: dt.date | None = form.cleaned_data.get(name)
    return day
