"""Drafts of editions: begun, edited by two, published by a second person, looked at beforehand, undone."""

from __future__ import annotations

import datetime as dt

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from guidelines.models import Edition, Publication, PublishingAct, Section, SectionLimit
from guidelines.rules.citation import gaps
from guidelines.rules.merge import merge
from guidelines.services import what_changes as changes
from guidelines.services.drafts import remove_section, save_facts, start_correction, start_edition, take_up, withdraw
from guidelines.services.library import import_guidelines
from guidelines.services.publishing import differences, outlook, publish
from guidelines.services.search import search
from guidelines.services.section_editing import MergeNeeded, add_section, save_section
from guidelines.services.section_facts import facts_of, limits_of
from guidelines.services.undoing import (
    history_of_edition,
    history_of_section,
    sections_lately,
    undo_edition_change,
    undo_section_change,
)
from tests.accounts.people import make_person
from tests.guidelines.conftest import EDITOR, neck

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 20, tzinfo=dt.UTC)
FIRST = dt.date(2026, 12, 1)


@pytest.fixture
def people():
    return [Actor.of(make_person("guideline_editor")) for _ in range(3)]


@pytest.fixture
def author(people):
    return people[0]


@pytest.fixture
def second(people):
    return people[1]


@pytest.fixture
def former(filed):
    """The published edition of 2016, as set-up leaves it."""
    assert not import_guidelines(path=filed(neck()), actor=EDITOR).refused
    earlier()
    return Edition.objects.get(year=2016)


def earlier():
    """What happened so far was done by another transaction: a test has one alone."""
    end = next(one for one in Edition._meta.triggers if one.name == "published_by_an_act").get_pgid(Edition)
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS {end} DEFERRED")
    with pgtrigger.ignore("guidelines.PublishingAct:acts_stay"):
        PublishingAct.objects.all().delete()


@pytest.fixture
def draft(former, author):
    return start_edition(
        publication_id=former.publication_id, year=2026, effective_from=FIRST, based_on_id=former.pk, actor=author
    )


def of(edition, heading):
    return Section.every.get(edition=edition, heading=heading)


def save(section, actor, **changed):
    section.refresh_from_db()
    base = facts_of(section)
    return save_section(
        section_id=section.pk, mine={**base, **changed}, base=base, version=section.version, actor=actor
    )


