"""The reviewer's own profile: kept by the reviewer alone, nothing deleted, credentials only proposed."""

from __future__ import annotations

import datetime as dt

import pytest

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import Assignment
from reviews.services.credentialing import Check, record_check
from reviews.services.gate import ask_gate
from reviews.services.papers import NewPaper
from reviews.services.profile import add_away, attest, declare, end_interest, remove_away, set_capacity
from reviews.services.proposals import accept_proposal, propose, refuse_proposal
from reviews.services.recheck import recheck_reviewer
from reviews.services.roster import put_on_roster
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer, make_person
from tests.factories.cases import NOW, a_pdf, make_case
from tests.factories.reviewers import TODAY, make_organization, make_reviewer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HOUSE = "Golden Claims Services"


@pytest.fixture
def own():
    user = make_person("reviewer")
    return make_reviewer(user=user), Actor.of(user)


def rules(reviewer, door="offer"):
    findings = ask_gate(case=make_case(state="ready"), reviewer=reviewer, on=TODAY, door=door).findings
    return [(one.rule, str(one.severity)) for one in findings]


def test_nobody_else_keeps_a_profile(own):
    reviewer, _ = own
    for actor in (Actor.of(make_person("coordinator")), Actor.of(make_person("reviewer")), Actor.system("task")):
        for act in (
            lambda who=actor: add_away(reviewer=reviewer, since=TODAY, until=TODAY, actor=who, now=NOW),
            lambda who=actor: set_capacity(reviewer=reviewer, per_week=1, open_cases=1, actor=who, now=NOW),
            lambda who=actor: declare(reviewer=reviewer, kind="exclusion", facts={"name": "X"}, actor=who, now=NOW),
            lambda who=actor: attest(
                reviewer=reviewer, complete=True, signed_name="x", actor=who, now=NOW, today=TODAY
            ),
        ):
            with pytest.raises(RightRefusal):
                act()


def test_days_away_and_the_cap_reach_the_gate(own):
    reviewer, actor = own
    with pytest.raises(InputRefusal):
        add_away(reviewer=reviewer, since=TODAY + DAY, until=TODAY, actor=actor, now=NOW)
    add_away(reviewer=reviewer, since=TODAY, until=TODAY + DAY, actor=actor, now=NOW)
    assert rules(reviewer) == [("calendar.away", "hard")]
    remove_away(reviewer=reviewer, period=reviewer.away_periods.get().pk, actor=actor, now=NOW)
    set_capacity(reviewer=reviewer, per_week=0, open_cases=3, actor=actor, now=NOW)
    assert rules(reviewer) == [("capacity.per_week", "hard")]


@pytest.mark.parametrize(
    ("kind", "facts", "rule"),
    [
        ("affiliation", {"organization": HOUSE, "role": "employee"}, "conflict.employment"),
        ("billing", {"organization": "Fresno Spine Group"}, "conflict.practice_group"),
        ("relation", {"first_name": "Ana", "last_name": "Alvarado", "kind": "sibling"}, "conflict.family"),
        ("exclusion", {"name": "Valley Orchards Inc"}, "conflict.do_not_send"),
    ],
)
def test_what_is_declared_counts_at_once_and_stops_work_in_hand(own, kind, facts, rule):
    reviewer, actor = own
    make_organization("A House of the Register")
    assignment, _ = make_offer(reviewer=reviewer)
    accept_offer(assignment, actor)
    declare(reviewer=reviewer, kind=kind, facts=facts, actor=actor, now=NOW)
    recheck_reviewer(reviewer_id=reviewer.pk, now=NOW)  # the job that the declaration posted
    assert Assignment.objects.stopped().get() == assignment
    assert (rule, "hard") in rules(reviewer)


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("affiliation", {"organization": " - ", "role": "employee"}, "organization"),
        ("relation", {"first_name": "", "last_name": "!", "kind": "spouse"}, "last_name"),
        ("exclusion", {"name": ""}, "name"),
        ("address", {"line1": "1 Main St", "zip": ""}, "line1"),
        ("billing", {"organization": "X", "from_date": TODAY, "to_date": TODAY - DAY}, "to_date"),
    ],
)
def test_a_declaration_that_names_nobody_or_runs_backwards_is_refused(own, kind, facts, field):
    reviewer, actor = own
    with pytest.raises(InputRefusal) as refusal:
        declare(reviewer=reviewer, kind=kind, facts=facts, actor=actor, now=NOW)
    assert field in refusal.value.fields


