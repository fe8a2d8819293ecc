"""Checks that grow old: who is written to before they block, how often, and where staff see them."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.urls import reverse

from accounts.models import OutgoingMail
from reviews.models import Reminder, Reviewer
from reviews.services.credential_reminders import due_soon, send_reminders
from reviews.services.credentialing import Check, record_check
from reviews.services.gate import ask_gate
from reviews.services.roster_report import roster_rows
from tests.accounts.people import actor, make_person, signed_in
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_reviewer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
KINDS = ("practice", "training", "sanctions")
WORDS = {
    "practice": "Check of the active practice",
    "training": "Check of the training in the law",
    "sanctions": "Check of the record of sanctions and exclusions",
}


def looked_up(days_before_it_blocks):
    """The day of a check that counts for so many days more."""
    end = TODAY + days_before_it_blocks * DAY
    return end.replace(year=end.year - 3)


def old_check(kind="sanctions", *, days=10, **facts):
    return make_reviewer(checks={kind: {"checked_on": looked_up(days)}}, **facts)


def run(days=0):
    return send_reminders(now=NOW + days * DAY)


def mails(kind):
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_reminder_calls_the_last_day_is_the_last_day_on_which_the_gate_lets_the_reviewer_pass(kind):
    reviewer, case = old_check(kind, days=10), make_case(state="ready")
    (ending,) = due_soon(on=TODAY)
    assert ending.ends_on == TODAY + 10 * DAY
    assert ask_gate(case=case, reviewer=reviewer, on=ending.ends_on, door="open").eligible
    blocked = ask_gate(case=case, reviewer=reviewer, on=ending.ends_on + DAY, door="open").blocking
    assert [one.rule.partition(".")[2] for one in blocked] == ["stale"]


@pytest.mark.parametrize("kind", KINDS)
def test_staff_are_written_to_by_the_ladder_before_a_check_blocks_and_missed_runs_are_made_up_for(kind):
    staff = make_person("coordinator")
    for role in ("auditor", "medical_director", "administrator"):
        make_person(role)
    make_person("coordinator", is_active=False)
    reviewer = old_check(kind, days=85)
    made_of = 1 + (kind == "practice")  # whose practice it is can do something about it
    assert run() == made_of  # the 90-day step was missed by five days
    assert run() == run(1) == 0
    assert run(26) == run(84) == run(85) == made_of
    assert run(86) == 0
    assert list(Reminder.objects.order_by("pk").values_list("step", flat=True)) == [90, 60, 7, 0]
    told = mails("checks_due")
    assert [mail.to for mail in told] == [staff.email] * 4
    assert told[0].about["lines"] == [
        {"who": f"{reviewer}, {reviewer.reviewer_id}", "what": WORDS[kind], "on": (TODAY + 85 * DAY).isoformat()}
    ]
    assert {mail.to for mail in mails("credential_reminder")} == ({reviewer.email} if kind == "practice" else set())


def test_one_mail_a_run_names_everything_and_nobody_is_told_to_check_the_own_file():
    both, other = make_person("coordinator", "reviewer"), make_person("coordinator")
    old_check("sanctions", days=10, user=both)
    old_check("training", days=10)
    make_reviewer(licenses=[{"verified_on": looked_up(3)}])
    make_reviewer(certifications=[{"expires_on": TODAY + 5 * DAY}])
    old_check("sanctions", days=10, active=False)
    run()
    lines = {mail.to: [line["what"] for line in mail.about["lines"]] for mail in mails("checks_due")}
    assert lines[other.email] == [
        "Check of the CA licence", "Certification in Physical Medicine & Rehabilitation", WORDS["sanctions"],
        WORDS["training"],
    ]  # fmt: skip
    assert WORDS["sanctions"] not in lines[both.email]
    assert len(mails("checks_due")) == 2


@pytest.mark.parametrize("outcome", ["failed", "changed"])
def test_nobody_is_reminded_of_what_blocks_already(outcome):
    staff = make_person("coordinator")
    if outcome == "failed":
        reviewer = make_reviewer(checks={"practice": {"checked_on": looked_up(10)}})
        refuted = Check(confirmed=False, checked_on=looked_up(10), source="Source")
        record_check(reviewer=reviewer, kind="practice", check=refuted, actor=actor(staff), now=NOW, today=TODAY)
    else:
        reviewer = old_check("practice", days=10)
        Reviewer.objects.filter(pk=reviewer.pk).update(practice_hours_per_week=30)
    assert due_soon(on=TODAY) == []
    assert run() == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_to_nobody_twice():
    make_person("coordinator")
    old_check("practice", days=10)
    connection.close()
    start, counts = threading.Barrier(2), []

    def one():
        start.wait()
        try:
            counts.append(run())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 2]


@pytest.mark.parametrize("number", [1, 3, 30])
def test_a_run_takes_a_constant_number_of_statements_to_find_nothing_new(number, django_assert_num_queries):
    make_person("coordinator")
    for _ in range(number):
        old_check("sanctions", days=10)
    run()
    with django_assert_num_queries(7):
        assert run() == 0
    with django_assert_num_queries(3):
        assert len(due_soon(on=TODAY)) == number


# --- where staff see it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "administrator"])
def test_the_list_of_what_is_to_verify_is_shut_to_everybody_else(role):
    assert signed_in(make_person(role)).get(reverse("reviews:to_verify")).status_code == 403


def test_the_roster_and_the_list_say_due_soon_and_lead_to_the_check(time_machine):
    time_machine.move_to(NOW, tick=False)
    reviewer = old_check("sanctions", days=40)
    browser = signed_in(make_person("coordinator"))
    roster = browser.get(reverse("reviews:panel")).content.decode()
    assert "Due soon" in roster
    assert reverse("reviews:to_verify") in roster
    page = browser.get(reverse("reviews:to_verify")).content.decode()
    assert WORDS["sanctions"] in page
    assert reverse("reviews:check_credential", args=[reviewer.pk, "sanctions", 0]) in page
    read_only = signed_in(make_person("auditor")).get(reverse("reviews:to_verify")).content.decode()
    assert reverse("reviews:check_credential", args=[reviewer.pk, "sanctions", 0]) not in read_only
    assert "Sanctions and exclusions: Due soon" in list(roster_rows(on=TODAY))[1][8]


def test_with_nothing_due_the_list_says_so(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_reviewer()
    browser = signed_in(make_person("coordinator"))
    assert reverse("reviews:to_verify") not in browser.get(reverse("reviews:panel")).content.decode()
    assert "Nothing to verify" in browser.get(reverse("reviews:to_verify")).content.decode()


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_list_takes_a_constant_number_of_statements(number, time_machine, django_assert_num_queries):
    time_machine.move_to(NOW, tick=False)
    for _ in range(number):
        old_check("sanctions", days=10)
    browser = signed_in(make_person("coordinator"))
    browser.get(reverse("reviews:to_verify"))
    with django_assert_num_queries(12):
        assert browser.get(reverse("reviews:to_verify")).content.decode().count(WORDS["sanctions"]) == number


def test_the_list_turns_pages_and_keeps_the_soonest_first(time_machine):
    time_machine.move_to(NOW, tick=False)
    for days in range(60):
        old_check("sanctions", days=days)
    browser = signed_in(make_person("coordinator"))
    first = browser.get(reverse("reviews:to_verify")).content.decode()
    assert first.count(WORDS["sanctions"]) == 50
    assert browser.get(reverse("reviews:to_verify"), {"page": 2}).content.decode().count(WORDS["sanctions"]) == 10
