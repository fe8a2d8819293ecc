"""Practice, training and sanctions: the newest check of each is kept by the database, and decides at the gate."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from common.actor import Actor
from common.errors import InputRefusal
from reviews.models import Assignment, AuditFinding, CredentialCheck, Reviewer
from reviews.services.credential_file import file_of, with_file
from reviews.services.credentialing import Check, record_check, record_training
from reviews.services.gate import ask_gate
from reviews.services.papers import NewPaper
from reviews.services.recheck import recheck_reviewer
from reviews.services.roster import put_on_roster
from reviews.services.roster_report import roster_rows
from reviews.services.self_audit import audit_panel
from tests.factories.assignments import accept_offer, make_offer, make_person
from tests.factories.cases import NOW, a_pdf, make_case
from tests.factories.reviewers import TODAY, make_reviewer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAPER = NewPaper("register.pdf", a_pdf())
KINDS = ("practice", "training", "sanctions")
#: Of the file below.
FILED = dt.date(2026, 6, 1)
ROW = {
    "reviewer_id": "R-1", "first_name": "Mina", "last_name": "Okonjo", "degree": "MD", "email": "mina@panel.example",
    "certifications": [
        {"specialty": "Physical Medicine & Rehabilitation", "expires_on": None, "verified_on": "2026-05-20",
         "verified_by": "A. Desk", "source": "Board"},
    ],
    "licenses": [
        {"state": "CA", "number": "A1", "status": "active", "expires_on": "2028-06-30", "verified_on": "2026-06-01",
         "verified_by": "B. Desk", "source": "Register"},
    ],
    "active_practice": {"since": "2005-01-01", "hours_per_week": 32}, "law_training_completed_on": "2026-01-05",
    "capacity": {"per_week": 6, "open_cases": 8}, "interests_attested_on": "2026-09-01",
}  # fmt: skip


@pytest.fixture
def staff():
    return Actor.of(make_person("coordinator"))


def checked(reviewer, staff, kind, **facts):
    usual = {"confirmed": True, "checked_on": TODAY, "source": "Source", "paper": PAPER}
    return record_check(
        reviewer=reviewer, kind=kind, check=Check(**{**usual, **facts}), actor=staff, now=NOW, today=TODAY
    )


def filed(staff, **changes):
    return put_on_roster(row={**ROW, **changes}, actor=staff, now=NOW)


def verified_again(day, **changes):
    licenses = [{**ROW["licenses"][0], "verified_on": day.isoformat()}]
    return {"licenses": licenses, **changes}


def practice(hours):
    return {"active_practice": {"since": "2005-01-01", "hours_per_week": hours}}


def rules(reviewer):
    findings = ask_gate(case=make_case(state="ready"), reviewer=reviewer, on=TODAY, door="offer").findings
    return [one.rule for one in findings]


def newest(reviewer, kind="practice"):
    found = Reviewer.objects.get(pk=reviewer.pk).newest_checks.get(kind)
    return found and (found["on"], found["outcome"])


def words(reviewer):
    file = file_of(with_file(Reviewer.objects.all()).get(pk=reviewer.pk), on=TODAY)
    return {line.kind: str(line.standing) for line in file.others}


# --- kept by the database ---------------------------------------------------------------------------------------------


def test_nobody_writes_the_newest_checks_by_hand():
    forged = {kind: {"on": TODAY.isoformat(), "outcome": "confirmed", "file": False} for kind in KINDS}
    reviewer = make_reviewer(newest_checks=forged, checks=dict.fromkeys(KINDS))
    assert newest(reviewer) is None
    Reviewer.objects.filter(pk=reviewer.pk).update(newest_checks=forged)
    assert newest(reviewer) is None
    reviewer.save()  # with what was in memory
    assert rules(reviewer) == ["practice.unverified", "training.unverified", "sanction.unverified"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_the_latest_day_counts_and_of_one_day_the_one_written_last(staff, kind):
    reviewer = make_reviewer()
    checked(reviewer, staff, kind, confirmed=False, paper=None, checked_on=FILED - DAY)
    assert newest(reviewer, kind) == ("2026-06-01", "confirmed")
    checked(reviewer, staff, kind, confirmed=False, paper=None)
    assert newest(reviewer, kind) == ("2026-11-23", "failed")
    checked(reviewer, staff, kind, checked_on=TODAY - DAY)
    assert newest(reviewer, kind) == ("2026-11-23", "failed")
    checked(reviewer, staff, kind)
    assert newest(reviewer, kind) == ("2026-11-23", "confirmed")


def test_many_checks_at_once_are_kept_as_one_after_the_other(staff):
    people = [make_reviewer(checks=dict.fromkeys(KINDS)) for _ in range(3)]
    days = (FILED, FILED - DAY, FILED)
    CredentialCheck.objects.bulk_create(
        CredentialCheck(
            reviewer=one, kind=kind, confirmed=True, checked_on=day, source="File", recorded_at=NOW, from_file=True
        )
        for one in people[:2]
        for kind in KINDS
        for day in days
    )
    assert [newest(one) for one in people] == [("2026-06-01", "confirmed")] * 2 + [None]


@pytest.mark.parametrize(
    "facts",
    [
        {"from_file": False}, {"from_file": True, "confirmed": False}, {"from_file": True, "kind": "license"},
    ],
)  # fmt: skip
def test_a_check_is_of_a_person_with_paper_or_of_a_file(facts):
    reviewer = make_reviewer()
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialCheck.objects.create(**{
            "reviewer": reviewer, "kind": "practice", "confirmed": True, "checked_on": TODAY, "source": "x",
            "recorded_at": NOW, **facts,
        })  # fmt: skip


@pytest.mark.parametrize(
    "facts", [{"practice_hours_per_week": 40}, {"practice_since": dt.date(2004, 1, 1)}, {"practice_since": FILED}]
)
def test_an_edited_practice_blocks_until_it_is_checked_again_and_open_work_is_stopped(staff, facts):
    assignment, actor = make_offer(reviewer=make_reviewer(user=make_person("reviewer"), capacity_open_cases=9))
    held, reviewer = accept_offer(assignment, actor), assignment.reviewer
    open_offer, _ = make_offer(case=make_case(state="ready"), reviewer=reviewer)
    before = {"practice_hours_per_week": reviewer.practice_hours_per_week, "practice_since": reviewer.practice_since}
    Reviewer.objects.filter(pk=reviewer.pk).update(**facts)
    assert "practice.changed" in rules(reviewer)
    audit_panel(now=NOW)
    assert "practice.changed" in AuditFinding.objects.filter(reviewer=reviewer).values_list("rule", flat=True)
    assert Assignment.objects.stopped().get() == held
    open_offer.refresh_from_db()
    assert open_offer.status == "withdrawn"
    Reviewer.objects.filter(pk=reviewer.pk).update(**before)
    assert rules(reviewer) == ["practice.changed"]  # back again, but not looked up again
    checked(reviewer, staff, "practice")
    recheck_reviewer(reviewer_id=reviewer.pk, now=NOW)
    assert rules(reviewer) == []
    assert not Assignment.objects.stopped().exists()


def test_a_check_of_the_practice_writes_what_the_source_says(staff):
    reviewer = make_reviewer()
    with pytest.raises(InputRefusal) as refusal:
        checked(reviewer, staff, "practice", practice_since=TODAY + DAY)
    assert "practice_since" in refusal.value.fields
    checked(reviewer, staff, "practice", confirmed=False, paper=None, practice_hours=10)
    assert rules(reviewer) == ["practice.not_confirmed"]
    checked(reviewer, staff, "practice", practice_hours=10)
    assert rules(reviewer) == ["practice.hours"]
    checked(reviewer, staff, "practice", practice_hours=24, practice_since=dt.date(2010, 1, 1))
    assert rules(reviewer) == []
    reviewer.refresh_from_db()
    assert (reviewer.practice_since, reviewer.practice_hours_per_week) == (dt.date(2010, 1, 1), 24)


def test_a_training_that_staff_put_on_file_is_the_check_of_itself(staff):
    reviewer = make_reviewer(checks={"training": None})

    def trained(day, what="law"):
        record_training(
            reviewer=reviewer, what=what, done_on=day, text="Course", paper=None, actor=staff, now=NOW, today=TODAY
        )

    trained(TODAY, "other")
    trained(dt.date(2020, 1, 1))  # an older one than the roster's says nothing about that
    assert rules(reviewer) == ["training.unverified"]
    trained(TODAY - 9 * DAY)
    assert rules(reviewer) == []
    checked(reviewer, staff, "training", confirmed=False, paper=None)
    assert rules(reviewer) == ["training.not_confirmed"]
    trained(TODAY - DAY)
    assert rules(reviewer) == []


# --- the self-audit and the pages say the same ------------------------------------------------------------------------


def test_the_audit_the_file_and_the_door_say_the_same_of_each_person(staff):
    people = {
        "clean": make_reviewer(),
        "never": make_reviewer(checks=dict.fromkeys(KINDS)),
        "old": make_reviewer(checks={kind: {"checked_on": dt.date(2023, 11, 22)} for kind in KINDS}),
        "failed": make_reviewer(),
        "changed": make_reviewer(),
    }
    for kind in KINDS:
        checked(people["failed"], staff, kind, confirmed=False, paper=None)
    Reviewer.objects.filter(pk=people["changed"].pk).update(
        practice_hours_per_week=30, law_training_completed_on=dt.date(2026, 2, 1)
    )
    audit_panel(now=NOW)
    ends = {"never": "unverified", "old": "stale", "failed": "not_confirmed", "changed": "changed", "clean": None}
    said = {"unverified": "unverified", "stale": "unverified", "not_confirmed": "not confirmed",
            "changed": "changed since the check"}  # fmt: skip
    for name, person in people.items():
        at_night = list(AuditFinding.objects.filter(reviewer=person).order_by("pk").values_list("rule", flat=True))
        groups = [] if name == "clean" else ["practice", "training"] + ["sanction"] * (name != "changed")
        assert at_night == rules(person) == [f"{group}.{ends[name]}" for group in groups], name
        expected = dict.fromkeys(KINDS, said.get(ends[name], "verified"))
        assert words(person) == (expected if name != "changed" else {**expected, "sanctions": "verified"}), name
    listed = {row[0]: row for row in list(roster_rows(on=TODAY))[1:]}
    assert "Active practice: Not confirmed" in listed[people["failed"].reviewer_id][8]
    assert listed[people["failed"].reviewer_id][5] == "Not confirmed"
    assert listed[people["clean"].reviewer_id][3] == "Available"
    assert {listed[one.reviewer_id][3] for name, one in people.items() if name != "clean"} == {"Suspended"}


def test_the_file_warns_before_a_check_grows_old_and_names_who_looked(staff):
    soon = TODAY - 1095 * DAY  # three years less a day or two
    reviewer = make_reviewer(checks={"sanctions": {"checked_on": soon}})
    assert rules(reviewer) == []
    assert words(reviewer) == {"practice": "verified", "training": "verified", "sanctions": "expiring"}
    record_training(
        reviewer=reviewer, what="law", done_on=TODAY, text="Course", paper=PAPER, actor=staff, now=NOW, today=TODAY
    )
    lines = {line.kind: line for line in file_of(with_file(Reviewer.objects.all()).get(), on=TODAY).lines}
    assert (lines["practice"].checked_by, lines["practice"].source) == ("C. Registrar", "State board website")
    assert (lines["training"].source, lines["training"].proof_kind) == ("Course", "training")
    assert lines["training"].checked_on == TODAY
    assert lines["training"].check.document is not None


# --- a roster file is a source ----------------------------------------------------------------------------------------


def test_whoever_comes_with_a_roster_file_may_be_given_a_case_with_its_newest_check_as_day_and_source(staff):
    reviewer, status = filed(staff)
    assert (status, rules(reviewer)) == ("accepted", [])
    checks = CredentialCheck.objects.filter(reviewer=reviewer)
    assert set(checks.values_list("kind", "checked_on", "checked_by_name", "source", "from_file")) == {
        (kind, FILED, "B. Desk", "Roster file", True) for kind in KINDS
    }
    assert filed(staff)[1] == "unchanged"
    assert checks.count() == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"law_training_completed_on": None}, ["training.missing"]),
        (practice(23), ["practice.hours"]),
        (practice(None), ["practice.hours_unknown"]),
        (
            {"licenses": [{**ROW["licenses"][0], "verified_on": None}],
             "certifications": [{**ROW["certifications"][0], "verified_on": None}]},
            ["practice.unverified", "training.unverified", "sanction.unverified", "license.unverified",
             "certification.unverified"],
        ),
        (
            {"licenses": [{**ROW["licenses"][0], "verified_on": "2023-11-22"}],
             "certifications": [{**ROW["certifications"][0], "verified_on": "2023-11-22"}]},
            ["practice.stale", "training.stale", "sanction.stale", "license.unverified", "certification.unverified"],
        ),
        (  # a check of a day to come is none; the certification's counts
            {"licenses": [{**ROW["licenses"][0], "verified_on": "2026-11-24"}]}, ["license.unverified"],
        ),
    ],
)  # fmt: skip
def test_a_file_is_no_better_than_what_it_says(staff, changes, expected):
    assert rules(filed(staff, **changes)[0]) == expected


def test_a_later_file_is_a_check_of_what_it_changes_and_an_older_one_is_not(staff):
    reviewer, _ = filed(staff)
    filed(staff, **practice(30))  # the same day, corrected
    assert (rules(reviewer), newest(reviewer)) == ([], ("2026-06-01", "confirmed"))
    filed(staff, **verified_again(TODAY, **practice(28)))
    assert (rules(reviewer), newest(reviewer)) == ([], ("2026-11-23", "confirmed"))
    filed(staff, **practice(26))
    assert rules(reviewer) == ["practice.changed"]


def test_a_file_does_not_undo_what_staff_found(staff):
    reviewer, _ = filed(staff)
    for kind in KINDS:
        checked(reviewer, staff, kind, confirmed=False, paper=None, checked_on=FILED + DAY)
    filed(staff, **verified_again(TODAY))
    assert rules(reviewer) == ["practice.not_confirmed", "training.not_confirmed", "sanction.not_confirmed"]


def test_a_file_that_is_younger_than_what_staff_confirmed_counts_and_an_older_one_that_differs_blocks(staff):
    reviewer, _ = filed(staff)
    checked(reviewer, staff, "practice", checked_on=FILED + 9 * DAY)
    filed(staff, **practice(30))
    assert rules(reviewer) == ["practice.changed"]
    checked(reviewer, staff, "practice", checked_on=FILED + 9 * DAY)
    filed(staff, **verified_again(TODAY, **practice(40)))
    assert rules(reviewer) == []


def test_the_command_brings_people_who_may_be_given_cases_at_once(tmp_path):
    path = tmp_path / "roster.json"
    path.write_text(json.dumps([ROW]))
    call_command("import_reviewers", path, "--json")
    assert rules(Reviewer.objects.get()) == []