def test_an_interest_ends_and_is_never_deleted_so_that_the_look_back_finds_it(own):
    reviewer, actor = own
    make_organization("A House of the Register")
    declare(
        reviewer=reviewer, kind="affiliation", facts={"organization": HOUSE, "role": "contractor"}, actor=actor, now=NOW
    )
    tie = reviewer.affiliations.get()
    with pytest.raises(InputRefusal):
        end_interest(
            reviewer=reviewer, kind="affiliation", row=tie.pk, until=TODAY + DAY, actor=actor, now=NOW, today=TODAY
        )
    end_interest(
        reviewer=reviewer, kind="affiliation", row=tie.pk, until=TODAY - DAY, actor=actor, now=NOW, today=TODAY
    )
    with pytest.raises(StateRefusal):
        end_interest(
            reviewer=reviewer, kind="affiliation", row=tie.pk, until=TODAY - DAY, actor=actor, now=NOW, today=TODAY
        )
    assert rules(reviewer) == [("conflict.employment", "waivable")]
    listed = reviewer.exclusions.create(name="X Y", key="x y", listed_by="organization")
    with pytest.raises(RightRefusal):
        end_interest(reviewer=reviewer, kind="exclusion", row=listed.pk, until=TODAY, actor=actor, now=NOW, today=TODAY)


def test_the_yearly_attestation_is_signed_with_the_own_name_and_keeps_the_list(own):
    reviewer, actor = own
    reviewer.interests_attested_on = None
    reviewer.save()
    declare(reviewer=reviewer, kind="exclusion", facts={"name": "Acme"}, actor=actor, now=NOW)
    name = f"{reviewer.first_name} {reviewer.last_name}"
    for facts in ({"complete": False, "signed_name": name}, {"complete": True, "signed_name": "Somebody Else"}):
        with pytest.raises(InputRefusal):
            attest(reviewer=reviewer, actor=actor, now=NOW, today=TODAY, **facts)
    assert rules(reviewer) == [("attestation.missing", "unknown")]
    made = attest(reviewer=reviewer, complete=True, signed_name=name, actor=actor, now=NOW, today=TODAY)
    assert made.interests == ["Reviewer's “do not send” list: Acme, current"]
    assert rules(reviewer) == []


def proposal(own, **facts):
    reviewer, actor = own
    usual = {"state": "nv", "number": "N77", "expires_on": TODAY + 400 * DAY}
    return propose(
        reviewer=reviewer,
        kind="license",
        row=None,
        facts={**usual, **facts},
        note_="",
        paper=None,
        actor=actor,
        now=NOW,
    )


CHECK = Check(
    confirmed=True, checked_on=TODAY, source="Nevada board", status="active", expires_on=TODAY + 400 * DAY,
    paper=NewPaper("nv.pdf", a_pdf()),
)  # fmt: skip


@pytest.mark.parametrize("facts", [{"state": "XX"}, {"number": " "}, {"expires_on": None}])
def test_a_proposal_that_cannot_be_is_refused(own, facts):
    with pytest.raises(InputRefusal):
        proposal(own, **facts)


