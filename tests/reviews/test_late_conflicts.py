"""A conflict that comes to light after the determination: the letter stays, staff are told once and settle it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from cases.models import Case, CaseTask, Organization
from cases.services.corrections import correct
from cases.services.parties import add_party
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from letters.models import Letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from reviews.models import Assignment, AuditFinding
from reviews.services import quality
from reviews.services.late_conflicts import settle_late
from reviews.services.recheck import recheck_reviewer
from reviews.services.review import submit
from reviews.services.self_audit import audit_panel
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_organization, make_reviewer
from tests.factories.reviews import fill_in, submitted_case

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATE_PARTY = {"role": "mpn", "organization": "Silver Claims"}


def determined(owner=None) -> Case:
    """A case whose letter is sealed; its reviewer works for Silver Claims, which nobody knew to be a party."""
    load_own_wording(now=NOW)
    works_there = [{"organization": "Silver Claims", "role": "employee"}]
    assignment, actor = make_offer(reviewer=make_reviewer(user=make_person("reviewer"), affiliations=works_there))
    accept_offer(assignment, actor)
    case = Case.objects.get(pk=assignment.case_id)
    review = fill_in(case=case, actor=actor)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    quality.approve(case=case, actor=Actor.of(make_person("quality_reviewer")), now=NOW)
    seal_letter(letter_id=Letter.objects.get(key=case.number).pk, now=NOW)
    Case.objects.filter(pk=case.pk).update(owner=owner)
    Assignment.objects.filter(case=case).update(
        completed_at=NOW
    )  # the site's clock runs on while this day stands still
    return Case.objects.get(pk=case.pk)


def name_late(case: Case, facts=LATE_PARTY) -> StateRefusal:
    with pytest.raises(StateRefusal) as refusal:
        add_party(case=case, facts=facts, reason="Named in a late record.", actor=COORDINATOR, now=NOW + DAY)
    assert refusal.value.rule == "party.state"
    return refusal.value


def test_a_party_named_too_late_that_concerns_nobody_is_refused_and_nothing_is_noted():
    case = determined()
    refusal = name_late(case, {"role": "mpn", "organization": "Unknown to Everybody"})
    assert "findings" not in refusal.message
    assert not AuditFinding.objects.exists()
    assert not case.events.filter(kind="gate.late_conflict").exists()
    assert not Organization.objects.named("Unknown to Everybody").exists()  # it was there for the question alone


def test_a_party_named_too_late_that_names_nobody_is_no_question():
    case = determined()
    assert "findings" not in name_late(case, {"role": "mpn"}).message
    assert "findings" not in name_late(case, {"role": "bystander", "organization": "Silver Claims"}).message
    assert not AuditFinding.objects.exists()


def test_a_case_that_is_not_decided_is_asked_at_its_doors_and_not_here():
    submitted_case()
    make_case(state="closed")
    for case in Case.objects.all():
        with_conflict = make_reviewer()
        recheck_reviewer(reviewer_id=with_conflict.pk, now=NOW)
        assert not case.events.filter(kind="gate.late_conflict").exists()
    assert not AuditFinding.objects.exists()


def test_the_letter_stays_and_the_conflict_is_noted_raised_and_put_on_the_desk():
    owner = make_person("coordinator")
    case = determined(owner=owner)
    letter = Letter.objects.get()
    before = (letter.pdf_sha256, letter.sealed_at, letter.file_id, case.parties.count(), case.state)
    assert "findings of the panel" in name_late(case).message
    case.refresh_from_db()
    letter.refresh_from_db()
    assert (letter.pdf_sha256, letter.sealed_at, letter.file_id, case.parties.count(), case.state) == before
    finding = AuditFinding.objects.get()
    assert (finding.rule, finding.case, finding.severity) == ("conflict.employment", case, "hard")
    event = case.events.get(kind="gate.late_conflict")
    assert "Silver Claims" in event.sentence
    assert "Named after the determination" in event.sentence
    task = CaseTask.objects.get()
    assert (task.owner, task.case) == (owner, case)
    assert "came to light" in task.what
    page = signed_in(make_person("medical_director")).get(reverse("reviews:findings")).content.decode()
    assert "Came to light after the determination." in page
    assert "Settle" in page


def test_the_same_conflict_is_noted_once():
    case = determined(owner=make_person("coordinator"))
    name_late(case)
    name_late(case)
    assert AuditFinding.objects.count() == 1
    assert case.events.filter(kind="gate.late_conflict").count() == 1
    assert CaseTask.objects.count() == 1


def test_an_address_corrected_after_the_determination_and_a_later_declaration_are_asked_about_too():
    case = determined()
    reviewer = Assignment.objects.get().reviewer
    reviewer.practice_addresses.create(
        line1="400 Blackstone Avenue", city="Fresno", state="CA", zip="93701", from_date=TODAY - 900 * DAY
    )
    place = [party.role for party in case.parties.all()].index("requesting_physician")
    change = {
        f"parties[{place}].address.{key}": value
        for key, value in {
            "line1": "400 Blackstone Avenue", "city": "Fresno", "state": "CA", "zip": "93701",
        }.items()
    }  # fmt: skip
    correct(case=case, changes=change, reason="New letterhead.", actor=COORDINATOR, now=NOW, version=case.version)
    assert AuditFinding.objects.get().rule == "conflict.address"
    house = make_organization("Golden Claims Services", registered=False)
    reviewer.affiliations.create(role="director", organization_name=house.name, organization=house)
    assert recheck_reviewer(reviewer_id=reviewer.pk, now=NOW) == 0
    assert set(AuditFinding.objects.values_list("rule", flat=True)) == {"conflict.address", "conflict.employment"}


def test_what_began_after_the_determination_is_no_conflict():
    determined()
    reviewer = Assignment.objects.get().reviewer
    house = make_organization("Golden Claims Services", registered=False)
    reviewer.affiliations.create(
        role="director", organization_name=house.name, organization=house, from_date=TODAY + 10 * DAY
    )
    reviewer.licenses.update(status="restricted")  # a matter of the panel, no conflict with this case
    recheck_reviewer(reviewer_id=reviewer.pk, now=NOW + 20 * DAY)
    assert not AuditFinding.objects.exists()


def test_only_those_who_settle_incidents_settle_it_with_words_and_once():
    case = determined()
    name_late(case)
    finding, director = AuditFinding.objects.get(), make_person("medical_director")
    with pytest.raises(RightRefusal):
        settle_late(finding_id=finding.pk, action="Told the AD.", actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal):
        settle_late(finding_id=finding.pk, action=" ", actor=Actor.of(director), now=NOW)
    page = reverse("reviews:settle_late", args=[finding.pk])
    assert signed_in(make_person("coordinator")).get(page).status_code == 403
    assert signed_in(director).post(page, {"action": "Told the AD and the parties."}).status_code == 302
    finding.refresh_from_db()
    assert finding.gone_on is not None
    assert case.events.get(kind="gate.late_conflict_settled").facts["note"] == "Told the AD and the parties."
    with pytest.raises(StateRefusal) as over:
        settle_late(finding_id=finding.pk, action="Again.", actor=Actor.of(director), now=NOW)
    assert over.value.rule == "late_conflict.over"
    name_late(case)  # told and settled: not raised again
    assert AuditFinding.objects.count() == 1


def test_the_nightly_audit_leaves_it_until_somebody_settles_it():
    name_late(determined())
    audit_panel(now=NOW + 2 * DAY)
    assert AuditFinding.objects.get(rule="conflict.employment").gone_on is None


def test_a_finding_of_no_decided_case_is_not_settled_here():
    row = AuditFinding.objects.create(
        reviewer=make_reviewer(), rule="license.expired", severity="hard", evidence="x", first_on=TODAY, last_on=TODAY
    )
    with pytest.raises(StateRefusal) as refusal:
        settle_late(finding_id=row.pk, action="x", actor=Actor.of(make_person("medical_director")), now=NOW)
    assert refusal.value.rule == "late_conflict.unknown"
