from __future__ import annotations

from typing import Any

from django import forms

from cases.models import Document, Party
from cases.services.documents import MAX_BYTES
from common.forms import HouseDateField, HouseForm


class RecordForm(HouseForm, forms.Form):
    file = forms.FileField(
        label="PDF file", help_text=f"One PDF, at most {MAX_BYTES // 1024 // 1024} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )  # fmt: skip
    title = forms.CharField(max_length=300, help_text="As it should stand in the list of records.")
    kind = forms.ChoiceField(choices=[("", "Choose a kind"), *Document.Kind.choices])
    author = forms.CharField(max_length=200, required=False)
    date = HouseDateField(label="Date of the record", required=False)
    from_role = forms.ChoiceField(label="Sent by", choices=[("", "Not stated"), *Party.Role.choices], required=False)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it.")
        return upload
