"""A guideline editor's upkeep: lists with an error, their columns, pasted contents, the tree by keys, the desk."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from guidelines.models import Edition, Section
from guidelines.services.library import import_guidelines
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe, axe_everywhere, fits, follow, send, shoot, sign_in
from tests.guidelines.conftest import EDITOR, neck
from tests.guidelines.tables import csv_file, xlsx_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def editor(live_server, page, tmp_path):
    path = tmp_path / "library.json"
    path.write_text(json.dumps([neck()]), encoding="utf-8")
    import_guidelines(path=path, actor=EDITOR)
    sign_in(page, make_person("guideline_editor"), live_server.url)
    return page


def look(page, name):
    """Pictures at both widths, what axe finds, and whether the page is wider than its window."""
    shoot(page, name)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        axe(page)
        fits(page)


def give(page, live_server, name, file, kind="text/csv", source=""):
    edition = Edition.objects.get(year=2016)
    page.goto(f"{live_server.url}/admin/library/lists/?edition={edition.pk}")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": file.getvalue()})
    page.get_by_label("Where the list comes from").fill(source)
    send(page, "Read the file")


def test_a_workbook_with_an_error_is_corrected_seen_written_and_undone(editor, live_server):
    page = editor
    page.goto(f"{live_server.url}/admin/library/lists/")
    look(page, "library-lists")
    head = ["heading", "parent", "pages", "topics"]
    give(page, live_server, "sections.xlsx", xlsx_file(head, ["Heat", "Exercise", "=1+1", "warmth"]), XLSX)
    expect(page.get_by_text("cell C2 holds a formula (=1+1). Put its value there.")).to_be_visible()
    expect(page.get_by_role("button", name="Write it all")).to_have_count(0)
    look(page, "library-list-refused")
    rows = [["Heat", "Exercise", "99", "warmth"], ["Exercise", "", "98-99", "physical therapy; PT; stretching"]]
    give(page, live_server, "sections.xlsx", xlsx_file(head, *rows), XLSX)
    expect(page.get_by_text("1 added, 1 changed, 0 unchanged, 0 refused")).to_be_visible()
    follow(page, "Changed 1")
    expect(page.locator("ins")).to_have_text("physical therapy; PT; stretching")
    look(page, "library-list-ready")
    send(page, "Write it all")
    expect(page.get_by_text("Written: 1 added, 1 changed.")).to_be_visible()
    assert Section.every.filter(edition__state="draft").get(heading="Heat").parent.heading == "Exercise"
    send(page, "Undo")
    expect(page.get_by_text("Undone: the library is as it was before.")).to_be_visible()
    assert not Section.every.filter(heading="Heat").exists()
    assert Section.every.filter(edition__state="draft").get(heading="Exercise").topics == ["physical therapy", "PT"]


def test_columns_are_asked_for_once(editor, live_server):
    page = editor
    table = "Kapitel;Blatt\nHeat;7\n"
    give(page, live_server, "liste.csv", csv_file(table), source="Publisher")
    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()
    look(page, "library-columns")
    send(page, "Read the list")
    expect(page.get_by_text("No column is the heading of the section. Say which one it is.")).to_be_visible()
    page.get_by_label("Kapitel").select_option("heading")
    page.get_by_label("Blatt").select_option("pages")
    send(page, "Read the list")
    expect(page.get_by_text("1 added, 0 changed")).to_be_visible()
    give(page, live_server, "liste.csv", csv_file(table), source="Publisher")
    expect(page.get_by_text("1 added, 0 changed")).to_be_visible()


def test_pasted_headings_become_a_tree_that_keys_rearrange(editor, live_server):
    page = editor
    page.goto(f"{live_server.url}/admin/library/lists/")
    page.get_by_label("Of the edition").select_option(label="Neck Care, 2016")
    page.get_by_label("Headings, one a line").fill(
        "1 Exercise ... 98\n2 Devices ... 101\n2.1 Traction ... 102\n3 Heat ... 110"
    )
    send(page, "Read the headings")
    expect(page.get_by_text("2 added, 2 changed")).to_be_visible()
    send(page, "Write it all")
    follow(page, "The tree")
    look(page, "library-tree")
    page.get_by_role("radio", name="Heat").check()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("radio", name="Heat")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowRight")
    expect(page.get_by_role("radio", name="Heat")).to_be_focused()
    heat = Section.every.filter(edition__state="draft").get(heading="Heat")
    assert (heat.parent.heading, heat.position) == ("Exercise", 1)
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_text("It is the first one here already.")).to_be_visible()
    page.get_by_text("Add a section").click()
    page.get_by_label("Heading", exact=True).fill("Moist heat")
    send(page, "Add below the chosen one")
    expect(page.get_by_role("radio", name="Moist heat")).to_be_checked()
    assert Section.every.filter(edition__state="draft").get(heading="Moist heat").parent == heat


def test_words_of_many_sections_are_changed_at_once(editor, live_server):
    page = editor
    page.goto(f"{live_server.url}/admin/library/words/?q=t")
    page.get_by_label("Choose all").check()
    page.get_by_label("Add", exact=True).fill("rehabilitation")
    look(page, "library-words")
    send(page, "Show the differences")
    expect(page.get_by_text("2 changed")).to_be_visible()
    send(page, "Write it all")
    assert Section.objects.filter(topics__contains=["rehabilitation"]).count() == 2


def test_words_sought_in_vain_become_a_synonym_by_one_click(editor, live_server):
    page = editor
    page.goto(f"{live_server.url}/guidelines/")
    with page.expect_response("**/guidelines/unanswered/"):
        page.keyboard.press("/")
        page.keyboard.type("kinesiotaping", delay=10)
    page.goto(f"{live_server.url}/guidelines/desk/")
    expect(page.get_by_role("rowheader", name="kinesiotaping")).to_be_visible()
    axe_everywhere(page)
    shoot(page, "guidelines-editor-desk")
    follow(page, "Give it to a section")
    expect(page.get_by_text("No section has these words")).to_be_visible()
    page.get_by_label("The section you expected").fill("exercise")
    send(page, "Ask")
    follow(page, "Exercise")
    expect(page.get_by_text("It does not come up")).to_be_visible()
    axe_everywhere(page)
    shoot(page, "guidelines-why")
    send(page, "Make it a synonym")
    expect(page.get_by_text("It comes up as number 1 of 1.")).to_be_visible()
    assert Section.objects.get(heading="Exercise").synonyms == ["kinesiotaping"]


def test_a_published_edition_is_corrected_in_a_draft(editor, live_server):
    page = editor
    page.goto(f"{live_server.url}/admin/library/tree/{Edition.objects.get(year=2016).pk}/")
    expect(page.get_by_role("button", name="↑ Up")).to_have_count(0)
    send(page, "Correct the contents")
    expect(page.get_by_role("button", name="↑ Up")).to_be_visible()
