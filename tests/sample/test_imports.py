"""The sample files through the real import commands: good ones whole, bad ones with the message they deserve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from tests.support.commands import answer_of

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
BAD = SAMPLE / "bad"
# A determination that is accepted also wants wording and a seal: the tests of the letters print it.
EXPECTED = [
    entry
    for entry in json.loads((BAD / "expected.json").read_text(encoding="utf-8"))
    if not (entry["command"] == "import_determinations" and entry["accepted"])
]


def run(command: str, path: Path, *options: str) -> dict[str, Any]:
    return answer_of(command, path, *options)


def rejected_rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in answer["results"] if row["status"] == "rejected"]


@pytest.fixture
def register(db):
    run("import_organizations", SAMPLE / "organizations.json")


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["import_organizations", "import_reviewers", "import_cases"])
def test_every_row_of_the_sample_is_taken_in_once(command, register):
    path = SAMPLE / f"{command.removeprefix('import_')}.json"
    rows = len(json.loads(path.read_text(encoding="utf-8")))
    answer = run(command, path)
    assert [row["reason"] for row in rejected_rows(answer)] == []
    again = run(command, path)
    assert again["accepted"] == 0
    assert sum(row["status"] in {"duplicate", "unchanged"} for row in again["results"]) == rows


@pytest.mark.django_db
@pytest.mark.parametrize("entry", EXPECTED, ids=[entry["file"] for entry in EXPECTED])
def test_bad_input_is_refused_by_name_and_good_input_beside_it_is_kept(entry, tmp_path):
    options = ["--layout", "2016", "--out", str(tmp_path)] if entry["command"] == "import_determinations" else []
    if not entry["rejected"] and not entry["accepted"]:
        with pytest.raises(CommandError) as caught:
            run(entry["command"], BAD / entry["file"], *options)
        message = str(caught.value)
        assert entry["file"] in message
        assert [name for name in entry["names"] if name not in message] == []
        return
    answer = run(entry["command"], BAD / entry["file"], *options)
    rejected = rejected_rows(answer)
    assert [row["row"] for row in rejected] == entry["rejected"], rejected
    assert len(answer["results"]) - len(rejected) == entry["accepted"]
    for row in rejected:
        assert [name for name in entry["names"] if name not in row["reason"]] == [], row["reason"]