def refused_by_the_database(statement, *values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# --- what is published stays ----------------------------------------------------------------------------------------


def test_what_is_published_is_changed_by_no_statement(former):
    top = of(former, "Exercise")
    for statement, value in (
        ("UPDATE guidelines_section SET heading = 'Other' WHERE id = %s", top.pk),
        ("UPDATE guidelines_section SET pages = '1' WHERE id = %s", top.pk),
        ("UPDATE guidelines_section SET summary = 'x' WHERE id = %s", top.pk),
        ("DELETE FROM guidelines_sectionlimit WHERE section_id = %s", top.pk),
        ("UPDATE guidelines_sectionlimit SET maximum = 99 WHERE section_id = %s", top.pk),
        ("UPDATE guidelines_edition SET year = 2017 WHERE id = %s", former.pk),
        ("UPDATE guidelines_edition SET effective_to = '2020-01-01' WHERE id = %s", former.pk),
        ("UPDATE guidelines_edition SET published_at = NULL WHERE id = %s", former.pk),
        ("UPDATE guidelines_edition SET state = 'draft', authors = '{1}' WHERE id = %s", former.pk),
        ("DELETE FROM guidelines_edition WHERE id = %s", former.pk),
    ):
        refused_by_the_database(statement, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        Section.objects.create(edition=former, heading="Slipped in")


@pytest.mark.parametrize("at", [None, NOW])
def test_no_edition_begins_as_a_published_one(former, at):
    days = {"effective_from": dt.date(2001, 1, 1), "effective_to": dt.date(2001, 12, 31)}
    with pytest.raises(IntegrityError, match="nothing begins as published"), transaction.atomic():
        slip_in(publication_id=former.publication_id, year=2001, published_at=at, **days)
    assert not Edition.every.filter(year=2001).exists()


def slip_in(**facts):
    Edition.objects.create(state="published", **facts)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the end of the transaction


def test_words_for_look_up_are_corrected_at_once_and_nothing_else_is(former, author):
    section = of(former, "Exercise")
    with pytest.raises(StateRefusal, match="second person") as told:
        save(section, author, heading="Exercises", topics=["gym"])
    assert set(told.value.fields) == {"heading"}
    save(section, author, topics=["physical therapy", "gym"])
    assert search(text="gym")[0].section_id == section.pk
    newest = history_of_section(section.pk)[0]
    assert newest.fields == (("topics", ["physical therapy", "PT"], ["physical therapy", "gym"]),)
    assert newest.who == author.name


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_who_may_not_edit_begins_no_draft(former):
    with pytest.raises(RightRefusal):
        start_correction(edition_id=former.pk, actor=Actor.of(make_person("reviewer")))
    with pytest.raises(InputRefusal, match="2016 already"):
        start_edition(
            publication_id=former.publication_id, year=2016, effective_from=FIRST, based_on_id=None,
            actor=Actor.of(make_person("guideline_editor")),
        )  # fmt: skip


def test_a_draft_is_a_whole_copy_that_nobody_finds(draft, former):
    assert [one.kinds for one in differences(draft)] == []
    assert of(draft, "Traction").parent == of(draft, "Exercise")
    assert of(draft, "Exercise").limits.get().maximum == 10
    assert set(Section.every.filter(edition=draft).values_list("words", "vector")) == {("", None)}
    assert {hit.edition_year for hit in search(text="exercise PT", on=FIRST)} == {2016}
    assert draft not in Edition.objects.all()
    assert draft not in former.publication.editions.all()
    assert not Section.objects.filter(edition=draft)


def test_a_section_outside_its_pages_a_loop_and_a_summary_of_licensed_text_are_refused_in_words(draft, author):
    save_facts(edition_id=draft.pk, facts={"pages": 100}, version=draft.version, actor=author)
    with pytest.raises(InputRefusal, match="page 474 lies outside"):
        save(of(draft, "Exercise"), author, pages="474")
    with pytest.raises(InputRefusal, match="cannot stand below itself"):
        save(of(draft, "Exercise"), author, parent=of(draft, "Traction").pk)
    with pytest.raises(InputRefusal, match="heading already"):
        add_section(edition_id=draft.pk, facts={"heading": "Exercise", "parent": None}, actor=author)
    with pytest.raises(InputRefusal, match="another edition"):
        save(of(draft, "Traction"), author, parent=of(draft.based_on, "Exercise").pk)
    PublishingAct.objects.create(kind="import", edition=draft.based_on, at=NOW)
    Section.every.update(summary="")
    Publication.objects.update(licensed_text=True)
    with pytest.raises(InputRefusal, match="licensed"):
        save(of(draft, "Exercise"), author, summary="Their words.")


def test_compared_section_by_section(draft, author):
    save(of(draft, "Exercise"), author, heading="Active exercise", pages="100", topics=["gym"])
    remove_section(section_id=of(draft, "Traction").pk, actor=author)
    add_section(edition_id=draft.pk, facts={"heading": "Yoga", "parent": None, "position": 5}, actor=author)
    found = differences(draft)
    assert [one.kinds for one in found] == [("renamed", "pages", "words"), ("added",), ("removed",)]
    assert found[0].fields == (("topics", ["physical therapy", "PT"], ["gym"]),)


def test_a_section_with_others_below_is_not_taken_out(draft, author):
    with pytest.raises(StateRefusal, match="Sections stand below"):
        remove_section(section_id=of(draft, "Exercise").pk, actor=author)


# --- two editors ----------------------------------------------------------------------------------------------------


def test_fields_and_lists_of_two_sides_are_merged():
    base = {"heading": "A", "pages": "1", "topics": ["x", "y"], "summary": ""}
    mine = {"heading": "B", "pages": "1", "topics": ["x", "z"], "summary": "m"}
    theirs = {"heading": "A", "pages": "2", "topics": ["x", "y", "w"], "summary": "t"}
    found = {one.name: (one.proposal, one.contradicts) for one in merge(base, mine, theirs)}
    assert found == {
        "heading": ("B", False),
        "pages": ("2", False),
        "topics": (["x", "w", "z"], False),
        "summary": (None, True),
    }


def test_the_second_to_save_is_asked_and_loses_nothing(draft, author, second):
    section = of(draft, "Exercise")
    base, version = facts_of(section), section.version
    save(section, second, heading="Their heading", topics=["theirs"])
    with pytest.raises(MergeNeeded) as told:
        save_section(
            section_id=section.pk, mine={**base, "heading": "My heading"}, base=base, version=version, actor=author
        )
    assert {one.name: (one.mine, one.theirs, one.contradicts) for one in told.value.fields_merged} == {
        "heading": ("My heading", "Their heading", True),
        "topics": (base["topics"], ["theirs"], False),
    }
    chosen = {**told.value.theirs, "heading": "My heading"}
    save_section(
        section_id=section.pk, mine=chosen, base=told.value.theirs, version=told.value.version, actor=author
    )  # fmt: skip
    section.refresh_from_db()
    assert (section.heading, section.topics) == ("My heading", ["theirs"])


def test_limits_of_two_editors_meet_in_the_merge_too(draft, author, second):
    section = of(draft, "Exercise")
    base, version = facts_of(section), section.version
    save(section, second, limits=[["strain", "visits", 5, 6, 8]])
    with pytest.raises(MergeNeeded):
        save_section(
            section_id=section.pk, mine={**base, "limits": []}, base=base, version=version, actor=author
        )  # fmt: skip


# --- publishing -----------------------------------------------------------------------------------------------------


def test_the_author_does_not_publish_by_service_or_statement(draft, author):
    with pytest.raises(RightRefusal, match="somebody else publishes"):
        publish(edition_id=draft.pk, actor=author, now=NOW)
    refused_by_the_database("UPDATE guidelines_edition SET state = 'published' WHERE id = %s", draft.pk)
    refused_by_the_database("UPDATE guidelines_edition SET authors = '{}' WHERE id = %s", draft.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishingAct.objects.create(
            kind="new", edition=draft, draft=draft, authors=[], publisher_id=author.user_id, at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishingAct.objects.create(kind="new", edition=draft, at=NOW)


def test_everybody_who_wrote_in_a_draft_is_an_author(draft, second, people):
    save(of(draft, "Exercise"), second, topics=["gym"])
    with pytest.raises(RightRefusal):
        publish(edition_id=draft.pk, actor=second, now=NOW)
    assert publish(edition_id=draft.pk, actor=people[2], now=NOW).state == "published"


def test_a_new_edition_ends_the_former_the_day_before(draft, former, author, second):
    save(of(draft, "Exercise"), author, topics=["gym"])
    assert outlook(draft).ends_on == dt.date(2026, 11, 30)
    published = publish(edition_id=draft.pk, actor=second, now=NOW)
    former.refresh_from_db()
    assert (published.pk, published.published_by_id) == (draft.pk, second.user_id)
    assert former.effective_to == dt.date(2026, 11, 30)
    assert [search(text="exercise", on=day)[0].edition_year for day in (dt.date(2026, 11, 30), FIRST)] == [2016, 2026]
    assert search(text="gym", on=FIRST)[0].section_id == of(draft, "Exercise").pk
    assert list(PublishingAct.objects.filter(draft=draft).values_list("kind", flat=True).order_by("kind")) == [
        "ended",
        "new",
    ]
    with pytest.raises(StateRefusal):
        publish(edition_id=draft.pk, actor=second, now=NOW)


def test_overlaps_are_refused_and_gaps_warned(draft, former, author, second):
    PublishingAct.objects.create(kind="import", edition=former, at=NOW)
    Edition.objects.filter(pk=former.pk).update(effective_to=dt.date(2026, 10, 31))
    assert "Nothing is in force from Nov 1, 2026 to Nov 30, 2026" in outlook(draft).warnings[0]
    save_facts(edition_id=draft.pk, facts={"effective_from": dt.date(2010, 1, 1),
               "effective_to": dt.date(2016, 7, 28)}, version=draft.version, actor=author)  # fmt: skip
    with pytest.raises(RuleRefusal, match="never overlap"):
        publish(edition_id=draft.pk, actor=second, now=NOW)
    assert gaps([]) == []


def test_pages_outside_are_found_again_before_publishing(draft, author, second):
    save_facts(edition_id=draft.pk, facts={"pages": 50}, version=draft.version, actor=author)
    with pytest.raises(RuleRefusal, match="page 99 lies outside"):
        publish(edition_id=draft.pk, actor=second, now=NOW)


def test_a_correction_is_applied_section_by_section_and_ids_stay(former, author, second):
    ids = {row.heading: row.pk for row in Section.objects.filter(edition=former)}
    draft = start_correction(edition_id=former.pk, actor=author)
    assert start_correction(edition_id=former.pk, actor=author) == draft
    top, low = of(draft, "Exercise"), of(draft, "Traction")
    save(low, author, parent=None)
    save(top, author, heading="For a moment")
    save(low, author, heading="Exercise", parent=None)  # each stands where the other stood
    save(top, author, heading="Traction", parent=low.pk, pages="98", limits=[["", "visits", 1, 2, None]])
    add_section(edition_id=draft.pk, facts={"heading": "Yoga", "parent": None, "position": 9}, actor=author)
    assert {hit.section for hit in search(text="yoga")} == set()
    publish(edition_id=draft.pk, actor=second, now=NOW)
    now = {row.heading: row for row in Section.objects.filter(edition=former)}
    assert now["Traction"].pk == ids["Exercise"]
    assert now["Exercise"].pk == ids["Traction"]
    assert now["Traction"].parent == now["Exercise"]
    assert (now["Traction"].pages, str(now["Traction"].limits.get())) == ("98", "1-2 visits")
    assert search(text="yoga")[0].section_id == now["Yoga"].pk
    assert Edition.every.get(pk=draft.pk).state == "applied"


def test_a_section_taken_out_by_a_correction_is_gone_and_stands_in_the_history(former, author, second):
    gone = of(former, "Traction").pk
    draft = start_correction(edition_id=former.pk, actor=author)
    remove_section(section_id=of(draft, "Traction").pk, actor=author)
    publish(edition_id=draft.pk, actor=second, now=NOW)
    assert not Section.every.filter(pk=gone).exists()
    assert history_of_section(gone)[0].what == "removed"


def test_a_draft_given_up_is_taken_up_again(draft, author, second):
    withdraw(edition_id=draft.pk, actor=author)
    with pytest.raises(StateRefusal):
        publish(edition_id=draft.pk, actor=second, now=NOW)
    with pytest.raises(StateRefusal):
        save(of(draft, "Exercise"), author, topics=["gym"])
    assert take_up(edition_id=draft.pk, actor=author).state == "draft"


def test_what_a_person_takes_in_becomes_a_draft(former, author, filed):
    row = neck()
    row["editions"][1]["sections"][0]["pages"] = "100"
    row["editions"].append({"year": 2026, "effective_from": "2026-12-01", "sections": [{"heading": "Yoga"}]})
    assert not import_guidelines(path=filed(row), actor=author).refused
    assert of(former, "Exercise").pages == "98-99"
    drafts = Edition.every.filter(state="draft").order_by("year")
    assert [(one.year, one.corrects) for one in drafts] == [
        (2009, Edition.objects.get(year=2009)),
        (2016, former),
        (2026, None),
    ]
    assert of(drafts[1], "Exercise").pages == "100"
    assert of(drafts[2], "Yoga")


# --- what changes ---------------------------------------------------------------------------------------------------


def test_what_changes_is_shown_and_nothing_is_written(draft, author, second, monkeypatch):
    monkeypatch.setattr(changes, "_recent", [lambda _n: [changes.RecentItem("gym"), changes.RecentItem("traction")]])
    monkeypatch.setattr(
        changes, "_open", [lambda name, year: [changes.OpenCitation("CM26-1, item 1", f"{name} {year}")]]
    )
    save(of(draft, "Exercise"), author, topics=["gym"])
    before = PublishingAct.objects.count(), Edition.every.get(pk=draft.pk).version
    found = changes.what_changes(draft=draft, today=dt.date(2026, 11, 30))
    assert (found.searched, found.on) == (2, FIRST)
    assert next((one.item.text, one.before[:1], one.after[0]) for one in found.moved) == (
        "gym", (), "Neck Care (2026): Exercise",
    )  # fmt: skip
    assert [one.citation for one in found.open_citations] == ["Neck Care 2016"]
    assert (PublishingAct.objects.count(), Edition.every.get(pk=draft.pk).version) == before
    assert search(text="gym") == []


# --- undo -----------------------------------------------------------------------------------------------------------


def test_a_change_is_taken_back_field_by_field(draft, author):
    section = of(draft, "Exercise")
    save(section, author, topics=["gym"])
    save(section, author, pages="100")
    first, second_change = (step.event_id for step in reversed(history_of_section(section.pk)[:2]))
    undo_section_change(event_id=first, actor=author)
    section.refresh_from_db()
    assert (section.topics, section.pages) == (["physical therapy", "PT"], "100")
    with pytest.raises(StateRefusal, match="later change"):
        undo_section_change(event_id=first, actor=author)
    undo_section_change(event_id=second_change, actor=author)
    section.refresh_from_db()
    assert section.pages == "98-99"
    save_facts(edition_id=draft.pk, facts={"pages": 50}, version=Edition.every.get(pk=draft.pk).version, actor=author)
    undo_edition_change(event_id=history_of_edition(draft.pk)[0].event_id, actor=author)
    assert Edition.every.get(pk=draft.pk).pages is None


def test_limits_are_taken_back_like_every_other_field(draft, author):
    section = of(draft, "Exercise")
    began = limits_of(section)
    save(section, author, limits=[["", "visits", None, 24, 8]])
    newest = history_of_section(section.pk)[0]
    assert newest.fields == (("limits", began, [["", "visits", None, 24, 8]]),)
    save(section, author, limits=[["", "visits", None, 12, 8]], pages="100")
    with pytest.raises(StateRefusal, match="A later change touched limits"):
        undo_section_change(event_id=newest.event_id, actor=author)
    undo_section_change(event_id=history_of_section(section.pk)[0].event_id, actor=author)
    section = of(draft, "Exercise")
    assert (limits_of(section), section.pages) == ([["", "visits", None, 24, 8]], "98-99")
    undo_section_change(event_id=newest.event_id, actor=author)
    assert limits_of(of(draft, "Exercise")) == began
    remove_section(section_id=of(draft, "Traction").pk, actor=author)
    remove_section(section_id=section.pk, actor=author)
    undo_section_change(event_id=sections_lately(draft.pk)[0].event_id, actor=author)
    assert limits_of(of(draft, "Exercise")) == began


def test_a_section_taken_out_comes_back_and_one_added_goes(draft, author, former):
    low = of(draft, "Traction").pk
    remove_section(section_id=low, actor=author)
    undo_section_change(event_id=sections_lately(draft.pk)[0].event_id, actor=author)
    assert of(draft, "Traction").pk == low
    added = add_section(edition_id=draft.pk, facts={"heading": "Yoga", "parent": None}, actor=author)
    undo_section_change(event_id=history_of_section(added.pk)[0].event_id, actor=author)
    assert not Section.every.filter(pk=added.pk)
    published = of(former, "Exercise")
    save(published, author, topics=["gym"])
    undo_section_change(event_id=history_of_section(published.pk)[0].event_id, actor=author)
    published.refresh_from_db()
    assert published.topics == ["physical therapy", "PT"]


def test_the_time_of_publishing_is_the_one_given(draft, second):
    assert publish(edition_id=draft.pk, actor=second, now=NOW).published_at == NOW
    assert SectionLimit.objects.count() == 2
