from __future__ import annotations

import csv
import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.rules.holidays import calendar_of
from cases.services.jurisdictions import jurisdiction
from cases.services.working_out import work_out
from common.errors import InputRefusal

pytestmark = pytest.mark.django_db  # the days that the house overrode

VECTORS = Path("../shared/data/clock_vectors.csv")
OWN_VECTORS = Path(__file__).parent / "clock_vectors.csv"


def due(clock: str, trigger: str, **more: str) -> str:
    found = work_out(jurisdiction_key="california", clock=clock, trigger=trigger, **more).due
    return f"{found:%Y-%m-%dT%H:%M}" if isinstance(found, dt.datetime) else found.isoformat()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle))


def run(*words: str) -> str:
    out = StringIO()
    call_command("deadline", *words, stdout=out)
    return out.getvalue()


@pytest.mark.skipif(not VECTORS.exists(), reason="the worked deadlines of the shared data are not beside the project")
def test_every_worked_deadline_of_the_shared_file():
    wanted = rows(VECTORS)
    said = [json.loads(line) for line in run("--batch", str(VECTORS), "--json").splitlines()]
    assert [(one["id"], one["due"]) for one in said] == [(row["id"], row["due"]) for row in wanted]
    assert all(one["derivation"] for one in said)


@pytest.mark.parametrize("row", rows(OWN_VECTORS), ids=lambda row: row["note"])
def test_own_worked_deadline(row):
    assert due(row["clock"], row["trigger"], service=row["service"], calendar=row["calendar"]) == row["due"]


def test_the_derivation_says_each_step():
    worked = work_out(
        jurisdiction_key="california", clock="application", trigger="2026-10-23", service="mail_ca", calendar="office"
    )
    assert list(worked.derivation) == [
        "Application for IMR: 30 calendar days (9792.10.1(b)(1)).",
        "UR decision served on Fri, Oct 23, 2026; that day is not counted.",
        "30 calendar days end on Sun, Nov 22, 2026.",
        "5 days more for mail within California (9792.10.1(b)(1); CCP 1013(a)): Fri, Nov 27, 2026.",
        "Fri, Nov 27, 2026 is the day after Thanksgiving; the last day moves on.",
        "Sat, Nov 28, 2026 is a Saturday; the last day moves on.",
        "Sun, Nov 29, 2026 is a Sunday; the last day moves on.",
        "Last day: Mon, Nov 30, 2026. Looked at: weekends and days on which state offices are closed.",
    ]


def test_holidays_move_off_sunday_and_veterans_day_alone_off_saturday():
    office = calendar_of(jurisdiction("california"), "office")
    assert office.holiday(dt.date(2021, 7, 5)) == "Independence Day, moved from Sunday"
    assert office.holiday(dt.date(2026, 7, 3)) == ""
    assert office.holiday(dt.date(2026, 7, 4)) == "Independence Day"
    assert office.holiday(dt.date(2028, 11, 10)) == "Veterans Day, moved from Saturday"
    assert office.holiday(dt.date(2028, 11, 11)) == ""


def test_a_day_can_be_closed_or_opened_by_override():
    funeral, tenth = dt.date(2026, 11, 24), dt.date(2028, 11, 10)
    plain = calendar_of(jurisdiction("california"), "office")
    changed = calendar_of(
        jurisdiction("california"), "office", closed=((funeral, "Day of mourning"),), opened=frozenset({tenth})
    )
    assert (plain.shut(funeral), changed.shut(funeral)) == ("", "Day of mourning")
    assert (plain.shut(tenth), changed.shut(tenth)) == ("Veterans Day, moved from Saturday", "")


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        ((), "Give CLOCK and TRIGGER", 2),
        (("application",), "Give CLOCK and TRIGGER", 2),
        (("application", "2026-10-23", "--batch", "x.csv"), "Give either", 2),
        (("lunch", "2026-10-23"), "no clock 'lunch' on Oct 23, 2026", 1),
        (("application", "2011-10-23"), "no clock 'application' on Oct 23, 2011", 1),
        (("application", "tomorrow"), "'tomorrow' is no trigger", 1),
        (("application", "2026-10-23", "--service", "pigeon"), "no way of service 'pigeon'", 1),
        (
            ("application", "2026-10-23", "--calendar", "lunar"),
            "has no calendar 'lunar'. Calendars: office, statutory",
            1,
        ),
        (("determination_expedited", "2026-10-23"), "counts hours: give the hour", 1),
        (("--batch", "/nowhere.csv"), "cannot be read", 1),
    ],
)
def test_the_command_refuses_in_one_line(words, said, status):
    with pytest.raises(CommandError) as caught:
        run(*words)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == status


def test_one_bad_row_of_a_batch_never_stops_the_rest(tmp_path):
    batch = tmp_path / "some.csv"
    batch.write_text("id,clock,trigger,service,calendar,colour\nx,lunch,2026-10-23,,,red\ny,noarfi,2026-11-25,,,blue\n")
    out = StringIO()
    with pytest.raises(CommandError, match="1 rows refused"):
        call_command("deadline", "--batch", str(batch), "--json", stdout=out)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert "no clock 'lunch'" in first["error"]
    assert (second["id"], second["due"]) == ("y", "2026-11-27")


def test_the_command_says_one_deadline_in_words_and_as_json():
    assert run("noarfi", "2026-11-25").splitlines()[0] == "2026-11-27"
    assert json.loads(run("noarfi", "2026-11-25", "--calendar", "office", "--json"))["due"] == "2026-11-30"


def test_hours_without_an_hour_are_refused_and_a_moment_with_zone_is_taken():
    with pytest.raises(InputRefusal, match="give the hour"):
        due("records_expedited", "2026-03-07")
    assert due("records_expedited", "2026-03-07T20:00+00:00") == "2026-03-08T13:00"
