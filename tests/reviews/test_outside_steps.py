"""Look-ups outside the library: whose, what they must say, taken back, copied, told in the sequence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import User
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import LookUp, Review
from reviews.services.look_ups import confirm_sequence, open_row, proposed_sequence
from reviews.services.outside_steps import OutsideStep, outside_steps, record_outside, take_back
from tests.accounts.people import signed_in
from tests.factories.cases import NOW, an_item
from tests.factories.reviews import hold_case, make_user, submitted_case

pytestmark = pytest.mark.django_db
DAY = NOW.date() - dt.timedelta(days=2)
TYPED = {"step": "2", "source": "ODG by MCG", "place": "https://www.mcg.com/odg/", "gave": "Up to 10 visits.",
         "looked_on": f"{DAY:%m/%d/%Y}"}  # fmt: skip


def a_step(**facts):
    return OutsideStep(**{"step": 2, "source": "ODG by MCG", "place": "www.mcg.com", "gave": "Up to 10 visits.",
                          "looked_on": DAY, **facts})  # fmt: skip


def held(items=3):
    return hold_case(items=[an_item("Physical therapy 9 visits, lumbar spine")] * items)


def record(case, actor, *, position=1, copy=False, **facts):
    return record_outside(
        case=case, position=position, typed=a_step(**facts), copy_to_others=copy, actor=actor, now=NOW
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"step": 0}, "step"),
        ({"source": "  "}, "source"),
        ({"place": ""}, "place"),
        ({"gave": "\n"}, "gave"),
        ({"gave": "x" * 2001}, "gave"),
        ({"source": "smile 😀"}, "source"),
        ({"looked_on": None}, "looked_on"),
        ({"looked_on": NOW.date() + dt.timedelta(days=1)}, "looked_on"),
    ],
)
def test_a_step_that_does_not_say_what_was_done_is_refused_beside_its_field(facts, field):
    case, actor = held(1)
    with pytest.raises(InputRefusal) as refusal:
        record(case, actor, **facts)
    assert set(refusal.value.fields) == {field}
    assert not LookUp.objects.exists()


def test_nobody_but_the_holder_tells_a_step_and_only_while_the_review_is_open():
    case, _ = held(1)
    with pytest.raises(RightRefusal):
        record(case, Actor.of(make_user("reviewer")))
    case, actor = submitted_case()
    with pytest.raises(StateRefusal):
        record(case, actor)


def test_the_database_refuses_a_step_with_a_hole():
    _, actor = held(1)
    row = Review.objects.get().items.get()
    for hole in ({"label": ""}, {"place": ""}, {"gave": ""}, {"looked_on": None}):
        facts = {"label": "ODG", "place": "x", "gave": "y", "looked_on": DAY, **hole}
        with pytest.raises(DatabaseError), transaction.atomic():
            LookUp.objects.create(item_review=row, by_id=actor.user_id, at=NOW, step=2, kind="outside", **facts)


def test_a_step_is_told_in_the_sequence_with_its_place_day_and_yield():
    case, actor = held(1)
    record(case, actor, gave="Up to 10\nvisits.")
    row = open_row(case=case, position=1, actor=actor)
    assert proposed_sequence(row).splitlines()[1] == (
        f"2. current ACOEM or ODG: looked in ODG by MCG (www.mcg.com, {DAY:%b} {DAY.day}, {DAY.year}): Up to 10 visits."
    )


def test_a_step_is_copied_to_every_other_item_and_counts_for_each_alone():
    case, actor = held()
    own, *copies = record(case, actor, position=2, copy=True)
    assert [one.item_review.item.position for one in copies] == [1, 3]
    assert {one.about for one in copies} == {own}
    take_back(case=case, position=2, step=own.pk, actor=actor, now=NOW)
    steps = [outside_steps(open_row(case=case, position=position, actor=actor)) for position in (1, 2, 3)]
    assert steps == [[copies[0]], [], [copies[1]]]


def test_a_step_is_taken_back_once_by_its_own_item_and_the_record_keeps_both():
    case, actor = held(2)
    (own,) = record(case, actor)
    with pytest.raises(InputRefusal):
        take_back(case=case, position=2, step=own.pk, actor=actor, now=NOW)
    assert take_back(case=case, position=1, step=own.pk, actor=actor, now=NOW)
    assert take_back(case=case, position=1, step=own.pk, actor=actor, now=NOW) is None
    assert list(LookUp.objects.values_list("kind", flat=True)) == ["outside", "taken_back"]
    assert proposed_sequence(open_row(case=case, position=1, actor=actor)) == ""


def test_the_form_says_beside_each_field_what_is_missing_and_keeps_what_was_typed():
    case, actor = held(2)
    browser = signed_in(User.objects.get(pk=actor.user_id))
    address = reverse("reviews:outside", args=[case.number, 1])
    answer = browser.post(address, {**TYPED, "gave": "", "looked_on": "someday"})
    assert answer.status_code == 422
    assert "Say what it gave" in answer.text
    assert "“someday” is not a date" in answer.text
    assert 'value="ODG by MCG"' in answer.text
    assert browser.post(address, TYPED).status_code == 200
    assert LookUp.objects.get().looked_on == DAY


def test_words_that_are_not_confirmed_yet_stay_when_a_step_is_told():
    case, actor = held(2)
    browser = signed_in(User.objects.get(pk=actor.user_id))
    answer = browser.post(
        reverse("reviews:outside", args=[case.number, 1]),
        {**TYPED, "copy": "copy", "edited": "1", "sequence": "My own words."},
    )
    assert ">My own words.</textarea>" in answer.text
    assert "You looked more up since" in answer.text
    assert "also for item 2" in answer.text


def test_a_step_told_after_the_sequence_was_confirmed_is_said():
    case, actor = held(2)
    confirm_sequence(case=case, position=1, text="Nothing.", copy_to_others=False, actor=actor, now=NOW)
    browser = signed_in(User.objects.get(pk=actor.user_id))
    answer = browser.post(reverse("reviews:outside", args=[case.number, 1]), TYPED)
    assert "You looked more up since" in answer.text
    step = LookUp.objects.get()
    back = browser.post(reverse("reviews:take_back_outside", args=[case.number, 1]), {"step": step.pk})
    assert "You looked more up since" not in back.text


@pytest.mark.parametrize("name", ["outside", "take_back_outside", "weigh"])
def test_acts_are_their_holders_and_never_done_by_looking(name):
    case, actor = held(1)
    address = reverse(f"reviews:{name}", args=[case.number, 1])
    assert signed_in(User.objects.get(pk=actor.user_id)).get(address).status_code == 405
    assert signed_in(make_user("reviewer")).post(address, TYPED).status_code == 403
