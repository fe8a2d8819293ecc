"""A list of 100,000 rows: read by a worker, with its number shown, and written whole."""

from __future__ import annotations

import datetime as dt
import io
import resource

import pytest

from common.actor import Actor
from common.models import OutboxJob
from common.services import outbox
from guidelines.models import ChangeSet, Section
from guidelines.services.library import import_guidelines
from guidelines.services.upkeep import filing, progress
from tests.accounts.people import make_person
from tests.guidelines.conftest import neck
from tests.guidelines.test_change_sets import edition

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
ROWS = 100_000


def test_a_list_of_100_000_rows_is_read_outside_the_request_in_bounded_memory(filed):
    import_guidelines(path=filed(neck()), actor=Actor.system("tests"))
    editor = Actor.of(make_person("guideline_editor"))
    text = "heading,parent,pages,topics\n" + "".join(
        f"Section {row},,{row % 90 + 1},word {row}\n" for row in range(ROWS)
    )
    change = filing.file_table(
        file=io.BytesIO(text.encode()), name="big.csv", source="", edition=edition(), actor=editor, now=NOW
    )
    assert change.state == "reading"
    job = OutboxJob.objects.get(kind="guidelines.change_read")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert outbox.run(job.pk, now=NOW)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    change = ChangeSet.objects.get()
    assert (change.state, change.added, change.refused) == ("ready", ROWS, 0)
    assert progress.told(change.pk) == (ROWS, ROWS)
    assert grown < 250, f"{grown:.0f} MB"
    assert not Section.every.filter(heading="Section 1").exists()
