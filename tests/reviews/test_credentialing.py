"""Credential files: checks with source, person and paper; adverse changes; the self-audit; reminders; the sample."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from accounts.models import OutgoingMail
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import Assignment, AuditFinding, AuditRun, CredentialCheck, Reminder, Reviewer
from reviews.services.credential_file import file_of, with_file
from reviews.services.credential_reminders import send_reminders
from reviews.services.credential_zip import write_zip
from reviews.services.credentialing import (
    Check,
    add_sanction,
    record_check,
    record_training,
    report_adverse,
    set_active,
    settle_adverse,
)
from reviews.services.gate import ask_gate
from reviews.services.panel_facts import load_credentials
from reviews.services.papers import NewPaper
from reviews.services.recheck import recheck_reviewer
from reviews.services.roster_report import HEADINGS, roster_lines, roster_rows
from reviews.services.self_audit import audit_panel, findings_alone
from tests.factories.assignments import accept_offer, make_offer, make_person
from tests.factories.cases import NOW, a_pdf, make_case
from tests.factories.reviewers import TODAY, make_reviewer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAPER = NewPaper("register.pdf", a_pdf())


@pytest.fixture
def staff():
    return Actor.of(make_person("coordinator"))


def check(**facts):
    return Check(**{"confirmed": True, "checked_on": TODAY, "source": "Board register", "paper": PAPER, **facts})


def checked(reviewer, staff, kind="license", **facts):
    usual = {"license": {"status": "active", "expires_on": TODAY + 500 * DAY}, "certification": {"expires_on": None}}
    row = {"license": reviewer.licenses, "certification": reviewer.certifications}.get(kind)
    return record_check(
        reviewer=reviewer, kind=kind, row=row.get().pk if row else 0, check=check(**{**usual.get(kind, {}), **facts}),
        actor=staff, now=NOW, today=TODAY,
    )  # fmt: skip


def the_file(reviewer, on=TODAY):
    return file_of(with_file(Reviewer.objects.with_gate_facts()).get(pk=reviewer.pk), on=on)


def held_by(**facts):
    assignment, actor = make_offer(reviewer=make_reviewer(user=make_person(), **facts))
    return accept_offer(assignment, actor), actor


def recheck(reviewer):
    recheck_reviewer(reviewer_id=reviewer.pk, now=NOW)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"checked_on": TODAY + DAY}, "checked_on"),
        ({"source": " "}, "source"),
        ({"paper": None}, "document"),
        ({"paper": NewPaper("x.pdf", b"no pdf at all")}, "document"),
        ({"paper": NewPaper("x.zip", b"PK\x03\x04zipped")}, "document"),
        ({"status": ""}, "status"),
        ({"expires_on": None}, "expires_on"),
    ],
)
def test_a_check_without_its_facts_is_refused(staff, facts, field):
    reviewer = make_reviewer()
    with pytest.raises(InputRefusal) as refusal:
        checked(reviewer, staff, **facts)
    assert field in refusal.value.fields
    assert not CredentialCheck.objects.filter(from_file=False).exists()
    assert reviewer.licenses.get().verified_on == dt.date(2026, 6, 1)


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "medical_director", "auditor", "administrator"])
def test_only_staff_of_the_panel_check_and_nobody_the_own_file(role):
    with pytest.raises(RightRefusal):
        checked(make_reviewer(), Actor.of(make_person(role)))
    own = make_person("coordinator")
    with pytest.raises(RightRefusal) as refusal:
        checked(make_reviewer(user=own), Actor.of(own))
    assert refusal.value.rule == "credential.own"


def test_a_check_keeps_date_source_person_and_paper_and_never_changes(staff):
    reviewer = make_reviewer()
    made = checked(reviewer, staff)
    line = the_file(reviewer).lines[0]
    assert (line.checked_on, line.source, line.standing, line.check.pk) == (
        TODAY,
        "Board register",
        "verified",
        made.pk,
    )
    assert made.document.content_type == "application/pdf"
    assert made.checked_by_id == staff.user_id
    for act in (made.delete, lambda: CredentialCheck.objects.update(source="other")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_check_that_finds_a_restriction_shuts_the_gate_and_one_that_confirms_nothing_is_unknown(staff):
    reviewer, case = make_reviewer(), make_case(state="ready")

    def rules():
        return [one.rule for one in ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").findings]

    checked(reviewer, staff, status="restricted")
    assert rules() == ["license.restricted", "license.not_active"]
    checked(reviewer, staff, confirmed=False, paper=None)
    assert rules() == ["license.unverified"]
    checked(reviewer, staff)
    assert rules() == []


@pytest.mark.parametrize(
    ("expires", "verified", "standing"),
    [
        (TODAY - DAY, TODAY, "expired"),
        (TODAY, TODAY, "expiring"),
        (TODAY + 60 * DAY, TODAY, "expiring"),
        (TODAY + 61 * DAY, TODAY, "verified"),
        (TODAY + 900 * DAY, None, "unverified"),
        (TODAY + 900 * DAY, TODAY + DAY, "unverified"),
        (TODAY + 900 * DAY, dt.date(2023, 11, 23), "verified"),
        (TODAY + 900 * DAY, dt.date(2023, 11, 22), "unverified"),
    ],
)
def test_a_credential_stands_by_its_dates_alone(expires, verified, standing):
    reviewer = make_reviewer(licenses=[{"expires_on": expires, "verified_on": verified}])
    assert the_file(reviewer).lines[0].standing == standing


def test_a_file_says_what_it_lacks_until_it_is_complete(staff):
    reviewer = make_reviewer()
    assert len(the_file(reviewer).missing) == 6
    for kind in ("license", "certification", "practice", "training", "sanctions"):
        checked(reviewer, staff, kind)
    assert the_file(reviewer).missing == ("The yearly evaluation is missing.",)
    record_training(
        reviewer=reviewer, what="evaluation", done_on=TODAY - 365 * DAY, text="Sound and in time.", paper=PAPER,
        actor=staff, now=NOW, today=TODAY,
    )  # fmt: skip
    assert the_file(reviewer).complete
    assert not the_file(reviewer, on=TODAY + DAY).complete


@pytest.mark.parametrize("what", ["inactive", "sanction", "adverse", "restricted", "lapsed"])
def test_an_adverse_change_stops_cases_in_hand_and_takes_offers_back(staff, what):
    held, actor = held_by(capacity_open_cases=9)
    reviewer = held.reviewer
    open_offer, _ = make_offer(case=make_case(state="ready"), reviewer=reviewer)
    if what == "inactive":
        set_active(reviewer=reviewer, active=False, reason="Retired.", actor=staff, now=NOW)
    elif what == "sanction":
        add_sanction(reviewer=reviewer, text="Probation", since=TODAY, until=None, material=True, actor=staff, now=NOW)
    elif what == "adverse":
        report_adverse(
            reviewer=reviewer, what="license", text="The board opened a case.", happened_on=TODAY, actor=actor,
            now=NOW, today=TODAY,
        )  # fmt: skip
    elif what == "restricted":
        checked(reviewer, staff, status="restricted")
    else:
        checked(reviewer, staff, "certification", expires_on=TODAY - DAY)
    recheck(reviewer)  # the job that the change posted
    assert Assignment.objects.stopped().get() == held
    open_offer.refresh_from_db()
    assert open_offer.status == "withdrawn"
    assert held.case.events.filter(kind="gate.stopped").count() == 1
    recheck(reviewer)
    assert held.case.events.filter(kind="gate.stopped").count() == 1  # said once


def test_a_reported_change_is_unknown_until_staff_settle_it_with_what_was_done(staff):
    held, actor = held_by()
    with pytest.raises(RightRefusal):
        report_adverse(
            reviewer=held.reviewer, what="other", text="x", happened_on=TODAY, actor=Actor.of(make_person()), now=NOW,
            today=TODAY,
        )  # fmt: skip
    change = report_adverse(
        reviewer=held.reviewer, what="claim", text="A claim was filed.", happened_on=TODAY, actor=actor, now=NOW,
        today=TODAY,
    )  # fmt: skip
    recheck(held.reviewer)
    with pytest.raises(RightRefusal):
        settle_adverse(change_id=change.pk, action="Nothing.", actor=actor, now=NOW)
    with pytest.raises(InputRefusal):
        settle_adverse(change_id=change.pk, action=" ", actor=staff, now=NOW)
    settle_adverse(change_id=change.pk, action="Dismissed by the court; letter on file.", actor=staff, now=NOW)
    with pytest.raises(StateRefusal):
        settle_adverse(change_id=change.pk, action="Again.", actor=staff, now=NOW)
    recheck(held.reviewer)
    assert not Assignment.objects.stopped().exists()


def test_the_self_audit_finds_by_the_gates_rules_keeps_first_days_and_lets_go(staff):
    held, _ = held_by()
    bad = make_reviewer(licenses=[{"status": "restricted"}], interests_attested_on=None)
    make_reviewer(active=False, licenses=[])  # off the panel: nobody's work
    first = audit_panel(now=NOW)
    assert (first.reviewers, first.cases, first.stopped) == (2, 1, 0)
    found = set(AuditFinding.objects.values_list("reviewer", "rule"))
    assert found == {
        (bad.pk, "license.restricted"), (bad.pk, "license.not_active"), (bad.pk, "attestation.missing"),
    }  # fmt: skip
    held.reviewer.licenses.update(status="restricted")
    bad.licenses.update(status="active")
    audit_panel(now=NOW + DAY)
    assert Assignment.objects.stopped().get() == held
    gone = AuditFinding.objects.filter(gone_on=TODAY + DAY).values_list("rule", flat=True)
    assert set(gone) == {"license.restricted", "license.not_active"}
    kept = AuditFinding.objects.get(rule="attestation.missing")
    assert (kept.first_on, kept.last_on, kept.gone_on) == (TODAY, TODAY + DAY, None)
    assert AuditFinding.objects.filter(reviewer=held.reviewer, gone_on=None).count() == 2  # said once, not by case too
    audit_panel(now=NOW + DAY)  # twice does no harm
    assert AuditRun.objects.count() == 3
    held.reviewer.licenses.update(status="active")
    audit_panel(now=NOW + 2 * DAY)
    assert not Assignment.objects.stopped().exists()


def test_what_the_audit_finds_about_a_person_keeps_the_person_out_of_every_case():
    """The same rule at night and at the door: whoever has a finding of the audit is never eligible."""
    spoilt = [
        {"licenses": []}, {"certifications": []}, {"practice_hours_per_week": None}, {"sanctions": [{}]},
        {"interests_attested_on": None}, {"law_training_completed_on": None}, {"licenses": [{"verified_on": None}]},
        {"certifications": [{"expires_on": TODAY - DAY}]}, {},
    ]  # fmt: skip
    people = [make_reviewer(**facts) for facts in spoilt]
    case = make_case(state="ready")
    for person in load_credentials():
        found = list(findings_alone(person, on=TODAY))
        reviewer = next(one for one in people if one.pk == person.id)
        assert ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible is (not found)


def test_reminders_follow_the_ladder_and_survive_missed_runs():
    end = TODAY + 85 * DAY
    reviewer = make_reviewer(
        licenses=[{"expires_on": end}], certifications=[{"expires_on": None, "verified_on": TODAY}],
        interests_attested_on=TODAY,
    )  # fmt: skip
    make_reviewer(active=False, licenses=[{"expires_on": end}])

    def run(days):
        return send_reminders(now=NOW + days * DAY)

    assert run(0) == 1  # the 90-day step was missed by five days and is made up for
    assert run(0) == run(1) == 0
    assert run(26) == 1  # 59 days left
    assert run(84) == 1  # everything between was missed: one reminder, not four
    assert run(85) == 1
    assert run(86) == 0  # over: the self-audit has it
    assert list(Reminder.objects.order_by("pk").values_list("step", flat=True)) == [90, 60, 7, 0]
    mails = OutgoingMail.objects.filter(kind="credential_reminder")
    assert {mail.to for mail in mails} == {reviewer.email}
    assert {mail.about["what"] for mail in mails} == {"Your CA licence"}


def test_a_renewed_licence_begins_a_new_ladder_and_an_old_attestation_is_reminded_of():
    make_reviewer(
        licenses=[{"expires_on": TODAY + 20 * DAY}], certifications=[{"expires_on": None, "verified_on": TODAY}],
        interests_attested_on=TODAY - 360 * DAY,
    )  # fmt: skip
    assert send_reminders(now=NOW) == 2
    Reviewer.objects.get().licenses.update(expires_on=TODAY + 800 * DAY, verified_on=TODAY)
    assert send_reminders(now=NOW + DAY) == 0
    assert send_reminders(now=NOW + 720 * DAY) >= 1


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_roster_report_takes_a_constant_number_of_statements(number, django_assert_num_queries):
    for _ in range(number):
        make_reviewer()
    with django_assert_num_queries(11):
        assert len(roster_lines(on=TODAY)) == number


def test_the_roster_report_tells_availability_credentials_and_suspension():
    make_reviewer(reviewer_id="A", away=[{"from_date": TODAY, "to_date": TODAY + DAY}])
    make_reviewer(reviewer_id="B", licenses=[{"status": "restricted"}])
    make_reviewer(reviewer_id="C", active=False)
    make_reviewer(reviewer_id="D")
    rows = list(roster_rows(on=TODAY))
    assert rows[0] == HEADINGS
    assert [(row[0], row[3]) for row in rows[1:]] == [
        ("A", "Away"), ("B", "Suspended"), ("C", "Not active"), ("D", "Available"),
    ]  # fmt: skip
    assert "restricted" in rows[2][4]


def test_thirty_random_files_are_complete_and_the_same_for_the_same_seed(staff, tmp_path):
    for _ in range(34):
        make_reviewer()
    make_reviewer(active=False, reviewer_id="GONE")
    for one in Reviewer.objects.filter(active=True)[:3]:
        checked(one, staff)
    first, again, other = io.BytesIO(), io.BytesIO(), io.BytesIO()
    found = write_zip(first, count=30, seed=7, on=TODAY)
    assert [one.reviewer.pk for one in write_zip(again, count=30, seed=7, on=TODAY)] == [
        one.reviewer.pk for one in found
    ]
    assert write_zip(other, count=30, seed=8, on=TODAY) != found
    archive = zipfile.ZipFile(first)
    assert archive.testzip() is None
    index = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))
    assert len(index) == 30
    assert "GONE" not in {row["Reviewer id"] for row in index}
    names = archive.namelist()
    for row in index:
        assert f"{row['Folder']}/credential-file.html" in names
        papers = [name for name in names if name.startswith(f"{row['Folder']}/papers/")]
        assert len(papers) == int(row["Papers"])
        assert (row["Complete"] == "yes") is (row["Missing"] == "")
    target = tmp_path / "files.zip"
    call_command("credential_files", str(target), "--seed", "7", stdout=io.StringIO())
    assert zipfile.ZipFile(target).read("index.csv") == archive.read("index.csv")
