"""The pages of the look-up in the review: whose they are, what they record, what they show."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from guidelines.models import Section, SectionNote
from guidelines.services.formulary import load_formulary
from letters.services.wording import load_own_wording
from reviews.models import ConfirmedSequence, LookUp
from tests.accounts.people import signed_in
from tests.factories.cases import NOW, an_item
from tests.factories.reviews import fill_in, hold_case, make_user
from tests.guidelines.conftest import library  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

SHOWN = ("picker", "checks", "drug", "sequence")
ACTS = ("looked", "pin", "section_note", "confirm_sequence")


def address(name, case, position=1):
    return reverse(f"reviews:{name}", args=[case.number, position])


def holder(*services):
    case, actor = hold_case(items=[an_item(service) for service in services])
    return case, signed_in(User.objects.get(pk=actor.user_id))


@pytest.mark.parametrize("name", [*SHOWN, *ACTS])
def test_another_reviewer_sees_and_writes_nothing(name):
    case, _ = holder("Acupuncture 6 visits")
    browser = signed_in(make_user("reviewer"))
    answer = browser.get(address(name, case)) if name in SHOWN else browser.post(
        address(name, case), {"q": "x", "section": "1", "sequence": "x", "note": "x", "pinned": "1"}
    )  # fmt: skip
    assert answer.status_code == 403
    assert b"Acupuncture" not in answer.content
    assert not any(model.objects.exists() for model in (LookUp, ConfirmedSequence, SectionNote))


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_never_done_by_looking(name):
    case, browser = holder("Acupuncture 6 visits")
    assert browser.get(address(name, case)).status_code == 405


def test_looking_alone_records_nothing_and_the_server_counts_the_hits_itself():
    case, browser = holder("Acupuncture 6 visits")
    assert "Prints" in browser.get(address("picker", case), {"q": "acupuncture"}).text
    assert not LookUp.objects.exists()
    assert browser.post(address("looked", case), {"q": "acupuncture", "results": "99"}).status_code == 204
    assert 0 < LookUp.objects.get(step=1).results <= 8
    assert "searched for “acupuncture”" in browser.get(address("sequence", case)).text


def test_the_pickers_buttons_carry_the_citation_with_its_edition():
    case, browser = holder("Acupuncture 6 visits")
    section = Section.objects.get(heading="Physical medicine treatment")
    text = browser.get(address("picker", case), {"q": "physical medicine treatment"}).text
    for attribute in (
        'type="button"', 'data-basis="MTUS"', 'data-publication="Chronic Pain Medical Treatment"', 'data-year="2016"',
        'data-section="Physical medicine treatment"', f'data-section-id="{section.pk}"',
    ):  # fmt: skip
        assert attribute in text


def test_what_was_typed_stays_when_a_sequence_is_refused():
    case, browser = holder("Acupuncture 6 visits")
    answer = browser.post(address("confirm_sequence", case), {"sequence": "smile 😀 <b>"})
    assert answer.status_code == 422
    assert "smile 😀 &lt;b&gt;" in answer.text
    assert "GRINNING FACE" in answer.text


def test_a_drug_is_looked_up_on_its_day_and_an_unreadable_day_is_said():
    case, browser = holder("Norco 10/325mg #60", "Acupuncture 6 visits")
    assert "No drug list was in force" in browser.get(address("drug", case)).text
    load_formulary()
    assert browser.get(address("drug", case, 2)).text.strip() == ""
    assert "MTUS drug list" in browser.get(address("drug", case)).text
    assert "cannot be read" in browser.get(address("drug", case), {"surgery": "someday"}).text


@pytest.mark.parametrize("items", [1, 3, 30])
def test_the_review_page_asks_the_same_number_of_queries_however_many_items(items, django_assert_num_queries):
    load_own_wording(now=NOW)
    case, actor = hold_case(items=[an_item("Physical therapy 9 visits, lumbar spine")] * items)
    fill_in(case=case, actor=actor)
    browser = signed_in(User.objects.get(pk=actor.user_id))
    page = reverse("reviews:review", args=[case.number])
    browser.get(page)
    with django_assert_num_queries(64):
        assert browser.get(page).status_code == 200
