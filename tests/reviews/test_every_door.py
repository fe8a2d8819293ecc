"""Door by door, fact by fact: what blocks is refused at the service and at the screen, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pgtrigger
import pytest
from django.db import transaction
from django.urls import reverse

from cases.models import Case, Organization, Party, Person
from cases.services.access import may_see
from common.actor import Actor
from common.errors import Refusal, StateRefusal
from letters.models import Letter
from letters.services.wording import load_own_wording
from reviews.models import Assignment, CredentialCheck, Determination, Reviewer
from reviews.rules.facts import Door
from reviews.services import determination, quality
from reviews.services.assignment import accept, offer
from reviews.services.candidates import board_for
from reviews.services.leaving import hand_over
from reviews.services.offer_lists import offer_in_turn
from reviews.services.review import open_review, review_in_hand, save_draft, submit
from reviews.services.statement import statement_parties
from reviews.services.work_requests import give_work
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import statement_of
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_organization, make_reviewer
from tests.factories.reviews import fill_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
DAY = dt.timedelta(days=1)
HOUSE = "Golden Claims Services"

#: Rule -> what makes it true of the pair. Facts are written past the services: the gate alone must see them.
Spoil = Callable[[Case, Reviewer], Any]


def tie(**facts: Any) -> Spoil:
    def spoil(_case: Case, reviewer: Reviewer) -> None:
        make_organization("A House of the Register")
        name = facts.get("organization_name", HOUSE)
        house = Organization.objects.named(name).first() or make_organization(name, registered=False)
        reviewer.affiliations.create(**{"role": "employee", "organization_name": name, **facts, "organization": house})

    return spoil


def related(kind: str, first: str = "Ana", last: str = "Alvarado") -> Spoil:
    return lambda _case, reviewer: reviewer.relations.create(
        first_name=first, last_name=last, key=f"{first} {last}".lower(), kind=kind
    )


def looked_up(kind: str, *, confirmed: bool) -> Spoil:
    return lambda _case, reviewer: CredentialCheck.objects.create(
        reviewer=reviewer, kind=kind, confirmed=confirmed, checked_on=TODAY, source="Source", recorded_at=NOW,
        checked_by=make_person("coordinator"), checked_by_name="C. Registrar",
    )  # fmt: skip


def checks_are(kind: str, day: dt.date | None) -> Spoil:
    """The newest check of the kind is of another day, or there is none: as if the past had been different."""

    def spoil(_case: Case, reviewer: Reviewer) -> None:
        newest = {key: one for key, one in Reviewer.objects.get(pk=reviewer.pk).newest_checks.items() if key != kind}
        if day is not None:
            newest[kind] = {"on": day.isoformat(), "outcome": "confirmed", "file": True}
        with pgtrigger.ignore("reviews.Reviewer:newest_checks_are_kept"):
            Reviewer.objects.filter(pk=reviewer.pk).update(newest_checks=newest)

    return spoil


def a_party_that_is_the_reviewer(case: Case, reviewer: Reviewer) -> None:
    person = Person.objects.create(first_name="Other", last_name="Name", npi=reviewer.npi, key="other name")
    Party.objects.create(case=case, position=9, role="representative", person=person)


SPOILS: dict[str, Spoil] = {
    "reviewer.inactive": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(active=False),
    "practice.hours": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(practice_hours_per_week=10),
    "practice.changed": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(practice_hours_per_week=40),
    "practice.unverified": checks_are("practice", None),
    "practice.not_confirmed": looked_up("practice", confirmed=False),
    "practice.stale": checks_are("practice", TODAY - 1200 * DAY),
    "training.missing": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(law_training_completed_on=None),
    "training.changed": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(law_training_completed_on=TODAY),
    "training.unverified": checks_are("training", TODAY + DAY),
    "training.not_confirmed": looked_up("training", confirmed=False),
    "training.stale": checks_are("training", TODAY - 1200 * DAY),
    "sanction.unverified": checks_are("sanctions", None),
    "sanction.not_confirmed": looked_up("sanctions", confirmed=False),
    "sanction.stale": checks_are("sanctions", TODAY - 1200 * DAY),
    "attestation.missing": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(interests_attested_on=None),
    "attestation.stale": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(
        interests_attested_on=TODAY - 366 * DAY
    ),
    "license.restricted": lambda _case, one: one.licenses.update(status="restricted"),
    "license.expired": lambda _case, one: one.licenses.update(expires_on=TODAY - DAY),
    "license.unverified": lambda _case, one: one.licenses.update(verified_on=None),
    "certification.expired": lambda _case, one: one.certifications.update(expires_on=TODAY - DAY),
    "certification.unverified": lambda _case, one: one.certifications.update(verified_on=TODAY - 1200 * DAY),
    "sanction.material": lambda _case, one: one.sanctions.create(text="Probation", material=True),
    "degree.unknown": lambda _case, one: Reviewer.objects.filter(pk=one.pk).update(degree=""),
    "specialty.mismatch": lambda _case, one: one.certifications.update(specialty="Dermatology", subspecialty=""),
    "conflict.self": a_party_that_is_the_reviewer,
    "conflict.family": related("spouse"),
    "conflict.patient": related("former_patient"),
    "conflict.colleague": related("co_author", "Peter", "Okafor"),
    "conflict.employment": tie(),
    "conflict.consulting": tie(role="consultant", income_share_percent=2),
    "conflict.income": tie(role="shareholder", income_share_percent=6),
    "conflict.do_not_send": lambda _case, one: one.exclusions.create(name=HOUSE, key="golden claims services"),
    "party.unresolved": tie(organization_name="Golden Claims Service"),
    "party.person_unresolved": related("spouse", "A", "Alvarado"),
    "case.worker": lambda case, _one: type(case.worker).objects.filter(pk=case.worker_id).update(
        first_name="", last_name=""
    ),
}  # fmt: skip


@dataclass
class Stage:
    """A clean case just before a door, with everybody who acts there."""

    case: Case
    reviewer: Reviewer
    holder: Actor
    coordinator: Any
    checker: Any

    @property
    def assignment(self) -> Assignment:
        return Assignment.objects.live().get(case=self.case)


@pytest.fixture
def _clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def staged(door: Door) -> Stage:
    load_own_wording(now=NOW)
    user = make_person("reviewer")
    reviewer = make_reviewer(user=user)
    stage = Stage(
        make_case(state="ready"), reviewer, Actor.of(user), make_person("coordinator"), make_person("quality_reviewer")
    )
    steps: list[Callable[[], Any]] = [
        lambda: offer(case=stage.case, reviewer=reviewer, actor=Actor.of(stage.coordinator), now=NOW),
        lambda: _accept(stage),
        lambda: fill_in(case=stage.case, actor=stage.holder),
        lambda: _submit(stage),
        lambda: quality.approve(case=stage.case, actor=Actor.of(stage.checker), now=NOW),
    ]
    wanted = {Door.LIST: 0, Door.OFFER: 0, Door.ACCEPT: 1, Door.OPEN: 2, Door.SUBMIT: 3, Door.APPROVE: 4, Door.SEAL: 5}
    for step in steps[: wanted[door]]:
        step()
    stage.case.refresh_from_db()
    return stage


def _accept(stage: Stage) -> Assignment:
    return accept(
        assignment_id=stage.assignment.pk, actor=stage.holder, now=NOW, **statement_of(stage.assignment)
    )  # fmt: skip


def _submit(stage: Stage) -> Any:
    review = stage.assignment.review
    return submit(review_id=review.pk, version=review.version, actor=stage.holder, now=NOW)


def _seal(stage: Stage) -> None:
    determination.issue(letter=Letter.objects.get(key=stage.case.number), now=NOW)


#: Door -> the act of its service.
ACTS: dict[Door, Callable[[Stage], Any]] = {
    Door.OFFER: lambda stage: offer(
        case=stage.case, reviewer=stage.reviewer, actor=Actor.of(stage.coordinator), now=NOW
    ),
    Door.ACCEPT: _accept,
    Door.OPEN: lambda stage: open_review(case=stage.case, actor=stage.holder, now=NOW),
    Door.SUBMIT: _submit,
    Door.APPROVE: lambda stage: quality.approve(case=stage.case, actor=Actor.of(stage.checker), now=NOW),
    Door.SEAL: _seal,
}


@pytest.mark.parametrize("door", ACTS)
def test_every_door_is_shut_by_every_fact_that_blocks(door):
    stage = staged(door)
    for rule, spoil in SPOILS.items():
        with transaction.atomic():
            spoil(stage.case, stage.reviewer)
            before = _state(stage)
            with pytest.raises(Refusal) as refusal:
                ACTS[door](stage)
            assert refusal.value.rule == f"gate.{rule}", (door, rule)
            assert _state(stage) == before, (door, rule)
            transaction.set_rollback(True)
    if door == Door.SEAL:  # the gate let it pass; the letter of this test is not sealed, which is the next guard's word
        with pytest.raises(StateRefusal) as refusal:
            ACTS[door](stage)
        assert refusal.value.rule == "determination.sealed"
    else:
        ACTS[door](stage)  # nothing but these facts shut it


def _state(stage: Stage) -> tuple[Any, ...]:
    """What an act would have changed; the note of a refusal is no part of it."""
    return (
        list(Case.objects.values_list("state")),
        list(Assignment.objects.values_list("accepted_at", "submitted_at", "completed_at")),
        Determination.objects.count(),
    )


def test_the_list_of_candidates_names_every_fact_that_blocks():
    stage = staged(Door.LIST)
    assert [one.reviewer.id for one in board_for(case=stage.case, on=TODAY).eligible] == [stage.reviewer.pk]
    for rule, spoil in SPOILS.items():
        with transaction.atomic():
            spoil(stage.case, stage.reviewer)
            board = board_for(case=stage.case, on=TODAY)
            assert not board.eligible, rule
            assert rule in [finding.rule for finding in board.others[0].blocking]
            transaction.set_rollback(True)


#: Other ways to an offer -> its act; each may refuse, or give nothing.
WAYS: dict[str, Callable[[Stage], Any]] = {
    "in turn": lambda stage: offer_in_turn(
        case=stage.case, reviewers=[stage.reviewer], actor=Actor.of(stage.coordinator), now=NOW
    ),
    "give me work": lambda stage: give_work(cases=1, hours=None, actor=stage.holder, now=NOW),
    "hand over": lambda stage: hand_over(
        assignment_id=offer(
            case=stage.case, reviewer=make_reviewer(), actor=Actor.of(stage.coordinator), now=NOW
        ).pk,
        to=stage.reviewer, reason="Ill.", actor=Actor.of(stage.coordinator), now=NOW,
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_other_way_to_an_offer_passes_a_fact_that_blocks(way):
    stage = staged(Door.OFFER)
    mine = Assignment.objects.live().filter(reviewer=stage.reviewer)
    for rule, spoil in SPOILS.items():
        with transaction.atomic():
            spoil(stage.case, stage.reviewer)
            with suppress(Refusal), transaction.atomic():
                WAYS[way](stage)
            assert not mine.exists(), (way, rule)
            transaction.set_rollback(True)
    WAYS[way](stage)
    assert mine.exists()


#: Door -> (who, address, what is sent) of the screen, as somebody would send it past the page.
POSTS: dict[Door, Callable[[Stage], tuple[Any, str, dict[str, Any] | None]]] = {
    Door.OFFER: lambda stage: (
        stage.coordinator, reverse("reviews:offer", args=[stage.case.number]), {"reviewer": stage.reviewer.pk},
    ),
    Door.ACCEPT: lambda stage: (
        stage.reviewer.user, reverse("reviews:accept", args=[stage.assignment.pk]),
        {
            **{line.key: "none" for line in statement_parties(stage.case)}, "credentials_current": "on",
            "knowledge_sufficient": "on", "pay_independent": "on",
            "signed_name": f"{stage.reviewer.first_name} {stage.reviewer.last_name}",
        },
    ),
    Door.OPEN: lambda stage: (stage.reviewer.user, reverse("reviews:review", args=[stage.case.number]), None),
    Door.APPROVE: lambda stage: (stage.checker, reverse("reviews:approve", args=[stage.case.number]), {}),
}  # fmt: skip


@pytest.mark.parametrize("door", POSTS)
@pytest.mark.parametrize(
    "rule",
    ["license.restricted", "practice.changed", "sanction.not_confirmed", "conflict.employment", "party.unresolved"],
)
def test_a_direct_request_is_refused_at_the_screen_too(door, rule):
    stage = staged(door)
    SPOILS[rule](stage.case, stage.reviewer)
    before = _state(stage)
    who, url, sent = POSTS[door](stage)
    browser = signed_in(who)
    answer = browser.get(url) if sent is None else browser.post(url, sent)
    assert answer.status_code in (403, 409, 422), answer.content
    assert _state(stage) == before


def test_the_case_file_is_shut_with_the_gate_and_opens_again():
    stage = staged(Door.OPEN)
    user = stage.reviewer.user
    assert may_see(user, stage.case, NOW)
    stage.reviewer.licenses.update(status="restricted")
    assert may_see(user, stage.case, NOW)  # this day's first opening was let through; facts that change by a service
    assert not may_see(user, stage.case, NOW + DAY)  # ask at once, time alone asks the next day
    assert Assignment.objects.stopped().get() == stage.assignment
    assert not may_see(user, stage.case, NOW)


def test_a_draft_is_kept_although_the_gate_shut_while_it_was_written():
    stage = staged(Door.OPEN)
    fill_in(case=stage.case, actor=stage.holder)
    stage.reviewer.licenses.update(status="restricted")
    review = review_in_hand(case=stage.case, actor=stage.holder)
    kept = save_draft(
        review_id=review.pk, version=review.version, summary="Written while the gate shut.", items=[],
        actor=stage.holder, now=NOW,
    )  # fmt: skip
    assert kept.clinical_case_summary == "Written while the gate shut."
    with pytest.raises(Refusal):
        open_review(case=stage.case, actor=stage.holder, now=NOW)
