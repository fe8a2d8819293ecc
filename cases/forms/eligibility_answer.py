"""The form that records a party's answer, with the facts that it may settle."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.acts import refuse_unprintable_text
from cases.forms.corrections import CorrectionForm
from cases.models import Case, EligibilityQuestion
from cases.services.eligibility import findings
from common.forms import HouseDateField, HouseForm


class AnswerForm(HouseForm, forms.Form):
    own_summary = False
    answered_on = HouseDateField(label="Received on")
    text = forms.CharField(
        label="What was answered", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It stands in the history of the case.", validators=[refuse_unprintable_text],
    )  # fmt: skip
    document = forms.ChoiceField(label="Record that holds the answer", required=False, widget=forms.Select)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        field: Any = self.fields["document"]
        records = [(str(one.pk), one.title) for one in case.documents.all() if one.file_id]
        field.choices = [("", "None of the case's records"), *records]


def settled_facts(case: Case, question: EligibilityQuestion, data: Any = None) -> CorrectionForm:
    """The facts of the line that the question is about, as a form of corrections."""
    line = next((one for one in findings(case) if one.code == question.reason), None)
    return CorrectionForm(data, case=case, only=line.facts if line else ())
