from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.checks import run_checks

from cases.checks import check_jurisdictions
from cases.rules.jurisdiction_file import BadJurisdiction, parse
from cases.services.jurisdictions import jurisdiction, known
from common.errors import InputRefusal

CALIFORNIA = Path("cases/jurisdictions/california.toml").read_text()
SMALL = (Path(__file__).parent / "jurisdictions" / "health_plan.toml").read_text()


def problems(text: str) -> list[str]:
    with pytest.raises(BadJurisdiction) as caught:
        parse(text, known())
    return [str(problem) for problem in caught.value.problems]


def line_of(text: str, nth_line: str, occurrence: int = 1) -> int:
    found = [number for number, line in enumerate(text.splitlines(), 1) if line == nth_line]
    return found[occurrence - 1]


def test_overlapping_dates_are_refused_by_line_and_key():
    row = """
[[reasons]]
code = "late"
words = "asked for too late, again"
effect = "ineligible"
effective_from = 2026-01-01
source = "plan manual 4"
"""
    [said] = problems(SMALL + row)
    line = line_of(SMALL + row, "effective_from = 2026-01-01")
    first = line_of(SMALL, "[[reasons]]")
    assert said == (
        f"line {line}, reasons[3].effective_from: late from 2026-01-01 overlaps the row on line {first}, "
        "which holds from 2020-01-01 on."
    )


