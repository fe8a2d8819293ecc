"""The parts that pages are built from."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from common.templatetags.ui import day, distance, due, moment, state, with_keys

TODAY = dt.date(2026, 12, 26)
UTC = ZoneInfo("UTC")


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_unknown_kind_of_state_is_a_mistake_of_the_page() -> None:
    with pytest.raises(KeyError):
        state("red", "Overdue")


def test_a_state_is_icon_and_word_and_never_colour_alone() -> None:
    html = state("late", "Over <due>")
    assert "bi-exclamation-triangle-fill" in html
    assert "Over &lt;due&gt;" in html


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "1 day late"),
        (-3, "3 days late"),
        (0, "today"),
        (1, "tomorrow"),
        (12, "in 12 days"),
        (1200, "in 1,200 days"),
    ],
)
def test_how_far_a_day_is_stands_in_words(days: int, words: str) -> None:
    assert distance(days) == words


def test_a_due_date_is_short_and_has_its_weekday_in_the_title() -> None:
    html = due(dt.date(2027, 1, 7), today=TODAY)
    assert "Jan 7, in 12 days" in html
    assert 'title="Thursday, Jan 7, 2027"' in html


def test_a_late_date_carries_an_icon_and_a_done_one_says_no_distance() -> None:
    assert "bi-exclamation-triangle-fill" in due(dt.date(2026, 12, 20), today=TODAY)
    assert "late" not in due(dt.date(2026, 12, 20), today=TODAY, done=True)


def test_a_missing_date_says_so() -> None:
    assert "no date" in due(None)
    assert day(None) == moment(None) == ""


def test_a_moment_is_shown_in_california_with_its_zone() -> None:
    assert day(dt.datetime(2027, 1, 8, 7, 59, tzinfo=UTC)) == "Jan 7, 2027"
    assert moment(dt.datetime(2027, 1, 8, 0, 5, tzinfo=UTC)) == "Jan 7, 2027, 4:05 pm PST"
    assert moment(dt.datetime(2027, 7, 8, 7, 5, tzinfo=UTC)) == "Jul 8, 2027, 12:05 am PDT"


def test_a_moment_and_a_due_date_of_a_case_are_shown_where_its_programme_is() -> None:
    new_york, night = ZoneInfo("America/New_York"), dt.datetime(2027, 1, 8, 5, 5, tzinfo=UTC)
    assert (day(night), day(night, new_york)) == ("Jan 7, 2027", "Jan 8, 2027")
    assert moment(night, new_york) == "Jan 8, 2027, 12:05 am EST"
    assert 'title="Friday, Jan 8, 2027"' in due(night, today=TODAY, zone=new_york)


def test_facts_that_are_missing_are_said_to_be_and_zero_is_a_fact() -> None:
    html = draw("{% facts rows %}", rows=[("Representative", ""), ("Interpreter", None), ("Visits", 0)])
    assert html.count("not stated") == 2
    assert "<dd>0</dd>" in html


def test_an_act_that_is_shut_says_why_and_an_act_by_post_has_a_token() -> None:
    entries = [{"label": "Offer", "why_not": "No records."}, {"label": "Send", "url": "/x/", "method": "post"}]
    html = draw("{% actions entries %}", entries=entries, csrf_token="abc")
    assert "disabled" in html
    assert "No records." in html
    assert 'value="abc"' in html


def test_page_links_keep_the_filters() -> None:
    request = RequestFactory().get("/cases/?state=ready&page=2")
    html = draw("{% pages page 'cases' %}", page=Paginator(range(312), 30).get_page(2), request=request)
    assert "31 to 60 of 312 cases" in html
    assert "?state=ready&amp;page=3" in html


def test_an_empty_list_has_no_page_links() -> None:
    request = RequestFactory().get("/cases/")
    assert draw("{% pages page 'cases' %}", page=Paginator([], 30).get_page(1), request=request).strip() == ""


def test_long_work_is_shown_with_its_numbers() -> None:
    assert 'page <span class="num">412 of 2,000</span>' in draw('{% progress 412 2000 unit="page" %}')


def test_desks_have_a_letter_each() -> None:
    desks = with_keys([{"label": "Cases"}, {"label": "Clocks"}, {"label": "Letters", "key": "x"}, {"label": "C"}])
    assert [desk["key"] for desk in desks] == ["c", "l", "x", ""]


def test_no_navigation_is_no_desks() -> None:
    assert with_keys(None) == []
