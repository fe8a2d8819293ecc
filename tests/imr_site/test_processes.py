"""Real worker, scheduler and Redis: who is away is named, and nothing that was posted is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.models import Heartbeat
from imr_site.health.readings import limits, read
from imr_site.health.rules import REDIS, SCHEDULER, WORKER, judge, troubles
from tests.support.processes import wait_for

SILENCE = dt.timedelta(seconds=3)

pytestmark = pytest.mark.processes


def in_trouble() -> set[str]:
    return {sign.key for sign in troubles(judge(read(now=timezone.now()), limits()))}


def signs_since(moment: dt.datetime) -> bool:
    return Heartbeat.objects.filter(at__gt=moment).count() == 2


@pytest.fixture
def short_silence(settings):
    settings.HEALTH_SILENCE_SECONDS = SILENCE.total_seconds()


def test_health_tells_a_stopped_worker_from_a_stopped_scheduler_and_from_redis_away(short_silence, site_processes):
    assert {WORKER, SCHEDULER} <= in_trouble()
    worker, scheduler = site_processes.worker(), site_processes.scheduler()
    assert in_trouble() == set()

    site_processes.stop_redis()
    away_since = timezone.now()
    wait_for(lambda: signs_since(away_since + 2 * SILENCE), what="both to give signs of life without Redis", seconds=60)
    assert in_trouble() == {REDIS}
    site_processes.start_redis()
    assert in_trouble() == set()

    worker.kill()
    wait_for(lambda: in_trouble() == {WORKER}, what="the worker alone to be named")
    site_processes.worker()
    scheduler.kill()
    wait_for(lambda: in_trouble() == {SCHEDULER}, what="the scheduler alone to be named")
