from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AccessLog, User
from cases.services.corrections import correct
from common.actor import Actor
from common.canonical import canonical_json, sha256_of
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from letters.models import Letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from reviews.models import Determination, QualityCheck, Reviewer
from reviews.services import quality
from reviews.services.review import submit
from tests.accounts.people import signed_in
from tests.factories.cases import COORDINATOR, NOW, an_item, make_case
from tests.factories.reviews import fill_in, make_user, submitted_case
from tests.support.processes import wait_for


@pytest.fixture
def own_wording():
    load_own_wording(now=NOW)


def quality_reviewer() -> Actor:
    return Actor.of(make_user("quality_reviewer"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["coordinator", "reviewer", "auditor", "administrator", "guideline_editor"])
def test_only_quality_reviewers_and_the_director_approve(own_wording, role):
    case, _ = submitted_case()
    with pytest.raises(RightRefusal):
        quality.approve(case=case, actor=Actor.of(make_user(role)), now=NOW)
    assert not Determination.objects.exists()


@pytest.mark.django_db
def test_nobody_approves_the_own_review(own_wording):
    case, reviewer = submitted_case()
    both = Actor(reviewer.name, frozenset({"reviewer", "quality_reviewer"}), reviewer.user_id)
    with pytest.raises(RightRefusal) as refusal:
        quality.approve(case=case, actor=both, now=NOW)
    assert refusal.value.rule == "quality.own_review"


@pytest.mark.django_db
def test_a_review_is_returned_only_with_reasons_and_comes_back(own_wording):
    case, reviewer = submitted_case()
    checker = quality_reviewer()
    with pytest.raises(InputRefusal):
        quality.return_review(case=case, reasons="  ", actor=checker, now=NOW)
    case = quality.return_review(case=case, reasons="Explain the count of visits.", actor=checker, now=NOW)
    assert case.state == "in_review"
    review = fill_in(case=case, actor=reviewer)
    submit(review_id=review.pk, version=review.version, actor=reviewer, now=NOW)
    quality.approve(case=case, actor=checker, now=NOW)
    assert list(QualityCheck.objects.values_list("outcome", flat=True)) == ["returned", "approved"]


@pytest.mark.django_db
def test_approval_freezes_the_document_and_orders_the_letter_but_does_not_move_the_case(own_wording):
    case, _ = submitted_case(items=[an_item("MRI of the lumbar spine"), an_item("Back brace")])
    determination = quality.approve(case=case, actor=quality_reviewer(), now=NOW)
    case.refresh_from_db()
    assert case.state == "quality_check"  # determined only when the sealed letter is stored
    content = determination.document.content
    assert determination.sha256 == sha256_of(canonical_json(content))
    assert [item["decision"] for item in content["items"]] == ["upheld", "upheld"]
    letter = Letter.objects.get(key=case.number)
    assert OutboxJob.objects.get(kind="letters.seal").key == str(letter.pk)


@pytest.mark.django_db
def test_a_frozen_determination_cannot_be_changed_removed_or_returned(own_wording):
    case, _ = submitted_case()
    checker = quality_reviewer()
    determination = quality.approve(case=case, actor=checker, now=NOW)
    for act in (determination.delete, determination.document.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        Determination.objects.update(outcome="overturned")
    for act in (quality.approve, lambda **facts: quality.return_review(reasons="no", **facts)):
        with pytest.raises(StateRefusal):
            act(case=case, actor=checker, now=NOW)


@pytest.mark.django_db
def test_the_frozen_document_holds_no_trace_of_the_reviewer(own_wording):
    case, actor = submitted_case()
    text = quality.approve(case=case, actor=quality_reviewer(), now=NOW).document.text
    reviewer = Reviewer.objects.get(user_id=actor.user_id)
    numbers = [row.number for row in reviewer.licenses.all()]
    for secret in (reviewer.last_name, reviewer.email, reviewer.npi, actor.name, *numbers):
        assert secret not in text
    assert '"licensed_states":["California"]' in text


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_make_one_determination(own_wording):
    case, _ = submitted_case()
    actors = [quality_reviewer(), quality_reviewer()]
    start = threading.Barrier(2)
    results: list[object] = []

    def approve(actor: Actor) -> None:
        try:
            start.wait()
            results.append(quality.approve(case=case, actor=actor, now=NOW))
        except StateRefusal as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(result).__name__ for result in results) == ["Determination", "StateRefusal"]
    assert (
        Determination.objects.count()
        == Letter.objects.count()
        == OutboxJob.objects.filter(kind="letters.seal").count()
        == 1
    )


@pytest.mark.django_db
def test_what_the_letter_prints_is_not_corrected_between_approval_and_seal(own_wording):
    case, _ = submitted_case()
    case.refresh_from_db()
    facts = {"reason": "Typed wrong.", "actor": COORDINATOR, "now": NOW}
    case = correct(case=case, changes={"claim.injury_date": "2025-02-04"}, version=case.version, **facts)
    quality.approve(case=case, actor=quality_reviewer(), now=NOW)
    with pytest.raises(StateRefusal, match="frozen"):
        correct(case=case, changes={"claim.injury_date": "2025-02-05"}, version=case.version, **facts)
    assert correct(case=case, changes={"worker.phone": "555 0100"}, version=case.version, **facts)


@pytest.mark.django_db
def test_an_approval_is_taken_back_only_by_the_director_and_only_before_the_seal(own_wording):
    case, _ = submitted_case()
    checker, director = quality_reviewer(), Actor.of(make_user("medical_director"))
    with pytest.raises(StateRefusal):
        quality.cancel_approval(case=case, reason="too early", actor=director, now=NOW)
    quality.approve(case=case, actor=checker, now=NOW)
    with pytest.raises(RightRefusal):
        quality.cancel_approval(case=case, reason="mine", actor=checker, now=NOW)
    with pytest.raises(InputRefusal):
        quality.cancel_approval(case=case, reason=" ", actor=director, now=NOW)
    quality.cancel_approval(case=case, reason="A conflict came to light.", actor=director, now=NOW)
    letter = Letter.objects.get()
    with pytest.raises(StateRefusal, match="taken back"):
        seal_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    assert letter.sealed_at is None
    quality.approve(case=case, actor=checker, now=NOW)
    seal_letter(letter_id=Letter.objects.get(version=2).pk, now=NOW)
    case.refresh_from_db()
    assert case.state == "determined"
    with pytest.raises(StateRefusal):
        quality.cancel_approval(case=case, reason="too late", actor=director, now=NOW)


@pytest.mark.django_db
def test_the_case_page_shows_each_version_with_its_letter(own_wording, client):
    case, _ = submitted_case()
    quality.approve(case=case, actor=quality_reviewer(), now=NOW)
    letter = Letter.objects.get()
    client.force_login(make_user("coordinator"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/cases/{case.number}/letters/"
    assert "Being sealed" in client.get(page).content.decode()
    seal_letter(letter_id=letter.pk, now=NOW)
    said = client.get(page).content.decode()
    assert f"/letters/{letter.pk}/download/" in said
    assert "Sealed and verified" in said


@pytest.mark.django_db
@pytest.mark.parametrize("reasons", ["a\x00b", "x" * 20_001])
def test_reasons_that_cannot_be_kept_are_refused_beside_the_field(reasons):
    case, _ = submitted_case()
    with pytest.raises(InputRefusal) as refused:
        quality.return_review(case=case, reasons=reasons, actor=quality_reviewer(), now=NOW)
    assert "reasons" in refused.value.fields


@pytest.mark.django_db
def test_the_quality_check_and_the_review_are_noted_in_the_access_log():
    case, reviewer = submitted_case()
    for person, address in (
        (make_user("quality_reviewer"), f"/reviews/quality/{case.number}/"),
        (User.objects.get(pk=reviewer.user_id), f"/reviews/{case.number}/review/"),
    ):
        assert signed_in(person).get(address).status_code == 200
        assert AccessLog.objects.filter(user_id=person.pk, act="viewed", target_key=case.number).count() == 1


@pytest.mark.django_db
def test_the_state_of_a_letter_is_shown_only_of_cases_in_the_queue():
    case = make_case()
    page = signed_in(make_user("quality_reviewer")).get(f"/reviews/quality/{case.number}/letter/")
    assert (page.status_code, page.content) == (286, b"")


@pytest.mark.django_db(transaction=True)
def test_taking_an_approval_back_waits_for_the_worker_that_seals_and_never_in_a_ring(own_wording):
    case, _ = submitted_case()
    quality.approve(case=case, actor=quality_reviewer(), now=NOW)
    director, results = Actor.of(make_user("medical_director")), []

    def cancel() -> None:
        try:
            results.append(quality.cancel_approval(case=case, reason="A conflict.", actor=director, now=NOW))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            results.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=cancel)
    with transaction.atomic():
        OutboxJob.objects.select_for_update(no_key=True).get(kind="letters.seal")
        other.start()
        wait_for(_somebody_waits, what="the other to wait for a lock")
        Letter.objects.select_for_update(no_key=True).get()
    other.join()
    assert [type(result).__name__ for result in results] == ["Cancellation"]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where not granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_quality_reviewer_opens_the_letters_of_cases_checked_by_the_same_person_alone(own_wording):
    case, _ = submitted_case()
    checker, other = make_user("quality_reviewer"), make_user("quality_reviewer")
    quality.approve(case=case, actor=Actor.of(checker), now=NOW)
    letter = seal_letter(letter_id=Letter.objects.get().pk, now=NOW)
    opened = [signed_in(person).get(f"/letters/{letter.pk}/download/").status_code for person in (other, checker)]
    assert opened == [403, 200]


@pytest.mark.django_db
def test_the_reviewer_reads_the_own_review_until_the_determination_is_issued(own_wording):
    case, reviewer = submitted_case()
    page = signed_in(User.objects.get(pk=reviewer.user_id))
    quality.approve(case=case, actor=quality_reviewer(), now=NOW)
    assert page.get(f"/reviews/{case.number}/review/").status_code == 200
    seal_letter(letter_id=Letter.objects.get().pk, now=NOW)
    assert page.get(f"/reviews/{case.number}/review/").status_code == 403
