"""Forms of the desk: filters of a list, and what the bulk acts, notes, calls and tasks ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from cases.forms.acts import refuse_unprintable_text
from cases.models import Case, ContactNote, Deadline, Organization, Party, RecordRequest
from cases.models.case import CaseQuerySet
from cases.services import jurisdictions
from cases.services.desk.owners import coordinators
from cases.services.desk.reasons import LABELS, late_because
from cases.workflow import State
from common.days import HOUSE_ZONE, house_date
from common.forms import HouseDateField, HouseForm

_AGES = ((15, "15 days"), (30, "30 days"), (45, "45 days"), (60, "60 days"), (90, "90 days"))
_ADMINISTRATORS = (Organization.Kind.ADMINISTRATOR, Organization.Kind.CARRIER, Organization.Kind.PUBLIC_ENTITY)
ME, NOBODY = "me", "nobody"


class CaseFilter(django_filters.FilterSet):
    """What narrows a list; it travels in the address, so it holds keys and never names."""

    state = django_filters.ChoiceFilter(label="State", choices=State.choices, empty_label="Any")
    priority = django_filters.ChoiceFilter(label="Priority", choices=Case.Priority.choices, empty_label="Any")
    owner = django_filters.ChoiceFilter(label="Held by", method="held_by", empty_label="Anybody")
    administrator = django_filters.ChoiceFilter(
        label="Claims administrator", method="of_administrator", empty_label="Any"
    )
    older = django_filters.ChoiceFilter(
        label="Older than",
        method="older_than",
        empty_label="Any age",
        choices=[(str(days), said) for days, said in _AGES],
    )
    received = django_filters.DateFilter(label="Received on", method="received_on")
    why = django_filters.ChoiceFilter(
        label="Late because", method="late_because", empty_label="Any", choices=list(LABELS.items())
    )
    missed = django_filters.ChoiceFilter(label="Clock missed", method="with_missed", empty_label="Any")
    missing = django_filters.ChoiceFilter(label="Record missing", method="with_missing", empty_label="Any")

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(user.pk), str(user)) for user in coordinators()]
        self.filters["owner"].extra["choices"] = [(ME, "Me"), (NOBODY, "Nobody"), *people]
        rules = jurisdictions.every()
        clocks = {rule.key: rule.name for one in rules for rule in one.clocks}
        records = {row.key: row.name for one in rules for row in one.record_rows}
        self.filters["missed"].extra["choices"] = sorted(clocks.items(), key=lambda one: one[1])
        self.filters["missing"].extra["choices"] = sorted(records.items(), key=lambda one: one[1])
        known = Organization.objects.filter(kind__in=_ADMINISTRATORS).order_by("name").values_list("pk", "name")[:500]
        self.filters["administrator"].extra["choices"] = [(str(pk), name) for pk, name in known]

    def held_by(self, cases: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        if value == NOBODY:
            return cases.filter(owner=None)
        return cases.filter(owner=self.request.user.pk if value == ME else int(value))

    def of_administrator(self, cases: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        role = Party.Role.CLAIMS_ADMINISTRATOR
        parts = Party.objects.filter(case=OuterRef("pk"), role=role, organization_id=value)
        return cases.filter(Exists(parts))

    def received_on(self, cases: CaseQuerySet, _name: str, value: dt.date) -> CaseQuerySet:
        first = dt.datetime.combine(value, dt.time(), HOUSE_ZONE)
        last = dt.datetime.combine(value + dt.timedelta(days=1), dt.time(), HOUSE_ZONE)
        return cases.filter(application__received_at__gte=first, application__received_at__lt=last)

    def late_because(self, cases: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return late_because(cases, now=timezone.now(), key=value)

    def with_missed(self, cases: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        missed = Deadline.objects.overdue(timezone.now()).filter(case=OuterRef("pk"), clock=value)
        return cases.filter(Exists(missed))

    def with_missing(self, cases: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        lacking = RecordRequest.objects.outstanding().filter(case=OuterRef("pk"), key=value)
        return cases.filter(Exists(lacking))

    def older_than(self, cases: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        day = house_date(timezone.now()) - dt.timedelta(days=int(value))
        return cases.filter(application__received_at__lt=dt.datetime.combine(day, dt.time(), HOUSE_ZONE))


class AssignForm(HouseForm, forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Who holds the cases from now on?", empty_label="Nobody: back to the unassigned",
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = coordinators()  # type: ignore[attr-defined]


class TaskForm(HouseForm, forms.Form):
    what = forms.CharField(label="What is to be done?", max_length=300, validators=[refuse_unprintable_text])
    remind = forms.CharField(
        label="When should it come up?", max_length=40, required=False,
        help_text="A day, such as thu, in 3 days, or 11/30. Empty: at once.",
    )  # fmt: skip
    owner = forms.ModelChoiceField(User.objects.none(), label="On whose desk?", empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": user.pk}, **kwargs)
        self.fields["owner"].queryset = coordinators()  # type: ignore[attr-defined]


class ContactForm(HouseForm, forms.Form):
    way = forms.ChoiceField(label="How?", choices=ContactNote.Way.choices, initial="phone")
    with_whom = forms.CharField(label="With whom?", max_length=200, validators=[refuse_unprintable_text])
    said = forms.CharField(
        label="What was said?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_unprintable_text],
    )  # fmt: skip
    promised = forms.CharField(
        label="What was promised?", max_length=500, required=False, validators=[refuse_unprintable_text]
    )
    promised_by = HouseDateField(label="By when?", required=False)


class NoteTextForm(HouseForm, forms.Form):
    text = forms.CharField(
        label="Note for colleagues", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the history of the case and goes to nobody outside.",
        validators=[refuse_unprintable_text],
    )  # fmt: skip


class HandOverForm(HouseForm, forms.Form):
    giver = forms.ModelChoiceField(User.objects.none(), label="Whose desk is handed over?", empty_label=None)
    taker = forms.ModelChoiceField(User.objects.none(), label="Who takes it?", empty_label="Choose a colleague")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"giver": user.pk}, **kwargs)
        for name in ("giver", "taker"):
            self.fields[name].queryset = coordinators()  # type: ignore[attr-defined]


class SaveFilterForm(HouseForm, forms.Form):
    name = forms.CharField(label="Save this list as", max_length=60, validators=[refuse_unprintable_text])
