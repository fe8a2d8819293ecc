"""Forms of the reviewer's own work, and of what staff keep about it: wishes, on call, leaving, payments."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms import HouseDateField, HouseForm
from reviews.services.work_requests import MOST_CASES, MOST_HOURS

_BY = [("cases", "A number of cases"), ("hours", "Hours of work")]


class WorkForm(HouseForm, forms.Form):
    by = forms.ChoiceField(label="I have time for", choices=_BY, initial="cases", widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label="How many", min_value=1, initial=1, help_text=f"At most {MOST_CASES} cases, or {MOST_HOURS} hours.",
    )  # fmt: skip

    @property
    def wish(self) -> dict[str, Any]:
        """The arguments of `give_work`."""
        by, amount = self.cleaned_data["by"], self.cleaned_data["amount"]
        return {"cases": amount if by == "cases" else None, "hours": amount if by == "hours" else None}


class LeavingForm(HouseForm, forms.Form):
    last_day = HouseDateField(label="Last day on the panel", required=False, help_text="Empty: stays on the panel.")


class PaymentForm(HouseForm, forms.Form):
    paid_on = HouseDateField(label="Paid on")
    reference = forms.CharField(label="Transfer or check number", max_length=100)


class OnCallForm(HouseForm, forms.Form):
    from_day = HouseDateField(label="From, 8 am")
    to_day = HouseDateField(label="Until, 8 am")
