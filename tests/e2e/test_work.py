"""Asking in turn, "give me work", several answers on one page, leaving, capacity: in the browser, by keyboard too."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from common.actor import Actor
from reviews.models import Assignment
from reviews.services.on_call import put_on_call
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, follow, send, shoot, sign_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import an_item, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = {"first_name": "Maximiliana Alexandrina", "last_name": "Featherstonehaugh von Hohenstein und Waldburg"}


def look(page: Page, name: str) -> None:
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    shoot(page, name)


def ready_cases(count: int) -> list:
    items = [an_item(body_part="lumbar spine"), an_item("Home exercise kit for the lumbar spine")]
    return [make_case(state="ready", now=timezone.now(), items=items) for _ in range(count)]


def test_staff_ask_in_turn_and_a_reviewer_takes_work_and_answers_all(live_server, page):
    user = make_person("reviewer")
    own = make_reviewer(user=user, **LONG)
    make_reviewer(affiliations=[{"organization": "Fresno Spine Group", "role": "staff_privileges"}])
    other = make_reviewer(active=True, expertise=["lumbar spine"])
    turn, *_ = ready_cases(3)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/cases/{turn.number}/candidates/")
    look(page, "board")
    for name in (str(other.first_name + " " + other.last_name), own.first_name + " " + own.last_name):
        page.get_by_label(f"Choose {name}").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("2 chosen")
    look(page, "board-chosen")
    send(page, "Compare, or offer in turn")
    look(page, "compare")
    shoot(page, "compare", dark=True)
    send(page, "Offer in this order")
    expect(page.get_by_text("Asked now")).to_be_visible()
    look(page, "board-in-turn")

    page.context.clear_cookies()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/")
    look(page, "desk-work")
    page.get_by_label("How many").fill("2")
    page.get_by_label("How many").press("Enter")
    expect(page.get_by_role("heading", name="offers")).to_be_visible()
    look(page, "answer-all")
    for answer in page.get_by_label("None", exact=True).all():
        answer.check()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_label("Signature: type your name").fill("Wrong Name")
    send(page, "Sign and accept")
    look(page, "answer-all-error")
    page.get_by_label("Signature: type your name").fill(f"{own.first_name} {own.last_name}")
    send(page, "Sign and accept")
    expect(page.get_by_text("is yours").first).to_be_visible()
    assert Assignment.objects.filter(reviewer=own, accepted_at__isnull=False).count() == 2
    page.goto(f"{live_server.url}/reviews/earnings/")
    look(page, "earnings")


def test_who_leaves_hands_every_case_over_and_the_staff_see_what_will_be_short(live_server, page):
    now = timezone.now()
    leaver, heir = make_reviewer(user=make_person("reviewer"), **LONG), make_reviewer()
    (case,) = ready_cases(1)
    assignment, actor = make_offer(case=case, reviewer=leaver, now=now)
    accept_offer(assignment, actor, now=now)
    paid, other = make_offer(case=ready_cases(1)[0], reviewer=make_reviewer(user=make_person("reviewer")), now=now)
    accept_offer(paid, other, now=now)
    Assignment.objects.filter(pk=paid.pk).update(submitted_at=now, completed_at=now)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/panel/{leaver.pk}/")
    follow(page, "Leaves the panel")
    page.get_by_label("Last day on the panel").fill(f"{now + dt.timedelta(days=30):%m/%d/%Y}")
    send(page, "Keep this day")
    look(page, "leaving")
    follow(page, f"Hand over case {case.number}")
    look(page, "hand-over")
    page.get_by_label(f"{heir.first_name} {heir.last_name}").check()
    page.get_by_label("Why").fill("Leaves the panel")
    send(page, "Hand over")
    expect(page.get_by_text("No work is left")).to_be_visible()
    send(page, "Take off the panel")
    expect(page.get_by_text("off the panel").first).to_be_visible()
    put_on_call(
        reviewer=heir, from_at=now, to_at=now + dt.timedelta(days=2), now=now,
        actor=Actor("c", frozenset({"coordinator"})),
    )  # fmt: skip
    for address, name in (
        ("capacity", "capacity"),
        ("on-call", "on-call"),
        ("payments", "payments"),
        ("panel", "panel-links"),
    ):
        page.goto(f"{live_server.url}/reviews/{address}/")
        look(page, name)
        shoot(page, name, dark=True)
