"""The pure arithmetic of clocks that were stopped, extended or made expedited."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.rules.clocks import on_wall
from cases.rules.holidays import calendar_of
from cases.rules.running import Begin, Convert, Extend, Restart, Stop, run
from cases.services.deadlines.workings import HouseWorkings
from cases.services.jurisdictions import jurisdiction

CALIFORNIA = jurisdiction("california")


class Workings(HouseWorkings):
    """Without overrides, so without a database."""

    _calendars = {one.key: calendar_of(CALIFORNIA, one.key) for one in CALIFORNIA.calendars}


WORKINGS = Workings(CALIFORNIA)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def moment(text: str) -> dt.datetime:
    return on_wall(dt.datetime.fromisoformat(text), CALIFORNIA.zone)


def due(begin: Begin, *steps) -> object:
    return run(begin, steps, WORKINGS).due


DETERMINATION = Begin("determination", day("2026-12-08"))


def test_a_stopped_clock_has_no_due_date_and_cannot_be_stopped_again():
    assert due(DETERMINATION, Stop(day("2026-12-18"))) is None
    with pytest.raises(ValueError, match="cannot be stopped"):
        due(DETERMINATION, Stop(day("2026-12-18")), Stop(day("2026-12-19")))
    with pytest.raises(ValueError, match="cannot be started again"):
        due(DETERMINATION, Restart(day("2026-12-18")))


def test_what_was_left_runs_on_from_the_restart_or_the_whole_length_anew():
    # 30 days end on Jan 7, 2027; on Dec 18 there are 20 left.
    stopped = Stop(day("2026-12-18"), "waiting for the court")
    assert due(DETERMINATION, stopped, Restart(day("2027-01-04"))) == day("2027-01-25")  # Jan 24 is a Sunday
    assert due(DETERMINATION, stopped, Restart(day("2027-01-04"), fresh=True)) == day("2027-02-03")


def test_business_days_left_are_counted_in_business_days():
    begin = Begin("determination_formulary", day("2026-11-23"))  # Dec 1
    run_on = due(begin, Stop(day("2026-11-25")), Restart(day("2026-12-23")))
    assert run_on == day("2026-12-29")  # Nov 27, 30, Dec 1 were left: Dec 24, 28, 29


def test_hours_left_are_elapsed_hours():
    begin = Begin("determination_expedited", moment("2026-03-06T10:00"))
    stopped, again = Stop(moment("2026-03-07T10:00")), Restart(moment("2026-03-07T22:00"))
    assert due(begin, stopped, again) == moment("2026-03-09T23:00")


def test_an_extension_adds_days_to_the_due_date_and_to_what_is_left():
    assert due(DETERMINATION, Extend(3)) == day("2027-01-10")
    assert due(DETERMINATION, Stop(day("2026-12-18")), Extend(3), Restart(day("2026-12-18"))) == day("2027-01-11")


def test_an_expedited_clock_runs_from_the_conversion_but_never_ends_later_than_before():
    early = run(DETERMINATION, [Convert("determination_expedited", moment("2026-12-10T09:00"))], WORKINGS)
    assert (early.clock, early.due) == ("determination_expedited", moment("2026-12-13T09:00"))
    late = run(DETERMINATION, [Convert("determination_expedited", moment("2027-01-06T09:00"))], WORKINGS)
    assert (late.clock, late.due) == ("determination_expedited", day("2027-01-07"))
    assert late.derivation[-1] == "It was due earlier than that already: Thu, Jan 7, 2027 stays."


def test_a_clock_made_expedited_while_stopped_runs_whole_from_its_restart():
    steps = [
        Stop(day("2026-12-18")), Convert("determination_expedited", moment("2026-12-19T09:00")),
        Restart(moment("2026-12-21T08:00")),
    ]  # fmt: skip
    assert due(DETERMINATION, *steps) == moment("2026-12-24T08:00")


def test_the_derivation_tells_every_event():
    steps = [Stop(day("2026-12-18"), "waiting for the court"), Restart(day("2027-01-04")), Extend(2, "approved by AD")]
    said = run(Begin("determination", day("2026-12-08"), because="Completed by “Report”."), steps, WORKINGS).derivation
    assert list(said[:3]) == [
        "Determination: 30 calendar days (LC 4610.6(d)(1)(B)).",
        "Completed by “Report”.",
        "Application and supporting records complete on Tue, Dec 8, 2026; that day is not counted.",
    ]
    assert list(said[-4:]) == [
        "Stopped on Fri, Dec 18, 2026 with 20 calendar days left: waiting for the court.",
        "Runs again from Mon, Jan 4, 2027.",
        "20 calendar days left, counted from there: Mon, Jan 25, 2027.",
        "Extended by 2 days to Wed, Jan 27, 2027: approved by AD.",
    ]
