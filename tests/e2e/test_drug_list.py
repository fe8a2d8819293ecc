"""A guideline editor keeps the drug list: found, corrected, a file with an error, a new list from a day on, undone."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from guidelines.models import FormularyDrug, FormularyEdition
from guidelines.services.formulary import formulary_status, load_formulary
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe, fits, follow, send, shoot, sign_in
from tests.guidelines.tables import csv_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEAD = "Drug ingredient,Brand name,Exempt / Non-exempt,Special fill,Peri-op\n"


def look(page, name):
    shoot(page, name)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        axe(page)
        fits(page)


def give(page, text):
    page.locator("input[type=file]").set_input_files(
        {"name": "drugs.csv", "mimeType": "text/csv", "buffer": csv_file(text).getvalue()}
    )
    page.get_by_label("Name of a new list").fill("List of 2027")
    page.get_by_label("It applies from").fill("2027-01-01")
    send(page, "Read the file")


def test_the_drug_list_is_found_corrected_and_followed_by_a_new_one(live_server, page):
    load_formulary()
    sign_in(page, make_person("guideline_editor"), live_server.url)
    page.goto(f"{live_server.url}/admin/guidelines/formularydrug/?q=toradol")
    shoot(page, "drugs-found")
    follow(page, "Ketorolac")
    page.locator("#id_status").select_option("exempt")
    send(page, "Save")
    expect(page.get_by_text("Only a non-exempt drug has a special fill").first).to_be_visible()
    shoot(page, "drugs-refused")
    page.locator("#id_status").select_option("non_exempt")
    page.locator("#id_confirmed").check()
    send(page, "Save")
    assert FormularyDrug.objects.get(ingredient="Ketorolac", dosage_form="").confirmed
    page.goto(f"{live_server.url}/admin/guidelines/formularydrug/")
    shoot(page, "drugs-list")

    page.goto(f"{live_server.url}/admin/library/drugs/")
    look(page, "drugs-in-and-out")
    give(page, f"{HEAD}Ibuprofen,Advil,perhaps,,\n")
    expect(page.get_by_text("“perhaps” is no status. Write exempt, non-exempt or unlisted.")).to_be_visible()
    expect(page.get_by_role("button", name="Write it all")).to_have_count(0)
    page.goto(f"{live_server.url}/admin/library/drugs/")
    give(page, f"{HEAD}Ibuprofen,Advil,Non-exempt,4 days,no\nNewazole,Newa,Unlisted,,\n")
    expect(page.get_by_text("2 added, 2 changed, 0 unchanged, 0 refused")).to_be_visible()
    look(page, "drugs-differences")
    assert FormularyEdition.objects.count() == 1
    send(page, "Write it all")
    expect(page.get_by_text("Written: 2 added, 2 changed.")).to_be_visible()
    days = dt.date(2026, 12, 31), dt.date(2027, 1, 1)
    assert [formulary_status(drug="ibuprofen", on=day).status for day in days] == ["exempt", "non_exempt"]
    page.goto(f"{live_server.url}/admin/library/drugs/")
    look(page, "drugs-two-lists")
    follow(page, "History of List of 2027")
    look(page, "drugs-history")
    page.goto(f"{live_server.url}/admin/library/drugs/")
    follow(page, "drugs.csv")
    send(page, "Undo")
    expect(page.get_by_text("Undone: the library is as it was before.")).to_be_visible()
    assert FormularyEdition.objects.get().effective_to is None
