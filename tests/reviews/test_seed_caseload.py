"""The invented caseload: of the real shape, the same for the same seed, never in production."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cases.models import Case, CaseHistory, DisputedItem
from cases.services.seeding.caseload import seed_cases
from cases.services.workflow import move
from cases.workflow import STATE_MOVES, Event
from common.errors import StateRefusal
from tests.cases.pages import browser
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = pytest.mark.django_db(transaction=True)


def test_invented_cases_are_refused_in_production():
    with pytest.raises(CommandError, match="demo only"):
        call_command("seed_caseload", cases=1)
    with pytest.raises(StateRefusal):
        seed_cases(count=1, now=NOW)
    assert not Case.objects.exists()


def test_the_caseload_has_the_real_shape_beside_what_is_there(settings):
    settings.DEMO = True
    mine = make_case()
    out = StringIO()
    call_command("seed_caseload", cases=600, reviewers=5, json=True, stdout=out, stderr=StringIO())
    rows = json.loads(out.getvalue())["rows"]
    assert rows["Case"] == 600
    assert Case.objects.count() == 601
    assert 1.9 < rows["DisputedItem"] / 600 < 2.8
    eligible = Case.objects.exclude(pk=mine.pk).filter(events__kind="moved.find_eligible").distinct().count()
    decided = Case.objects.filter(events__kind__in=["moved.find_ineligible", "moved.defer"]).distinct().count()
    assert 0.85 < eligible / (eligible + decided) < 0.95
    for event in Case.objects.order_by("-pk").first().events.filter(kind__startswith="moved."):
        assert (event.facts["from"], event.facts["to"]) in STATE_MOVES
    again = make_case()
    assert int(again.number[5:]) > 1
    assert Case.objects.filter(number=again.number).count() == 1
    page = browser("coordinator").get("/cases/?tab=ready")
    assert page.status_code == 200


def test_after_seeding_every_trigger_stands_again(settings):
    settings.DEMO = True
    seed_cases(count=50, now=NOW)
    case = Case.objects.filter(state="received").first() or make_case()
    before = CaseHistory.objects.filter(pgh_obj_id=case.pk).count()
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    assert CaseHistory.objects.filter(pgh_obj_id=case.pk).count() > before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'")
        assert cursor.fetchone()[0] == 0
    assert DisputedItem.objects.filter(case__isnull=True).count() == 0
