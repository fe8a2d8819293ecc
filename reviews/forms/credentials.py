"""Forms of a credential file: checks, training, sanctions, adverse changes, standing on the panel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.forms import HouseDateField, HouseForm
from reviews.models import AdverseChange, License, TrainingRecord
from reviews.models.credentialing import Kind
from reviews.services.papers import NewPaper


class PaperField(forms.FileField):
    """A file as `reviews.services.papers` takes it."""

    def __init__(self, **facts: Any) -> None:
        facts = {"label": "Document", "required": False, "help_text": "PDF, JPEG or PNG, 10 MB at most.", **facts}
        super().__init__(max_length=200, **facts)

    def clean(self, data: Any, initial: Any = None) -> NewPaper | None:
        given = super().clean(data, initial)
        return NewPaper(given.name or "document", given.read()) if isinstance(given, UploadedFile) else None


SOURCES: dict[str, str] = {
    Kind.PRACTICE: "The practice or hospital itself, not the reviewer’s word.",
    Kind.TRAINING: "Who gave the training, or its certificate.",
    Kind.SANCTIONS: "Every list that was searched.",
}


class CheckForm(HouseForm, forms.Form):
    """What somebody saw at the source of one credential."""

    confirmed = forms.ChoiceField(
        label="What the source says",
        choices=[("yes", "It confirms what is written here"), ("no", "It does not confirm it")],
    )
    status = forms.ChoiceField(label="Standing of the licence", choices=License.Status.choices)
    expires_on = HouseDateField(label="Runs to")
    practice_since = HouseDateField(label="In active practice since", required=False)
    practice_hours = forms.IntegerField(label="Hours a week", min_value=0, max_value=168, required=False)
    checked_on = HouseDateField(label="Looked up on")
    source = forms.CharField(
        label="Where it was looked up", max_length=300, help_text="The board’s register, not a copy of the reviewer’s."
    )
    document = PaperField(
        label="Print of the source", help_text="Needed where the source confirms. PDF, JPEG or PNG, 10 MB at most."
    )
    note = forms.CharField(label="Note", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].help_text = SOURCES.get(kind, self.fields["source"].help_text)
        if kind != Kind.LICENSE:
            del self.fields["status"]
        if kind != Kind.PRACTICE:
            del self.fields["practice_since"], self.fields["practice_hours"]
        if kind not in (Kind.LICENSE, Kind.CERTIFICATION):
            del self.fields["expires_on"]
        elif kind == Kind.CERTIFICATION:
            self.fields["expires_on"].required = False
            self.fields["expires_on"].help_text = "Empty: it has no end."


class TrainingForm(HouseForm, forms.Form):
    what = forms.ChoiceField(label="What", choices=TrainingRecord.What.choices)
    done_on = HouseDateField(label="Done on")
    text = forms.CharField(label="In words", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    document = PaperField()


class SanctionForm(HouseForm, forms.Form):
    text = forms.CharField(label="What it is", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    since = HouseDateField(label="From", required=False)
    until = HouseDateField(label="Until", required=False, help_text="Empty: it holds.")
    material = forms.ChoiceField(
        label="Does it raise a substantial question of fitness?",
        choices=[("yes", "Yes: no cases while it holds"), ("no", "No: it is only shown")],
    )


class ExcludeForm(HouseForm, forms.Form):
    name = forms.CharField(label="Company or person", max_length=300)
    since = HouseDateField(label="From", required=False)
    until = HouseDateField(label="Until", required=False, help_text="Empty: it holds.")
    reason = forms.CharField(label="Why", max_length=300)


class AdverseForm(HouseForm, forms.Form):
    what = forms.ChoiceField(label="What happened", choices=AdverseChange.What.choices, widget=forms.RadioSelect)
    happened_on = HouseDateField(label="When")
    text = forms.CharField(
        label="In words", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Nothing about any patient or injured worker.",
    )  # fmt: skip


class SettleForm(HouseForm, forms.Form):
    action = forms.CharField(
        label="What was done about it", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="First write what it means onto the file: the licence, the certification, the sanction.",
    )  # fmt: skip
