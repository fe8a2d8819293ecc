from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputRefusal
from common.services.exchange import parse_moment, problems_of, read_rows

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "claim"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 20},
        "claim": {
            "type": "object",
            "additionalProperties": False,
            "required": ["injury_date"],
            "properties": {
                "injury_date": {"type": "string", "format": "date"},
                "received_at": {"type": ["string", "null"], "format": "moment"},
                "sealed_at": {"type": ["string", "null"], "format": "date-time"},
            },
        },
        "outcome": {"enum": ["denied", "modified"]},
        "items": {"type": "array", "items": {"type": "object", "required": ["service"]}},
        "weeks": {"type": ["integer", "null"], "minimum": 1},
    },
}
GOOD = {"name": "Ann", "claim": {"injury_date": "2013-08-12"}}


@pytest.fixture
def filed(tmp_path):
    def write(content, name="rows.json"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        ("", "file.empty", "is empty"),
        ("   \n", "file.not_an_array", "array of objects"),
        ('{"name": "Ann"}', "file.not_an_array", "begin with ["),
        ('"text"', "file.not_an_array", "array of objects"),
        ('[{"name": "Ann"', "file.cut_off", "cut off"),
        ('[{"name": "Ann"}', "file.cut_off", "cut off"),
        ('[{"name": "An', "file.cut_off", "cut off"),
        ('[{"name": "Ann"},', "file.cut_off", "cut off"),
        ('[{"name": "Ann"},\n {"name" "Bo"}]', "file.broken", "line 2, column 10"),
        ('[{"name": "Ann"} {"name": "Bo"}]', "file.broken", "line 1"),
        ('[{"name": "Ann"}] []', "file.broken", "goes on after its end"),
        (b'[\n{"name": "A\xff"}]', "file.encoding", "line 2"),
        ("[" * 100_000, "file.nesting", "nested too deeply"),
        (f'[{{"weeks": {"9" * 5000}}}]', "file.broken", "digits"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused_before_any_row(filed, content, rule, words):
    with pytest.raises(InputRefusal, match=words.replace("[", r"\[")) as caught:
        read_rows(filed(content), SCHEMA)
    assert caught.value.rule == rule


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    with pytest.raises(InputRefusal, match=r"There is no file .*nowhere\.json"):
        read_rows(tmp_path / "nowhere.json", SCHEMA)
    with pytest.raises(InputRefusal, match="is a folder"):
        read_rows(tmp_path, SCHEMA)


def test_lines_that_are_not_utf8_refuse_the_file_and_name_the_line(filed):
    with pytest.raises(InputRefusal, match="line 2"):
        read_rows(filed(json.dumps(GOOD).encode() + b"\n\xe9\n", "rows.jsonl"), SCHEMA)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({**GOOD, "nmae": "x"}, 'nmae: unknown key "nmae". Did you mean "name"?'),
        ({**GOOD, "zzz": 1}, 'zzz: unknown key "zzz". Known here: claim, items, name, outcome, weeks.'),
        ({"name": "Ann"}, 'claim: the required key "claim" is missing.'),
        ({"name": "Ann", "claim": {}}, 'claim.injury_date: the required key "injury_date" is missing.'),
        ({**GOOD, "claim": None}, "claim: must be an object in braces, not null."),
        ({**GOOD, "claim": {"injury_date": "2013-02-30"}}, 'claim.injury_date: "2013-02-30" is no calendar date.'),
        ({**GOOD, "claim": {"injury_date": "20130812"}}, 'claim.injury_date: "20130812" is no calendar date.'),
        ({**GOOD, "claim": {"injury_date": "0213-08-12"}}, 'claim.injury_date: "0213-08-12" is no calendar date.'),
        (
            {**GOOD, "claim": {"injury_date": "2013-08-12", "received_at": "2014-01-06T25:00"}},
            'claim.received_at: "2014-01-06T25:00" is no moment.',
        ),
        (
            {**GOOD, "claim": {"injury_date": "2013-08-12", "sealed_at": "2014-01-06T10:00"}},
            'claim.sealed_at: "2014-01-06T10:00" is no moment with a time zone.',
        ),
        ({**GOOD, "outcome": "maybe"}, 'outcome: "maybe" is not one of: denied, modified.'),
        ({**GOOD, "items": [{"service": "x"}, {}]}, 'items[1].service: the required key "service" is missing.'),
        ({**GOOD, "name": ""}, "name: must not be empty"),
        ({**GOOD, "name": "x" * 21}, "name: is too long: at most 20 characters, has 21."),
        ({**GOOD, "name": 3}, "name: must be text, not a number."),
        ({**GOOD, "weeks": "two"}, "weeks: must be a whole number or null, not text."),
        ({**GOOD, "weeks": 2.0}, "weeks: must be a whole number or null, not a number."),
        ({**GOOD, "weeks": 0}, "weeks: 0 is too small; the least is 1."),
        ({**GOOD, "name": "a\x00b"}, "name: holds the NUL character"),
        ({**GOOD, "name": "a\ud800b"}, "name: holds half of a character"),
        (["Ann"], "an object in braces is expected here, not a list."),
        (None, "an object in braces is expected here, not null."),
    ],
)
def test_a_bad_row_names_its_key_and_never_stops_the_rest(filed, row, sentence):
    first, second, third = read_rows(filed([GOOD, row, GOOD]), SCHEMA)
    assert first.data == third.data == GOOD
    assert second.data is None
    assert second.number == 2
    assert any(problem.startswith(sentence) for problem in second.problems), second.problems
    assert second.refusal.startswith("Row 2: ")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"name": "Ann", "name": "Bo", "claim": {"injury_date": "2013-08-12"}}', "name: this key is given twice"),
        ('{"name": "Ann", "claim": {"injury_date": "2013-08-12"}, "weeks": NaN}', "NaN is no JSON number."),
        ('{"name": "Ann", "claim": {"injury_date": "2013-08-12"}, "weeks": 1e999}', "1e999 is too large a number."),
    ],
)
def test_what_python_would_let_pass_is_refused_in_its_row(filed, text, sentence):
    good = json.dumps(GOOD)
    for path in (filed(f"[{good}, {text}]"), filed(f"{good}\n{text}\n", "rows.jsonl")):
        first, second = read_rows(path, SCHEMA)
        assert first.data == GOOD
        assert second.data is None
        assert second.problems[0].startswith(sentence)


