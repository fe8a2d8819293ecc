"""A draft of the specialties is added, looked at and published in the admin site."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from reviews.models import SpecialtyEdition
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page, name):
    shoot(page, name)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        axe(page)


def test_a_draft_is_copied_from_what_is_in_force_and_published(page, live_server):
    sign_in(page, make_person("administrator"), live_server.url)
    page.goto(f"{live_server.url}/admin/reviews/specialtyedition/add/")
    page.get_by_label("Name").fill("Second edition")
    page.locator("[name=effective_from]").fill("2036-01-05")
    look(page, "specialties-admin-add")
    page.get_by_role("button", name=re.compile("^Save$")).click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    shoot(page, "specialties-admin-editions")
    for kind in ("specialtynode", "specialtyfield", "specialtylist"):
        page.goto(f"{live_server.url}/admin/reviews/{kind}/")
        shoot(page, f"specialties-admin-{kind}")
    page.goto(
        f"{live_server.url}/admin/reviews/specialtyfield/{SpecialtyEdition.objects.get().fields.get(key='eye').pk}/change/"
    )
    shoot(page, "specialties-admin-field")
    page.goto(f"{live_server.url}/admin/reviews/specialtyedition/")
    page.locator("input.action-select").check()
    page.locator("[name=action]").select_option("publish_draft")
    page.get_by_role("button", name=re.compile("Run")).click()
    expect(page.get_by_text("Second edition is published.")).to_be_visible()
    shoot(page, "specialties-admin-published")
    assert SpecialtyEdition.objects.get().published_at
