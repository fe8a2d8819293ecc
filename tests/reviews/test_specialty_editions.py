"""Editions of the specialties: what is refused, what a published one changes, who edits in the admin site."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts.roles import ADMINISTRATOR, COORDINATOR
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from reviews.models import SpecialtyEdition, SpecialtyField, SpecialtyList, SpecialtyNode
from reviews.rules.specialties_check import problems_of
from reviews.services.specialties import specialties_of_row
from reviews.services.specialty_editions import publish, start_draft
from reviews.services.specialty_table import data_of, forget, shipped, shipped_table, specialty_table, table_of
from tests.accounts.people import make_person, signed_in

pytestmark = pytest.mark.django_db
EDITOR = Actor("editor@example.org", frozenset({ADMINISTRATOR}))
NOW = dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


def draft(name: str = "Second edition", day: dt.date | None = TODAY) -> SpecialtyEdition:
    return start_draft(edition=SpecialtyEdition(name=name, effective_from=day), actor=EDITOR, now=NOW)


def published(edition: SpecialtyEdition) -> SpecialtyEdition:
    return publish(edition_id=edition.pk, actor=EDITOR, now=NOW)


def hearing(edition: SpecialtyEdition) -> SpecialtyField:
    return edition.fields.get(key="ear_nose_throat")


# --- refused --------------------------------------------------------------------------------------------------------


def test_who_may_not_change_rules_neither_starts_nor_publishes():
    coordinator = Actor("c@example.org", frozenset({COORDINATOR}))
    with pytest.raises(RightRefusal):
        start_draft(edition=SpecialtyEdition(name="Mine"), actor=coordinator, now=NOW)
    with pytest.raises(RightRefusal):
        publish(edition_id=draft().pk, actor=coordinator, now=NOW)


@pytest.mark.parametrize(("day", "words"), [(None, "has no day"), (TODAY - dt.timedelta(days=1), "is past")])
def test_no_edition_is_published_without_a_day_or_for_the_past(day, words):
    with pytest.raises(InputRefusal, match=words):
        published(draft(day=day))


def test_two_editions_do_not_begin_on_one_day_and_one_is_published_once():
    first = published(draft())
    with pytest.raises(InputRefusal, match="Second edition is in force from that day"):
        published(draft("Third edition"))
    with pytest.raises(StateRefusal, match="published already"):
        published(first)
    with pytest.raises(StateRefusal, match="has its rows"):
        start_draft(edition=first, actor=EDITOR, now=NOW)


def spoilt(what: str, edition: SpecialtyEdition) -> None:
    nodes, fields = edition.nodes, edition.fields
    match what:
        case "a name from elsewhere":
            fields.filter(key="heart").update(specialties="Cardiology")
        case "a specialty left out":
            nodes.filter(name="Urology").delete()
        case "a circle":
            nodes.filter(name="Psychiatry").update(parents="Child and Adolescent Psychiatry")
        case "nobody leads to it":
            fields.filter(key="children").delete()
        case "nobody decides it":
            fields.filter(key="skin").update(specialties="")
        case "a chiropractor operates":
            fields.filter(key="spine").update(surgeons="Chiropractic, Orthopedic Surgery")
        case "no generalists":
            edition.lists.filter(key="default").delete()
        case "a kind unheard of":
            fields.filter(key="eye").update(kind="sight")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("a name from elsewhere", "names “Cardiology”, which is no specialty of the public list"),
        ("a specialty left out", "“Urology” of the public list is missing"),
        ("a circle", "is a parent of itself"),
        ("nobody leads to it", "leads to “Pediatrics”"),
        ("nobody decides it", "names nobody who decides it"),
        ("a chiropractor operates", "lets “Chiropractic” operate"),
        ("no generalists", "The list “default”"),
        ("a kind unheard of", "has the kind “sight”"),
    ],
)
def test_a_table_that_does_not_hold_is_refused_in_words_and_stays_a_draft(what, words):
    edition = draft()
    spoilt(what, edition)
    with pytest.raises(RuleRefusal, match=words) as caught:
        published(edition)
    assert caught.value.rule == "specialties.table"
    edition.refresh_from_db()
    assert edition.published_at is None


def test_the_database_keeps_a_published_edition_as_it_is():
    edition = published(draft())
    row = hearing(edition)
    for act in (
        lambda: SpecialtyField.objects.filter(pk=row.pk).update(says="nothing"),
        row.delete,
        lambda: SpecialtyNode.objects.create(edition=edition, name="Homeopathy"),
        lambda: SpecialtyList.objects.filter(edition=edition).delete(),
    ):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            act()
    with pytest.raises(ProgrammingError), transaction.atomic():
        SpecialtyEdition.objects.filter(pk=edition.pk).update(name="Other")


# --- published ------------------------------------------------------------------------------------------------------


def test_the_shipped_edition_has_no_problem_and_comes_back_from_its_rows_unchanged():
    shipped_ = shipped_table()
    assert problems_of(shipped_, shipped()["specialties"]) == []
    stored = table_of(data_of(draft()))
    assert (stored.specialties, stored.aliases, stored.degrees) == (
        shipped_.specialties, shipped_.aliases, shipped_.degrees
    )  # fmt: skip
    assert (stored.sets, stored.fields, stored.reading, stored.kinds) == (
        shipped_.sets, shipped_.fields, shipped_.reading, shipped_.kinds
    )  # fmt: skip


def test_the_gate_takes_the_edition_in_force_from_its_day_on(time_machine):
    time_machine.move_to(NOW)
    tomorrow = TODAY + dt.timedelta(days=1)
    edition = draft(day=tomorrow)
    row = hearing(edition)
    row.services += ", whisper test"
    row.save()
    published(edition)
    asked = {"items": ["Whisper test"]}
    forget()
    assert "Otolaryngology" not in [match.specialty for match in specialties_of_row(asked).matches]
    assert specialty_table().name == "First edition"
    time_machine.move_to(NOW + dt.timedelta(days=1))
    forget()
    assert [match.specialty for match in specialties_of_row(asked).matches] == ["Otolaryngology"]
    later = start_draft(
        edition=SpecialtyEdition(name="Third"), actor=EDITOR, now=NOW + dt.timedelta(days=1)
    )  # fmt: skip
    assert "whisper test" in hearing(later).services


def test_a_published_edition_is_looked_for_every_few_seconds_and_not_at_every_question(django_assert_num_queries):
    forget()
    with django_assert_num_queries(1):
        specialties_of_row({"items": ["MRI"]})
        specialties_of_row({"items": ["Cataract surgery"]})


# --- the admin site -------------------------------------------------------------------------------------------------

WHERE = "/admin/reviews"


@pytest.fixture
def keeper():
    return signed_in(make_person("administrator"))


def test_who_does_not_keep_rules_finds_nothing_there():
    editor = signed_in(make_person("guideline_editor"))
    assert editor.get(f"{WHERE}/specialtyedition/").status_code == 403


def test_a_draft_is_added_edited_refused_and_published_in_the_admin_site(keeper):
    day = california_date(timezone.now()) + dt.timedelta(days=2)
    sent = {"name": "By hand", "effective_from": day.isoformat(), "note": "Hearing"}
    assert keeper.post(f"{WHERE}/specialtyedition/add/", sent).status_code == 302
    edition = SpecialtyEdition.objects.get()
    assert (edition.nodes.count(), edition.published_at) == (56, None)
    node = edition.nodes.get(name="Urology")
    typed = {
        "edition": edition.pk,
        "name": "Urology",
        "near": "Nephrologist",
        "parents": "",
        "aliases": "",
        "degree": "",
    }
    where = f"{WHERE}/specialtynode/{node.pk}/change/"
    assert "is no specialty of the public list" in keeper.post(where, typed).text
    assert keeper.post(where, {**typed, "near": "Nephrology"}).status_code == 302
    act = {"action": "publish_draft", "_selected_action": [edition.pk]}
    edition.lists.filter(key="mixed").update(words="Nobody")
    refused = keeper.post(f"{WHERE}/specialtyedition/", act, follow=True).text
    assert "cannot be published yet" in refused
    edition.lists.filter(key="mixed").update(words="Family Practice")
    assert "By hand is published" in keeper.post(f"{WHERE}/specialtyedition/", act, follow=True).text
    edition.refresh_from_db()
    assert edition.published_by
    assert keeper.post(where, {**typed, "near": ""}).status_code == 403
    assert keeper.post(f"{WHERE}/specialtyedition/{edition.pk}/delete/", {"post": "yes"}).status_code == 403
    assert keeper.get(f"{WHERE}/specialtynode/{node.pk}/history/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize("kind", ["specialtynode", "specialtyfield", "specialtylist"])
def test_lists_cost_the_same_number_of_queries_at_any_length(keeper, kind, rows, django_assert_num_queries):
    edition = SpecialtyEdition.objects.create(name="Draft")
    for place in range(rows):
        SpecialtyNode.objects.create(edition=edition, name=f"Name {place}")
        SpecialtyField.objects.create(edition=edition, key=f"key-{place}", says="The eye")
        SpecialtyList.objects.create(edition=edition, group="sets", key=f"key-{place}")
    keeper.get(f"{WHERE}/{kind}/")
    with django_assert_num_queries(12):
        assert keeper.get(f"{WHERE}/{kind}/").status_code == 200
