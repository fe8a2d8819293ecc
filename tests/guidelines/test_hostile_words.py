"""HTML in a heading, a topic or a summary is words on every page that shows them, under the content policy."""

from __future__ import annotations

import datetime as dt
import html
import io

import pytest
from django.urls import reverse

from common.actor import Actor
from guidelines.models import FormularyDrug, FormularyEdition, Publication, Section, SectionLimit
from guidelines.rules.limits import Limit
from guidelines.services.drafts import start_correction
from guidelines.services.section_editing import save_section
from guidelines.services.upkeep import filing
from tests.accounts.people import make_person, signed_in
from tests.factories.library import published_edition

pytestmark = pytest.mark.django_db
BAD = """<script>alert(1)</script><img src=x onerror=alert(1)>"';x:expression(1)"""
RAW = ("<script>alert", "<img src=x", "<img src='x")
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def person():
    return make_person("guideline_editor")


@pytest.fixture
def editor_browser(person):
    return signed_in(person)


@pytest.fixture
def section():
    publication = Publication.objects.create(name=f"Neck {BAD}", aliases=[BAD], topics=[BAD], issuer=BAD)
    edition = published_edition(publication=publication, year=2016, effective_from=dt.date(2016, 1, 1), source=BAD)
    section = Section.objects.create(
        edition=edition, heading=f"Heat {BAD}", topics=[f"warmth {BAD}"], synonyms=[BAD], drugs=[BAD], summary=BAD,
        body_parts=[BAD],
    )  # fmt: skip
    SectionLimit.objects.bulk_create([SectionLimit.of(section.pk, Limit("visits", 1, 2, None, BAD[:200]))])
    return section


def words_alone(editor_browser, address, shows=BAD):
    answer = editor_browser.get(address, follow=True)
    assert answer.status_code == 200, address
    text = answer.text
    for raw in RAW:
        assert raw not in text, address
    assert shows in html.unescape(html.unescape(text)), address
    policy = answer["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts, address


def test_pages_that_everybody_reads(editor_browser, section):
    words_alone(editor_browser, "/guidelines/?q=heat")
    words_alone(editor_browser, "/guidelines/browse/")
    words_alone(editor_browser, f"/guidelines/browse/{section.edition.publication_id}/")


def test_pages_of_editors(editor_browser, person, section):
    draft = start_correction(edition_id=section.edition_id, actor=Actor.of(person))
    copy = Section.every.get(edition=draft)
    save_section(
        section_id=copy.pk, mine={"summary": f"{BAD} again", "limits": []}, base={}, version=copy.version,
        actor=Actor.of(person),
    )  # fmt: skip
    for name in ("draft", "draft_preview", "edition_history"):
        words_alone(editor_browser, reverse(f"guidelines:{name}", args=[draft.pk]))
    words_alone(editor_browser, reverse("guidelines:draft_changes", args=[draft.pk]), shows="Neck")
    words_alone(editor_browser, reverse("guidelines:section_history", args=[copy.pk]))
    words_alone(editor_browser, reverse("guidelines:drafts"))
    words_alone(editor_browser, reverse("guidelines:desk"))
    words_alone(editor_browser, f"{reverse('guidelines:why')}?q=heat&section={section.pk}")
    words_alone(editor_browser, reverse("library:tree", args=[draft.pk]))
    words_alone(editor_browser, reverse("library:trees"))
    words_alone(editor_browser, f"{reverse('library:words')}?q=heat")
    for kind, pk in (("section", copy.pk), ("edition", draft.pk), ("publication", section.edition.publication_id)):
        words_alone(editor_browser, f"/admin/guidelines/{kind}/")
        words_alone(editor_browser, f"/admin/guidelines/{kind}/{pk}/change/")


def test_a_list_with_html_in_its_cells_is_shown_as_words_before_it_is_written(editor_browser, person, section):
    table = f'heading,topics,pages\n"Ice {BAD.replace(chr(34), chr(34) * 2)}",cold,"<script>alert(2)"\n'
    change = filing.file_table(
        file=io.BytesIO(table.encode()), name="<b>list.csv", source="<i>source", edition=section.edition,
        actor=Actor.of(person), now=NOW,
    )  # fmt: skip
    page = reverse("library:change", args=[change.pk])
    words_alone(editor_browser, page, shows="“<script>alert(2)” is no page range")
    words_alone(editor_browser, page, shows="<b>list.csv")
    words_alone(editor_browser, reverse("library:lists"), shows="<b>list.csv")


def test_the_drug_list(editor_browser, section):
    edition = FormularyEdition.objects.create(name=BAD, effective_from=dt.date(2018, 1, 1), source=BAD)
    drug = FormularyDrug.objects.create(
        edition=edition, ingredient=BAD, brand_names=[BAD], status="unlisted", reference_guideline=BAD
    )
    for address in (
        "/admin/guidelines/formularydrug/", f"/admin/guidelines/formularydrug/{drug.pk}/change/",
        "/admin/guidelines/formularyedition/", reverse("library:drugs"),
        reverse("library:drugs_history", args=[edition.pk]), reverse("library:drug_history", args=[drug.pk]),
    ):  # fmt: skip
        words_alone(editor_browser, address)