def test_a_proposed_licence_counts_only_when_staff_have_verified_it(own):
    reviewer, actor = own
    change, staff = proposal(own), Actor.of(make_person("coordinator"))
    assert reviewer.licenses.count() == 1
    with pytest.raises(RightRefusal):
        accept_proposal(change_id=change.pk, check=CHECK, actor=actor, now=NOW, today=TODAY)
    accept_proposal(change_id=change.pk, check=CHECK, actor=staff, now=NOW, today=TODAY)
    new = reviewer.licenses.get(state="NV")
    assert (new.number, new.verified_on, new.status) == ("N77", TODAY, "active")
    assert reviewer.checks.get(from_file=False).document is not None
    with pytest.raises(StateRefusal):
        refuse_proposal(change_id=change.pk, reason="No.", actor=staff, now=NOW)


def test_a_refused_proposal_leaves_the_roster_alone(own):
    change, staff = proposal(own), Actor.of(make_person("coordinator"))
    with pytest.raises(InputRefusal):
        refuse_proposal(change_id=change.pk, reason="", actor=staff, now=NOW)
    refuse_proposal(change_id=change.pk, reason="The board does not know it.", actor=staff, now=NOW)
    assert own[0].licenses.count() == 1


def roster_row(reviewer, **facts):
    return {
        "reviewer_id": reviewer.reviewer_id, "first_name": reviewer.first_name, "last_name": reviewer.last_name,
        "degree": "MD", "email": reviewer.email, "npi": reviewer.npi,
        "certifications": [{"specialty": "Physical Medicine & Rehabilitation", "verified_on": "2026-06-01"}],
        "licenses": [
            {"state": "CA", "number": reviewer.licenses.get().number, "status": "active", "expires_on": "2028-06-30",
             "verified_on": "2026-06-01"}
        ],
        "active_practice": {"since": "2005-01-01", "hours_per_week": 32}, **facts,
    }  # fmt: skip


def test_a_roster_file_takes_nothing_away_that_was_typed_here(own):
    reviewer, actor = own
    declare(reviewer=reviewer, kind="exclusion", facts={"name": "Acme"}, actor=actor, now=NOW)
    name = f"{reviewer.first_name} {reviewer.last_name}"
    attest(reviewer=reviewer, complete=True, signed_name=name, actor=actor, now=NOW, today=TODAY)
    reviewer.practice_addresses.create(line1="1 Main St", zip="93701")
    put_on_roster(row=roster_row(reviewer, do_not_send=["Other"]), actor=COORDINATOR, now=NOW)
    reviewer.refresh_from_db()
    assert sorted(reviewer.exclusions.values_list("name", flat=True)) == ["Acme", "Other"]
    assert reviewer.interests_attested_on == TODAY
    assert reviewer.practice_addresses.get().to_date == TODAY  # left, and still in the look-back
    put_on_roster(row=roster_row(reviewer, do_not_send=[]), actor=COORDINATOR, now=NOW)
    assert reviewer.exclusions.get().name == "Acme"
    assert reviewer.practice_addresses.count() == 1


def test_an_old_roster_file_does_not_lift_a_restriction_that_staff_found_since(own):
    reviewer, _ = own
    staff = Actor.of(make_person("coordinator"))
    found = Check(**{**vars(CHECK), "status": "restricted"})
    record_check(
        reviewer=reviewer, kind="license", row=reviewer.licenses.get().pk, check=found, actor=staff, now=NOW,
        today=TODAY,
    )  # fmt: skip
    row = roster_row(reviewer)
    with pytest.raises(InputRefusal) as refusal:
        put_on_roster(row=row, actor=COORDINATOR, now=NOW)
    assert refusal.value.rule == "roster.older_check"
    assert reviewer.licenses.get().status == "restricted"
    with pytest.raises(InputRefusal):
        put_on_roster(row={**row, "licenses": []}, actor=COORDINATOR, now=NOW)
    newer = [{**row["licenses"][0], "verified_on": TODAY.isoformat()}]
    put_on_roster(row={**row, "licenses": newer}, actor=COORDINATOR, now=NOW)
    assert reviewer.licenses.get().status == "active"
