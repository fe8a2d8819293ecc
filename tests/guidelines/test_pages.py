from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.roles import ROLES
from guidelines.models import Edition, Publication, Section
from guidelines.rules.tree import outline
from guidelines.services.library import import_guidelines
from tests.accounts.people import make_person, signed_in
from tests.guidelines.conftest import EDITOR, neck

pytestmark = pytest.mark.django_db
PAGES = {
    "look_up": "search_guidelines",
    "browse": "search_guidelines",
    "desk": "edit_guidelines",
}


@pytest.fixture
def small_library(filed):
    import_guidelines(path=filed(neck()), actor=EDITOR)
    return Publication.objects.get()


@pytest.fixture
def reviewer():
    return signed_in(make_person("reviewer"))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_page_opens_for_those_who_hold_its_right(name, role):
    answer = signed_in(make_person(role)).get(reverse(f"guidelines:{name}"))
    assert answer.status_code == (200 if PAGES[name] in ROLES[role] else 403)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_gets_in_unasked_and_nothing_is_taken_by_post(name, client, reviewer):
    assert client.get(reverse(f"guidelines:{name}")).status_code == 302
    assert reviewer.post(reverse(f"guidelines:{name}")).status_code == 405


def test_a_publication_that_is_not_there_is_not_found(reviewer):
    assert reviewer.get(reverse("guidelines:publication", args=[4610])).status_code == 404


def test_an_empty_look_up_says_what_to_type_and_a_vain_one_what_to_do(reviewer, small_library):
    assert "Type the words of the request" in reviewer.get(reverse("guidelines:look_up")).text
    assert "Nothing found" in reviewer.get(reverse("guidelines:look_up"), {"q": "acupuncture"}).text


def test_a_day_that_is_none_is_said_beside_its_name_and_the_words_stay(reviewer, small_library):
    text = reviewer.get(reverse("guidelines:look_up"), {"q": "<b>PT</b>", "on": "2016-02-30"}).text
    assert "In force on: “2016-02-30” is not a date" in text
    assert 'value="&lt;b&gt;PT&lt;/b&gt;"' in text


def test_hits_show_publication_edition_pages_range_and_reason(reviewer, small_library):
    text = reviewer.get(reverse("guidelines:look_up"), {"q": "PT", "on": "2026-11-23"}).text
    for words in ("Exercise", "Neck Care", "2016", "98-99", "In force", "Jul 28, 2016", "PT read as physical therapy"):
        assert words in text


def test_while_typing_only_the_hits_come(reviewer, small_library):
    answer = reviewer.get(reverse("guidelines:look_up"), {"q": "exerc"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "Exercise" in answer.text


def test_the_publication_page_shows_its_sections_as_a_tree(reviewer, small_library):
    text = reviewer.get(reverse("guidelines:publication", args=[small_library.pk])).text
    assert text.index("Edition of 2016") < text.index("Edition of 2009")
    assert "9-10 visits in 8 weeks for strain" in text
    assert "depth-1" in text
    assert "to be confirmed" in text


def test_a_note_on_a_section_is_kept_from_the_librarys_page_and_shown_to_its_writer_alone(reviewer, small_library):
    section = Section.objects.get(heading="Exercise")
    page, keep = (
        reverse("guidelines:publication", args=[small_library.pk]),
        reverse("guidelines:note", args=[section.pk]),
    )
    assert signed_in(make_person("administrator")).post(keep, {"note": "x"}).status_code == 403
    assert reviewer.get(keep).status_code == 405
    assert reviewer.post(keep, {"note": "x" * 4001}).status_code == 409
    answer = reviewer.post(keep, {"note": "Fades to <b>home</b> exercise."})
    assert answer.url == f"{page}#section-{section.pk}"
    assert "Fades to &lt;b&gt;home&lt;/b&gt; exercise." in reviewer.get(page).text
    assert "Fades to" not in signed_in(make_person("guideline_editor")).get(page).text


def test_the_desk_counts_and_lists_the_last_changes(small_library):
    Publication.objects.create(name="Old Guide")
    text = signed_in(make_person("guideline_editor")).get(reverse("guidelines:desk")).text
    assert "Section added: Traction" in text
    assert "editor@example.org" in text
    assert "Old Guide" in text[text.index("Nothing in force today") :]


def publications(number):
    for place in range(number):
        publication = Publication.objects.create(name=f"Guide {place}", topics=["traction"])
        for year in (2009, 2016):
            edition = Edition.objects.create(
                publication=publication,
                year=year,
                effective_from=dt.date(year, 1, 1),
                effective_to=dt.date(year, 12, 31),
            )
            Section.objects.create(edition=edition, heading="Traction", topics=["traction"])
    return Publication.objects.first()


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("name", "queries"), [("browse", 2), ("look_up", 4), ("desk", 18)])
def test_pages_cost_the_same_number_of_queries_at_any_length(name, queries, rows, django_assert_num_queries):
    publications(rows)
    person = signed_in(make_person("guideline_editor"))
    person.get(reverse(f"guidelines:{name}"), {"q": "traction"})
    with django_assert_num_queries(queries + SESSION):
        assert person.get(reverse(f"guidelines:{name}"), {"q": "traction"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_a_publication_costs_the_same_number_of_queries_at_any_length(rows, django_assert_num_queries):
    publication = publications(1)
    edition = publication.editions.first()
    for number in range(rows):
        section = Section.objects.create(edition=edition, heading=f"Heading {number}")
        section.limits.create(unit="visits", minimum=number)
    person = signed_in(make_person("reviewer"))
    person.get(reverse("guidelines:publication", args=[publication.pk]))
    with django_assert_num_queries(5 + SESSION):
        person.get(reverse("guidelines:publication", args=[publication.pk]))


SESSION = 8  # the session, the person, her rights, roles and desks


class Leaf:
    def __init__(self, pk, parent_id=None, position=0):
        self.pk, self.parent_id, self.position = pk, parent_id, position


def test_an_outline_keeps_children_below_their_parent_and_loses_nobody():
    leaves = [Leaf(3, 1), Leaf(2, position=1), Leaf(1), Leaf(4, 3), Leaf(5, 99, position=2)]
    assert [(depth, leaf.pk) for depth, leaf in outline(leaves)] == [(0, 1), (1, 3), (2, 4), (0, 2), (0, 5)]
