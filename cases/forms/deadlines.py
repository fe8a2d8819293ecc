"""What is asked before a clock is stopped, runs again or gets more days."""

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


def day_typed(form: forms.Form, name: str) -> dt.date | None:
    day: dt.date | None = form.cleaned_data.get(name)
    return day
