"""The contents of an edition as a tree that people rearrange."""

from __future__ import annotations

import pytest

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from guidelines.models import Edition, Publication, Section
from guidelines.rules.tree import outline
from guidelines.services.drafts import start_edition
from guidelines.services.tree import add_below, branches, move_section
from tests.accounts.people import make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return Actor.of(make_person("guideline_editor"))


@pytest.fixture
def draft(editor):
    publication = Publication.objects.create(name="Neck Care")
    return start_edition(publication_id=publication.pk, year=2030, effective_from=None, based_on_id=None, actor=editor)


@pytest.fixture
def sections(draft, editor):
    made = {}
    for heading, above in (("A", None), ("B", "A"), ("C", "A"), ("D", None)):
        parent = made[above].pk if above else None
        made[heading] = add_below(edition_pk=draft.pk, parent_pk=parent, heading=heading, pages="", actor=editor)
    return made


def shape(draft):
    return " ".join("." * depth + section.heading for depth, section in outline(Section.every.filter(edition=draft)))


def test_who_may_not_edit_moves_nothing(sections):
    with pytest.raises(RightRefusal):
        move_section(pk=sections["D"].pk, move="up", actor=Actor.of(make_person("reviewer")))


@pytest.mark.parametrize(
    ("heading", "move", "words"),
    [
        ("A", "up", "first one"), ("D", "down", "last one"), ("B", "in", "Nothing stands before"),
        ("D", "out", "at the top"),
    ],
)  # fmt: skip
def test_moves_that_lead_nowhere_are_refused(sections, editor, heading, move, words):
    with pytest.raises(StateRefusal, match=words):
        move_section(pk=sections[heading].pk, move=move, actor=editor)


@pytest.mark.parametrize(
    ("heading", "move", "after"),
    [
        ("D", "up", "D A .B .C"), ("A", "down", "D A .B .C"), ("C", "up", "A .C .B D"), ("C", "in", "A .B ..C D"),
        ("D", "in", "A .B .C .D"), ("B", "out", "A .C B D"),
    ],
)  # fmt: skip
def test_a_section_moves_with_all_below_it(sections, draft, editor, heading, move, after):
    assert shape(draft) == "A .B .C D"
    move_section(pk=sections[heading].pk, move=move, actor=editor)
    assert shape(draft) == after


def test_no_section_is_added_twice_or_outside_the_pages(sections, draft, editor):
    Edition.every.filter(pk=draft.pk).update(pages=10)
    for heading, pages, words in (
        ("", "", "Write the heading"),
        ("D", "", "stands here already"),
        ("E", "11", "outside"),
    ):
        with pytest.raises(InputRefusal, match=words):
            add_below(edition_pk=draft.pk, parent_pk=None, heading=heading, pages=pages, actor=editor)


def test_sections_stand_at_most_twelve_levels_deep(draft, editor):
    parent = None
    for level in range(12):
        parent = add_below(edition_pk=draft.pk, parent_pk=parent, heading=str(level), pages="", actor=editor).pk
    with pytest.raises(StateRefusal, match="at most 12 levels"):
        add_below(edition_pk=draft.pk, parent_pk=parent, heading="too deep", pages="", actor=editor)


@pytest.mark.parametrize("rows", [1, 30, 500])
def test_the_tree_costs_the_same_number_of_queries_at_any_length(draft, rows, django_assert_num_queries):
    Section.every.bulk_create(
        Section(edition=draft, heading=f"Section {place}", position=place) for place in range(rows)
    )
    with django_assert_num_queries(2):  # the sections, and how often reviewers cited them
        assert len(branches(draft)) == rows
    browser = signed_in(make_person("guideline_editor"))
    browser.get(f"/admin/library/tree/{draft.pk}/")
    with django_assert_num_queries(11):
        browser.get(f"/admin/library/tree/{draft.pk}/")
