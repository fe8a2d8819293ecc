from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import Case
from cases.services.case_import import import_row
from common.services.exchange import Row
from tests.cases.test_numbers import together
from tests.factories.cases import FACTORY, NOW, a_pdf, exchange_row
from tests.support.commands import answer_of


def write(folder, rows, name="cases.json"):
    path = folder / name
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def run(path) -> dict:
    return answer_of("import_cases", path)


@pytest.mark.django_db
@pytest.mark.parametrize("content", ['{"a": 1}', '[{"a"', "", "\udcff"])
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(tmp_path, content):
    path = tmp_path / "cases.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CommandError) as caught:
        run(path)
    assert caught.value.returncode == 1
    assert "cases.json" in str(caught.value)


@pytest.mark.django_db
def test_one_bad_row_never_stops_the_rest(tmp_path):
    good, bad, lost, last = (exchange_row() for _ in range(4))
    del bad["claim"]["claim_number"]
    lost["documents"] = [{"title": "Report", "kind": "medical_report", "path": "nowhere.pdf"}]
    answer = run(write(tmp_path, [good, bad, "no row", lost, last]))
    assert [row["status"] for row in answer["results"]] == ["accepted", "rejected", "rejected", "rejected", "accepted"]
    assert (answer["rows"], answer["accepted"], answer["duplicate"], answer["rejected"]) == (5, 2, 0, 3)
    assert "claim.claim_number" in answer["results"][1]["reason"]
    assert "documents[0].path" in answer["results"][3]["reason"]
    assert [row["case"] for row in answer["results"]] == ["CM26-0000001", None, None, None, "CM26-0000002"]


@pytest.mark.django_db
def test_the_same_file_again_is_all_duplicates(tmp_path):
    path = write(tmp_path, [exchange_row(), exchange_row(external_id=None)])
    first, second = run(path), run(path)
    assert (first["accepted"], second["duplicate"]) == (2, 2)
    assert [row["case"] for row in first["results"]] == [row["case"] for row in second["results"]]
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_the_same_external_id_with_other_content_is_rejected(tmp_path):
    row = exchange_row()
    run(write(tmp_path, [row]))
    row["worker"]["last_name"] = "Alvarez"
    [result] = run(write(tmp_path, [row]))["results"]
    assert result["status"] == "rejected"
    assert "with other content" in result["reason"]
    assert Case.objects.get().worker.last_name == "Alvarado"


@pytest.mark.django_db
def test_files_lie_beside_the_exchange_file(tmp_path):
    (tmp_path / "report.pdf").write_bytes(a_pdf(2))
    row = exchange_row(documents=[{"title": "Report", "kind": "medical_report", "path": "report.pdf"}])
    run(write(tmp_path, [row]))
    assert Case.objects.get().documents.get().pages == 2


@pytest.mark.django_db
def test_people_read_one_line_a_row_and_the_counts(tmp_path):
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 2 rows rejected"):
        call_command("import_cases", str(write(tmp_path, [exchange_row(external_id="f-1"), {"a": 1}])), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "Row 1 (f-1): accepted: CM26-0000001"
    assert lines[1].startswith("Row 2: rejected: ")
    assert lines[-1] == "2 rows read: 1 accepted, 0 duplicate, 1 rejected."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("external_id", ["same", None])
def test_two_imports_of_the_same_row_at_once_give_one_case(tmp_path, external_id):
    row = exchange_row(external_id=external_id)
    results = []

    def work():
        results.append(import_row(row=Row(1, row, raw=row), files_base=tmp_path, actor=FACTORY, now=NOW))

    assert together(work, work, work) == []
    assert sorted(result.status for result in results) == ["accepted", "duplicate", "duplicate"]
    assert Case.objects.count() == 1
