from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_site.health.rules import Level, Limits, Readings, age, judge, passed_limits, troubles

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LIMITS = Limits()
SECOND = dt.timedelta(seconds=1)


def well(**changed) -> Readings:
    readings = {
        "now": NOW,
        "database": True,
        "redis": True,
        "worker_at": NOW - SECOND,
        "scheduler_at": NOW - SECOND,
        "queue": 0,
        "disk_free": LIMITS.disk,
        "seal_until": NOW + dt.timedelta(days=365),
    }
    return Readings(**{**readings, **changed})


def names(readings: Readings) -> list[str]:
    return [sign.key for sign in troubles(judge(readings, LIMITS))]


def test_nothing_is_wrong_when_all_is_well():
    assert {sign.level for sign in judge(well(), LIMITS)} == {Level.GOOD}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"redis": False, "queue": None}, "redis"),
        ({"worker_at": NOW - LIMITS.silence - SECOND}, "worker"),
        ({"worker_at": None}, "worker"),
        ({"scheduler_at": NOW - LIMITS.silence - SECOND}, "scheduler"),
        ({"waiting_since": NOW - LIMITS.waiting - SECOND, "waiting": 1}, "waiting jobs"),
        ({"held": 1}, "held jobs"),
        ({"queue": LIMITS.queue + 1}, "queue"),
        ({"disk_free": LIMITS.disk - 1}, "disk"),
        ({"seal_until": NOW}, "seal certificate"),
    ],
)
def test_each_part_is_named_alone(changed, key):
    assert names(well(**changed)) == [key]


@pytest.mark.parametrize(
    "changed",
    [
        {"worker_at": NOW - LIMITS.silence},
        {"waiting_since": NOW - LIMITS.waiting, "waiting": 1},
        {"queue": LIMITS.queue},
        {"seal_until": NOW + LIMITS.seal},
    ],
)
def test_at_the_limit_is_still_good(changed):
    assert passed_limits(judge(well(**changed), LIMITS)) == []


def test_a_certificate_near_its_end_is_told_but_is_no_trouble_yet():
    signs = judge(well(seal_until=NOW + LIMITS.seal - SECOND), LIMITS)
    assert troubles(signs) == []
    assert [sign.key for sign in passed_limits(signs)] == ["seal certificate"]


def test_without_the_database_the_processes_are_not_accused():
    signs = judge(well(database=False, worker_at=None, scheduler_at=None), LIMITS)
    assert [sign.key for sign in troubles(signs)] == ["database"]
    assert {sign.key for sign in signs if sign.level is Level.UNKNOWN} == {
        "worker", "scheduler", "waiting jobs", "held jobs", "paper",
    }  # fmt: skip


def test_every_trouble_says_what_to_do():
    signs = judge(
        Readings(
            now=NOW,
            database=True,
            redis=False,
            held=2,
            disk_free=0,
            seal_until=NOW,
            waiting_since=NOW - LIMITS.waiting * 2,
        ),
        LIMITS,
    )
    assert len(troubles(signs)) == 7
    assert all(sign.advice for sign in troubles(signs))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7200, "2 hours"),
        (172800, "2 days"),
    ],
)
def test_ages_are_said_as_people_say_them(seconds, words):
    assert age(dt.timedelta(seconds=seconds)) == words


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_longer_silent_is_never_judged_better(first, second):
    shorter, longer = sorted((first, second))
    order = [Level.GOOD, Level.BAD]

    def level(seconds: int) -> Level:
        readings = well(worker_at=NOW - dt.timedelta(seconds=seconds))
        return next(sign.level for sign in judge(readings, LIMITS) if sign.key == "worker")

    assert order.index(level(shorter)) <= order.index(level(longer))
