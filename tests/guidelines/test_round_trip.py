"""What the library gives out reads back as the same: CSV, XLSX and the exchange format, whatever the cells hold."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from openpyxl import load_workbook

from common.actor import Actor
from guidelines.models import Edition, Publication, Section, SectionLimit
from guidelines.rules.limits import Limit
from guidelines.services import exporting
from guidelines.services.drafts import start_edition
from guidelines.services.library import load_library
from guidelines.services.upkeep import change_sets, filing
from tests.accounts.people import make_person
from tests.factories.library import published_edition

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
NASTY = [
    "comma, semicolon; and colon:", '"in quotes" and “curly”', "it's an apostrophe", "'leading apostrophe", "007",
    "=1+1", "+1", "-1", "@sum", "'=1+1", "''=1+1", "naïve Überschrift 膝 \U0001f9b5", "A > B", "> first", "1/2", "9-10",
    "<b>bold</b> & <script>alert(1)</script>", "TRUE", "#REF!",
]  # fmt: skip


@pytest.fixture
def editor():
    return Actor.of(make_person("guideline_editor"))


@pytest.fixture
def nasty():
    """An edition whose every field holds what files like to spoil; two headings stand at several places."""
    publication = Publication.objects.create(
        name="Neck, Care; =1+1", aliases=NASTY, topics=["a; b", "=x"], url="https://example.org/neck",
        accessed_on=dt.date(2026, 11, 1),
    )  # fmt: skip
    edition = published_edition(
        publication=publication, year=2016, effective_from=dt.date(2016, 7, 28), pages=400, source="8 CCR 9792, “x”"
    )
    above = None
    for place, text in enumerate(NASTY):
        section = Section.objects.create(
            edition=edition, parent=above if place % 3 else None, heading=text, position=place * 2, pages="98-99",
            topics=NASTY[: place + 1], synonyms=[text], summary=f"{text}\n\nsecond paragraph, {text}",
            strength_of_evidence="1a", icd10_ranges=["M54-M54.9"], deep_link="https://example.org/a?b=c&d=e",
        )  # fmt: skip
        above = section
        limits = Limit("visits", 9, 10, 8, text), Limit(f"visits for {place}", None, 4), Limit("days", 2, condition="z")
        SectionLimit.objects.bulk_create(SectionLimit.of(section.pk, limit) for limit in limits)
    for parent in (None, above):
        Section.objects.create(edition=edition, parent=parent, heading="Twice", position=90)
    inner = Section.objects.get(heading="Twice", parent=above)
    for parent in (Section.objects.get(heading="Twice", parent=None), inner):
        Section.objects.create(edition=edition, parent=parent, heading="Below twice", position=91)
    return edition


def exported(form, edition, editor):
    if form == "csv":
        return "".join(exporting.export_csv(editions=[edition.pk], actor=editor)).encode()
    if form == "xlsx":
        return exporting.export_xlsx(editions=[edition.pk], actor=editor)
    return exporting.export_exchange(editions=[edition.pk], actor=editor).encode()


def taken_in(file, form, editor, edition=None):
    change = filing.file_table(
        file=io.BytesIO(file), name=f"list.{form}", source="", edition=edition, actor=editor, now=NOW
    )
    assert change.state == "ready", change.problem
    return change


def told(change):
    return [(row.name, row.outcome, row.differences, row.reasons) for row in change.rows.all()]


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_an_edition_with_anything_in_its_cells_reads_back_without_a_difference(nasty, editor, form):
    change = taken_in(exported(form, nasty, editor), form, editor)
    assert told(change) == []
    assert not Edition.every.filter(state="draft").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_empty_edition_takes_all_of_it_in_and_gives_the_same_file_out(nasty, editor, form):
    file = exported(form, nasty, editor)
    other = Publication.objects.create(name="Other care")
    target = start_edition(
        publication_id=other.pk, year=2016, effective_from=dt.date(2026, 1, 1), based_on_id=None, actor=editor
    )
    change = taken_in(without_place(file, form), form, editor, edition=target)
    assert (change.refused, change.added) == (0, Section.objects.filter(edition=nasty).count()), told(change)
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    again = taken_in(without_place(file, form), form, editor, edition=target)
    assert told(again) == []


def test_an_exchange_file_makes_the_same_edition_where_there_is_none(nasty, editor):
    data = json.loads(exported("json", nasty, editor))
    data[0] |= {"publication": "Other care", "aliases": []}
    file = json.dumps(data).encode()
    change = taken_in(file, "json", editor)
    assert change.refused == 0
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    assert told(taken_in(file, "json", editor)) == []


def without_place(file, form):
    """The same list for an edition that is chosen, without the columns of publication and year."""
    held = io.StringIO() if form == "csv" else io.BytesIO()
    if form == "csv":
        rows = list(csv.reader(io.StringIO(file.decode())))
        keep = [place for place, name in enumerate(rows[0]) if name not in ("publication", "year")]
        csv.writer(held).writerows([[row[place] for place in keep] for row in rows])
        return held.getvalue().encode()
    book = load_workbook(io.BytesIO(file))
    names = [cell.value for cell in book.active[1]]
    for place in sorted((names.index("publication"), names.index("year")), reverse=True):
        book.active.delete_cols(place + 1)
    book.save(held)
    return held.getvalue()


def test_the_whole_library_of_the_house_reads_back_without_a_difference(editor):
    load_library()
    ids = list(Edition.objects.values_list("pk", flat=True))
    for form, give in (("csv", exporting.export_csv), ("json", exporting.export_exchange)):
        made = give(editions=ids, actor=editor)
        file = (made if isinstance(made, str) else "".join(made)).encode()
        change = filing.file_table(
            file=io.BytesIO(file), name=f"library.{form}", source="", edition=None, actor=editor, now=NOW
        )
        while change.state == "reading":
            change = change_sets.read_now(change, however_big=True)
        assert told(change) == []
        assert change.state == "ready"


def test_no_cell_of_a_file_is_a_formula(nasty, editor):
    for row in csv.reader(io.StringIO(exported("csv", nasty, editor).decode())):
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    book = load_workbook(io.BytesIO(exported("xlsx", nasty, editor)))
    for cells in book.active.iter_rows():
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
        assert not [cell.value for cell in cells if str(cell.value)[:1] in ("=", "+", "-", "@")]


def test_a_formula_in_a_text_file_is_text_and_nothing_else(editor):
    edition = published_edition(
        publication=Publication.objects.create(name="Knee"), year=2016, effective_from=dt.date(2016, 1, 1)
    )
    file = b"heading,topics\n=HYPERLINK(1),@sum; '=x\n"
    change = taken_in(file, "csv", editor, edition=edition)
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    section = Section.every.get(edition__state="draft")
    assert (section.heading, section.topics) == ("=HYPERLINK(1)", ["@sum", "'=x"])
