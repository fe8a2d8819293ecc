from __future__ import annotations

import json
import threading
from io import StringIO

import pghistory.models
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal
from guidelines.models import Edition, Publication, Section, SectionLimit
from guidelines.services.library import import_guidelines
from tests.guidelines.conftest import EDITOR, neck

pytestmark = pytest.mark.django_db


def edition(**changes):
    return {"year": 2016, "effective_from": "2016-07-28", "effective_to": "2017-11-30", **changes}


def taken(path, actor=EDITOR):
    return import_guidelines(path=path, actor=actor)


def test_only_an_editor_may_import(filed):
    with pytest.raises(RightRefusal):
        taken(filed(neck()), Actor(name="reviewer", roles=frozenset({"reviewer"})))
    assert not Publication.objects.exists()


def test_a_file_that_is_cut_off_changes_nothing(filed):
    path = filed(neck())
    path.write_text(path.read_text()[:-1])
    with pytest.raises(InputRefusal, match="cut off"):
        taken(path)
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"editions": []}, 'the required key "publication" is missing'),
        (neck(publcation="x"), 'unknown key "publcation". Did you mean "publication"?'),
        (neck(basis="ODG"), 'basis: "ODG" is not one of: MTUS, Non-MTUS.'),
        (neck(editions=[{}]), 'editions[0].year: the required key "year" is missing.'),
        (neck(editions=[edition(effective_from="2016-02-30")]), "is no calendar date"),
        (neck(editions=[edition(effective_to="2015-01-01")]), "before it begins"),
        (neck(editions=[edition(), edition(year=2017, effective_from="2017-11-30", effective_to=None)]), "same time"),
        (neck(editions=[edition(), edition(effective_from="2018-01-01", effective_to=None)]), "given twice"),
        (neck(editions=[edition(sections=[{"heading": "A"}, {"heading": "A"}])]), 'the heading "A" is given twice'),
        (neck(editions=[edition(sections=[{"heading": "A", "pages": "pg. 3"}])]), '"pg. 3" is no page range'),
        (neck(editions=[edition(pages=127, sections=[{"heading": "A", "pages": "474"}])]), "page 474 lies outside"),
        (neck(editions=[edition(sections=[{"heading": "A", "parent": "B"}])]), '"B" is no heading of this edition'),
        (neck(editions=[edition(sections=[{"heading": "A", "parent": "A"}])]), '"A" is no heading of this edition'),
        (
            neck(licensed_text=True, editions=[edition(sections=[{"heading": "A", "summary": "Copied."}])]),
            "the text of this publication is licensed",
        ),
        (
            neck(editions=[edition(sections=[{"heading": "A", "limits": [{"unit": "visits", "min": 9, "max": 8}]}])]),
            "max 8 is less than min 9",
        ),
        (
            neck(editions=[edition(sections=[{"heading": "A", "limits": [{"unit": "visits"}]}])]),
            "min or max is missing",
        ),
        (neck(publication=" Neck"), "begins or ends with a blank"),
    ],
)
def test_a_bad_row_says_why_and_leaves_nothing_of_itself(filed, row, words):
    report = taken(filed(row, neck(publication="Good one", aliases=[])))
    assert [result.outcome for result in report.rows] == ["refused", "added"]
    assert words in " ".join(report.refused[0].reasons)
    assert list(Publication.objects.values_list("name", flat=True)) == ["Good one"]


def test_an_alias_of_another_publication_is_refused(filed):
    taken(filed(neck()))
    report = taken(filed(neck(publication="Other", aliases=["neck guide"])))
    assert 'already names the publication "Neck Care"' in report.refused[0].reasons[0]


def test_an_edition_that_overlaps_one_already_kept_is_refused(filed):
    taken(filed(neck()))
    report = taken(filed(neck(editions=[{"year": 2020, "effective_from": "2020-01-01"}])))
    assert "2016 and 2020 would be in force at the same time" in report.refused[0].reasons[0]
    assert not Edition.objects.filter(year=2020).exists()


def test_a_new_edition_may_end_the_one_before_in_the_same_row(filed):
    taken(filed(neck()))
    newer = [{"year": 2020, "effective_from": "2020-01-01"}, {"year": 2016, "effective_to": "2019-12-31"}]
    assert [row.outcome for row in taken(filed(neck(editions=newer))).rows] == ["changed"]


def test_everything_of_a_row_is_kept(filed):
    report = taken(filed(neck()))
    assert report.count("added") == 1
    publication = Publication.objects.get()
    assert (publication.aliases, publication.issuer) == (["Neck Guide"], "DWC")
    assert list(publication.editions.values_list("year", "pages")) == [(2016, None), (2009, 127)]
    exercise, traction = Section.objects.order_by("position")
    assert (exercise.heading, exercise.pages, exercise.topics) == ("Exercise", "98-99", ["physical therapy", "PT"])
    assert (traction.parent, traction.summary) == (exercise, "Own words.")
    assert str(SectionLimit.objects.get()) == "9-10 visits in 8 weeks for strain"


def test_the_same_file_again_changes_nothing_and_leaves_no_history(filed):
    taken(filed(neck()))
    before = pghistory.models.Events.objects.references(*Section.objects.all()).count()
    assert [row.outcome for row in taken(filed(neck())).rows] == ["unchanged"]
    assert pghistory.models.Events.objects.references(*Section.objects.all()).count() == before
    assert Section.objects.count() == 2


def test_a_change_is_written_and_stands_in_the_history_with_its_cause(filed):
    taken(filed(neck()))
    row = neck()
    row["editions"][1]["sections"][0]["topics"] = ["PT", "therapeutic exercise"]
    assert [result.outcome for result in taken(filed(row)).rows] == ["changed"]
    event = (
        pghistory.models.Events.objects.references(Section.objects.get(heading="Exercise")).order_by("pgh_id").last()
    )
    assert event.pgh_label == "update"
    assert event.pgh_context["actor"] == EDITOR.name
    assert event.pgh_context["cause"] == "import_guidelines: Neck Care"


def test_sections_that_a_file_does_not_name_stay(filed):
    taken(filed(neck()))
    taken(filed(neck(editions=[{"year": 2016, "sections": [{"heading": "Heat"}]}])))
    assert Section.objects.count() == 3
    assert Edition.objects.get(year=2009).pages == 127


def test_the_command_prints_one_object_and_exits_with_one_when_a_row_is_refused(filed):
    out = StringIO()
    call_command("import_guidelines", str(filed(neck())), "--json", stdout=out)
    assert json.loads(out.getvalue())["added"] == 1
    with pytest.raises(CommandError, match="1 of 1 rows were refused") as caught:
        call_command("import_guidelines", str(filed({"editions": []})), stdout=out)
    assert caught.value.returncode == 1
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_guidelines", "nowhere.json", stdout=out)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_file_at_once_make_one_publication(filed):
    path = filed(*[neck(publication=f"Neck {number}", aliases=[]) for number in range(5)])
    outcomes: list[str] = []

    def run():
        try:
            outcomes.extend(row.outcome for row in taken(path).rows)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added"] * 5 + ["unchanged"] * 5
    assert Publication.objects.count() == 5
