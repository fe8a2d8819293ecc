from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, ProposalRun
from reviews.services import batch
from tests.cases.pages import browser
from tests.factories.assignments import COORDINATOR
from tests.factories.cases import an_item, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db


def do_jobs():
    for job in OutboxJob.objects.filter(kind__startswith="reviews.", done_at=None).order_by("pk"):
        assert outbox.run(job.pk, now=timezone.now())


def a_run(cases=1, people=2, **facts):
    for number in range(cases):
        make_case(
            **facts,
            state="ready",
            worker={"first_name": f"Worker {'abcdefghijklmnopqrstuvwxyzabcdefgh'[number]}{number}"},
        )
    for _ in range(people):
        make_reviewer()
    run = batch.begin(actor=COORDINATOR, now=timezone.now(), seed=1)
    do_jobs()
    run.refresh_from_db()
    return run


def url(name, *args):
    return reverse(f"reviews:{name}", args=args)


def test_reviewers_and_auditors_do_not_see_proposals():
    run = a_run()
    for role in ("reviewer", "auditor"):
        client = browser(role)
        assert client.get(url("batches")).status_code == 403
        assert client.get(url("batch", run.pk)).status_code == 403
        assert client.post(url("deploy_batch", run.pk)).status_code == 403
    assert not Assignment.objects.exists()


def test_without_a_waiting_case_nothing_begins_and_the_page_says_why():
    client = browser("coordinator")
    answer = client.post(url("begin_batch"))
    assert answer.status_code == 409
    assert "No case waits for a reviewer" in answer.content.decode()
    assert client.get(url("begin_batch")).status_code == 405


def test_a_run_is_begun_followed_looked_at_deployed_and_undone():
    make_case(state="ready"), make_reviewer(), make_reviewer()
    client = browser("coordinator")
    answer = client.post(url("begin_batch"), follow=True)
    assert "Being worked out" in answer.content.decode()
    run = ProposalRun.objects.get()
    assert "HX-Refresh" not in client.get(url("batch_state", run.pk))
    do_jobs()
    assert client.get(url("batch_state", run.pk))["HX-Refresh"] == "true"
    pair = run.pairs.get(place=0)
    page = client.get(url("batch", run.pk)).content.decode()
    assert pair.case.number in page
    assert str(pair.reviewer) in page
    for show in ("unplaced", "load", "locked", "changed"):
        assert client.get(url("batch", run.pk), {"show": show}).status_code == 200
    assert client.get(url("batch", run.pk), {"q": "nobody of this name"}).status_code == 200
    assert "1</strong> case will be offered to 1 reviewer" in client.get(url("deploy_batch", run.pk)).content.decode()
    client.post(url("deploy_batch", run.pk))
    assert "HX-Refresh" not in client.get(url("batch_state", run.pk))
    do_jobs()
    assert Assignment.objects.live().count() == 1
    assert client.post(url("deploy_batch", run.pk)).status_code == 409
    assert "1 offered" in client.get(url("batch", run.pk)).content.decode()
    client.post(url("undo_batch", run.pk))
    do_jobs()
    assert not Assignment.objects.live().exists()
    assert "1 taken back" in client.get(url("batch", run.pk)).content.decode()


def test_pairs_are_locked_taken_out_and_exchanged_on_the_page():
    run = a_run()
    client = browser("coordinator")
    pair, other = run.pairs.get(place=0), run.pairs.get(place=1)
    assert client.post(url("change_pair", pair.pk, "burn")).status_code == 404
    assert client.post(url("change_pair", other.pk, "lock")).status_code == 409
    for act, said in (("lock", "Locked"), ("unlock", "Lock"), ("take-out", "Taken out"), ("put-back", "Take out")):
        answer = client.post(url("change_pair", pair.pk, act), {"page": "1"}, follow=True)
        assert said in answer.content.decode()
    client.post(url("change_pair", other.pk, "choose"))
    assert run.pairs.get(place=0).pk == other.pk
    client.post(url("solve_batch_again", run.pk))
    do_jobs()
    again = ProposalRun.objects.get(follows=run)
    assert again.pairs.get(place=0).reviewer_id == other.reviewer_id


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_pages_of_a_run_cost_the_same_for_few_and_many(number, django_assert_num_queries):
    run = a_run(cases=number, people=6)
    client = browser("coordinator")
    for show, count in (("", 14), ("load", 13)):
        client.get(url("batch", run.pk), {"show": show})
        with django_assert_num_queries(count):
            assert client.get(url("batch", run.pk), {"show": show}).status_code == 200
    with django_assert_num_queries(11):
        assert client.get(url("batches")).status_code == 200
    lost = a_run(cases=number, people=1, items=[an_item("Root canal therapy, tooth 3")])
    assert lost.unplaced.count() >= number
    with django_assert_num_queries(13):
        assert client.get(url("batch", lost.pk), {"show": "unplaced"}).status_code == 200
