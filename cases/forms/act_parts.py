"""What the forms of acts are made of: the case and the moment, a record that proves the act, fields that recur."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cases.forms.acts import refuse_unprintable_text
from cases.models import Case, Document
from cases.services.documents import MAX_BYTES
from cases.services.records import attach_document
from common.actor import Actor
from common.forms import HouseForm


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def text_field(label: str, hint: str = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=1000,
        widget=forms.Textarea(attrs={"rows": rows}), validators=[refuse_unprintable_text],
    )  # fmt: skip


def note_field() -> forms.CharField:
    return text_field("Note", required=False)


class ActFacts(forms.Form):
    """What every act's form gets besides the data: the case and the moment."""

    def __init__(self, *args: Any, case: Case, now: dt.datetime, **kwargs: Any) -> None:
        self.case, self.now = case, now
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices from the case."""

    def act(self, *, actor: Actor) -> Case:
        raise NotImplementedError

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


class ActForm(HouseForm, ActFacts):
    """Base of the acts' forms."""


class WithDocument(ActFacts):
    """A record that proves the act: one of the case's, or a PDF sent along with the form."""

    document = forms.ChoiceField(label="Record that says so", required=False, widget=forms.Select)
    file = forms.FileField(
        label="Or a new PDF", required=False, help_text="It is filed with the case.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )  # fmt: skip
    file_title = "Record"

    def prepare(self) -> None:
        super().prepare()
        records = [(str(one.pk), one.title) for one in self.case.documents.all() if one.file_id]
        self.choose("document", [("", "None of the case's records"), *records])

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload and upload.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it.")
        return upload

    def kept_document(self, actor: Actor) -> int | None:
        """The id of the record; a PDF sent along is filed first. Raises InputRefusal for a file that is no PDF."""
        if upload := self.cleaned_data.get("file"):
            filed = attach_document(
                case=self.case,
                content=upload.read(),
                title=self.file_title,
                kind=Document.Kind.CORRESPONDENCE,
                actor=actor,
                now=self.now,
            )
            return filed.pk
        chosen = self.cleaned_data.get("document")
        return int(chosen) if chosen else None
