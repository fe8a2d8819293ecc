from __future__ import annotations

import datetime as dt

import pytest

from common.errors import InputRefusal
from common.models import OutboxJob
from common.services import outbox

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture
def seen(monkeypatch):
    done: list[str] = []
    monkeypatch.setitem(outbox.HANDLERS, "test.note", lambda job: done.append(job.key))
    return done


@pytest.mark.django_db
def test_a_kind_without_handler_is_refused():
    with pytest.raises(InputRefusal):
        outbox.post(kind="nobody", key="1", now=NOW)
    assert not OutboxJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_posted_twice_is_one_row_and_done_once(seen):
    first = outbox.post(kind="test.note", key="1", now=NOW)
    second = outbox.post(kind="test.note", key="1", now=NOW)
    assert first.pk == second.pk
    assert outbox.run(first.pk, now=NOW) is True
    assert outbox.run(first.pk, now=NOW) is False
    assert seen == ["1"]


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_backs_off_and_is_held_for_a_person(monkeypatch):
    def fail(job):
        raise OSError("printer on fire")

    monkeypatch.setitem(outbox.HANDLERS, "test.fail", fail)
    job = outbox.post(kind="test.fail", key="1", now=NOW)
    for _ in range(len(outbox.BACK_OFF) + 1):
        assert outbox.run(job.pk, now=NOW) is False
    job.refresh_from_db()
    assert "printer on fire" in job.last_error
    assert job.held_at is not None
    assert outbox.due_ids(now=NOW + dt.timedelta(days=1)) == []
    outbox.retry(job_id=job.pk, now=NOW)
    assert outbox.due_ids(now=NOW) == [job.pk]
