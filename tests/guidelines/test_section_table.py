from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from guidelines.models import Publication, Section
from guidelines.services.library import import_guidelines
from tests.accounts.people import make_person, signed_in
from tests.guidelines.conftest import EDITOR, neck

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/admin/guidelines/section/import/", "/admin/guidelines/section/export/"
HEAD = "publication,year,heading,position,pages,topics,summary\n"


@pytest.fixture
def browser():
    return signed_in(make_person("guideline_editor"))


@pytest.fixture(autouse=True)
def library(filed):
    import_guidelines(path=filed(neck()), actor=EDITOR)


def dry_run(browser, text):
    upload = SimpleUploadedFile("sections.csv", text.encode(), content_type="text/csv")
    return browser.post(IMPORT, {"import_file": upload, "format": "0"})


@pytest.mark.parametrize("role", ["administrator", "reviewer"])
def test_only_editors_import_and_export(role):
    for where in (IMPORT, EXPORT):
        assert signed_in(make_person(role)).get(where, follow=True).status_code == 403


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Neck Care,1999,Heat,1,,ice,", "There is no edition of 1999 of “Neck Care”"),
        ("Elbow Care,2016,Heat,1,,ice,", "There is no edition of 2016 of “Elbow Care”"),
        ("Neck Care,2009,Heat,1,474,ice,", "page 474 lies outside"),
        ("Neck Care,2009,Heat,1,pg. 3,ice,", "Pages are written"),
    ],
)
def test_a_table_with_one_error_says_it_and_writes_nothing(browser, row, words):
    answer = dry_run(browser, f"{HEAD}Neck Care,2009,Cold,0,,ice,\n{row}\n")
    assert words in html.unescape(answer.text)
    assert "confirm_form" not in (answer.context or {})
    assert not Section.objects.filter(edition__year=2009).exists()


def test_summaries_of_licensed_text_are_refused(browser):
    Section.objects.update(summary="")
    Publication.objects.update(licensed_text=True)
    answer = dry_run(browser, f"{HEAD}Neck Care,2009,Cold,0,,ice,Their words.\n")
    assert "is licensed" in html.unescape(answer.text)


def test_the_dry_run_shows_the_differences_and_only_the_confirmation_writes(browser):
    answer = dry_run(browser, f"{HEAD}Neck Guide,2016,Exercise,0,98-99,physical therapy; PT; stretching,\n")
    assert "stretching" in re.sub(r"</?ins[^>]*>", "", answer.text)
    assert Section.objects.get(heading="Exercise").topics == ["physical therapy", "PT"]
    confirm = {name: value for name, value in answer.context["confirm_form"].initial.items() if value is not None}
    done = browser.post(reverse("admin:guidelines_section_process_import"), confirm)
    assert done.status_code == 302
    assert Section.objects.get(heading="Exercise").topics == ["physical therapy", "PT", "stretching"]
    assert Section.objects.count() == 2


def test_the_export_gives_every_section_and_no_formula(browser):
    Section.objects.filter(heading="Traction").update(heading="=1+1")
    table = browser.post(EXPORT, {"format": "0", "resource": "0"}).content.decode()
    assert table.startswith("publication,year,heading,position,pages,topics")
    assert "Neck Care,2016,Exercise,0,98-99,physical therapy;PT" in table
    assert ",=1+1," not in table
