"""Real processes for tests: Celery workers, the scheduler, Redis. Every wait is bounded and asks, none just sleeps.

    def test_something(site_processes):
        worker = site_processes.worker()          # runs and has given its sign of life when this returns
        ...
        worker.kill()                             # SIGKILL to it and its children
        site_processes.scheduler()                # celery beat, sweeping every second
    with site_processes.day(moment):          # everything lives then; what is started in it ends with it
        site_processes.worker()
        wait_for(lambda: job_done(), what="the job to be done")

Tests that use it are transactional (what they commit is seen by the processes) and marked `processes`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.models import Heartbeat
from imr_site.embedded import start_redis, stop_redis
from imr_site.health.readings import SCHEDULER_SIGN, WORKER_SIGN
from imr_site.processes import Child, Children, scheduler_command, stop_all, worker_command

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], *, what: str, seconds: float = 30, every: float = 0.05) -> Found:
    """Ask until the answer is true and return it; fails with `what` after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        time.sleep(every)


class SiteProcesses:
    """The site's processes on the test's own database, Redis and files; all end with the test."""

    def __init__(self, children: Children) -> None:
        self.children = children
        self._elsewhen: dt.datetime | None = None

    @contextlib.contextmanager
    def day(self, moment: dt.datetime) -> Iterator[None]:
        """Within it the test, the site and the processes started in it live at `moment`, and time goes on from there.

        What was started in it ends with it, as if the machines were switched off.
        """
        before = list(self.children.children)
        with time_machine.travel(moment.astimezone(dt.UTC), tick=True):
            self._elsewhen = moment
            try:
                yield
            finally:
                self._elsewhen = None
                stop_all([child for child in self.children.children if child not in before])

    def _at_its_time(self, command: list[str]) -> list[str]:
        if self._elsewhen is None:
            return command
        module = command.index("-m")
        return [*command[:module], "-m", "tests.support.elsewhen", timezone.now().isoformat(), *command[module + 1 :]]

    def worker(self, *, wait: bool = True, **environment: str) -> Child:
        """A Celery worker with one pool process. Keywords are added to its environment."""
        child = self.children.start(
            f"worker-{len(self.children.children)}", self._at_its_time(worker_command()), environment
        )
        return self._alive(child, WORKER_SIGN) if wait else child

    def scheduler(self, *, wait: bool = True, **environment: str) -> Child:
        """Celery beat, sweeping the outbox every second."""
        name = f"scheduler-{len(self.children.children)}"
        command = scheduler_command(schedule=self.children.logs / f"{name}.schedule")
        child = self.children.start(name, self._at_its_time(command), environment)
        return self._alive(child, SCHEDULER_SIGN) if wait else child

    def stop_redis(self) -> None:
        """Stop this test process's own Redis. It runs again after the test in any case."""
        stop_redis(_own_redis())

    def start_redis(self) -> None:
        start_redis(_own_redis())

    def _alive(self, child: Child, sign: str) -> Child:
        started = timezone.now()

        def signed() -> bool:
            if not child.running:
                pytest.fail(f"{child.name} ended:\n{child.said()}")
            return Heartbeat.objects.filter(name=sign, at__gt=started).exists()

        try:
            wait_for(signed, what=f"a sign of life of the {sign}", seconds=60)
        except pytest.fail.Exception as failure:
            pytest.fail(f"{failure}\n{child.said()}")
        return child


@contextlib.contextmanager
def site_on(logs: Path) -> Iterator[SiteProcesses]:
    """What the fixture `site_processes` gives; logs go to the folder `logs`."""
    _empty_redis()
    environment = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "IMR_VAR": os.environ["IMR_VAR"],
        "IMR_SWEEP_SECONDS": "1",
        "IMR_HEARTBEAT_SECONDS": "0.5",
        "IMR_HEALTH_SILENCE_SECONDS": str(settings.HEALTH_SILENCE_SECONDS),
        "DJANGO_SETTINGS_MODULE": "imr_site.settings",
        "PYTHONWARNINGS": "default",
    }
    with Children(logs, environment) as children:
        yield SiteProcesses(children)
    if "IMR_TEST_REDIS" in os.environ:
        start_redis(_own_redis())
    _empty_redis()


def _own_redis() -> str:
    if "IMR_TEST_REDIS" not in os.environ:
        pytest.skip("REDIS_URL names an outside Redis, which a test must not stop")
    return os.environ["IMR_TEST_REDIS"]


def _empty_redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


def database_url(name: str = "") -> str:
    """The address of the test's database, or of another one on the same server."""
    database = connection.settings_dict
    person = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        person += f":{quote(database['PASSWORD'], safe='')}"
    host = str(database["HOST"])
    name = quote(name or database["NAME"], safe="")
    if host.startswith("/"):
        return f"postgresql:///{name}?host={host}&user={person}"
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{person}@{host}{port}/{name}"