def test_rows_that_follow_one_another_are_no_overlap_and_a_gap_is_said():
    text = SMALL.replace(
        'words = "asked for too late"\neffect = "ineligible"\neffective_from = 2020-01-01',
        'words = "asked for too late"\neffect = "ineligible"\neffective_from = 2020-01-01\neffective_to = 2025-12-31',
    )
    later = '[[reasons]]\ncode = "late"\nwords = "new words"\neffect = "ineligible"\n'
    later += 'effective_from = 2026-01-02\nsource = "plan manual 4"\n'
    made = parse(text + later, known())
    assert made.reason("late", dt.date(2025, 12, 31)).words == "asked for too late"
    assert made.reason("late", dt.date(2026, 1, 2)).words == "new words"
    with pytest.raises(InputRefusal, match="no reason 'late' on Jan 1, 2026"):
        made.reason("late", dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('unit = "hours"', 'unit = "weeks"', "clocks[5].unit", "must be one of: calendar, business, hours."),
        ("length = 45", 'length = "45"', "clocks[4].length", "must be a whole number from 0 to 1000."),
        ("length = 120", "lenght = 120", "clocks[1].lenght", "is not known. Known keys: "),
        ('expedited = "determination_expedited"', 'expedited = "rush"', "clocks[4].expedited", "'rush' is no clock"),
        ('calendars = ["plan"]', 'calendars = ["moon"]', "holidays[1].calendars", "'moon' is no calendar"),
        ('on = "01-01"', 'on = "13-01"', "holidays[1].on", "must be a day of the year: MM-DD."),
        ('on = "01-01"', "nth = 2", "holidays[1]", "needs either `on`"),
        ('recipients = ["insurer", "worker"]', 'recipients = ["mayor"]', "notices[1].recipients", "'mayor' is no role"),
        ('done_by = ["open"]', 'done_by = ["opened"]', "targets[1].done_by", "'opened' is no event"),
        ('form = "HPyyyynnnnn"', 'form = "HP-"', "case_numbers[1].form", "must be capital letters"),
        ('time_zone = "America/New_York"', 'time_zone = "Mars/Base"', "time_zone", "must be a time zone"),
        ('usual_state = "NY"', 'usual_state = "New York"', "usual_state", "must be a state in two capital letters"),
        ('name = "plan holidays"', 'name = ""', "calendars[1].name", "must be a text that is not empty."),
        ("effective_from = 2020-01-01", 'effective_from = "2020"', "case_numbers[1].effective_from", "must be a date"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_key(old, new, key, said):
    text = SMALL.replace(old, new, 1)
    line = line_of(text, new) if "." in key or key in ("time_zone", "usual_state") else line_of(text, "[[holidays]]")
    assert [one for one in problems(text) if one.startswith(f"line {line}, {key}: {said}")]


def test_a_missing_key_an_unknown_table_and_a_file_that_ends_early_are_named():
    assert "clocks[1].name: is missing." in problems(SMALL.replace('name = "Request for external review"\n', ""))[0]
    assert "fees: is not known." in problems(SMALL + '\n[[fees]]\nkey = "x"\n')[0]
    broken = SMALL + '\n[[fees]\nkey = "x"\n'
    assert problems(broken)[0].startswith(f"line {line_of(broken, '[[fees]')}, file: is no TOML")
    assert "line 1, key: is missing." in problems("")


def test_an_end_before_its_beginning_is_refused():
    text = SMALL.replace("effective_from = 2020-01-01", "effective_from = 2020-01-01\neffective_to = 2019-01-01", 1)
    assert problems(text)[0].startswith(
        f"line {line_of(text, 'effective_to = 2019-01-01')}, case_numbers[1].effective_to"
    )


def test_the_site_does_not_start_with_a_wrong_file(tmp_path, settings):
    (tmp_path / "moon.toml").write_text(SMALL.replace("length = 45", "length = -1"))
    settings.JURISDICTION_FOLDERS = [*settings.JURISDICTION_FOLDERS, tmp_path]
    said = [str(error.msg) for error in check_jurisdictions(None)]
    assert said == [
        f"moon.toml, line {line_of(SMALL, 'length = 45')}, clocks[4].length: must be a whole number from 0 to 1000."
    ]
    with pytest.raises(InputRefusal, match=r"The rules of moon cannot be used: line \d+, clocks"):
        jurisdiction("moon")
    (tmp_path / "moon.toml").write_text(SMALL)
    assert "it must be the file's name" in str(check_jurisdictions(None)[0].msg)


def test_the_files_of_the_house_are_right():
    assert [error for error in run_checks() if error.id == "cases.E001"] == []
    assert jurisdiction("california").clock("determination", dt.date(2026, 1, 1)).length == 30
    with pytest.raises(InputRefusal, match="No rules are on file for the jurisdiction 'mars'"):
        jurisdiction("mars")


def test_records_reach_back_a_year_in_2013_and_six_months_since():
    of = jurisdiction("california")
    months = [
        {row.key: row.months for row in of.required_records(day)}["treating_reports"]
        for day in (dt.date(2013, 12, 31), dt.date(2014, 1, 1))
    ]
    assert months == [12, 6]


@pytest.mark.parametrize(
    ("method", "region", "way"),
    [("mail", "CA", "mail_ca"), ("mail", "NV", "mail_us"), ("mail", "", ""), ("electronic", "", "electronic"),
     ("pigeon", "CA", "")],
)  # fmt: skip
def test_the_carrier_and_the_state_of_an_address_say_the_way_of_service(method, region, way):
    assert jurisdiction("california").way(method, region, dt.date(2026, 1, 1)) == way


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        ("receipt = true\n", "receipt", "twice"),
        ('items = "overturned"\n', "items", "goes with `starts_with`"),
        ('extended_by = "lunch"\n', "extended_by", "no clock of this file"),
        ('starts_with = "rain"\n', "starts_with", "must be one of"),
    ],
)
def test_a_clock_that_contradicts_itself_is_named_by_line_and_key(more, key, said):
    text = SMALL.replace("service_adds = true\n", f"service_adds = true\n{more}", 1)
    [problem] = problems(text)
    assert problem.startswith(f"line {line_of(text, more.strip())}, clocks[1].{key}: ")
    assert said in problem


def test_a_notice_starts_the_clock_of_its_way_and_priority():
    notice = jurisdiction("california").notice("noarfi", dt.date(2026, 11, 23))
    assert notice.meets == ("noarfi",)
    assert notice.starts(way="mail", expedited=False) == "records_mail"
    assert notice.starts(way="electronic", expedited=False) == "records_electronic"
    assert notice.starts(way="mail", expedited=True) == "records_expedited"
