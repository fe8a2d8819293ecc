"""Forms of an offer: the statement party by party, and the reasons for declining or giving back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms

from common.forms import HouseForm
from reviews.models import Assignment
from reviews.services.statement import KNOWN, NONE, StatementParty

_ENDS = "One “I know this one” ends the offer at once: nothing else is asked, and it counts for nothing against you."
_ANSWERS = [(NONE, "None"), (KNOWN, "I know this one")]


class PartiesForm(HouseForm, forms.Form):
    """One line for each party of one case: "none" or "I know this one"."""

    def __init__(self, *args: Any, lines: Sequence[StatementParty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[line.key] = forms.ChoiceField(
                label=f"{line.role_label}: {line.name}", choices=_ANSWERS, widget=forms.RadioSelect,
                error_messages={"required": "Say “none” or “I know this one”."},
            )  # fmt: skip
        self.order_fields([line.key for line in lines])
        if any(self._typed(line) == KNOWN for line in lines):
            for field in self.fields.values():
                field.required = False
        self.helper.layout = Layout(Fieldset("", *[line.key for line in lines], css_class="form-section statement"))

    @property
    def answers(self) -> dict[str, str]:
        return {line.key: self.cleaned_data.get(line.key, "") for line in self.lines}

    @property
    def is_left_open(self) -> bool:
        """Nothing was answered at all: the offer is decided later."""
        return not any(self._typed(line) for line in self.lines)

    def _typed(self, line: StatementParty) -> Any:
        return self.data.get(self.add_prefix(line.key))


class DeclarationsForm(HouseForm, forms.Form):
    """What is declared and signed, of one case or of several that are accepted together."""

    credentials_current = forms.BooleanField(label="My licence and certification are current and unrestricted")
    knowledge_sufficient = forms.BooleanField(
        label="I know the condition, the treatment and its guidelines well enough to decide this case"
    )
    pay_independent = forms.BooleanField(label="My pay does not hang on the outcome")
    signed_name = forms.CharField(label="Signature: type your name", max_length=200)


class AcceptForm(PartiesForm, DeclarationsForm):
    """One line for each party, then the declarations. Where one party is known, nothing else is asked.

    The service checks everything again.
    """

    def __init__(self, *args: Any, lines: Sequence[StatementParty], **kwargs: Any) -> None:
        super().__init__(*args, lines=lines, **kwargs)
        self.helper.layout = Layout(
            Fieldset(
                "Do you or your family have an affiliation with one of these?",
                HTML(f"<p class='consequence'>{_ENDS}</p>"),
                *[line.key for line in lines],
                css_class="form-section statement",
            ),
            Fieldset(
                "Your declarations",
                "credentials_current", "knowledge_sufficient", "pay_independent", "signed_name",
                css_class="form-section",
            ),
        )  # fmt: skip


class DeclineForm(HouseForm, forms.Form):
    reason = forms.ChoiceField(
        label="Why", choices=Assignment.DeclineReason.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason."},
    )  # fmt: skip
    note = forms.CharField(
        label="In your words", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for another reason. Nothing about the worker’s health.",
    )  # fmt: skip


class ReasonForm(HouseForm, forms.Form):
    reason = forms.CharField(
        label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Say why."}
    )


class GiveBackForm(ReasonForm):
    handover = forms.CharField(
        label="What the staff should know", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Records that are missing, questions that are open. The next reviewer does not see it.",
    )  # fmt: skip
