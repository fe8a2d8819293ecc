"""Credential files, waivers and the profile in the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.actor import Actor
from common.days import california_date
from reviews.models import CredentialCheck, Reviewer, Waiver
from reviews.services.credentialing import record_training
from reviews.services.self_audit import audit_panel
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import a_pdf, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


def look(page, name):
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    shoot(page, name)


def follow(page, name):
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def soon(**changes):
    """Dates that lie right for a case of today."""
    now = timezone.now()
    return {
        "application": {"received_at": (now - 8 * DAY).isoformat()},
        "utilization_review": {"decision_date": (now - 20 * DAY).date().isoformat(), "served_date": None}, **changes,
    }  # fmt: skip


def test_staff_keep_the_files_and_a_second_person_decides_a_waiver(live_server, page, tmp_path):
    now = timezone.now()
    today = california_date(now)
    left = {"organization": "Golden Claims Services", "role": "contractor", "to_date": today - 30 * DAY}
    waivable = make_reviewer(first_name="Maximiliana Alexandrina", last_name="Featherstonehaugh", affiliations=[left])
    holder = make_reviewer(user=make_person("reviewer"), first_name="Ines", last_name="Okafor-Lindqvist")
    assignment, actor = make_offer(reviewer=holder, case=make_case(state="ready", **soon()), now=now)
    accept_offer(assignment, actor, now=now)
    holder.licenses.update(status="restricted")
    make_reviewer(
        licenses=[{"expires_on": today + 20 * DAY}, {"state": "NV", "verified_on": None}],
        sanctions=[{}],
        checks={"training": None, "sanctions": {"checked_on": today - 1060 * DAY}},
    )
    audit_panel(now=now)
    case = make_case(state="ready", **soon())

    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/panel/")
    look(page, "roster")
    follow(page, "Look at them")
    look(page, "findings")
    page.goto(f"{live_server.url}/reviews/panel/{holder.pk}/")
    look(page, "file-credentials")
    for tab in ("interests", "work", "training", "history"):
        page.goto(f"{live_server.url}/reviews/panel/{holder.pk}/?tab={tab}")
        look(page, f"file-{tab}")
    page.goto(f"{live_server.url}/reviews/panel/{holder.pk}/")
    follow(page, "Check CA licence")
    look(page, "check")
    paper = tmp_path / "board.pdf"
    paper.write_bytes(a_pdf())
    page.get_by_label("It confirms what is written here").check()
    page.get_by_label("Active", exact=True).check()
    page.get_by_label("Where it was looked up").fill("Medical Board of California")
    page.get_by_label("Print of the source").set_input_files(paper)
    send(page, "Keep the check")
    assert CredentialCheck.objects.get(from_file=False).document is not None

    page.goto(f"{live_server.url}/reviews/cases/{case.number}/candidates/")
    follow(page, f"Ask for a waiver for {waivable.first_name}")
    page.get_by_label("Why").fill("One day of teaching, two years ago.")
    look(page, "waiver-ask")
    send(page, "Ask for the waiver")
    page.context.clear_cookies()
    sign_in(page, make_person("medical_director"), live_server.url)
    page.goto(f"{live_server.url}/reviews/waivers/")
    look(page, "waivers")
    follow(page, f"Decide {case.number}")
    look(page, "waiver-decide")
    page.get_by_label("Grant the waiver").check()
    page.get_by_label("Why").fill("Small, over, and nobody of the same field is free.")
    send(page, "Decide")
    assert Waiver.objects.get().granted
    look(page, "waivers-decided")


def test_an_edited_practice_is_named_and_looked_up_again(live_server, page, tmp_path):
    today = california_date(timezone.now())
    reviewer = make_reviewer(
        first_name="Wen", last_name="Castellanos",
        checks={"training": None, "sanctions": {"checked_on": today - 1060 * DAY}},
    )  # fmt: skip
    record_training(
        reviewer=reviewer, what="law", done_on=today, text="Course of the year", paper=None,
        actor=Actor.of(make_person("coordinator")), now=timezone.now(), today=today,
    )  # fmt: skip
    Reviewer.objects.update(practice_hours_per_week=40)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/panel/")
    page.get_by_text("Changed since the check").wait_for()
    page.goto(f"{live_server.url}/reviews/panel/{reviewer.pk}/")
    page.get_by_text("No case can be offered now").wait_for()
    look(page, "file-changed")
    follow(page, "Check 40 hours a week in active practice")
    look(page, "check-practice")
    paper = tmp_path / "hospital.pdf"
    paper.write_bytes(a_pdf())
    page.get_by_label("It confirms what is written here").check()
    page.get_by_label("Hours a week").fill("36")
    page.get_by_label("Where it was looked up").fill("Valley Hospital, medical staff office")
    page.get_by_label("Print of the source").set_input_files(paper)
    send(page, "Keep the check")
    assert page.get_by_text("No case can be offered now").count() == 0
    assert page.get_by_text("36 hours a week in active practice").count()


def test_a_reviewer_keeps_the_profile(live_server, page):
    user = make_person("reviewer")
    person = make_reviewer(
        user=user, interests_attested_on=None, away=[{"from_date": "2027-06-01", "to_date": "2027-06-14"}],
        affiliations=[{"organization": "Fresno Spine Group", "role": "staff_privileges"}],
        relations=[{"first_name": "Jo", "last_name": "Panel", "kind": "spouse"}],
        practice_addresses=[{"line1": "1 Main St", "city": "Fresno", "state": "CA", "zip": "93701"}],
    )  # fmt: skip
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/profile/")
    look(page, "profile")
    page.get_by_text("Add to the list").click()
    follow(page, "A company, practice or institution")
    look(page, "profile-declare")
    page.get_by_label("Company, practice or institution").fill("Acme Devices")
    page.get_by_label("Speaker").check()
    send(page, "Add it")
    follow(page, "Attest the list")
    look(page, "profile-attest")
    page.get_by_label("The list above is complete").check()
    page.get_by_label("Signature").fill(f"{person.first_name} {person.last_name}")
    send(page, "Sign")
    person.refresh_from_db()
    assert person.interests_attested_on is not None
    assert person.affiliations.count() == 2
    page.goto(f"{live_server.url}/reviews/profile/propose/license/0/")
    look(page, "profile-propose")
    page.goto(f"{live_server.url}/reviews/profile/adverse/")
    look(page, "profile-adverse")
