"""Whatever falls between approval and seal, the end is exactly one sealed letter, and health says what is wrong."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from cases.models import Case
from common.actor import Actor
from common.errors import StateRefusal
from common.services import files
from letters.models import Letter
from letters.services.verification import verify_pdf
from letters.services.wording import load_own_wording
from reviews.models import Determination
from reviews.services import quality
from tests.factories.reviews import make_user, submitted_case
from tests.support.processes import SiteProcesses, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting_case() -> Case:
    load_own_wording(now=timezone.now())
    case, _ = submitted_case()
    return case


def approve(case: Case) -> Letter:
    quality.approve(case=case, actor=Actor.of(make_user("quality_reviewer")), now=timezone.now())
    return Letter.objects.get(key=case.number)


def being_sealed(letter: Letter) -> bool:
    """Whether another process holds the letter's row: it renders, signs or verifies just now."""
    with transaction.atomic():
        free = Letter.objects.select_for_update(skip_locked=True).filter(pk=letter.pk).exists()
    letter.refresh_from_db()
    return not free and letter.sealed_at is None


def sealed(letter: Letter) -> bool:
    letter.refresh_from_db()
    return letter.sealed_at is not None


def troubles() -> list[str]:
    answer = Client().get("/health")
    return list(json.loads(answer.content)["problems"])


def assert_one_good_letter(case: Case) -> None:
    letter = Letter.objects.get(key=case.number)
    case.refresh_from_db()
    assert case.state == "determined"
    assert Determination.objects.filter(case=case).count() == 1
    assert case.events.filter(kind="moved.approve").count() == 1
    assert letter.file is not None
    assert verify_pdf(files.read(letter.file)).good


def test_a_worker_killed_in_the_middle_of_a_letter(site_processes: SiteProcesses, waiting_case: Case):
    worker = site_processes.worker()
    letter = approve(waiting_case)
    wait_for(lambda: being_sealed(letter), what="the worker to be in the middle of the letter", every=0.005)
    worker.kill()
    assert not sealed(letter)
    wait_for(lambda: "worker" in troubles(), what="health to miss the worker", seconds=60)
    site_processes.scheduler()
    site_processes.worker()
    wait_for(lambda: sealed(letter), what="the letter to be sealed by another worker", seconds=60)
    assert_one_good_letter(waiting_case)


def test_redis_away_during_the_approval(site_processes: SiteProcesses, waiting_case: Case):
    site_processes.stop_redis()
    letter = approve(waiting_case)
    assert "redis" in troubles()
    assert not sealed(letter)
    site_processes.start_redis()
    site_processes.worker()
    site_processes.scheduler()
    wait_for(lambda: sealed(letter), what="the sweeper to find the letter", seconds=60)
    assert_one_good_letter(waiting_case)


def test_without_the_scheduler_letters_are_sealed_and_health_says_what_is_missing(
    site_processes: SiteProcesses, waiting_case: Case
):
    site_processes.worker()
    scheduler = site_processes.scheduler()
    scheduler.stop()
    letter = approve(waiting_case)
    wait_for(lambda: sealed(letter), what="the letter", seconds=60)
    assert_one_good_letter(waiting_case)
    wait_for(lambda: "scheduler" in troubles(), what="health to miss the scheduler", seconds=60)
    assert "worker" not in troubles()


def test_approved_twice_at_once_with_two_workers(site_processes: SiteProcesses, waiting_case: Case):
    site_processes.worker()
    site_processes.worker()
    start = threading.Barrier(2)
    refused: list[StateRefusal] = []

    def press() -> None:
        try:
            actor = Actor.of(make_user("quality_reviewer", email=f"{threading.get_ident()}@site.example"))
            start.wait()
            quality.approve(case=waiting_case, actor=actor, now=timezone.now())
        except StateRefusal as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    letter = Letter.objects.get(key=waiting_case.number)
    wait_for(lambda: sealed(letter), what="the letter", seconds=60)
    assert_one_good_letter(waiting_case)
