"""The forms of one application. Each knows its part of the exchange row (`part`) and which field a key path means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms.layout import Div, Field, Layout
from django import forms

from cases.models import Application, Case, DisputedItem, Document, Party, UtilizationReview, Worker
from cases.services.jurisdictions import usual_jurisdiction
from common.forms import HouseDateField, HouseForm
from guidelines.models import CitationFields

_NOT_STATED = ("", "Not stated")
_LOOKED = [("yes", "Yes"), ("no", "No"), ("", "Nobody has looked yet")]


class Folded(Div):
    """Fields behind a line that opens them."""

    template = "cases/folded.html"
    label = "Address and service"

    def render(self, form: Any, context: Any, **kwargs: Any) -> Any:
        names = [pointer.name for pointer in self.get_field_names()]
        self.opened = any(form[name].value() or name in (form._errors or {}) for name in names)  # noqa: SLF001
        return super().render(form, context, **kwargs)


def _side_by_side(row: tuple[str, ...]) -> Div:
    return Div(*(Field(name) for name in row), css_class="field-row")


class Part(HouseForm, forms.Form):
    """A form that becomes one object of the exchange row."""

    own_summary = False
    #: Rows of fields that stand side by side; what is not named follows below.
    rows: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Rows that are folded away until something in them is typed or wrong.
    folded: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Key path inside the part -> field, where the two differ.
    fields_of: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        named = {name for row in (*self.rows, *self.folded) for name in row}
        rest = [name for name in self.fields if name not in named and name != "DELETE"]
        folded = [Folded(*(_side_by_side(row) for row in self.folded))] if self.folded else []
        self.helper.layout = Layout(*(_side_by_side(row) for row in self.rows), *rest, *folded)

    def part(self) -> dict[str, Any]:
        """The object of the exchange row; empty text and dates as null."""
        return {name: exchange_value(value) for name, value in self.cleaned_data.items() if name != "DELETE"}

    def field_of(self, path: str) -> str | None:
        """The field that a key path inside this part means."""
        name = self.fields_of.get(path, path)
        return name if name in self.fields else None


def exchange_value(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if value == "" else value


class AddressPart(Part):
    """Fields of an address, one object of their own in the row."""

    fields_of: ClassVar[Mapping[str, str]] = {
        f"address.{name}": name for name in ("line1", "line2", "city", "state", "zip")
    }

    def part(self) -> dict[str, Any]:
        flat = super().part()
        address = {name: flat.pop(name) for name in ("line1", "line2", "city", "state", "zip")}
        return {**flat, "address": address}


class CasePart(Part):
    priority = forms.ChoiceField(choices=Case.Priority.choices, initial=Case.Priority.STANDARD)


class WorkerPart(AddressPart):
    rows = (("first_name", "last_name"), ("birth_date", "sex"), ("line1", "line2"), ("city", "state", "zip"),
            ("email", "phone", "language"))  # fmt: skip
    first_name = forms.CharField()
    last_name = forms.CharField()
    birth_date = HouseDateField()
    sex = forms.ChoiceField(choices=[_NOT_STATED, *Worker.Sex.choices], required=False)
    line1 = forms.CharField(label="Street", required=False)
    line2 = forms.CharField(label="Street, second line", required=False)
    city = forms.CharField(required=False)
    state = forms.CharField(required=False, initial=lambda: usual_jurisdiction().usual_state, help_text="Two letters.")
    zip = forms.CharField(label="ZIP", required=False)
    email = forms.CharField(label="E-mail", required=False)
    phone = forms.CharField(required=False)
    language = forms.CharField(required=False, initial="en", help_text="Code, such as en or es.")


class ClaimPart(Part):
    rows = (("claim_number", "injury_date"), ("adj_number", "wcis_number"))
    claim_number = forms.CharField()
    injury_date = HouseDateField(label="Date of injury")
    adj_number = forms.CharField(label="WCAB case number", required=False)
    wcis_number = forms.CharField(label="WCIS number", required=False)


class ReviewPart(Part):
    rows = (("decision_date", "served_date", "rfa_date"), ("outcome", "kind", "service"))
    decision_date = HouseDateField(label="Date of the decision")
    served_date = HouseDateField(label="Served on", required=False)
    rfa_date = HouseDateField(label="Date of the request for authorization", required=False)
    outcome = forms.ChoiceField(choices=UtilizationReview.Outcome.choices)
    kind = forms.ChoiceField(choices=[_NOT_STATED, *UtilizationReview.Kind.choices], required=False)
    service = forms.ChoiceField(
        label="How it was served", choices=[_NOT_STATED, *UtilizationReview.Service.choices], required=False
    )
    conditional_non_certification = forms.BooleanField(
        label="Conditional non-certification: the decision only lacked information", required=False
    )


class ApplicationPart(Part):
    rows = (("received_on", "received_time", "channel"), ("signed", "signed_by", "ur_decision_attached"))
    fields_of: ClassVar[Mapping[str, str]] = {"received_at": "received_on"}
    received_on = HouseDateField(label="Received on")
    received_time = forms.TimeField(
        required=False, label="At", help_text="Time of day, such as 14:30.", input_formats=["%H:%M", "%I:%M %p"],
        error_messages={"invalid": "“%(value)s” is not a time. Type it like 14:30."},
    )  # fmt: skip
    channel = forms.ChoiceField(choices=[_NOT_STATED, *Application.Channel.choices], required=False)
    signed = forms.ChoiceField(label="Is it signed?", choices=_LOOKED, required=False)
    signed_by = forms.ChoiceField(choices=[_NOT_STATED, *Application.Signer.choices], required=False)
    ur_decision_attached = forms.ChoiceField(label="Is the UR decision attached?", choices=_LOOKED, required=False)
    liability_disputed = forms.BooleanField(
        label="Liability is disputed for another reason than necessity", required=False
    )

    def part(self) -> dict[str, Any]:
        facts = super().part()
        on, at = self.cleaned_data["received_on"], self.cleaned_data["received_time"] or dt.time()
        received = dt.datetime.combine(on, at, usual_jurisdiction().zone)
        del facts["received_on"], facts["received_time"]
        looked = {name: {"yes": True, "no": False}.get(facts[name]) for name in ("signed", "ur_decision_attached")}
        return {**facts, **looked, "received_at": received.isoformat()}


class DiagnosisPart(Part):
    rows = (("text", "icd10"),)
    text = forms.CharField(label="Diagnosis")
    icd10 = forms.CharField(label="ICD-10", required=False)


class CitationPart(Part):
    rows = (("publication", "year", "pages"), ("sections", "basis"))
    basis = forms.ChoiceField(choices=CitationFields.Basis.choices, initial=CitationFields.Basis.MTUS)
    publication = forms.CharField()
    year = forms.IntegerField(required=False, error_messages={"invalid": "A year has four digits."})
    sections = forms.CharField(required=False, help_text="One a line.", widget=forms.Textarea(attrs={"rows": 2}))
    pages = forms.CharField(required=False)

    def has_changed(self) -> bool:
        return any(name != "basis" for name in self.changed_data)

    def part(self) -> dict[str, Any]:
        lines = [line.strip() for line in self.cleaned_data["sections"].splitlines()]
        return {**super().part(), "sections": [line for line in lines if line]}

    def field_of(self, path: str) -> str | None:
        return super().field_of(path.partition("[")[0])


class ItemPart(Part):
    rows = (("original_request", "authorized_by_claims_administrator"), ("quantity", "body_part", "side"),
            ("category", "depends_on"))  # fmt: skip
    service = forms.CharField(
        label="Treatment in dispute", help_text="As written; where part was authorized, the remainder.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    original_request = forms.CharField(
        label="What was asked for at first", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Where part of it was authorized.",
    )  # fmt: skip
    authorized_by_claims_administrator = forms.CharField(
        label="Part authorized already", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    quantity = forms.CharField(required=False)
    body_part = forms.CharField(required=False)
    side = forms.ChoiceField(choices=[_NOT_STATED, *DisputedItem.Side.choices], required=False)
    category = forms.CharField(required=False)
    depends_on = forms.IntegerField(
        label="Depends on item", required=False, min_value=1, help_text="Number of the item without which it is moot.",
        error_messages={"invalid": "Enter the number of another item."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    retrospective = forms.BooleanField(label="Given already (retrospective)", required=False)
    formulary = forms.BooleanField(label="Drug on the formulary", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout.fields.insert(0, self.helper.layout.fields.pop(_place(self, "service")))


def _place(form: Part, name: str) -> int:
    return [str(one) for one in form.helper.layout.fields].index(name)


class PartyPart(AddressPart):
    rows = (("role", "organization"), ("first_name", "last_name", "npi", "specialty"))
    folded = (("line1", "line2"), ("city", "state", "zip"), ("email", "serve_by", "designated_on"))
    fields_of: ClassVar[Mapping[str, str]] = {
        **AddressPart.fields_of,
        **{f"person.{name}": name for name in ("first_name", "last_name", "npi", "specialty")},
    }
    role = forms.ChoiceField(choices=[("", "Choose a part"), *Party.Role.choices])
    organization = forms.CharField(required=False)
    first_name = forms.CharField(required=False)
    last_name = forms.CharField(required=False)
    npi = forms.CharField(label="NPI", required=False)
    specialty = forms.CharField(required=False)
    line1 = forms.CharField(label="Street", required=False)
    line2 = forms.CharField(label="Street, second line", required=False)
    city = forms.CharField(required=False)
    state = forms.CharField(required=False)
    zip = forms.CharField(label="ZIP", required=False)
    email = forms.CharField(label="E-mail", required=False)
    serve_by = forms.ChoiceField(label="Served by", choices=[_NOT_STATED, *Party.Service.choices], required=False)
    designated_on = HouseDateField(label="Named on", required=False, help_text="Of a representative.")

    def has_changed(self) -> bool:
        return any(name != "role" for name in self.changed_data)

    def part(self) -> dict[str, Any]:
        facts = super().part()
        person = {name: facts.pop(name) for name in ("first_name", "last_name", "npi", "specialty")}
        return {**facts, "person": person if any(person.values()) else None}


class DocumentPart(Part):
    rows = (("file", "title"), ("kind", "date", "author"), ("from_role",))
    file = forms.FileField(
        label="PDF file", required=False, widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"})
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField()
    kind = forms.ChoiceField(choices=[("", "Choose a kind"), *Document.Kind.choices])
    date = HouseDateField(label="Date of the record", required=False)
    author = forms.CharField(required=False)
    from_role = forms.ChoiceField(label="Sent by", choices=[_NOT_STATED, *Party.Role.choices], required=False)

    fields_of: ClassVar[Mapping[str, str]] = {"path": "file"}

    def part(self) -> dict[str, Any]:
        facts = super().part()
        del facts["file"], facts["kept"]
        return facts
