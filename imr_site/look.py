"""The style page: every component and the three page shapes with invented facts, for looking at and for axe."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PUBLIC, needs
from common.days import house_date
from common.errors import RuleRefusal
from common.forms import HouseDateField, HouseForm

_SPECIALTIES = ("Orthopedics", "Pain medicine", "Neurology", "Psychiatry", "Surgery", "Internal medicine")
_SHAPES = ("parts", "list", "case", "workspace", "form", "refusal")


class SampleForm(HouseForm, forms.Form):
    """One field of each kind."""

    worker = forms.CharField(label="Worker’s name", help_text="As on the application, family name last.")
    injured_on = HouseDateField(label="Date of injury", help_text="Type it like 8/12/13, 2013-08-12 or Aug 12, 2013.")
    priority = forms.ChoiceField(label="Priority", choices=[("standard", "Standard"), ("expedited", "Expedited")])
    specialty = forms.ChoiceField(
        label="Requesting physician’s specialty",
        choices=[("", "Choose"), *((name.lower(), name) for name in _SPECIALTIES)],
    )
    reasons = forms.MultipleChoiceField(
        label="What is missing", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("ur", "The utilization review decision"), ("signature", "The signature")],
    )  # fmt: skip
    note = forms.CharField(label="Note to the file", required=False, widget=forms.Textarea)
    records = forms.FileField(label="Records", required=False, help_text="PDF, at most 100 MB a file.")
    confirmed = forms.BooleanField(label="The application is signed by the worker")


class SampleItemForm(HouseForm, forms.Form):
    """One of several on a page: the page has one summary for all."""

    own_summary = False

    treatment = forms.CharField(label="Disputed treatment")
    quantity = forms.IntegerField(label="Quantity", required=False)
    decided_on = HouseDateField(label="Date of the decision")


@needs(PUBLIC)
@require_safe
def look(request: HttpRequest, shape: str = "parts") -> HttpResponse:
    """Show one of the shapes; only where nobody's work is: in the demo and while developing."""
    if not (settings.DEBUG or settings.DEMO) or shape not in _SHAPES:
        raise Http404
    if shape == "refusal":
        raise RuleRefusal(
            "gate.license", "The reviewer’s license ran out on Jan 3, 2027. Offer the case to another reviewer."
        )
    today = house_date(timezone.now())
    context = {
        "today": today,
        "navigation": _navigation(),
        "stages": _stages(),
        "tabs": _tabs(shape),
        "actions": _actions(),
        "events": _events(timezone.now()),
        "rows": _rows(today),
        "page": Paginator(range(312), 30).get_page(request.GET.get("page")),
        "days": {"late": today - dt.timedelta(3), "soon": today + dt.timedelta(1), "far": today + dt.timedelta(12)},
        "facts": _facts(),
        "sections": [
            {"label": "Worker", "id": "worker"},
            {"label": "Disputed items", "id": "items", "state": "6 errors"},
            {"label": "Before saving", "id": "consequences"},
        ],
        "form": SampleForm(),
        "item_forms": [SampleItemForm({"quantity": "x"}, prefix=f"item-{number}") for number in range(2)],
        "form_with_errors": SampleForm({"worker": "", "injured_on": "13/45/2013"}, auto_id="err_%s"),
    }
    if shape == "parts":
        messages.success(request, "The notice of assignment was sent to 5 parties.")
        messages.error(request, "The letter is held: its signature could not be verified.")
    return render(request, f"look/{shape}.html", context)


def _navigation() -> list[dict[str, Any]]:
    labels = [
        ("Cases", "c", "work"),
        ("Assignment", "a", "work"),
        ("Letters", "l", "work"),
        ("Guidelines", "u", "look"),
    ]
    return [
        {"label": label, "url": reverse("look"), "active": label == "Cases", "group": group, "key": key}
        for label, key, group in labels
    ]


def _stages() -> list[dict[str, str]]:
    return [
        {"label": "Received", "state": "passed", "note": "Aug 12"},
        {"label": "Eligibility", "state": "passed", "note": "Aug 14"},
        {"label": "Records", "state": "present", "note": "Ines Okafor"},
        {"label": "Ready", "state": "next", "note": ""},
        {"label": "In review", "state": "next", "note": ""},
        {"label": "Quality check", "state": "next", "note": ""},
        {"label": "Determined", "state": "next", "note": "due Oct 3"},
        {"label": "Served", "state": "next", "note": ""},
    ]


def _tabs(shape: str) -> list[dict[str, Any]]:
    if shape == "list":
        counts = [("Mine", 12), ("Overdue", 2), ("All open", 1312), ("Closed", 48210)]
        return [{"label": label, "url": "#", "active": label == "Mine", "count": count} for label, count in counts]
    names = [
        ("Summary", None),
        ("Items", 4),
        ("Parties", 6),
        ("Records", 18),
        ("Deadlines", 3),
        ("Letters", 0),
        ("History", None),
    ]
    return [{"label": label, "url": "#", "active": label == "Summary", "count": count} for label, count in names]


def _actions() -> list[dict[str, Any]]:
    return [
        {
            "label": "Send notice of assignment",
            "url": "#",
            "icon": "send",
            "primary": True,
            "note": "To 5 parties.",
        },
        {"label": "Ask for records", "url": "#", "icon": "folder-plus"},
        {"label": "Withdraw the case", "url": "#", "icon": "slash-circle"},
        {"label": "Offer to a reviewer", "why_not": "The records are not complete yet."},
    ]


def _events(now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {"when": now - dt.timedelta(hours=2), "what": "Records asked for", "who": "by Ines Okafor"},
        {"when": now - dt.timedelta(days=3), "what": "Found eligible", "who": "by Ines Okafor", "icon": "check-circle",
         "note": "Every condition met; the application came 11 days after the decision."},
        {"when": now - dt.timedelta(days=5), "what": "Application received", "icon": "envelope", "url": "#"},
    ]  # fmt: skip


def _rows(today: dt.date) -> list[dict[str, Any]]:
    states = [
        ("late", "Overdue", -3),
        ("soon", "Due soon", 1),
        ("active", "In review", 12),
        ("waiting", "Waiting for records", 19),
        ("done", "Determined", 25),
    ]
    longest = "Bartholomew Featherstonehaugh-Villanueva de la Concepción y Ruiz"
    names = ["Mary Ann Quiñones", longest, "Li Wei", "Anahit Սարգսյան", "John Doe"]
    rows = []
    for number in range(12):
        kind, word, days = states[number % 5]
        rows.append(
            {
                "number": f"CM13-00{number:05}",
                "worker": names[number % 5],
                "items": number % 9 + 1,
                "kind": kind,
                "word": word,
                "due": today + dt.timedelta(days),
                "holder": "Ines Okafor",
            }
        )
    return rows


def _facts() -> list[tuple[str, Any]]:
    return [
        ("Worker", "Mary Ann Quiñones, 52"),
        ("Date of injury", "Aug 12, 2013"),
        ("Claims administrator", "Pacific Mutual Indemnity"),
        ("Representative", None),
        ("Diagnoses", "Lumbar radiculopathy; sprain of the right knee"),
    ]
