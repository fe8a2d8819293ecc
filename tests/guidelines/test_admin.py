from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.roles import ROLES
from guidelines.models import Edition, Publication, Section
from guidelines.services.library import import_guidelines
from tests.accounts.people import make_person, signed_in
from tests.factories.library import published_edition
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
    assert editor_browser.get(f"{where}{first.pk}/history/", follow=True).status_code == 200


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


def test_a_new_edition_is_added_as_a_draft_and_overlapping_ones_are_refused_in_words(editor_browser, publication):
    fresh = {"publication": publication.pk, "year": 2001, "effective_from": "2001-01-01", "effective_to": "2010-01-01"}
    answer = editor_browser.post("/admin/guidelines/edition/add/", fresh)
    draft = Edition.every.get(state="draft")
    assert answer["Location"] == reverse("guidelines:draft", args=[draft.pk])
    assert "is in force in part of that time" in editor_browser.get(answer["Location"]).text
    other = signed_in(make_person("guideline_editor"))
    refusal = other.post(reverse("guidelines:publish", args=[draft.pk]))
    assert (refusal.status_code, Edition.objects.count()) == (409, 2)
    assert "never overlap" in refusal.text
    taken = editor_browser.post("/admin/guidelines/edition/add/", {"publication": publication.pk, "year": 2016})
    assert "There is an edition of 2016 already." in taken.text


def draft_of(publication, editor_browser):
    former = Edition.objects.get(year=2016)
    sent = {"publication": publication.pk, "copy_of": former.pk, "year": 2026, "effective_from": "2026-12-01"}
    editor_browser.post("/admin/guidelines/edition/add/", sent)
    return Edition.every.get(year=2026)


def section_form(browser, section):
    """What the form of a section holds when it is opened."""
    form = browser.get(f"/admin/guidelines/section/{section.pk}/change/").context["adminform"].form
    return {name: form[name].value() for name in form.fields} | {
        name: "\n".join(form[name].value() or []) for name in form.fields if isinstance(form[name].value(), list)
    }


def as_sent(values):
    return {name: "" if value is None else value for name, value in values.items()}


def test_the_author_of_a_draft_cannot_publish_it_by_a_request_of_his_own(editor_browser, publication):
    draft = draft_of(publication, editor_browser)
    assert "Publish</button>" not in editor_browser.get(reverse("guidelines:draft", args=[draft.pk])).text
    refusal = editor_browser.post(reverse("guidelines:publish", args=[draft.pk]))
    assert refusal.status_code == 403
    assert "somebody else publishes it" in refusal.text
    assert Edition.every.get(pk=draft.pk).state == "draft"


def test_two_editors_of_one_section_are_shown_what_both_did(editor_browser, publication):
    section = Section.every.get(edition=draft_of(publication, editor_browser), heading="Exercise")
    other = signed_in(make_person("guideline_editor"))
    mine, theirs = section_form(editor_browser, section), section_form(other, section)
    where = f"/admin/guidelines/section/{section.pk}/change/"
    changed = {**theirs, "heading": "Their heading", "topics": "theirs", "limits": "up to 4 visits"}
    assert other.post(where, as_sent(changed)).status_code == 302
    answer = editor_browser.post(where, as_sent({**mine, "heading": "My heading", "topics": "mine\nPT"}))
    assert answer.status_code == 200
    for text in ("Somebody else saved this section", "Their heading", "My heading", "Both began with: Exercise"):
        assert text in answer.text
    assert Section.every.get(pk=section.pk).heading == "Their heading"
    form = answer.context["adminform"].form
    again = as_sent({name: form[name].value() for name in form.fields})
    both = {f"both-{row['name']}": row["both_value"] for row in form.merge_rows()}
    chosen = {"keep-heading": "mine", "keep-topics": "both", "keep-limits": "theirs"}
    saved = editor_browser.post(where, {**again, **both, **chosen})
    assert saved.status_code == 302
    section.refresh_from_db()
    assert (section.heading, section.topics) == ("My heading", ["theirs", "mine"])
    assert str(section.limits.get()) == "up to 4 visits"


def test_a_section_outside_its_pages_is_refused_beside_its_field(editor_browser, publication):
    draft = draft_of(publication, editor_browser)
    Edition.every.filter(pk=draft.pk).update(pages=100)
    section = Section.every.get(edition=draft, heading="Exercise")
    where = f"/admin/guidelines/section/{section.pk}/change/"
    answer = editor_browser.post(where, as_sent({**section_form(editor_browser, section), "pages": "474"}))
    assert "page 474 lies outside" in answer.text
    line = as_sent({**section_form(editor_browser, section), "limits": "many visits"})
    assert "is no limit" in editor_browser.post(where, line).text


def test_hostile_words_are_shown_as_words(editor_browser, publication):
    draft = draft_of(publication, editor_browser)
    section = Section.every.get(edition=draft, heading="Exercise")
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    sent = {**section_form(editor_browser, section), "summary": bad, "heading": bad, "topics": bad}
    assert editor_browser.post(f"/admin/guidelines/section/{section.pk}/change/", as_sent(sent)).status_code == 302
    for name in ("draft", "draft_preview", "draft_changes", "edition_history"):
        page = editor_browser.get(reverse(f"guidelines:{name}", args=[draft.pk])).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in editor_browser.get(reverse("guidelines:draft", args=[draft.pk])).text


def test_a_published_section_takes_words_alone(editor_browser, publication):
    section = Section.objects.get(heading="Exercise")
    sent = as_sent({**section_form(editor_browser, section), "topics": "gym", "heading": "Other", "pages": "1"})
    assert editor_browser.post(f"/admin/guidelines/section/{section.pk}/change/", sent).status_code == 302
    section.refresh_from_db()
    assert (section.heading, section.pages, section.topics) == ("Exercise", "98-99", ["gym"])


def test_a_change_is_undone_from_the_history(editor_browser, publication):
    draft = draft_of(publication, editor_browser)
    section = Section.every.get(edition=draft, heading="Exercise")
    sent = as_sent({**section_form(editor_browser, section), "topics": "gym"})
    editor_browser.post(f"/admin/guidelines/section/{section.pk}/change/", sent)
    page = editor_browser.get(reverse("guidelines:edition_history", args=[draft.pk]))
    step = next(one for one in page.context["steps"] if one["step"].fields and one["step"].name == "Exercise")
    undo = reverse(step["undo"], args=[step["step"].event_id])
    assert editor_browser.post(undo, {"edition": draft.pk}).status_code == 302
    section.refresh_from_db()
    assert section.topics == ["physical therapy", "PT"]
    assert "A later change touched" in editor_browser.post(undo, {"edition": draft.pk}, follow=True).text


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
        edition = published_edition(publication=guide, year=2016, effective_from=dt.date(2016, 1, 1))
        Section.objects.create(edition=edition, heading="Traction", topics=["traction"])
    editor_browser.get(f"/admin/guidelines/{kind}/")
    with django_assert_num_queries(queries):
        editor_browser.get(f"/admin/guidelines/{kind}/")
