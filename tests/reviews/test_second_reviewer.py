"""More than one reviewer: only with the approval on file, one place each, the majority decides, an even split gives."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cases.models import Case, CaseEvent, CaseTask
from common.actor import Actor
from common.canonical import canonical_json
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from common.services import files
from letters.models import Letter
from letters.services.sealing import seal_letter
from letters.services.wording import import_wording, load_own_wording
from reviews.models import Assignment, Determination, QualityCheck, Review, ReviewerApproval
from reviews.services import quality
from reviews.services.assignment import decline, offer, recuse, withdraw
from reviews.services.offer_lists import ask_next, offer_in_turn
from reviews.services.recheck import recheck_live
from reviews.services.review import open_review, save_draft, submit
from reviews.services.reviewer_approvals import withdraw_approval
from reviews.services.seats import cases_with_a_free_place
from tests.accounts.people import signed_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer, make_person
from tests.factories.cases import NOW, an_item, make_case
from tests.factories.reviewers import make_reviewer
from tests.factories.reviews import fill_in, hold_case, make_user
from tests.factories.several import approve_reviewers, held_by_several, submitted_by_several
from tests.letters.conftest import pdf_text

pytestmark = pytest.mark.django_db
OWN_WORDING = Path(__file__).resolve().parents[2] / "letters" / "data" / "wording"


def rule_of(caught) -> str:
    return str(caught.value.rule)


def a_coordinator() -> Actor:
    return Actor.of(make_person("coordinator"))


def seats(case: Case) -> list[int]:
    return list(Assignment.objects.live().filter(case=case).order_by("seat").values_list("seat", flat=True))


def in_the_words_of(actor: Actor) -> str:
    return str(Review.objects.get(assignment__reviewer__user_id=actor.user_id).items.all()[0].rationale)


# --- refused ---


def test_without_an_approval_there_is_no_second_reviewer():
    case, _ = hold_case()
    with pytest.raises(StateRefusal, match="written approval") as caught:
        offer(case=case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)
    assert rule_of(caught) == "assignment.approval"
    assert seats(case) == [1]


def test_without_an_approval_a_direct_request_is_refused_too():
    case, _ = hold_case()
    client = signed_in(make_person("coordinator"))
    answer = client.post(reverse("reviews:offer", args=[case.number]), {"reviewer": make_reviewer().pk})
    assert answer.status_code == 409
    assert "assignment.approval" in answer.content.decode()
    assert seats(case) == [1]


def test_without_an_approval_the_database_refuses_too():
    assignment, _ = make_offer()
    other = make_reviewer()
    with pytest.raises(DatabaseError, match="no written approval"), transaction.atomic():
        Assignment.objects.create(
            case=assignment.case, reviewer=other, round=1, seat=2, offered_at=NOW,
            response_due_at=NOW + dt.timedelta(hours=1),
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="no written approval"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_assignment SET seat = 2 WHERE id = %s", [assignment.pk])


def test_a_withdrawn_approval_gives_no_place():
    case, _ = hold_case()
    found = approve_reviewers(case)
    withdraw_approval(approval_id=found.pk, reason="Sent for another case.", actor=a_coordinator(), now=NOW)
    with pytest.raises(StateRefusal) as caught:
        offer(case=case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)
    assert rule_of(caught) == "assignment.approval"


def test_an_approval_of_two_gives_no_third_place():
    case, _ = held_by_several(2)
    with pytest.raises(StateRefusal) as caught:
        offer(case=case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)
    assert rule_of(caught) == "assignment.live"
    assert seats(case) == [1, 2]


def test_nobody_has_two_places_of_one_case():
    assignment, _ = make_offer()
    approve_reviewers(assignment.case)
    with pytest.raises(StateRefusal) as caught:
        offer(case=assignment.case, reviewer=assignment.reviewer, actor=COORDINATOR, now=NOW)
    assert rule_of(caught) == "assignment.twice"
    with pytest.raises(DatabaseError, match="one_seat_per_reviewer"), transaction.atomic():
        Assignment.objects.create(
            case=assignment.case, reviewer=assignment.reviewer, round=1, seat=2, offered_at=NOW,
            response_due_at=NOW + dt.timedelta(hours=1),
        )  # fmt: skip


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "auditor", "guideline_editor"])
def test_only_coordinators_keep_approvals(role):
    with pytest.raises(RightRefusal):
        approve_reviewers(make_case(state="ready"), actor=Actor.of(make_user(role)))
    with pytest.raises(RightRefusal):
        approve_reviewers(make_case(state="ready"), actor=Actor.system("a command"))


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("reviewers", {"reviewers": 1}),
        ("reviewers", {"reviewers": 10}),
        ("approved_by", {"approved_by": " "}),
        ("approved_by", {"approved_by": "A\x00B"}),
        ("came_by", {"came_by": "x" * 201}),
        ("approved_on", {"approved_on": NOW.date() + dt.timedelta(days=2)}),
        ("document", {"paper": None}),
    ],
)
def test_an_approval_with_a_hole_is_refused_beside_its_field(field, facts):
    with pytest.raises(InputRefusal) as caught:
        approve_reviewers(make_case(state="ready"), **facts)
    assert list(caught.value.fields) == [field]
    assert not ReviewerApproval.objects.exists()


@pytest.mark.parametrize("state", ["received", "quality_check", "closed"])
def test_an_approval_is_recorded_before_the_quality_check(state):
    with pytest.raises(StateRefusal) as caught:
        approve_reviewers(make_case(state=state))
    assert rule_of(caught) == "approval.state"


def test_an_approval_never_changes_and_is_never_deleted():
    found = approve_reviewers(make_case(state="ready"))
    for change in ("reviewers = 5", "approved_by = 'Nobody'", "document_id = NULL"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE reviews_reviewerapproval SET {change} WHERE id = %s", [found.pk])  # noqa: S608
    with pytest.raises(DatabaseError), transaction.atomic():
        found.delete()


def test_an_approval_is_withdrawn_only_with_a_reason_and_only_while_nobody_works_under_it():
    case, _ = held_by_several(2)
    found = ReviewerApproval.objects.get()
    with pytest.raises(InputRefusal):
        withdraw_approval(approval_id=found.pk, reason=" ", actor=a_coordinator(), now=NOW)
    with pytest.raises(StateRefusal) as caught:
        withdraw_approval(approval_id=found.pk, reason="Mistake.", actor=a_coordinator(), now=NOW)
    assert rule_of(caught) == "approval.in_use"
    person = make_person("coordinator")
    with pytest.raises(DatabaseError, match="works under it"), transaction.atomic():
        ReviewerApproval.objects.filter(pk=found.pk).update(
            withdrawn_at=NOW, withdrawn_by=person, withdraw_reason="By hand."
        )
    withdraw(assignment_id=case.assignments.get(seat=2).pk, reason="Ill.", actor=COORDINATOR, now=NOW)
    withdraw_approval(approval_id=found.pk, reason="Mistake.", actor=a_coordinator(), now=NOW)
    with pytest.raises(StateRefusal):
        withdraw_approval(approval_id=found.pk, reason="Again.", actor=a_coordinator(), now=NOW)


def test_a_second_approval_for_more_may_go_while_the_first_still_covers_everybody():
    case, _ = held_by_several(2)
    more = approve_reviewers(case, 3)
    withdraw_approval(approval_id=more.pk, reason="Two are enough.", actor=a_coordinator(), now=NOW)
    assert seats(case) == [1, 2]


def test_an_approval_counts_for_its_round_alone():
    case = make_case(state="ready")
    approve_reviewers(case)
    Case.objects.filter(pk=case.pk).update(round=2)
    make_offer(case=Case.objects.get(pk=case.pk))
    with pytest.raises(StateRefusal):
        make_offer(case=Case.objects.get(pk=case.pk))


# --- the way of a case with two ---


def test_the_first_acceptance_moves_the_case_and_the_second_does_not():
    case = make_case(state="ready")
    approve_reviewers(case)
    first, one = make_offer(case=case)
    second, two = make_offer(case=case)
    assert (first.seat, second.seat) == (1, 2)
    accept_offer(second, two)
    case.refresh_from_db()
    assert case.state == "in_review"
    accept_offer(first, one)
    case.refresh_from_db()
    assert case.state == "in_review"
    assert CaseEvent.objects.filter(case=case, kind="moved.accept").count() == 1
    assert Review.objects.filter(case=case).count() == 2


def test_a_free_place_is_offered_while_the_other_works():
    case, _ = hold_case()
    approve_reviewers(case)
    assignment, actor = make_offer(case=case)
    decline(assignment_id=assignment.pk, reason="time", note="", actor=actor, now=NOW)
    assignment, actor = make_offer(case=case)
    accept_offer(assignment, actor)
    assert seats(case) == [1, 2]


def test_a_free_place_is_listed_for_the_coordinator_until_it_is_offered():
    hold_case()  # one reviewer is all it needs
    case, _ = hold_case()
    approve_reviewers(case, 3)
    page = signed_in(make_person("coordinator"))
    assert list(cases_with_a_free_place()) == [case]
    assert "1 of 3 approved places taken" in page.get(reverse("reviews:findings")).content.decode()
    make_offer(case=case)
    make_offer(case=case)
    assert not cases_with_a_free_place()


def test_one_of_two_who_leaves_does_not_throw_the_case_back():
    case, (one, _) = held_by_several()
    recuse(assignment_id=case.assignments.get(seat=1).pk, reason="A conflict.", actor=one, now=NOW)
    case.refresh_from_db()
    assert case.state == "in_review"
    assert make_offer(case=case)[0].seat == 1
    withdraw(assignment_id=case.assignments.get(seat=2).pk, reason="Ill.", actor=COORDINATOR, now=NOW)
    case.refresh_from_db()
    assert case.state == "ready"  # nobody works; the offer of place 1 stays open
    assert seats(case) == [1]


def test_the_case_waits_for_every_approved_place():
    case, _ = hold_case()
    approve_reviewers(case)
    holder = Actor.of(case.assignments.get().reviewer.user)
    review = fill_in(case=case, actor=holder)
    submit(review_id=review.pk, version=review.version, actor=holder, now=NOW)
    case.refresh_from_db()
    assert case.state == "in_review"
    review.refresh_from_db()
    with pytest.raises(StateRefusal):  # handed in: not written on any more
        save_draft(review_id=review.pk, version=review.version, summary="New.", items=[], actor=holder, now=NOW)
    second, other = make_offer(case=case)
    accept_offer(second, other)
    review = fill_in(case=case, actor=other)
    submit(review_id=review.pk, version=review.version, actor=other, now=NOW)
    case.refresh_from_db()
    assert case.state == "quality_check"


def test_when_the_approval_goes_the_review_that_is_in_goes_on():
    case, holder = hold_case()
    found = approve_reviewers(case)
    review = fill_in(case=case, actor=holder)
    submit(review_id=review.pk, version=review.version, actor=holder, now=NOW)
    withdraw_approval(approval_id=found.pk, reason="Taken back.", actor=a_coordinator(), now=NOW)
    case.refresh_from_db()
    assert case.state == "quality_check"


def test_the_gate_is_asked_again_about_each_of_them():
    case, _ = held_by_several()
    second = case.assignments.get(seat=2)
    second.reviewer.licenses.update(status="suspended")
    result = recheck_live(case=case, now=NOW)
    assert result is not None
    assert result.blocking
    assert list(case.assignments.filter(stopped_at__isnull=False).values_list("seat", flat=True)) == [2]


def test_a_place_that_falls_free_is_a_task_on_the_desk_of_who_holds_the_case():
    owner = make_person("coordinator")
    case, (one, _) = held_by_several()
    Case.objects.filter(pk=case.pk).update(owner=owner)
    recuse(assignment_id=case.assignments.get(seat=1).pk, reason="A conflict.", actor=one, now=NOW)
    task = CaseTask.objects.get()
    assert (task.owner, task.case) == (owner, case)
    assert task.what.startswith("Place 1 is free")
    assert "gave the case back" in task.what
    assert "Place 1 is free" in signed_in(owner).get(reverse("cases:tasks")).content.decode()


def test_a_list_asks_one_after_the_other_for_the_free_place():
    case, _ = hold_case()
    approve_reviewers(case)
    people = [make_reviewer(user=make_person()) for _ in range(2)]
    made = offer_in_turn(case=case, reviewers=people, actor=COORDINATOR, now=NOW)
    assert ask_next(list_id=made.pk, actor=COORDINATOR, now=NOW) is None  # its offer is open
    asked = case.assignments.get(seat=2)
    decline(assignment_id=asked.pk, reason="time", note="", actor=Actor.of(people[0].user), now=NOW)
    following = ask_next(list_id=made.pk, actor=COORDINATOR, now=NOW)
    assert following is not None
    assert (following.reviewer, following.seat) == (people[1], 2)
    accept_offer(following, Actor.of(people[1].user))
    made.refresh_from_db()
    assert made.ended_because == "accepted"


# --- what each sees ---


def test_no_reviewer_reads_who_the_other_is_or_what_the_other_wrote():
    case, (one, two) = held_by_several()
    for actor, words in ((one, "Only the first one says this."), (two, "Only the second one says this.")):
        fill_in(case=case, actor=actor, rationale=words)
    review = open_review(case=case, actor=one, now=NOW)
    submit(review_id=review.pk, version=review.version, actor=one, now=NOW)
    for own, other in ((1, 2), (2, 1)):
        assignment, hidden = case.assignments.get(seat=own), case.assignments.get(seat=other).reviewer
        client = signed_in(assignment.reviewer.user)
        pages = [case.get_absolute_url(), reverse("reviews:review", args=[case.number]), reverse("reviews:desk")]
        pages += [reverse("cases:tab", args=[case.number, tab]) for tab in ("items", "parties", "records")]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            said = answer.content.decode()
            for secret in (hidden.last_name, hidden.reviewer_id, hidden.email, in_the_words_of(Actor.of(hidden.user))):
                assert secret not in said, (page, secret)
        for page in (
            reverse("reviews:candidates", args=[case.number]),
            reverse("cases:tab", args=[case.number, "history"]),
        ):
            assert client.get(page).status_code in (403, 404)
        assert "one of 2 reviewers" in client.get(reverse("reviews:review", args=[case.number])).content.decode()


def test_one_reviewer_cannot_write_on_or_hand_in_the_others_review():
    case, (one, two) = held_by_several()
    review = fill_in(case=case, actor=one)
    with pytest.raises(RightRefusal):
        save_draft(review_id=review.pk, version=review.version, summary="Mine.", items=[], actor=two, now=NOW)
    with pytest.raises(RightRefusal):
        submit(review_id=review.pk, version=review.version, actor=two, now=NOW)


# --- quality check and letter ---


def a_checker() -> Actor:
    return Actor.of(make_user("quality_reviewer"))


def test_none_of_the_reviewers_checks_the_case():
    load_own_wording(now=NOW)
    case, (_, two) = submitted_by_several("upheld", "overturned")
    both = Actor(two.name, frozenset({"reviewer", "quality_reviewer"}), two.user_id)
    with pytest.raises(RightRefusal) as caught:
        quality.approve(case=case, actor=both, now=NOW)
    assert rule_of(caught) == "quality.own_review"


def test_a_review_goes_back_to_the_one_concerned_and_the_other_stays_in():
    load_own_wording(now=NOW)
    case, (_, two) = submitted_by_several("upheld", "overturned")
    with pytest.raises(InputRefusal):
        quality.return_review(case=case, reasons="Say more.", seats=[], actor=a_checker(), now=NOW)
    quality.return_review(case=case, reasons="Say more.", seats=[2], actor=a_checker(), now=NOW)
    case.refresh_from_db()
    assert case.state == "in_review"
    assert list(case.assignments.filter(submitted_at=None).values_list("seat", flat=True)) == [2]
    assert QualityCheck.objects.get().review.assignment.seat == 2
    review = fill_in(case=case, actor=two, decision="overturned")
    submit(review_id=review.pk, version=review.version, actor=two, now=NOW)
    quality.approve(case=case, actor=a_checker(), now=NOW)
    assert Determination.objects.get().outcome == "overturned"


@pytest.mark.parametrize(
    ("decisions", "outcome", "how", "reasons_of"),
    [
        (("upheld", "overturned"), "overturned", "even_split", 2),
        (("overturned", "upheld"), "overturned", "even_split", 1),
        (("upheld", "upheld"), "upheld", "unanimous", 1),
        (("overturned", "upheld", "upheld"), "upheld", "majority", 2),
    ],
)
def test_the_frozen_document_holds_what_they_decided_together_and_each_review(decisions, outcome, how, reasons_of):
    load_own_wording(now=NOW)
    case, people = submitted_by_several(*decisions)
    content = quality.approve(case=case, actor=a_checker(), now=NOW).document.content
    assert (content["format"], content["layout"], content["outcome"]) == (
        "imr-determination/2", "2016-several", outcome,
    )  # fmt: skip
    [item] = content["items"]
    assert item["decision"] == outcome
    assert item["rationale"] == f"Reasons in words {reasons_of}."
    assert (item["voices"]["how"], item["voices"]["reasons_of"]) == (how, reasons_of)
    assert [one["items"][0]["decision"] for one in content["reviews"]] == list(decisions)
    assert len(content["reviewers"]) == len(people)
    text = canonical_json(content)
    for one in Assignment.objects.filter(case=case).select_related("reviewer"):
        assert one.reviewer.last_name not in text
        assert one.reviewer.reviewer_id not in text


def test_the_letter_says_that_they_were_divided_and_that_the_law_gives_the_treatment():
    load_own_wording(now=NOW)
    case, _ = submitted_by_several("upheld", "overturned", items=[an_item("MRI of the lumbar spine")])
    quality.approve(case=case, actor=a_checker(), now=NOW)
    letter = seal_letter(letter_id=Letter.objects.get().pk, now=NOW)
    case.refresh_from_db()
    assert case.state == "determined"
    assert Assignment.objects.filter(case=case, completed_at__isnull=False).count() == 2
    words = " ".join(pdf_text(files.read(letter.file)).split())
    assert "MRI of the lumbar spine: Overturned" in words
    assert "evenly divided" in words
    assert "the law gives the treatment" in words
    assert "credentials of expert 2" in words


def test_no_determination_of_several_is_approved_on_a_day_without_words_for_it():
    alone, several = (json.loads((OWN_WORDING / f"{name}.json").read_text())[0] for name in ("2016", "2016-several"))
    until_yesterday = {**several, "effective_to": str(NOW.date() - dt.timedelta(days=1))}
    import_wording(entries=[{**one, "organization": "IMRO"} for one in (alone, until_yesterday)], now=NOW)
    case, _ = submitted_by_several("upheld", "upheld")
    with pytest.raises(RuleRefusal, match="2016-several") as caught:
        quality.approve(case=case, actor=a_checker(), now=NOW)
    assert rule_of(caught) == "wording.none_in_force"
    assert not Determination.objects.exists()
    assert not Letter.objects.exists()
    case.refresh_from_db()
    assert case.state == "quality_check"
    import_wording(entries=[{**several, "organization": "IMRO"}], now=NOW)
    quality.approve(case=case, actor=a_checker(), now=NOW)
    assert Letter.objects.get().wording.layout == "2016-several"


def test_the_page_of_the_quality_check_shows_both_and_where_they_differ():
    case, _ = submitted_by_several("upheld", "overturned")
    client = signed_in(make_user("quality_reviewer"))
    said = client.get(reverse("reviews:quality_check", args=[case.number])).content.decode()
    for words in ("They differ", "evenly divided", "Reasons in words 1.", "Reasons in words 2.", "Reviewer 2"):
        assert words in said


def test_a_case_with_one_reviewer_is_frozen_as_before():
    load_own_wording(now=NOW)
    case, holder = hold_case()
    review = fill_in(case=case, actor=holder)
    submit(review_id=review.pk, version=review.version, actor=holder, now=NOW)
    content = quality.approve(case=case, actor=a_checker(), now=NOW).document.content
    assert (content["format"], content["layout"]) == ("imr-determination/1", "2016")
    assert not {"reviewers", "reviews"} & set(content)
    assert "voices" not in content["items"][0]
