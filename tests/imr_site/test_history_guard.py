"""The past only grows: no change, no removal, no emptying, and every act says from where."""

from __future__ import annotations

import pghistory.models
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

from cases.models import Case, CaseEvent, Worker
from cases.services.desk.notes import add_note
from common.actor import Actor, acting
from imr_site.history_guard import TRIGGER, guarded_tables
from tests.accounts.people import make_person
from tests.factories.cases import NOW, make_case

COORDINATOR = Actor(name="coordinator@example.org", roles=frozenset({"coordinator"}))


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
    except DatabaseError as error:
        return "keeps the past" in str(error)
    return False


@pytest.mark.django_db
def test_what_is_past_is_neither_changed_nor_removed_nor_emptied():
    case = make_case()
    Worker.objects.filter(pk=case.worker_id).update(last_name="Other")
    for table in ("cases_casehistory", "cases_workerhistory", "reviews_reviewhistory"):
        for statement in ("UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            assert refused(statement.format(table))
    for table in ("cases_caseevent", "accounts_accesslog", "cases_casenote", "pghistory_context", "cases_noticecopy"):
        assert refused(f"TRUNCATE {table} CASCADE")
    assert refused("DELETE FROM pghistory_context")
    assert refused("TRUNCATE cases_case CASCADE")


@pytest.mark.django_db
def test_every_table_of_the_past_is_guarded():
    histories = {one._meta.db_table for one in apps.get_models() if issubclass(one, pghistory.models.Event)}
    assert histories - {"pghistory_events", "pghistory_middlewareevents"} <= set(guarded_tables())
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [TRIGGER])
        assert {name for (name,) in cursor.fetchall()} == set(guarded_tables())


@pytest.mark.django_db
def test_a_fact_that_was_written_over_is_still_there_with_who_and_from_where():
    case = make_case()
    before = case.worker.last_name
    with acting(COORDINATOR, "test of the past"):
        Worker.objects.filter(pk=case.worker_id).update(last_name="Other")
    kept = case.worker.history.get()
    assert (kept.last_name, kept.pgh_label) == (before, "update")
    assert kept.pgh_context.metadata["cause"] == "test of the past"


@pytest.mark.django_db
def test_every_line_of_the_timeline_says_from_where_it_came():
    case = make_case()
    person = make_person("coordinator")
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    client.force_login(person)
    client.post(f"/cases/{case.number}/take/", REMOTE_ADDR="203.0.113.9")
    with acting(Actor.system("nightly"), "nightly check"):
        add_note(case=case, text="By the site.", actor=COORDINATOR, now=NOW)
    taken = CaseEvent.objects.select_related("context").get(case=case, kind="owner")
    told = taken.context.metadata
    assert (told["ip"], told["user"], told["url"]) == ("203.0.113.9", person.pk, f"/cases/{case.number}/take/")
    page = client.get(f"/cases/{case.number}/history/").content.decode()
    assert "from 203.0.113.9, Firefox on Linux" in page
    assert "from nightly check" in page
    explained = client.get(f"/cases/{case.number}/explain/").content.decode()
    assert f"203.0.113.9, Firefox on Linux, /cases/{case.number}/take/" in explained
    assert Case.objects.get(pk=case.pk).owner_id == person.pk
