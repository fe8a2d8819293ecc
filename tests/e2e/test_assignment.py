"""From the candidates of a case to the signed statement, in the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from reviews.models import Assignment
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, follow, shoot, sign_in
from tests.factories.cases import an_item, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


def a_panel():
    """Somebody who may, and one person for each kind of reason."""
    user = make_person("reviewer")
    chosen = make_reviewer(user=user, first_name="Ines", last_name="Okafor-Lindqvist", expertise=["lumbar spine"])
    make_reviewer(
        affiliations=[{"organization": "Fresno Spine Group", "role": "staff_privileges"}],
        away=[{"from_date": "2027-06-01", "to_date": "2027-06-14"}],
    )
    make_reviewer(first_name="Maximiliana Alexandrina", last_name="Featherstonehaugh von Hohenstein und Waldburg")
    make_reviewer(active=False, interests_attested_on=None)
    make_reviewer(affiliations=[{"organization": "Golden Claims Services", "role": "director"}])
    make_reviewer(relations=[{"first_name": "Peter", "last_name": "Okafor", "kind": "co_author"}], licenses=[])
    make_reviewer(
        certifications=[{"specialty": "Dermatology"}], licenses=[{"state": "TX", "verified_on": None}, {"state": "CA"}],
        sanctions=[{}], do_not_send=["Clearpath UR"], billing_organizations=["Okafor MD Inc."],
        product_interests=[{"name": "PainCoil", "manufacturer": "Coil Devices", "kind": "royalty"}],
    )  # fmt: skip
    return user, chosen


def look(page, name):
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    shoot(page, name)


def test_a_case_is_offered_and_accepted(live_server, page):
    user, chosen = a_panel()
    case = make_case(
        state="ready", items=[an_item(body_part="lumbar spine"), an_item("Home exercise kit for the lumbar spine")],
        application={"received_at": (timezone.now() - 8 * DAY).isoformat()},
        utilization_review={"decision_date": (timezone.now() - 20 * DAY).date().isoformat(), "served_date": None},
    )  # fmt: skip
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/panel/")
    look(page, "panel")
    follow(page, "Ines Okafor-Lindqvist")
    look(page, "reviewer")
    page.goto(f"{live_server.url}/reviews/cases/{case.number}/candidates/")
    look(page, "candidates")
    shoot(page, "candidates", dark=True)
    page.get_by_role("button", name="Offer to Ines Okafor-Lindqvist").click()
    page.get_by_text("Take the offer back").wait_for()
    look(page, "candidates-offered")

    page.context.clear_cookies()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/")
    look(page, "desk")
    follow(page, f"Answer the offer of {case.number}")
    look(page, "accept")
    page.get_by_role("button", name="Sign and accept").click()
    page.locator("[data-error-summary]").wait_for()
    look(page, "accept-errors")
    for answer in page.get_by_label("None", exact=True).all():
        answer.check()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_label("Signature: type your name").fill("Ines Okafor-Lindqvist")
    page.get_by_role("button", name="Sign and accept").click()
    page.get_by_text(f"Case {case.number} is yours.").wait_for()
    assert Assignment.objects.get().reviewer == chosen
    page.goto(f"{live_server.url}/reviews/")
    follow(page, f"Give back case {case.number}")
    look(page, "give-back")


def test_an_offer_is_declined(live_server, page):
    user, _ = a_panel()
    case = make_case(state="ready")
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/cases/{case.number}/candidates/")
    page.get_by_role("button", name="Offer to Ines Okafor-Lindqvist").click()
    follow(page, "Take the offer back")
    look(page, "take-back")
    page.context.clear_cookies()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/")
    follow(page, f"Decline the offer of {case.number}")
    look(page, "decline")
    page.get_by_label("Outside my field").check()
    page.get_by_role("button", name="Decline the offer").click()
    page.get_by_text("Nothing waits for you").wait_for()
    look(page, "desk-empty")
    assert Assignment.objects.get().decline_reason == "scope"
