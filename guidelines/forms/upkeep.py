"""Forms of the admin site's own pages: lists given in, words of many sections."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from guidelines.models import ColumnNames, Edition
from guidelines.services.upkeep.target import editions_to_choose
from guidelines.services.upkeep.words import WORD_FIELDS


class ListFileForm(forms.Form):
    """A file with sections. Whether it can be read is the service's say."""

    file = forms.FileField(
        label="File", widget=UnfoldAdminFileFieldWidget, help_text="CSV, XLSX or the exchange format (JSON).",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )  # fmt: skip
    edition = forms.ModelChoiceField(
        Edition.objects.none(), label="Into the edition", required=False, widget=UnfoldAdminSelectWidget,
        empty_label="each row names its publication and year",
    )  # fmt: skip
    source = forms.CharField(
        label="Where the list comes from", required=False, max_length=200,
        widget=UnfoldAdminTextInputWidget(attrs={"list": "known-sources"}),
        help_text="What its columns mean is remembered under this name.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "list-%s", **options})
        self.fields["edition"].queryset = editions_to_choose()  # type: ignore[attr-defined]
        self.sources = list(ColumnNames.objects.values_list("source", flat=True)[:50])


class ContentsForm(forms.Form):
    """A pasted table of contents."""

    edition = forms.ModelChoiceField(
        Edition.objects.none(), label="Of the edition", widget=UnfoldAdminSelectWidget, empty_label="choose",
        error_messages={"required": "Choose the edition."},
    )  # fmt: skip
    text = forms.CharField(
        label="Headings, one a line", strip=False, error_messages={"required": "Paste the headings, one a line."},
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="Numbers (2.1) or indents say what stands below what; page numbers at the end are understood.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "contents-%s", **options})
        self.fields["edition"].queryset = editions_to_choose()  # type: ignore[attr-defined]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


class WordsForm(forms.Form):
    """What to do with the words of the chosen sections."""

    field = forms.ChoiceField(
        label="Which words",
        choices=[(key, key.replace("_", " ").capitalize()) for key in WORD_FIELDS],
        widget=UnfoldAdminSelectWidget,
    )
    add = forms.CharField(
        label="Add", required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text="One a line."
    )
    remove = forms.CharField(
        label="Take out", required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text="One a line."
    )
    replace = forms.CharField(
        label="Replace", required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="One a line: old = new.",
    )  # fmt: skip
    in_front = forms.BooleanField(
        label="Put added words in front, where they weigh most", required=False, widget=UnfoldBooleanWidget
    )

    def clean_add(self) -> list[str]:
        return _lines(self.cleaned_data["add"])

    def clean_remove(self) -> list[str]:
        return _lines(self.cleaned_data["remove"])

    def clean_replace(self) -> dict[str, str]:
        pairs = {}
        for line in _lines(self.cleaned_data["replace"]):
            old, sign, new = line.partition("=")
            if not sign or not old.strip() or not new.strip():
                raise forms.ValidationError(f"“{line[:60]}” is not written “old = new”.")
            pairs[old.strip()] = new.strip()
        return pairs
