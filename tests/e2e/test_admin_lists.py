"""Every list of the admin site, with rows: axe with all its rules at both widths, and nothing wider than the window."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.roles import ADMINISTRATOR
from cases.models import HolidayOverride
from common.actor import Actor
from guidelines.services.formulary import load_formulary
from guidelines.services.library import load_library
from reviews.models import SpecialtyEdition
from reviews.services.specialty_editions import start_draft
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe, fits, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EDITOR = Actor("editor@example.org", frozenset({ADMINISTRATOR}))
OF_ADMINISTRATORS = ("cases", "reviews")


def lists():
    """Application and model of each list, with the role that keeps it."""
    for model in sorted(admin.site._registry, key=lambda one: one._meta.label_lower):
        app, name = model._meta.app_label, model._meta.model_name
        yield app, name, "administrator" if app in OF_ADMINISTRATORS else "guideline_editor"


def rows_for(app):
    if app == "reviews":
        named = SpecialtyEdition(name="Second edition", effective_from=dt.date(2036, 1, 5))
        start_draft(edition=named, actor=EDITOR, now=timezone.now())
    elif app == "cases":
        HolidayOverride.objects.create(
            calendar="office", day=dt.date(2026, 12, 24), name="Day of mourning", source="Proclamation"
        )  # fmt: skip
    else:
        load_formulary()
        load_library()


@pytest.mark.parametrize(("app", "name", "role"), list(lists()))
def test_a_list_of_the_admin_site_is_for_everybody_at_both_widths(live_server, page, app, name, role):
    rows_for(app)
    sign_in(page, make_person(role), live_server.url)
    page.goto(f"{live_server.url}{reverse(f'admin:{app}_{name}_changelist')}")
    shoot(page, f"admin-list-{app}-{name}")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        axe(page)
        fits(page)
