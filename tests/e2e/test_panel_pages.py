"""The small pages of the panel that no walk comes by: each at both widths, for axe and for what is too wide."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case, Person
from cases.services.parties import add_party
from common.actor import Actor
from common.days import california_date
from reviews.models import Assignment, AuditFinding, Waiver
from reviews.services.credentialing import report_adverse
from reviews.services.gate import ask_gate
from reviews.services.person_aliases import add_alias
from reviews.services.proposals import propose
from reviews.services.waivers import ask_waiver, decide_waiver, finding_key
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe, fits, follow, shoot, sign_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer
from tests.factories.cases import make_case
from tests.factories.reviewers import make_reviewer
from tests.factories.several import approve_reviewers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)
LONG = {"first_name": "Maximiliana Alexandrina", "last_name": "Featherstonehaugh von Hohenstein und Waldburg"}


def look(page: Page, name: str) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        axe(page)
        fits(page)
    shoot(page, f"panel-{name}")


def look_at(page: Page, address: str, pages: dict[str, str]) -> None:
    for name, path in pages.items():
        answer = page.goto(f"{address}/reviews/{path}")
        assert answer is not None
        assert answer.status == 200, path
        look(page, name)


def a_granted_waiver() -> Waiver:
    now = timezone.now()
    left = {"organization": "Golden Claims Services", "role": "contractor", "to_date": california_date(now) - 30 * DAY}
    case, reviewer = make_case(state="ready", now=now), make_reviewer(affiliations=[left], **LONG)
    finding = ask_gate(case=case, reviewer=reviewer, on=california_date(now), door="list").blocking[0]
    asked, decides = (Actor.of(make_person(role)) for role in ("coordinator", "medical_director"))
    waiver = ask_waiver(
        case=case, reviewer=reviewer, finding=finding_key(finding), reason="Short.", actor=asked, now=now
    )
    return decide_waiver(waiver_id=waiver.pk, granted=True, reason="Small and over.", actor=decides, now=now)


def test_what_staff_do_in_a_credential_file(live_server, page: Page):
    now = timezone.now()
    person = make_reviewer(user=make_person("reviewer"), **LONG)
    own = Actor.of(person.user)
    change = propose(
        reviewer=person, kind="license", row=None, note_="The board’s letter is in the mail.", paper=None, actor=own,
        facts={"state": "NV", "number": "N-12345", "expires_on": california_date(now) + 400 * DAY}, now=now,
    )  # fmt: skip
    adverse = report_adverse(
        reviewer=person, what="claim", text="A claim was settled.", happened_on=california_date(now) - DAY,
        actor=own, now=now, today=california_date(now),
    )  # fmt: skip
    approval = approve_reviewers(make_case(state="ready", now=now), now=now)
    sign_in(page, make_person("coordinator"), live_server.url)
    acts = {name: f"panel/{person.pk}/{name}/" for name in ("training", "sanction", "exclude", "active", "adverse")}
    look_at(page, live_server.url, {
        **acts,
        "settle": f"panel/adverse/{adverse.pk}/", "proposal": f"panel/proposals/{change.pk}/",
        "refuse": f"panel/proposals/{change.pk}/refuse/",
        "waiver-take-back": f"waivers/{a_granted_waiver().pk}/take-back/",
        "approval-withdraw": f"approvals/{approval.pk}/withdraw/",
    })  # fmt: skip


def test_what_a_reviewer_keeps_in_the_profile(live_server, page: Page):
    person = make_reviewer(
        user=make_person("reviewer"), affiliations=[{"organization": "Fresno Spine Group", "role": "staff_privileges"}]
    )
    sign_in(page, person.user, live_server.url)
    tie = person.affiliations.get()
    look_at(page, live_server.url, {
        "away": "profile/away/", "capacity": "profile/capacity/",
        "over": f"profile/interest/affiliation/{tie.pk}/over/", "propose": "profile/propose/certification/0/",
        **{f"declare-{kind}": f"profile/interest/{kind}/" for kind in ("relation", "product", "address")},
    })  # fmt: skip


def test_who_is_stopped_gets_the_own_words_back_and_staff_settle_what_came_late(live_server, page: Page):
    now = timezone.now()
    user = make_person("reviewer")
    tie = [{"organization": "Silver Claims", "role": "employee"}]
    assignment, actor = make_offer(
        case=make_case(state="ready", now=now), reviewer=make_reviewer(user=user, affiliations=tie), now=now
    )
    accept_offer(assignment, actor, now=now)
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{assignment.case.number}/review/")
    facts = {"role": "mpn", "organization": "Silver Claims"}
    add_party(case=assignment.case, facts=facts, reason="Named late.", actor=COORDINATOR, now=timezone.now())
    page.locator("[name=clinical_case_summary]").fill("Low back pain since the fall.")
    expect(page.locator("[data-save-state]")).to_contain_text("What you typed stays in this window")
    expect(page.locator("[name=clinical_case_summary]")).to_have_value("Low back pain since the fall.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Clinical case summary")).to_have_value("Low back pain since the fall.")
    look(page, "stopped")

    Assignment.objects.filter(pk=assignment.pk).update(submitted_at=now, completed_at=now)
    finding = AuditFinding.objects.create(
        reviewer=assignment.reviewer, case=Case.objects.get(pk=assignment.case_id), rule="conflict.employment",
        severity="hard", evidence="Employee of Silver Claims.", first_on=california_date(now),
        last_on=california_date(now),
    )  # fmt: skip
    page.context.clear_cookies()
    sign_in(page, make_person("medical_director"), live_server.url)
    look_at(page, live_server.url, {
        "findings-late": "panel/findings/", "settle-late": f"panel/findings/{finding.pk}/settle/",
    })  # fmt: skip


def test_what_is_due_soon_other_names_and_the_way_from_a_finding_to_its_pair(live_server, page: Page):
    now = timezone.now()
    today = california_date(now)
    person = make_reviewer(
        user=make_person("reviewer"), checks={"sanctions": {"checked_on": today - 1085 * DAY}},
        certifications=[{"expires_on": today + 12 * DAY}], key="maximiliana featherstonehaugh", npi="",
        relations=[{"first_name": "Anna", "last_name": "Lopez", "kind": "spouse"}], **LONG,
    )  # fmt: skip
    case = make_case(state="ready", now=now)
    party = case.parties.get(role="requesting_physician")
    party.person = Person.objects.create(
        first_name="M", last_name="Featherstonehaugh", key="m featherstonehaugh"
    )  # fmt: skip
    party.save()
    names = {"actor": COORDINATOR, "now": now, "reviewer_id": person.pk}
    add_alias(subject="", name="Petronella Vandermeer-Featherstonehaugh", **names)
    add_alias(subject="anna lopez", name="Anastasia Petrova", **names)
    sign_in(page, make_person("coordinator"), live_server.url)
    look_at(page, live_server.url, {
        "roster": "panel/", "to-verify": "panel/to-verify/", "interests": f"panel/{person.pk}/?tab=interests",
        "other-name": f"panel/{person.pk}/other-name/", "credentials": f"panel/{person.pk}/",
        "board": f"cases/{case.number}/candidates/",
    })  # fmt: skip
    follow(page, "Decide about the names")
    expect(page.get_by_text("M Featherstonehaugh").first).to_be_visible()
    look(page, "pair-of-case")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[data-act='2']").first.click()
    expect(page.get_by_text("Different").first).to_be_visible()
    page.goto("about:blank")  # a page that is open asks for its session, and leaves for the sign-in without one
    page.context.clear_cookies()
    sign_in(page, person.user, live_server.url)
    look_at(page, live_server.url, {"profile": "profile/"})
