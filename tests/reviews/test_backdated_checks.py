"""A check that is older than the newest one is kept, and changes nothing that the newest one says."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import call_command

from common.actor import Actor
from common.errors import InputRefusal
from reviews.models import Certification, CredentialCheck, License, Reviewer, RosterNote
from reviews.services.credentialing import Check, record_check
from reviews.services.papers import NewPaper
from reviews.services.proposals import accept_proposal, propose
from reviews.services.roster import put_on_roster
from tests.factories.assignments import make_person
from tests.factories.cases import NOW, a_pdf
from tests.factories.reviewers import TODAY, make_reviewer
from tests.reviews.test_newest_checks import FILED, ROW, rules

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAPER = NewPaper("register.pdf", a_pdf())
BEFORE = TODAY - 30 * DAY
END = TODAY + 500 * DAY


@pytest.fixture
def staff():
    return Actor.of(make_person("coordinator"))


def checked(reviewer, staff, kind, **facts):
    usual = {"confirmed": True, "checked_on": TODAY, "source": "Source", "paper": PAPER}
    usual |= {"license": {"status": "active", "expires_on": END}, "certification": {"expires_on": END}}.get(kind, {})
    return record_check(
        reviewer=reviewer, kind=kind, row=row_of(reviewer, kind).pk, check=Check(**{**usual, **facts}), actor=staff,
        now=NOW, today=TODAY,
    )  # fmt: skip


def row_of(reviewer, kind):
    rows = {"license": License, "certification": Certification}.get(kind)
    return rows.objects.get(reviewer=reviewer) if rows else Reviewer.objects.get(pk=reviewer.pk)


def stands(reviewer, kind):
    """Everything that a check writes."""
    row = row_of(reviewer, kind)
    if kind == "practice":
        return row.newest_checks["practice"], row.practice_since, row.practice_hours_per_week
    return row.verified_on, row.verified_by, row.source, row.expires_on, getattr(row, "status", "")


REFUTED = {"confirmed": False, "paper": None}
SAID = {
    "license": {"status": "restricted", "expires_on": TODAY + 9 * DAY},
    "certification": {"expires_on": TODAY + 9 * DAY},
    "practice": {"practice_hours": 10, "practice_since": dt.date(2010, 1, 1)},
}


@pytest.mark.parametrize("newest", [{}, REFUTED])
@pytest.mark.parametrize("older", [{}, REFUTED])
@pytest.mark.parametrize("kind", sorted(SAID))
def test_a_check_dated_before_the_newest_one_is_kept_and_changes_nothing(staff, kind, older, newest):
    reviewer = make_reviewer()
    checked(reviewer, staff, kind, **newest)
    before, blocked = stands(reviewer, kind), rules(reviewer)
    made = checked(reviewer, staff, kind, checked_on=BEFORE, source="Older print", **older, **SAID[kind])
    assert (stands(reviewer, kind), rules(reviewer)) == (before, blocked)
    assert CredentialCheck.objects.filter(reviewer=reviewer, kind=kind, checked_on=BEFORE).get() == made
    assert "A newer check stands" in RosterNote.objects.filter(reviewer=reviewer).latest("pk").sentence


@pytest.mark.parametrize("kind", ["license", "certification"])
def test_a_check_dated_before_what_a_roster_file_brought_changes_nothing(staff, kind):
    reviewer = make_reviewer()  # verified by file on June 1
    before = stands(reviewer, kind)
    checked(reviewer, staff, kind, checked_on=FILED - DAY, **SAID[kind])
    assert stands(reviewer, kind) == before
    checked(reviewer, staff, kind, checked_on=FILED, **SAID[kind])  # of one day the one written last
    assert stands(reviewer, kind)[2:4] == ("Source", TODAY + 9 * DAY)


@pytest.mark.parametrize("kind", ["license", "certification"])
def test_what_a_file_says_of_a_day_to_come_is_no_look_and_holds_no_check_back(staff, kind):
    later = {"verified_on": TODAY + 9 * DAY}
    reviewer = make_reviewer(licenses=[later], certifications=[later])
    checked(reviewer, staff, kind)
    assert stands(reviewer, kind)[0] == TODAY
    assert "newer check" not in RosterNote.objects.get(reviewer=reviewer).sentence


def test_a_check_keeps_what_the_source_said(staff):
    reviewer = make_reviewer()
    assert checked(reviewer, staff, "license", **SAID["license"]).said == {
        "status": "restricted", "expires_on": (TODAY + 9 * DAY).isoformat(),
    }  # fmt: skip
    assert checked(reviewer, staff, "certification", expires_on=None).said == {"expires_on": None}
    assert row_of(reviewer, "certification").expires_on is None
    assert checked(reviewer, staff, "practice", practice_hours=30).said == {"practice_hours_per_week": 30}
    assert checked(reviewer, staff, "sanctions").said == {}


@pytest.mark.parametrize("newest", [{}, REFUTED])
@pytest.mark.parametrize("kind", ["license", "certification"])
def test_nothing_that_writes_an_older_verification_gets_past_the_newest_check(staff, kind, newest):
    reviewer = make_reviewer()
    checked(reviewer, staff, kind, **newest)
    before = stands(reviewer, kind)
    rows = type(row_of(reviewer, kind)).objects
    rows.update(verified_on=BEFORE, verified_by="Somebody", source="A hand in the database")
    assert stands(reviewer, kind) == before
    facts = {name: getattr(rows.get(), name) for name in ("state", "number", "specialty", "status", "expires_on")
             if hasattr(rows.get(), name)}  # fmt: skip
    rows.all().delete()
    rows.create(reviewer=reviewer, **facts, verified_on=BEFORE)
    assert stands(reviewer, kind) == before


def test_an_old_roster_file_does_not_verify_what_staff_could_not_confirm(staff):
    reviewer, _ = put_on_roster(row=ROW, actor=staff, now=NOW)
    end = dt.date(2028, 6, 30)
    checked(reviewer, staff, "license", status="active", expires_on=end, checked_on=TODAY, **REFUTED)
    assert rules(reviewer) == ["license.unverified"]
    assert put_on_roster(row=ROW, actor=staff, now=NOW)[1] == "unchanged"
    assert rules(reviewer) == ["license.unverified"]
    newer = [{**ROW["licenses"][0], "verified_on": TODAY.isoformat()}]
    assert put_on_roster(row={**ROW, "licenses": newer}, actor=staff, now=NOW)[1] == "updated"
    assert rules(reviewer) == []


def test_the_same_roster_file_again_leaves_the_newer_check_where_it_is(staff, tmp_path):
    reviewer, _ = put_on_roster(row=ROW, actor=staff, now=NOW)
    checked(reviewer, staff, "license", expires_on=dt.date(2028, 6, 30))
    before = stands(reviewer, "license")
    path = tmp_path / "roster.json"
    path.write_text(json.dumps([ROW]))
    call_command("import_reviewers", path, "--json")
    assert stands(reviewer, "license") == before
    assert before[0] == TODAY


def test_a_proposal_is_not_taken_over_with_a_check_older_than_the_newest_one(staff):
    own = make_person("reviewer")
    reviewer = make_reviewer(user=own)
    checked(reviewer, staff, "license")
    row = row_of(reviewer, "license")
    made = propose(
        reviewer=reviewer, kind="license", row=row.pk,
        facts={"state": "CA", "number": row.number, "expires_on": END + 300 * DAY}, note_="", paper=None,
        actor=Actor.of(own), now=NOW,
    )  # fmt: skip
    facts = {"confirmed": True, "source": "Source", "paper": PAPER, "status": "active", "expires_on": END + 300 * DAY}
    before = stands(reviewer, "license")
    with pytest.raises(InputRefusal) as refusal:
        accept_proposal(
            change_id=made.pk, check=Check(**facts, checked_on=BEFORE), actor=staff, now=NOW, today=TODAY
        )  # fmt: skip
    assert "checked_on" in refusal.value.fields
    assert stands(reviewer, "license") == before
    accept_proposal(change_id=made.pk, check=Check(**facts, checked_on=TODAY), actor=staff, now=NOW, today=TODAY)
    assert row_of(reviewer, "license").expires_on == END + 300 * DAY
