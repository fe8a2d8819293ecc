"""Form of the Administrative Director's approval of more than one reviewer."""

from __future__ import annotations

from django import forms

from common.forms import HouseDateField, HouseForm
from reviews.forms.credentials import PaperField
from reviews.models.approval import FEWEST_REVIEWERS, MOST_REVIEWERS


class ApprovalForm(HouseForm, forms.Form):
    reviewers = forms.IntegerField(
        label="Reviewers in all", min_value=FEWEST_REVIEWERS, max_value=MOST_REVIEWERS, initial=FEWEST_REVIEWERS,
        help_text="The first one included.",
    )  # fmt: skip
    approved_by = forms.CharField(label="Who signed for the Administrative Director", max_length=200)
    approved_on = HouseDateField(label="Approved on")
    came_by = forms.CharField(label="How it came", max_length=200, help_text="Letter, e-mail, portal.")
    document = PaperField(label="The approval", required=True)