def test_a_broken_line_is_refused_alone_and_blank_lines_do_not_count(filed):
    good = json.dumps(GOOD)
    rows = list(read_rows(filed(f"\ufeff{good}\n\n{{broken\n{good} x\n{good}", "rows.jsonl"), SCHEMA))
    assert [(row.number, row.data is None) for row in rows] == [(1, False), (3, True), (4, True), (5, False)]
    assert "not valid JSON" in rows[1].problems[0]
    assert "goes on after its object" in rows[2].problems[0]


def test_several_problems_of_one_row_are_all_told(filed):
    (row,) = read_rows(filed([{"name": 1, "extra": 2}]), SCHEMA)
    assert len(row.problems) == 3


def test_a_lone_object_is_taken_only_where_it_is_asked_for(filed):
    path = filed(GOOD)
    with pytest.raises(InputRefusal):
        read_rows(path, SCHEMA)
    assert [row.data for row in read_rows(path, SCHEMA, single=True)] == [GOOD]
    assert [row.data for row in read_rows(filed([GOOD]), SCHEMA, single=True)] == [GOOD]


def test_an_empty_array_has_no_rows(filed):
    assert list(read_rows(filed(" [ ] \n"), SCHEMA)) == []


def test_a_byte_order_mark_and_any_script_pass(filed):
    row = {**GOOD, "name": "Աննա 李 ខ្មែរ"}
    content = b"\xef\xbb\xbf" + json.dumps([row], ensure_ascii=False).encode()
    assert [read.data for read in read_rows(filed(content), SCHEMA)] == [row]


def test_a_sentence_of_the_schema_itself_replaces_the_general_one():
    schema = {
        "type": "object",
        "properties": {"npi": {"pattern": "^[0-9]{10}$", "x-says": {"pattern": "is no NPI: ten digits."}}},
    }
    assert problems_of({"npi": "12"}, schema) == ['npi: "12" is no NPI: ten digits.']


def test_a_moment_without_zone_is_california_time():
    assert parse_moment("2014-01-06T00:00").utcoffset().total_seconds() == -8 * 3600
    assert parse_moment("2014-07-06T00:00:00Z").utcoffset().total_seconds() == 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_value_is_judged_without_a_crash_and_told_in_printable_words(value):
    for problem in problems_of(value, SCHEMA):
        problem.encode("utf-8")
        assert "\n" not in problem
