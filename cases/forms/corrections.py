"""The form that corrects typed facts: one field for each fact that the case's state leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Field, Layout
from django import forms

from cases.models import Application, Case, DisputedItem, Party, UtilizationReview, Worker
from cases.rules.corrections import Fact, correctable, kind_of
from cases.services.exporting import row_of, value_at
from common.days import date_in
from common.forms import HouseDateField, HouseForm
from common.services.exchange import parse_date, parse_moment

_CHOICES: dict[str, Any] = {
    "priority": Case.Priority.choices, "sex": Worker.Sex.choices, "service": UtilizationReview.Service.choices,
    "outcome": UtilizationReview.Outcome.choices, "kind": UtilizationReview.Kind.choices,
    "signed_by": Application.Signer.choices, "channel": Application.Channel.choices, "side": DisputedItem.Side.choices,
    "serve_by": Party.Service.choices,
}  # fmt: skip
_FLAGS = ("conditional_non_certification", "liability_disputed", "retrospective", "formulary")
_LOOKED = ("signed", "ur_decision_attached")
_LONG = ("service", "original_request", "authorized_by_claims_administrator")
_REQUIRED = (
    "received_at", "first_name", "last_name", "birth_date", "claim_number", "injury_date", "decision_date", "text",
    "priority",
)  # fmt: skip
_SECTIONS = {
    "": "Case", "worker": "Worker", "claim": "Claim", "utilization_review": "Utilization review",
    "application": "Application", "diagnoses": "Diagnosis", "items": "Item", "parties": "Party",
}  # fmt: skip


class Section(Div):
    """A fieldset with its legend, its fields side by side."""

    template = "cases/correction_section.html"

    def __init__(self, label: str, css_id: str, *fields: Any) -> None:
        super().__init__(*fields, css_id=css_id)
        self.label = label


class _FactFields(forms.Form):
    """The fields, laid before the house dresses them."""

    def __init__(self, data: Any = None, *, case: Case, only: Collection[str] | None = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.row, self.zone = row_of(case), case.zone
        self.facts = [
            fact
            for fact in correctable(
                case.state, {part: len(self.row[part]) for part in ("diagnoses", "items", "parties")}
            )
            if only is None or kind_of(fact.path) in only
        ]
        for fact in self.facts:
            self.fields[fact.path] = _field(fact, value_at(self.row, fact.path), case.zone)


class CorrectionForm(HouseForm, _FactFields):
    """Fields are named by key path; `changes` gives what differs, path -> value as in the exchange row."""

    own_summary = False

    def __init__(self, data: Any = None, *, case: Case, only: Collection[str] | None = None) -> None:
        """only: kinds of facts to show (`parties[].designated_on`); None for every fact that the state leaves open."""
        super().__init__(data, case=case, only=only)
        sections: dict[str, list[str]] = {}
        for fact in self.facts:
            sections.setdefault(self._section(fact.path), []).append(fact.path)
        self.sections = [{"label": label, "id": f"part-{n}"} for n, label in enumerate(sections)]
        self.helper.layout = Layout(
            *(
                Section(label, f"part-{n}", *(Field(path) for path in paths))
                for n, (label, paths) in enumerate(sections.items())
            )
        )

    def _section(self, path: str) -> str:
        name, _, place = path.rpartition(".")[0].split(".")[0].partition("[")
        if not place:
            return _SECTIONS[name]
        number = int(place.rstrip("]"))
        part = f": {Party.Role(self.row['parties'][number]['role']).label}" if name == "parties" else ""
        return f"{_SECTIONS[name]} {number + 1}{part}"

    def changes(self) -> dict[str, Any]:
        """What differs from the case; call after `is_valid`."""
        found: dict[str, Any] = {}
        for fact in self.facts:
            if fact.path in self.changed_data:
                found[fact.path] = self._exchange(fact.path)
        return found

    def _exchange(self, path: str) -> Any:
        value, name = self.cleaned_data[path], path.rpartition(".")[2]
        if name == "received_at":
            return _moment(value, value_at(self.row, path), self.zone)
        if name in _LOOKED:
            return {"yes": True, "no": False}.get(value)
        if isinstance(value, dt.date):
            return value.isoformat()
        return None if value == "" else value


def _moment(day: dt.date, old: str, zone: ZoneInfo) -> str:
    """The day as typed with the hour that was on file, so that the same day is no change."""
    known = parse_moment(old).astimezone(zone)
    return old if known.date() == day else dt.datetime.combine(day, known.time(), zone).isoformat()


def _field(fact: Fact, value: Any, zone: ZoneInfo) -> forms.Field:
    """The field for a fact, filled with its value in the exchange row."""
    name = fact.path.rpartition(".")[2]
    needed = (name in _REQUIRED and "person" not in fact.path) or fact.path.endswith("].service")
    common: dict[str, Any] = {"label": fact.label, "required": needed}
    if name == "depends_on":
        whole = forms.TextInput(attrs={"inputmode": "numeric"})
        return forms.IntegerField(widget=whole, initial=value, **common)
    if name.endswith(("_date", "_on")) or name == "received_at":
        return HouseDateField(initial=_day(value, zone), **common)
    if name in _FLAGS:
        return forms.BooleanField(initial=value, **common)
    if name in _LOOKED:
        looked = {True: "yes", False: "no"}.get(value, "")
        choices = [("yes", "Yes"), ("no", "No"), ("", "Nobody has looked yet")]
        return forms.ChoiceField(choices=choices, initial=looked, **common)
    if name in _CHOICES and not fact.path.endswith("].service"):
        unknown = [] if name == "priority" else [("", "Not stated")]
        return forms.ChoiceField(choices=[*unknown, *_CHOICES[name]], initial=value or "", **common)
    return _text_field(name, value, common)


def _text_field(name: str, value: Any, common: dict[str, Any]) -> forms.Field:
    if name in _LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), strip=False, initial=value, **common)
    return forms.CharField(initial=value, **common)


def _day(value: str | None, zone: ZoneInfo) -> dt.date | None:
    if not value:
        return None
    return date_in(parse_moment(value), zone) if "T" in value else parse_date(value)


class ReasonForm(HouseForm, forms.Form):
    own_summary = False
    reason = forms.CharField(
        label="Why is it corrected?", help_text="It stands in the history of the case.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
