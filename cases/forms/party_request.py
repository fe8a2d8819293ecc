from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.acts import refuse_unprintable_text
from cases.models import Case, Party
from common.forms import HouseForm


class PartyRequestForm(HouseForm, forms.Form):
    """Whom to ask for more information, and what."""

    party = forms.ChoiceField(label="Who is asked?", widget=forms.Select)
    questions = forms.CharField(
        label="What is asked?", max_length=5200, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One question or record a line. Everybody who gets the request reads it: write no more of the "
        "worker's health than the answer needs.",
        validators=[refuse_unprintable_text],
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parties = {str(party.pk): party for party in case.parties.all()}
        choices = [(key, f"{one.get_role_display()}: {one.display_name}") for key, one in self._parties.items()]
        worker = ("worker", f"Injured worker: {case.worker}")
        self.fields["party"].choices = [("", "Choose a party"), *choices, worker]  # type: ignore[attr-defined]

    @property
    def asked(self) -> Party | None:
        """The party chosen; None for the injured worker."""
        return self._parties.get(self.cleaned_data["party"])

    @property
    def lines(self) -> list[str]:
        return list(self.cleaned_data["questions"].splitlines())
