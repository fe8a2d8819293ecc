from __future__ import annotations

from typing import Any

from django import forms

from cases.models import Case, Document, Notice
from cases.services.party_answers import may_answer
from common.forms import HouseForm


class PartyAnswerForm(HouseForm, forms.Form):
    """Which record answers the request; the newest that can is offered first."""

    document = forms.ChoiceField(
        label="Which record is the answer?", widget=forms.Select,
        help_text="Records that came on the day of the request or later. Sort a bundle first: everybody gets every "
        "page of the record you choose.",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, request: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit = [one for one in case.documents.all() if may_answer(request=request, document=one, case=case)]
        self.fit = {str(one.pk): one for one in sorted(fit, key=lambda one: (one.received_at, one.pk), reverse=True)}
        choices = [(key, _said(one)) for key, one in self.fit.items()]
        self.fields["document"].choices = [("", "Choose a record"), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Document:
        return self.fit[self.cleaned_data["document"]]


def _said(document: Document) -> str:
    pages = f", {document.pages} page{'' if document.pages == 1 else 's'}" if document.pages else ""
    sender = f", from the {document.get_from_role_display().lower()}" if document.from_role else ""
    return f"{document.title}{pages}{sender}"
