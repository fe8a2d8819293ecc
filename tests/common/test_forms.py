"""Forms of the house: dates as people type them, radio buttons, "optional", errors beside the field and on top."""

from __future__ import annotations

import datetime as dt

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from common.forms import HouseDateField, HouseForm, read_date
from common.templatetags.ui import error_links

TODAY = dt.date(2026, 11, 23)
SOME_DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
NEAR_DATES = st.dates(dt.date(1947, 1, 1), dt.date(2046, 12, 31))  # what two digits of a year can say in 2026


class Sample(HouseForm, forms.Form):
    injured_on = HouseDateField(label="Date of injury")
    priority = forms.ChoiceField(label="Priority", choices=[("", "---------"), ("s", "Standard"), ("e", "Expedited")])
    language = forms.ChoiceField(choices=[(str(number), f"Language {number}") for number in range(6)])
    note = forms.CharField(label="Note", required=False, help_text="A <hint>")


@pytest.mark.parametrize(
    "typed",
    ["", "yesterday", "13/45/2013", "2/30/2013", "2013-8", "Foo 1, 2013", "Mayonnaise 1, 2013", "1/1/201", "٣/٣/٢٠١٣x"],
)
def test_what_is_no_date_is_not_guessed(typed: str) -> None:
    assert read_date(typed, today=TODAY) is None


@pytest.mark.parametrize(
    "typed",
    [
        "8/12/13",
        "08/12/2013",
        "8-12-13",
        "8.12.2013",
        "2013-08-12",
        "Aug 12, 2013",
        "august 12 2013",
        "Aug. 12, 13",
        " 8/12/13 ",
    ],
)
def test_a_date_is_taken_as_people_type_it(typed: str) -> None:
    assert read_date(typed, today=TODAY) == dt.date(2013, 8, 12)


def test_two_digits_of_a_year_mean_the_nearest_at_most_twenty_years_ahead() -> None:
    assert read_date("1/1/46", today=TODAY) == dt.date(2046, 1, 1)
    assert read_date("1/1/47", today=TODAY) == dt.date(1947, 1, 1)


@given(SOME_DATES)
def test_every_full_date_is_read_back(date: dt.date) -> None:
    for typed in (date.isoformat(), f"{date:%m/%d/%Y}", f"{date:%b} {date.day}, {date:%Y}", f"{date:%B %d, %Y}"):
        assert read_date(typed, today=TODAY) == date


@given(NEAR_DATES)
def test_every_near_date_is_read_back_from_two_digits(date: dt.date) -> None:
    assert read_date(f"{date.month}/{date.day}/{date:%y}", today=TODAY) == date


def test_a_wrong_date_is_named_in_the_error_and_kept_in_the_field() -> None:
    form = Sample({"injured_on": "13/45/2013"})
    assert form.errors["injured_on"] == ["“13/45/2013” is not a date. Type it like 8/12/2013 or Aug 12, 2013."]
    assert 'value="13/45/2013"' in str(form["injured_on"])


def test_an_empty_field_says_what_to_do_in_words_of_its_kind() -> None:
    form = Sample({})
    assert form.errors["injured_on"] == ["Enter a date."]
    assert form.errors["priority"] == ["Choose one."]


def test_fewer_than_six_choices_are_radio_buttons_without_the_empty_one() -> None:
    html = render_crispy_form(Sample())
    assert html.count('type="radio"') == 2
    assert "---------" not in html
    assert html.count("<option") == 6


def test_optional_is_said_and_required_is_not_starred() -> None:
    html = render_crispy_form(Sample())
    assert html.count("optional</span>") == 1
    assert "*" not in html


def test_a_hint_is_text_and_its_field_points_at_it() -> None:
    html = render_crispy_form(Sample())
    assert "A &lt;hint&gt;" in html
    assert 'aria-describedby="id_note_helptext"' in html
    assert 'id="id_note_helptext"' in html


def test_errors_stand_beside_the_field_and_in_a_summary_that_links_to_it() -> None:
    form = Sample({"language": "1", "priority": "s"})
    form.add_error(None, "The application is older than the decision.")
    html = render_crispy_form(form)
    assert "2 things are not right yet" in html
    assert 'href="#div_id_injured_on"' in html
    assert 'id="div_id_injured_on"' in html
    assert 'id="id_injured_on_error"' in html
    assert 'aria-describedby="id_injured_on_error"' in html


def test_the_summary_of_a_page_gathers_forms_and_formsets_in_order() -> None:
    formset = forms.formset_factory(Sample, min_num=2, validate_min=True)(
        {"item-TOTAL_FORMS": "1", "item-INITIAL_FORMS": "0", "item-0-priority": "s"}, prefix="item"
    )
    links = error_links([Sample({"injured_on": "x", "priority": "s", "language": "1"}), formset])
    assert links[0]["target"] == "div_id_injured_on"
    assert links[1]["target"] == ""
    assert links[2]["target"] == "div_id_item-0-injured_on"


def test_an_unbound_form_has_nothing_to_say() -> None:
    assert error_links([Sample()]) == []
