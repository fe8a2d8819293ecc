from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories.reviewers import make_organization

pytestmark = pytest.mark.django_db


def answers(path, *options) -> list[dict]:
    out = StringIO()
    call_command("match_names", "--batch", str(path), "--json", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_wrong_use_is_refused_with_status_two(tmp_path):
    for arguments in ([], ["A"], ["A", "B", "--batch", str(tmp_path / "x.csv")]):
        with pytest.raises(CommandError) as refusal:
            call_command("match_names", *arguments)
        assert refusal.value.returncode == 2


def test_a_file_that_cannot_be_read_is_refused_with_status_one(tmp_path):
    (tmp_path / "short.csv").write_text("id,left\n1,A\n")
    for name, said in (("none.csv", "cannot be read"), ("short.csv", "column right is missing")):
        with pytest.raises(CommandError, match=said) as refusal:
            call_command("match_names", "--batch", str(tmp_path / name))
        assert refusal.value.returncode == 1


def test_one_bad_row_never_stops_the_rest(tmp_path):
    (tmp_path / "rows.csv").write_text("id,left,right\n1,Acme,\n2,Acme,Acme Inc\n")
    out = StringIO()
    with pytest.raises(CommandError, match="1 rows refused"):
        call_command("match_names", "--batch", str(tmp_path / "rows.csv"), "--json", stdout=out)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["id"], "right name is missing" in first["error"]) == ("1", True)
    assert (second["id"], second["relation"]) == ("2", "same")


def test_a_batch_answers_in_the_order_of_its_rows_and_ignores_other_columns(tmp_path):
    make_organization("Larkmoor Claims Services", kind="administrator")
    (tmp_path / "rows.csv").write_text(
        "relation,id,left,note,right\n?,b,Larkmoor Claims Svcs,x,Larkmoor Claims Services Inc\n"
        "?,a,Larkmoor Claims,x,Valley Orchards\n",
        encoding="utf-8-sig",
    )
    first, second = answers(tmp_path / "rows.csv")
    assert list(first)[:4] == ["id", "relation", "score", "why"]
    assert (first["id"], first["relation"]) == ("b", "same")
    assert (second["id"], second["relation"]) == ("a", "unsure")


def test_two_names_are_answered_alone():
    out = StringIO()
    call_command("match_names", "County of Fresno", "Fresno County", stdout=out)
    assert out.getvalue().startswith("same (")
