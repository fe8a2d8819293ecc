"""Whole feeds: rows are taken in by the hundred, and each is judged for itself nevertheless."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import connection

from cases.models import Case, CaseEvent, CasePair, CaseTarget, Organization, Person
from cases.services.case_import import ACCEPTED, DUPLICATE, REJECTED, TOGETHER, import_file
from cases.services.exporting import row_of
from common.models import OutboxJob
from tests.cases.test_numbers import together
from tests.factories.cases import FACTORY, NOW, a_pdf, an_item, exchange_row, make_case

TOMAS = {"first_name": "Tomás", "last_name": "Berríos", "birth_date": "1958-12-01"}


def feed(folder, rows, name="feed.jsonl"):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(path):
    return list(import_file(path=path, actor=FACTORY, now=NOW))


def stranger(number):
    """A row whose worker is like no other's."""
    letters = hashlib.sha256(str(number).encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    birth = f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}"
    return exchange_row(worker={"first_name": letters[:9], "last_name": letters[9:20], "birth_date": birth})


@pytest.mark.django_db
def test_of_a_feed_with_one_broken_row_all_others_are_taken_in_and_a_second_run_takes_nothing(tmp_path):
    rows = [stranger(number) for number in range(300)]
    del rows[170]["claim"]["injury_date"]
    path = feed(tmp_path, rows)
    first = run(path)
    assert [one.row for one in first if one.status != ACCEPTED] == [171]
    assert "claim.injury_date" in first[170].reason
    assert [one.number for one in first if one.number] == [f"CM26-{number:07}" for number in range(1, 300)]
    again = run(path)
    assert [one.status for one in again] == [REJECTED if one.row == 171 else DUPLICATE for one in again]
    assert [one.number for one in again] == [one.number for one in first]
    assert (Case.objects.count(), CaseEvent.objects.count(), CaseTarget.objects.count()) == (299, 299, 2 * 299)
    assert OutboxJob.objects.filter(kind="cases.receipt").count() == 299


@pytest.mark.django_db
def test_a_row_that_is_refused_only_when_it_is_written_stops_no_other_and_leaves_no_gap(tmp_path):
    taken = make_case()
    rows = [stranger(number) for number in range(7)]
    rows[2]["case_number"] = taken.number
    rows[4]["parties"][0]["organization"] = "???"
    rows[5]["case_number"] = "CM26-0000900"
    results = run(feed(tmp_path, rows))
    assert [one.status for one in results] == [ACCEPTED, ACCEPTED, REJECTED, ACCEPTED, REJECTED, ACCEPTED, ACCEPTED]
    assert "belongs to another case" in results[2].reason
    assert "no name of an organization" in results[4].reason
    assert [one.number for one in results if one.status == ACCEPTED] == [
        "CM26-0000002", "CM26-0000003", "CM26-0000004", "CM26-0000900", "CM26-0000005",
    ]  # fmt: skip


@pytest.mark.django_db
def test_two_rows_that_bring_the_same_number_or_one_that_is_next_do_not_both_get_it(tmp_path):
    rows = [stranger(number) for number in range(4)]
    rows[1]["case_number"] = rows[2]["case_number"] = "CM26-0000002"
    results = run(feed(tmp_path, rows))
    assert [one.status for one in results] == [ACCEPTED, ACCEPTED, REJECTED, ACCEPTED]
    assert [one.number for one in results] == ["CM26-0000001", "CM26-0000002", None, "CM26-0000003"]


