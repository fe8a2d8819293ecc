"""Forms of the reviewer's own profile."""

from __future__ import annotations

from django import forms

from common.forms import HouseDateField, HouseForm
from common.rules.states import STATE_NAMES
from reviews.forms.credentials import PaperField
from reviews.models import Affiliation, ProductInterest, Relation


class AwayForm(HouseForm, forms.Form):
    since = HouseDateField(label="First day away")
    until = HouseDateField(label="Last day away")


class CapacityForm(HouseForm, forms.Form):
    per_week = forms.IntegerField(label="Cases a week, at most", min_value=0, max_value=200)
    open_cases = forms.IntegerField(
        label="Cases in hand at once, at most", min_value=0, max_value=200, help_text="0 is a pause."
    )


class PeriodForm(HouseForm, forms.Form):
    from_date = HouseDateField(label="From", required=False)
    to_date = HouseDateField(label="Until", required=False, help_text="Empty: it still holds.")


class AffiliationForm(PeriodForm):
    organization = forms.CharField(label="Company, practice or institution", max_length=300)
    role = forms.ChoiceField(label="What you are there", choices=Affiliation.Role.choices, widget=forms.RadioSelect)
    income_share_percent = forms.DecimalField(
        label="Share of your income, in percent", required=False, min_value=0, max_value=100, decimal_places=2,
        help_text="Fees for these reviews do not count. Empty: not known, and unknown blocks where money matters.",
    )  # fmt: skip
    field_order = ("organization", "role", "income_share_percent", "from_date", "to_date")


class BillingForm(PeriodForm):
    organization = forms.CharField(label="Through whom you bill", max_length=300)
    field_order = ("organization", "from_date", "to_date")


class RelationForm(PeriodForm):
    first_name = forms.CharField(label="First name", max_length=100, required=False)
    last_name = forms.CharField(label="Last name", max_length=100)
    kind = forms.ChoiceField(label="Who this is to you", choices=Relation.Kind.choices, widget=forms.RadioSelect)
    field_order = ("first_name", "last_name", "kind", "from_date", "to_date")


class ProductForm(PeriodForm):
    name = forms.CharField(label="Drug, device or procedure", max_length=300)
    manufacturer = forms.CharField(label="Manufacturer", max_length=300, required=False)
    kind = forms.ChoiceField(label="Your interest", choices=ProductInterest.Kind.choices)
    income_share_percent = forms.DecimalField(
        label="Share of your income, in percent", required=False, min_value=0, max_value=100, decimal_places=2
    )
    field_order = ("name", "manufacturer", "kind", "income_share_percent", "from_date", "to_date")


class ExclusionForm(PeriodForm):
    name = forms.CharField(
        label="Company or person", max_length=300, help_text="You are offered no case in which this one is a party."
    )
    field_order = ("name", "from_date", "to_date")


class AddressForm(PeriodForm):
    line1 = forms.CharField(label="Street", max_length=200)
    line2 = forms.CharField(label="Second line", max_length=200, required=False)
    city = forms.CharField(label="City", max_length=100, required=False)
    state = forms.ChoiceField(label="State", choices=[("", "---"), *sorted(STATE_NAMES.items())], required=False)
    zip = forms.RegexField(
        r"^[0-9]{5}(-[0-9]{4})?$", label="ZIP", error_messages={"invalid": "Five figures, such as 93701."}
    )
    field_order = ("line1", "line2", "city", "state", "zip", "from_date", "to_date")


#: Kind of interest -> its form and its heading.
FORMS: dict[str, tuple[type[PeriodForm], str]] = {
    "affiliation": (AffiliationForm, "A company, practice or institution"),
    "billing": (BillingForm, "An organization you bill through"),
    "relation": (RelationForm, "A person close to you"),
    "product": (ProductForm, "A drug, device or procedure"),
    "exclusion": (ExclusionForm, "Do not send"),
    "address": (AddressForm, "A practice address"),
}


class EndForm(HouseForm, forms.Form):
    until = HouseDateField(label="Over since")


class AttestForm(HouseForm, forms.Form):
    complete = forms.BooleanField(label="The list above is complete, for me and my family")
    signed_name = forms.CharField(label="Signature: type your name", max_length=200)


class LicenseForm(HouseForm, forms.Form):
    state = forms.ChoiceField(label="State", choices=[("", "---"), *sorted(STATE_NAMES.items())])
    number = forms.CharField(label="Number", max_length=40)
    expires_on = HouseDateField(label="Runs to")
    document = PaperField()
    note = forms.CharField(label="Note", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CertificationForm(HouseForm, forms.Form):
    board = forms.CharField(label="Board", max_length=200, required=False)
    specialty = forms.CharField(label="Specialty", max_length=100)
    subspecialty = forms.CharField(label="Subspecialty", max_length=100, required=False)
    certified_on = HouseDateField(label="Certified on", required=False)
    expires_on = HouseDateField(label="Runs to", required=False, help_text="Empty: it has no end.")
    document = PaperField()
    note = forms.CharField(label="Note", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
