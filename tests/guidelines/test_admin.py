from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.roles import ROLES
from guidelines.models import Edition, Publication, Section
from guidelines.services.library import import_guidelines
from tests.accounts.people import make_person, signed_in
from tests.guidelines.conftest import EDITOR, neck

pytestmark = pytest.mark.django_db
LISTS = ("publication", "edition", "section")


@pytest.fixture
def editor_browser():
    return signed_in(make_person("guideline_editor"))


@pytest.fixture
def publication(filed):
    import_guidelines(path=filed(neck()), actor=EDITOR)
    return Publication.objects.get()


def test_only_the_library_the_holidays_and_the_specialties_are_kept_here():
    beside = {model._meta.label for model in admin.site._registry if model._meta.app_label != "guidelines"}
    assert beside == {
        "cases.HolidayOverride", "reviews.SpecialtyEdition", "reviews.SpecialtyNode", "reviews.SpecialtyField",
        "reviews.SpecialtyList",
    }  # fmt: skip


def test_nobody_signs_in_here_but_at_the_door_of_the_house(client):
    answer = client.get("/admin/guidelines/section/")
    assert answer.status_code == 302
    door = client.get(answer["Location"])
    assert door["Location"].startswith(reverse("account_login"))
    assert "next=%2Fadmin%2Fguidelines%2Fsection%2F" in door["Location"]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"guideline_editor", "administrator"}))
def test_other_roles_are_refused(role):
    assert signed_in(make_person(role)).get("/admin/", follow=True).status_code == 403


def test_who_keeps_the_holidays_has_no_part_in_the_library():
    assert signed_in(make_person("administrator")).get("/admin/guidelines/section/").status_code == 403


def test_the_looser_policy_holds_here_and_nowhere_else(editor_browser):
    loose = editor_browser.get("/admin/")["Content-Security-Policy"]
    strict = editor_browser.get(reverse("guidelines:look_up"))["Content-Security-Policy"]
    assert "'unsafe-eval'" in loose
    assert "style-src 'self' 'unsafe-inline'" in loose
    assert "unsafe" not in strict


def test_signing_out_and_passwords_lead_to_the_house(editor_browser):
    assert editor_browser.get("/admin/password_change/")["Location"] == reverse("account_change_password")
    assert editor_browser.post("/admin/logout/")["Location"] == reverse("account_logout")


@pytest.mark.parametrize("kind", LISTS)
def test_lists_forms_and_searches_open(editor_browser, publication, kind):
    where = f"/admin/guidelines/{kind}/"
    assert editor_browser.get(where).status_code == 200
    assert "Neck Care" in editor_browser.get(where, {"q": "neck" if kind != "section" else "PT"}).text
    assert editor_browser.get(f"{where}add/").status_code == 200
    first = {"publication": Publication, "edition": Edition, "section": Section}[kind].objects.first()
    assert editor_browser.get(f"{where}{first.pk}/change/").status_code == 200
    assert editor_browser.get(f"{where}{first.pk}/history/").status_code == 200


def typed(publication, *editions, **changes):
    """What the form of a publication sends."""
    sent = {
        "name": publication.name,
        "aliases": "\n".join(publication.aliases),
        "basis": "MTUS",
        "issuer": "DWC",
        "topics": "neck pain\n\n neck pain \nwhiplash",
        "body_parts": "",
        "service_categories": "",
        "editions-TOTAL_FORMS": str(len(editions)),
        "editions-INITIAL_FORMS": str(sum(1 for edition in editions if "id" in edition)),
        **changes,
    }
    for place, edition in enumerate(editions):
        for key, value in {"publication": publication.pk, "source": "", "pages": "", **edition}.items():
            sent[f"editions-{place}-{key}"] = value
    return sent


def existing(publication):
    return [
        {
            "id": edition.pk,
            "year": edition.year,
            "effective_from": edition.effective_from or "",
            "effective_to": edition.effective_to or "",
        }
        for edition in publication.editions.all()
    ]


def test_overlapping_editions_are_refused_in_words(editor_browser, publication):
    for fresh in (
        [{"year": 2020, "effective_from": "2020-01-01", "effective_to": ""}],
        [
            {"year": 2001, "effective_from": "2001-01-01", "effective_to": "2002-01-01"},
            {"year": 2002, "effective_from": "2002-01-01", "effective_to": "2003-01-01"},
        ],
    ):
        sent = typed(publication, *existing(publication), *fresh)
        answer = editor_browser.post(f"/admin/guidelines/publication/{publication.pk}/change/", sent)
        assert answer.status_code == 200
        assert "in force" in answer.text
    assert Edition.objects.count() == 2


def test_licensed_text_with_summaries_is_refused_in_words(editor_browser, publication):
    sent = typed(publication, *existing(publication), licensed_text="on")
    answer = editor_browser.post(f"/admin/guidelines/publication/{publication.pk}/change/", sent)
    assert "Sections that keep a summary: 1." in answer.text
    assert not Publication.objects.get().licensed_text


def test_a_change_is_kept_and_stands_in_the_history_under_the_editors_name(editor_browser, publication):
    sent = typed(publication, *existing(publication))
    answer = editor_browser.post(f"/admin/guidelines/publication/{publication.pk}/change/", sent)
    assert answer.status_code == 302
    publication.refresh_from_db()
    assert publication.topics == ["neck pain", "whiplash"]
    desk = editor_browser.get(reverse("guidelines:desk")).text
    assert "Publication changed: Neck Care" in desk
    assert "admin site" in desk


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("kind", "queries"), [("publication", 12), ("edition", 14), ("section", 13)])
def test_lists_cost_the_same_number_of_queries_at_any_length(
    editor_browser, kind, queries, rows, django_assert_num_queries
):
    for place in range(rows):
        guide = Publication.objects.create(name=f"Guide {place}")
        edition = Edition.objects.create(publication=guide, year=2016, effective_from=dt.date(2016, 1, 1))
        Section.objects.create(edition=edition, heading="Traction", topics=["traction"])
    editor_browser.get(f"/admin/guidelines/{kind}/")
    with django_assert_num_queries(queries):
        editor_browser.get(f"/admin/guidelines/{kind}/")
