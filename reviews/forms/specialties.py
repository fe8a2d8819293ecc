"""Forms of the table of specialties: names come from the public list already while one types a draft."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import SpecialtyField, SpecialtyList, SpecialtyNode
from reviews.services.specialty_table import listed, shipped


class NamesForm(forms.ModelForm):
    """names: fields of the form that hold specialties, separated by commas."""

    names: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        known = shipped()["specialties"]
        for name in self.names:
            for one in listed(typed.get(name) or ""):
                if one not in known:
                    self.add_error(name, f"“{one}” is no specialty of the public list. Check how it is written there.")
        return typed


class NodeForm(NamesForm):
    names = ("name", "near", "parents")

    class Meta:
        model = SpecialtyNode
        fields = ("edition", "name", "degree", "generalist", "near", "parents", "aliases")


class SpecialtyFieldForm(NamesForm):
    names = ("specialties", "surgeons", "with_injury")

    class Meta:
        model = SpecialtyField
        fields = (
            "edition", "key", "says", "specialties", "surgeons", "with_injury", "everyday", "beside", "general", "kind",
            "parts", "conditions", "operations", "services", "drugs", "consults", "roots", "stems", "categories",
            "codes",
        )  # fmt: skip


class SpecialtyListForm(NamesForm):
    class Meta:
        model = SpecialtyList
        fields = ("edition", "group", "key", "words")

    def clean(self) -> dict[str, Any]:
        self.names = ("words",) if self.cleaned_data.get("group") == SpecialtyList.Group.SET else ()
        return super().clean()
