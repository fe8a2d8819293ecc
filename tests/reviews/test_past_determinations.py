"""`import_determinations` as the field uses it: the seed word for word, sixty real letters, again and again."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.models import Case
from letters.models import Letter
from letters.services.verification import verify_pdf
from letters.services.wording import load_own_wording
from reviews.models import Determination
from tests.factories.cases import NOW
from tests.support.commands import answer_of

SHARED = Path(__file__).resolve().parents[3] / "shared"
ROOT = Path(__file__).resolve().parents[2]
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the folder ../shared with the real letters is not here")

pytestmark = pytest.mark.django_db(transaction=True)


def words(text: str) -> list[str]:
    return re.sub(r"Page \d+ of \d+", " ", text).split()


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


def run(file: Path, out: Path, layout: str) -> list[dict]:
    return answer_of("import_determinations", file, "--layout", layout, "--out", out)["results"]


def a_row() -> dict:
    rows = json.loads((ROOT / "sample" / "earlier_determinations.json").read_text(encoding="utf-8"))
    return copy.deepcopy(rows[0])


def write(tmp_path: Path, *rows: dict) -> Path:
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return file


@needs_shared
def test_the_seed_comes_out_word_for_word_on_the_first_run_and_on_every_later_one(tmp_path):
    load_own_wording(now=NOW)
    call_command("import_wording", str(SHARED / "wording" / "2014.json"), stdout=StringIO())
    wanted = words((SHARED / "seed" / "determination-2014.txt").read_text(encoding="utf-8"))
    for turn, result in ((1, "accepted"), (2, "unchanged"), (3, "unchanged")):
        out = tmp_path / str(turn)
        rows = run(SHARED / "seed" / "determination-2014.json", out, "2014")
        assert [row["status"] for row in rows] == [result]
        got = words(text_of(out / "CM13-0000001.pdf"))
        start = got.index("HOW")
        assert got[start : start + len(wanted)] == wanted
        assert verify_pdf((out / "CM13-0000001.pdf").read_bytes()).good
    assert Letter.objects.count() == 1


@needs_shared
def test_with_the_own_wording_every_fact_of_the_seed_stands_in_the_same_order(tmp_path):
    load_own_wording(now=NOW)
    run(SHARED / "seed" / "determination-2014.json", tmp_path, "2014")
    row = json.loads((SHARED / "seed" / "determination-2014.json").read_text(encoding="utf-8"))[0]
    item = row["review"]["items"][0]
    facts = [
        "Physical Medicine and Rehabilitation", "Interventional Spine", "California",
        row["review"]["clinical_case_summary"], row["items"][0]["service"],
        "Chronic Pain Treatment Guidelines", "474", "Physical Medicine", "98-99", item["rationale"],
    ]  # fmt: skip
    text = " ".join(words(text_of(tmp_path / "CM13-0000001.pdf")))
    place = 0
    for fact in facts:
        place = text.index(" ".join(fact.split()), place) + 1


@needs_shared
def test_sixty_real_determinations_go_through_with_every_guideline_line(tmp_path):
    load_own_wording(now=NOW)
    call_command("import_wording", str(SHARED / "wording" / "2016.json"), stdout=StringIO())
    file = ROOT / "sample" / "earlier_determinations.json"
    rows = run(file, tmp_path, "2016")
    assert [row["status"] for row in rows] == ["accepted"] * 60
    for row in rows:
        content = Path(row["letter"]).read_bytes()
        assert verify_pdf(content).good, row
        assert row["case"] in text_of(Path(row["letter"]))
    assert Case.objects.filter(state="closed", imported=True).count() == 60


def test_other_content_or_newer_wording_makes_a_superseding_version(tmp_path):
    load_own_wording(now=NOW)
    row = a_row()
    run(write(tmp_path, row), tmp_path / "a", "2016")
    row["review"]["items"][0]["rationale"] = "The rationale was corrected."
    assert run(write(tmp_path, row), tmp_path / "b", "2016")[0]["status"] == "superseded"
    assert "The rationale was corrected." in " ".join(words(text_of(tmp_path / "b" / f"{row['case_number']}.pdf")))
    versions = list(Determination.objects.values_list("version", "supersedes__version"))
    assert versions == [(1, None), (2, 1)]
    assert Letter.objects.get(version=2).supersedes.version == 1
    assert run(write(tmp_path, row), tmp_path / "c", "2016")[0]["status"] == "unchanged"


def test_fewer_and_more_items_the_next_time(tmp_path):
    load_own_wording(now=NOW)
    row = a_row()
    whole = copy.deepcopy(row)
    row["items"].append({"service": "A second service", "claims_administrator_guidelines": []})
    row["review"]["items"].append(
        {"decision": "overturned", "standard": "A", "reviewer_guidelines": [], "rationale": "Yes."}
    )
    for rows, items in ((whole, 1), (row, 2), (whole, 1)):
        run(write(tmp_path, rows), tmp_path / "out", "2016")
        assert Case.objects.get().items.count() == items
    assert Determination.objects.count() == 3


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda row: row.update(colour="red"), "colour"),
        (lambda row: row.pop("reviewer"), "reviewer"),
        (lambda row: row.update(determined_on="2017-02-30"), "determined_on"),
        (lambda row: row.update(determined_on="2015-01-01"), "determined_on"),
        (lambda row: row["review"]["items"].clear(), "review.items"),
        (lambda row: row["review"]["items"][0].update(rationale="x" * 20001), "rationale"),
        (lambda row: row["review"]["items"][0].update(rationale="ok \u0e01 \U0001f600"), "GRINNING FACE"),
        (lambda row: row["review"]["items"][0].update(decision="perhaps"), "decision"),
    ],
)
def test_a_bad_row_is_refused_by_name_and_leaves_nothing_while_the_rest_goes_on(tmp_path, spoil, word):
    load_own_wording(now=NOW)
    bad = a_row()
    spoil(bad)
    good = copy.deepcopy(a_row()) | {"case_number": "CM17-0000042", "external_id": "good"}
    results = run(write(tmp_path, bad, good), tmp_path, "2016")
    assert [row["status"] for row in results] == ["rejected", "accepted"]
    assert word in results[0]["reason"]
    assert list(Case.objects.values_list("number", flat=True)) == ["CM17-0000042"]


def test_html_and_template_signs_stand_on_the_letter_as_typed(tmp_path):
    load_own_wording(now=NOW)
    row = a_row()
    typed = "<b>bold</b> {{ secret }} {% now %} &amp; <script>alert(1)</script>"
    row["review"]["items"][0]["rationale"] = typed
    run(write(tmp_path, row), tmp_path, "2016")
    assert typed in " ".join(words(text_of(tmp_path / f"{row['case_number']}.pdf")))


def test_a_row_without_number_and_external_id_is_found_again(tmp_path):
    load_own_wording(now=NOW)
    row = {key: value for key, value in a_row().items() if key not in ("case_number", "external_id")}
    file = write(tmp_path, row)
    first, second = (run(file, tmp_path / "out", "2016")[0] for _ in range(2))
    assert (first["status"], second["status"]) == ("accepted", "unchanged")
    assert first["case"] == second["case"]


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_taken(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CommandError, match="cannot be written"):
        run(write(tmp_path, a_row()), tmp_path / "out", "2016")
    assert not Case.objects.exists()
