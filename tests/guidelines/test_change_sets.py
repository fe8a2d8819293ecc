"""Lists of sections taken in: what is refused, what is shown, what is written, what is taken back."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest

from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from guidelines.models import ChangeSet, Edition, Publication, Section, SectionLimit
from guidelines.services.drafts import start_correction
from guidelines.services.library import import_guidelines
from guidelines.services.publishing import publish
from guidelines.services.upkeep import change_sets, filing, tables, working
from tests.accounts.people import make_person
from tests.guidelines.conftest import EDITOR, neck
from tests.guidelines.tables import csv_file, xlsx_file

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def editor():
    return Actor.of(make_person("guideline_editor"))


@pytest.fixture(autouse=True)
def library(filed):
    import_guidelines(path=filed(neck()), actor=EDITOR)


def edition(year=2016):
    return Edition.objects.select_related("publication").get(year=year)


def give(file, editor, name="list.csv", source="", year=2016):
    return filing.file_table(
        file=file, name=name, source=source, edition=edition(year) if year else None, actor=editor, now=NOW
    )


def drafts(**facts):
    """Sections of drafts: what an import writes in before a second person publishes it."""
    return Section.every.filter(edition__state="draft", **facts)


def reasons(change):
    return [(row.number, *reason) for row in change.rows.filter(outcome="refused") for reason in row.reasons]


def confirmed(change, editor):
    return change_sets.confirm(pk=change.pk, actor=editor, now=NOW)


def test_who_may_not_edit_may_not_import():
    with pytest.raises(RightRefusal):
        give(csv_file("heading\nHeat\n"), Actor.of(make_person("reviewer")))


@pytest.mark.parametrize(
    ("file", "name", "words"),
    [
        (csv_file(""), "list.csv", "The file is empty"),
        (csv_file("heading,pages\n"), "list.csv", "not one row below"),
        (csv_file("\n\nheading\n"), "list.csv", "names of the columns; it is empty"),
        (csv_file("heading,Heading\na,b\n"), "list.csv", "Two columns are called “Heading”"),
        (csv_file("heading\nMüller\n", encoding="latin-1"), "list.csv", "not written in UTF-8"),
        (csv_file('heading\n"Heat\n'), "list.csv", "cannot be read"),
        (csv_file("heading\nHeat\n"), "list.xlsx", "no XLSX workbook"),
        (xlsx_file(["heading"], ["Heat"]), "list.csv", "no CSV file but a workbook"),
        (csv_file("heading\nHeat\n"), "list.pdf", "CSV, XLSX or JSON"),
    ],
)
def test_files_that_are_none_are_refused_in_words(editor, file, name, words):
    with pytest.raises(InputRefusal, match=words):
        give(file, editor, name)
    assert not ChangeSet.objects.exists()


def test_a_file_beyond_the_limits_is_refused(editor, monkeypatch):
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(InputRefusal, match="at most 0 are read"):
        give(csv_file("heading\nHeat and ice\n"), editor)
    monkeypatch.setattr(tables, "MAX_BYTES", 1000)
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    change = give(csv_file("heading\na\nb\nc\n"), editor)
    assert change.state == "refused"
    assert "more than 2 rows" in change.problem


def test_every_bad_cell_is_refused_with_its_row_column_and_sentence(editor):
    Publication.objects.update(licensed_text=False)
    text = (
        "heading,parent,pages,summary,limits,year,extra\n"
        "Cold,,12,,,,\n"
        ",,13,,,,\n"
        "Heat,,pg. 3,,,,\n"
        "Cold,,14,,,,\n"
        "Loop,Pool,,,,,\n"
        "Pool,Loop,,,,,\n"
        "Ice,Nowhere,,,,,\n"
        "Lost,,,,,1999,\n"
        "Many,,,,often,,\n"
        "Wide,,,,,,,one too many\n"
        f"Long,,,{'x' * 4001},,,\n"
        "Late,,99-12,,,,\n"
    )
    change = give(csv_file(text), editor)
    change = filing.name_columns(pk=change.pk, columns={h: h for h in text.splitlines()[0].split(",")[:6]},
                                      actor=editor, now=NOW)  # fmt: skip
    found = {(number, column): sentence for number, column, sentence in reasons(change)}
    assert found[3, "heading"] == "The heading is missing. Write it, or take the row out."
    assert "no page range" in found[4, "pages"]
    assert found[5, "heading"].startswith("Row 2 has the same heading")
    assert "in a circle" in found[6, "parent"]
    assert "in a circle" in found[7, "parent"]
    assert "“Nowhere” is no heading" in found[8, "parent"]
    assert found[9, "year"].startswith("There is no edition of 1999 of “Neck Care”")
    assert "is no limit" in found[10, "limits"]
    assert "more cells than there are columns" in found[11, ""]
    assert found[12, "summary"] == "is too long: at most 4,000 characters, has 4,001."
    assert "ends before it begins" in found[13, "pages"]
    assert (change.added, change.refused) == (1, 11)
    with pytest.raises(StateRefusal, match="Rows that are refused: 11"):
        confirmed(change, editor)
    assert not Edition.every.filter(state="draft").exists()


def test_pages_outside_the_edition_and_summaries_of_licensed_text_are_refused(editor):
    Section.objects.update(summary="")
    Publication.objects.update(licensed_text=True)
    change = give(csv_file("heading,pages,summary\nHeat,120-128,\nCold,127,Their words.\n"), editor, year=2009)
    assert [(row, column) for row, column, _ in reasons(change)] == [(2, "pages"), (3, "summary")]
    assert reasons(change)[0][2] == "The edition has 127 pages; page 128 lies outside."


def test_formulas_errors_and_dates_in_a_workbook_are_refused_by_their_cell(editor):
    file = xlsx_file(["heading", "pages", "topics"], ["Heat", "=1+1", "ice"], ["Cold", dt.date(2026, 10, 9), "=ice"])
    found = {(number, column): sentence for number, column, sentence in reasons(give(file, editor, "list.xlsx"))}
    assert "cell B2 holds a formula (=1+1)" in found[2, "pages"]
    assert "cell B3 holds a date (Oct 09)" in found[3, "pages"]
    assert "cell C3 holds a formula" in found[3, "topics"]


def test_nothing_is_written_before_it_is_confirmed_and_then_all_of_it(editor):
    table = (
        "heading,parent,pages,topics,limits,summary\n"
        "Exercise,,98-99,physical therapy; PT; stretching,9-10 visits in 8 weeks for strain,\n"
        "Packs,Heat,7,,,<script>alert(1)</script>\n"
        "Heat,Exercise,100,warmth,3 days,\n"
    )
    change = give(csv_file(table), editor)
    assert (change.state, change.added, change.changed, change.unchanged) == ("ready", 2, 1, 0)
    rows = {row.name: row for row in change.rows.all()}
    assert rows["Exercise"].differences == [
        ["topics", ["physical therapy", "PT"], ["physical therapy", "PT", "stretching"]]
    ]
    assert rows["Packs"].path == ["Exercise", "Heat", "Packs"]
    assert not Edition.every.filter(state="draft").exists()
    change = confirmed(change, editor)
    assert change.state == "written"
    packs = drafts().get(heading="Packs")
    assert (packs.parent.heading, packs.parent.parent.heading) == ("Heat", "Exercise")
    assert packs.summary == "<script>alert(1)</script>"
    assert [str(limit) for limit in drafts().get(heading="Heat").limits.all()] == ["3 days"]
    again = give(csv_file(table), editor)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    with pytest.raises(StateRefusal, match="Nothing would change"):
        confirmed(again, editor)


def test_what_was_written_is_taken_back_as_it_was(editor):
    def state():
        return (
            list(drafts().order_by("pk").values("pk", "heading", "parent", "topics", "pages", "position")),
            list(SectionLimit.objects.values("section", "condition", "unit", "minimum", "maximum", "weeks")),
        )

    start_correction(edition_id=edition().pk, actor=editor)
    change = give(
        csv_file("heading,parent,topics,limits\nExercise,,none of it,2 visits\nHeat,Exercise,,1 visits\n"), editor
    )
    before = state()
    assert len(before[0]) == 2
    confirmed(change, editor)
    assert state() != before
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert state() == before
    with pytest.raises(StateRefusal, match="“undone” by now"):
        change_sets.undo(pk=change.pk, actor=editor, now=NOW)


def test_what_somebody_changed_since_is_never_lost_by_undoing(editor):
    change = give(csv_file("heading,parent,topics\nExercise,,one\nHeat,Exercise,two\n"), editor)
    confirmed(change, editor)
    drafts(heading="Exercise").update(topics=["mine"])
    with pytest.raises(StateRefusal, match="“Exercise” was changed after this: Topics is “mine” now"):
        change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    drafts(heading="Exercise").update(topics=["one"])
    heat = drafts().get(heading="Heat")
    Section.every.create(edition=heat.edition, parent=heat, heading="Packs")
    with pytest.raises(StateRefusal, match="added below"):
        change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert drafts().get(heading="Exercise").topics == ["one"]


def test_of_two_who_import_at_once_the_second_sees_that_the_base_has_changed(editor):
    other = Actor.of(make_person("guideline_editor"))
    first = give(csv_file("heading,topics\nExercise,one\n"), editor)
    second = give(csv_file("heading,topics\nExercise,two\n"), other)
    elsewhere = give(csv_file("heading,topics\nHeat,three\n"), other, year=2009)
    confirmed(first, editor)
    with pytest.raises(StateRefusal, match=f"The library was changed by {editor.name} since"):
        confirmed(second, other)
    assert drafts().get(heading="Exercise").topics == ["one"]
    confirmed(elsewhere, other)
    second = change_sets.compare_again(pk=second.pk, actor=other, now=NOW)
    assert second.rows.get().differences == [["topics", ["one"], ["two"]]]
    confirmed(second, other)
    assert drafts().get(heading="Exercise").topics == ["two"]


def test_columns_are_named_once_and_remembered_for_their_source(editor):
    table = "Kapitel;Blatt;Notiz\nHeat;7;x\n"
    change = give(csv_file(table), editor, source="Publisher")
    assert change.state == "columns"
    assert change.headers == [["Kapitel", ["Heat"]], ["Blatt", ["7"]], ["Notiz", ["x"]]]
    with pytest.raises(InputRefusal, match="No column is the heading"):
        filing.name_columns(pk=change.pk, columns={"Blatt": "pages"}, actor=editor, now=NOW)
    change = filing.name_columns(pk=change.pk, columns={"Kapitel": "heading", "Blatt": "pages"}, actor=editor, now=NOW)
    assert (change.state, change.added) == ("ready", 1)
    again = give(csv_file(table), editor, source="PUBLISHER")
    assert (again.state, again.added) == ("ready", 1)
    assert give(csv_file(table), editor, source="Somebody else").state == "columns"


def test_pasted_contents_make_a_tree_of_sections_that_stood_flat(editor):
    draft = start_correction(edition_id=edition().pk, actor=editor)
    Section.every.filter(edition=draft, heading="Traction").update(parent=None)
    kept = drafts().get(heading="Traction")
    change = change_sets.paste_contents(
        text="1 Exercise ..... 98-99\n2 Devices ...... 101\n2.1 Traction ... 102\n",
        edition=edition(),
        actor=editor,
        now=NOW,
    )
    assert (change.added, change.changed) == (1, 1)
    confirmed(change, editor)
    kept.refresh_from_db()
    assert (kept.parent.heading, kept.pages, kept.summary) == ("Devices", "102", "Own words.")
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    kept.refresh_from_db()
    assert (kept.parent, kept.pages) == (None, "")
    assert drafts().count() == 2


def test_words_are_given_to_many_sections_at_once_and_taken_back(editor):
    ids = list(Section.objects.values_list("pk", flat=True))
    with pytest.raises(InputRefusal, match="Write the words"):
        change_sets.edit_words(sections=ids, field="topics", actor=editor, now=NOW)
    change = change_sets.edit_words(
        sections=ids, field="topics", add=["Rehab"], remove=["pt"], replace={"Physical Therapy": "physiotherapy"},
        in_front=True, actor=editor, now=NOW,
    )  # fmt: skip
    assert (change.changed, change.unchanged) == (2, 0)
    confirmed(change, editor)
    assert Section.objects.get(heading="Exercise").topics == ["Rehab", "physiotherapy"]
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert Section.objects.get(heading="Exercise").topics == ["physical therapy", "PT"]


def test_an_exchange_file_shows_what_it_would_do_and_does_that(editor):
    row = neck(issuer="ACOEM")
    row["editions"][0] |= {"pages": 100, "sections": [{"heading": "Cold", "pages": "101"}]}
    bad = give(io.BytesIO(json.dumps([row]).encode()), editor, "neck.json", year=None)
    assert "page 101 lies outside" in reasons(bad)[0][2]
    row["editions"][0]["sections"][0]["pages"] = "99"
    row["editions"].append({"year": 2030, "effective_from": "2030-01-01", "sections": [{"heading": "Heat"}]})
    row["editions"][1]["effective_to"] = "2029-12-31"
    change = give(io.BytesIO(json.dumps([row]).encode()), editor, "neck.json", year=None)
    assert change.state == "ready", change.problem
    told = {(row.about, row.name): row for row in change.rows.all()}
    assert told["publication", "Publication"].differences == [["issuer", "DWC", "ACOEM"]]
    assert told["edition", "Edition of 2016"].differences == [["effective_to", None, "2029-12-31"]]
    assert told["section", "Heat"].outcome == "added"
    assert not Edition.every.filter(state="draft").exists()
    confirmed(change, editor)
    assert drafts(edition__year=2030, heading="Heat").exists()
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert not Edition.every.filter(year=2030).exists()
    assert Publication.objects.get().issuer == "DWC"
    assert edition(2009).pages == 127
    assert not drafts(heading__in=["Cold", "Heat"]).exists()


def test_an_exchange_file_is_written_only_as_it_was_shown(editor):
    file = io.BytesIO(json.dumps([neck(issuer="ACOEM")]).encode())
    change = give(file, editor, "neck.json", year=None)
    Publication.objects.update(issuer="Somebody")
    with pytest.raises(StateRefusal, match="The library was changed"):
        confirmed(change, editor)
    assert Publication.objects.get().issuer == "Somebody"


def test_a_change_given_up_is_written_no_more(editor):
    change = give(csv_file("heading\nHeat\n"), editor)
    change_sets.give_up(pk=change.pk, actor=editor)
    assert not change.rows.exists()
    with pytest.raises(StateRefusal, match="“given up” by now"):
        confirmed(change, editor)


def test_a_big_file_waits_for_a_worker(editor, monkeypatch):
    monkeypatch.setattr(working, "AT_ONCE_BYTES", 10)
    change = give(csv_file("heading\nHeat and ice\n"), editor)
    assert change.state == "reading"
    assert not change.rows.exists()


def test_a_published_edition_takes_a_change_by_a_draft_alone_and_a_published_draft_is_never_undone(editor):
    second = Actor.of(make_person("guideline_editor"))
    change = confirmed(give(csv_file("heading,parent\nHeat,Exercise\n"), editor), editor)
    assert not Section.objects.filter(heading="Heat").exists()
    with pytest.raises(Refusal):
        publish(edition_id=change.edition_id, actor=editor, now=NOW)
    publish(edition_id=change.edition_id, actor=second, now=NOW)
    assert Section.objects.filter(heading="Heat").exists()
    with pytest.raises(StateRefusal, match="is no open draft"):
        change_sets.undo(pk=change.pk, actor=editor, now=NOW)


def test_a_big_change_is_undone_by_a_worker_and_what_was_changed_since_is_said_on_its_page(editor, monkeypatch):
    change = confirmed(give(csv_file("heading\nHeat\n"), editor), editor)
    monkeypatch.setattr(change_sets, "AT_ONCE_ROWS", 0)
    Section.every.filter(heading="Heat").update(pages="7")
    heat = drafts().get(heading="Heat")
    Section.every.create(edition=heat.edition, parent=heat, heading="Packs")

    def undone():
        asked = change_sets.undo(pk=change.pk, actor=editor, now=NOW)
        assert (asked.state, drafts(heading="Heat").exists()) == ("undoing", True)
        assert outbox.run(OutboxJob.objects.filter(kind=working.UNDO).latest("pk").pk, now=NOW)
        return ChangeSet.objects.get(pk=change.pk)

    refused = undone()
    assert refused.state == "written"
    assert "added below what this change added" in refused.problem
    drafts(heading="Packs").delete()
    assert (undone().state, drafts(heading="Heat").exists()) == ("undone", False)


def test_a_list_that_is_given_up_has_begun_no_draft_and_one_begun_meanwhile_is_seen(editor):
    change = give(csv_file("heading,pages\nExercise,97\nHeat,98\n"), editor)
    other = give(csv_file("heading,pages\nExercise,96\n"), editor)
    change_sets.give_up(pk=change.pk, actor=editor)
    assert not Edition.every.filter(state="draft").exists()
    draft = start_correction(edition_id=edition().pk, actor=editor)
    with pytest.raises(StateRefusal, match="compare again"):
        confirmed(other, editor)
    other = change_sets.compare_again(pk=other.pk, actor=editor, now=NOW)
    assert other.edition == draft
    confirmed(other, editor)
    assert (drafts().get(heading="Exercise").pages, Section.objects.get(heading="Exercise").pages) == ("96", "98-99")


def test_rows_compared_with_a_published_edition_go_into_the_draft_that_the_confirmation_begins(editor):
    table = "heading,parent,pages,limits\nTraction,Exercise,99,9 visits\nExercise,,97,\nHeat,Exercise,98,\n"
    change = confirmed(give(csv_file(table), editor), editor)
    assert (change.added, change.changed) == (1, 2)
    traction = drafts().get(heading="Traction")
    assert (traction.pages, str(traction.limits.get())) == ("99", "9 visits")
    assert drafts().get(heading="Heat").parent == drafts().get(heading="Exercise")
    assert Section.objects.get(heading="Traction").pages == ""
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert drafts().get(heading="Traction").pages == ""
    assert not drafts(heading="Heat").exists()


def test_a_section_that_pasted_contents_move_is_moved_in_the_draft_and_back(editor):
    change = change_sets.paste_contents(
        text="1 Exercise ... 98\n2 Devices ... 101\n2.1 Traction ... 102\n", edition=edition(), actor=editor, now=NOW
    )
    assert not Edition.every.filter(state="draft").exists()
    confirmed(change, editor)
    assert drafts().get(heading="Traction").parent == drafts().get(heading="Devices")
    assert Section.objects.get(heading="Traction").parent.heading == "Exercise"
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert drafts().get(heading="Traction").parent == drafts().get(heading="Exercise")
