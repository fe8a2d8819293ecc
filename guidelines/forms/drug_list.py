"""Forms of the drug list: a drug, an edition of the list, a file taken in."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from guidelines.forms.admin import LinesField, ServedForm
from guidelines.models import ColumnNames, FormularyDrug, FormularyEdition
from guidelines.rules.drug_rows import DRUG_KEYS
from guidelines.services.drug_list.editing import LIST_FACTS, reached, save_drug, save_list


class CheckedByService(ServedForm):
    """Fields check what is typed in them; what a record must not be, the service says beside the fields: of a new list
    it knows that the former one ends.
    """

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.fields}


class DrugForm(CheckedByService):
    """A drug of a list. `seen`: how far its history had come when the form was opened."""

    brand_names = LinesField(max_length=100, help_text="One a line.")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = FormularyDrug
        fields = ("edition", *DRUG_KEYS)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["seen"].initial = reached("FormularyDrug", self.instance.pk)

    def write(self, cleaned: dict[str, Any]) -> FormularyDrug:
        return save_drug(
            pk=self.instance.pk, list_id=self.instance.edition_id or cleaned["edition"].pk,
            facts={key: cleaned[key] for key in DRUG_KEYS if key in cleaned}, seen=cleaned.get("seen") or 0,
            actor=self.actor,
        )  # fmt: skip


class DrugListForm(CheckedByService):
    """An edition of the list with the days on which it applies."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = FormularyEdition
        fields = LIST_FACTS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["seen"].initial = reached("FormularyEdition", self.instance.pk)

    def write(self, cleaned: dict[str, Any]) -> FormularyEdition:
        return save_list(
            pk=self.instance.pk, facts={name: cleaned[name] for name in LIST_FACTS if name in cleaned},
            seen=cleaned.get("seen") or 0, actor=self.actor,
        )  # fmt: skip


class DrugFileForm(forms.Form):
    """A file of drugs. Whether it can be read is the service's say."""

    file = forms.FileField(
        label="File", widget=UnfoldAdminFileFieldWidget, help_text="CSV, XLSX or JSON.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )  # fmt: skip
    into = forms.ModelChoiceField(
        FormularyEdition.objects.all(), label="Held against the list", required=False, widget=UnfoldAdminSelectWidget,
        empty_label="none: there is no list before it",
    )  # fmt: skip
    name = forms.CharField(
        label="Name of a new list", required=False, max_length=100, widget=UnfoldAdminTextInputWidget,
        help_text="Leave it empty to change the list chosen above.",
    )  # fmt: skip
    effective_from = forms.DateField(
        label="It applies from", required=False, widget=UnfoldAdminDateWidget,
        help_text="First day of the new list; the one in force then ends the day before.",
    )  # fmt: skip
    whole = forms.BooleanField(
        label="The file is the whole list: drugs that it does not name are taken out", required=False,
        widget=UnfoldBooleanWidget,
    )  # fmt: skip
    source = forms.CharField(
        label="Where the file comes from", required=False, max_length=200,
        widget=UnfoldAdminTextInputWidget(attrs={"list": "known-sources"}),
        help_text="What its columns mean is remembered under this name.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "drugs-%s", **options})
        self.sources = list(ColumnNames.objects.values_list("source", flat=True)[:50])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, first = cleaned.get("name"), cleaned.get("effective_from")
        if name and not first and "effective_from" not in self.errors:
            self.add_error("effective_from", "Write the first day on which the new list applies.")
        if first and not name:
            self.add_error("name", "Write the name of the new list, or take the day out.")
        return cleaned