@pytest.mark.django_db
def test_a_row_that_the_database_alone_refuses_is_rejected_and_the_rest_is_kept(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_worker ADD CONSTRAINT a_gap_in_the_rules CHECK (last_name <> 'Nobody')")
    rows = [stranger(number) for number in range(5)]
    rows[3]["worker"]["last_name"] = "Nobody"
    results = run(feed(tmp_path, rows))
    assert [one.status for one in results] == [ACCEPTED, ACCEPTED, ACCEPTED, REJECTED, ACCEPTED]
    assert "database refuses this row" in results[3].reason
    assert Case.objects.count() == 4


@pytest.mark.django_db
def test_what_a_row_becomes_among_a_hundred_is_what_it_becomes_alone(tmp_path):
    (tmp_path / "report.pdf").write_bytes(a_pdf(2))

    def rows(prefix):
        plain, hanging, filed, bare = (stranger(number) for number in range(4))
        hanging["items"] = [an_item("Knee brace", depends_on=2), an_item("Surgery of the knee"), an_item("Crutches")]
        filed["documents"] = [{"title": "Report", "kind": "medical_report", "path": "report.pdf"}]
        bare |= {"diagnoses": [], "documents": [], "priority": "expedited"}
        found = [plain, hanging, filed, bare]
        for place, row in enumerate(found):
            row |= {"external_id": f"{prefix}-{place}"}
            row["claim"]["claim_number"] = f"{prefix}{place}"
        return found

    def facts(case):
        row = row_of(Case.objects.with_facts().get(pk=case.pk))
        row.pop("case_number", None), row.pop("external_id", None), row["claim"].pop("claim_number")
        targets = list(
            case.targets.order_by("pk").values_list("key", "name", "since", "due_on", "due_at", "derivation")
        )
        events = [(one.kind, one.sentence, one.facts["items"]) for one in case.events.order_by("pk")]
        history = connection.cursor()
        history.execute("SELECT count(*) FROM cases_casehistory WHERE pgh_obj_id = %s", [case.pk])
        return row, targets, events, history.fetchone(), case.next_target_on, case.priority, case.state

    alone = [result for place, row in enumerate(rows("A")) for result in run(feed(tmp_path, [row], f"{place}.jsonl"))]
    among = run(feed(tmp_path, rows("B")))
    assert [one.status for one in (*alone, *among)] == [ACCEPTED] * 8
    for left, right in zip(alone, among, strict=True):
        assert facts(Case.objects.get(number=left.number)) == facts(Case.objects.get(number=right.number))


@pytest.mark.django_db
def test_rows_of_one_hundred_that_look_alike_are_flagged_the_earlier_one_first(tmp_path):
    rows = [exchange_row(worker=TOMAS), stranger(1), exchange_row(worker={**TOMAS, "first_name": "Tomas"}), stranger(2)]
    first, _, later, _ = run(feed(tmp_path, rows))
    pair = CasePair.objects.get()
    assert (pair.earlier.number, pair.later.number, pair.kind) == (first.number, later.number, "likely")
    assert Case.objects.get(number=later.number).events.get().facts["alike"] == [first.number]
    assert Case.objects.get(number=first.number).events.get().facts["alike"] == []


@pytest.mark.django_db
def test_the_same_physician_and_organization_in_many_rows_are_one_each(tmp_path):
    run(feed(tmp_path, [stranger(number) for number in range(10)]))
    assert (Person.objects.count(), Organization.objects.count()) == (1, 4)
    assert {one.source for one in Organization.objects.all()} == {"typed in case CM26-0000001"}


@pytest.mark.django_db
def test_a_hundred_rows_take_as_many_statements_as_three(tmp_path, django_assert_num_queries):
    run(feed(tmp_path, [stranger(9999)]))  # what is read once for a process, and the parties that all rows share
    for count in (3, 30, TOGETHER):
        rows = [stranger(count * 10 + number) for number in range(count)]
        with django_assert_num_queries(35):
            assert {one.status for one in run(feed(tmp_path, rows))} == {ACCEPTED}


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_feed_at_once_in_opposite_order_give_one_case_for_each_row(tmp_path):
    rows = [stranger(number) for number in range(120)]
    forth, back = feed(tmp_path, rows, "forth.jsonl"), feed(tmp_path, rows[::-1], "back.jsonl")
    results = []

    def work(path):
        results.extend(run(path))

    assert together(lambda: work(forth), lambda: work(back), lambda: work(forth)) == []
    assert sorted(one.status for one in results) == [ACCEPTED] * 120 + [DUPLICATE] * 240
    numbers = {}
    for one in results:
        numbers.setdefault(one.external_id, set()).add(one.number)
    assert all(len(found) == 1 for found in numbers.values())
    assert sorted(Case.objects.values_list("number", flat=True)) == [f"CM26-{n:07}" for n in range(1, 121)]
