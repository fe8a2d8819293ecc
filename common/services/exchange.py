"""Reading exchange files (JSON): the one way every import command takes rows in.

A file is one array of objects (`.json`), or one object a line (`.jsonl`). What breaks the file as a whole is an
InputRefusal before any row is handed out, so nothing of a cut-off file is ever imported; what is wrong with one row
stands in that row's `problems` and never stops the rest.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from common.days import HOUSE_ZONE
from common.errors import InputRefusal

#: An array has to be read whole; larger files come one object a line.
MAX_ARRAY_BYTES = 256 * 1024 * 1024
_LINE_SUFFIXES = {".jsonl", ".ndjson"}
_SPACE = " \t\r\n"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MISSPELT = 0.75  # how alike an unknown key must be to a known one to be offered instead
_SHOWN = 60  # characters of a refused value that a message repeats


@dataclass(frozen=True)
class Row:
    """One object of an exchange file.

    number:   1-based place in the array, or line number.
    data:     the object, or None when it may not be taken.
    problems: one sentence each, beginning with the key path: `items[0].service: required key ... is missing.`
    raw:      whatever stood there, for naming a refused row to people; never import from it.
    """

    number: int
    data: dict[str, Any] | None
    problems: list[str] = field(default_factory=list)
    raw: Any = None

    @property
    def refusal(self) -> str:
        """All problems as one line that names the row."""
        return f"Row {self.number}: {' '.join(self.problems)}"


def read_rows(path: Path, schema: dict[str, Any], *, single: bool = False) -> Iterator[Row]:
    """Every row of an exchange file, checked against a JSON Schema (2020-12; formats "date", "date-time", "moment").

    single=True also takes a file that is one object. Raises InputRefusal when the file cannot be read as a whole:
    missing, not UTF-8, no array, cut off, broken JSON.
    """
    check_schema(schema)
    path = Path(path)
    _readable(path)
    if path.suffix.lower() in _LINE_SUFFIXES:
        _check_utf8_lines(path)
        return _validated(_line_values(path), schema)
    return _validated(_array_values(_whole_text(path), path.name, single=single), schema)


def problems_of(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with one value already parsed; empty when it may be taken."""
    if not isinstance(value, dict):
        return [f"an object in braces is expected here, not {_kind(value)}."]
    found = list(_text_problems(value, ""))
    errors = sorted(_validator(_key(schema)).iter_errors(value), key=lambda error: [str(part) for part in error.path])
    for error in errors:
        found.extend(_sentences(error))
    return list(dict.fromkeys(found))


def load_schema(path: Path) -> dict[str, Any]:
    """A schema kept in the repository."""
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    check_schema(schema)
    return schema


def check_schema(schema: dict[str, Any]) -> None:
    """Raises jsonschema.SchemaError for a schema that is none: a programmer's mistake, not a file's."""
    _validator(_key(schema))


def parse_moment(text: str) -> dt.datetime:
    """An ISO 8601 moment as an aware one; without a zone it is read as the house's time.

    Raises ValueError when it is no moment.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no moment")
    moment = dt.datetime.fromisoformat(text.replace(",", "."))
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} lies outside {_FIRST_YEAR} to {_LAST_YEAR}")
    return moment if moment.tzinfo else moment.replace(tzinfo=HOUSE_ZONE)


def parse_date(text: str) -> dt.date:
    """A calendar date written YYYY-MM-DD. Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not written YYYY-MM-DD")
    day = dt.date.fromisoformat(text)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} lies outside {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


# --- from bytes to values ------------------------------------------------------------------------------------------


def _readable(path: Path) -> None:
    if not path.exists():
        raise InputRefusal("file.missing", f"There is no file {path}. Check the name and the folder.")
    if not path.is_file():
        raise InputRefusal("file.missing", f"{path} is a folder, not a file. Name the file itself.")
    if path.stat().st_size == 0:
        raise InputRefusal("file.empty", f"{path.name} is empty. It must hold an array of objects.")


def _not_utf8(path: Path, line: int) -> InputRefusal:
    return InputRefusal(
        "file.encoding", f"{path.name} is not UTF-8: line {line} holds bytes that are no character. Save it as UTF-8."
    )


def _whole_text(path: Path) -> str:
    if path.stat().st_size > MAX_ARRAY_BYTES:
        size = MAX_ARRAY_BYTES // (1024 * 1024)
        raise InputRefusal(
            "file.size", f"{path.name} is larger than {size} MB. Save it with one object a line, as a .jsonl file."
        )
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, content.count(b"\n", 0, error.start) + 1) from None


def _check_utf8_lines(path: Path) -> None:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                raise _not_utf8(path, number) from None


class _Parser:
    """JSON that notes what Python's own reader lets pass: keys given twice, NaN, numbers without end."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant, parse_float=self._number
        )

    def at(self, text: str, position: int) -> tuple[Any, int, list[str]]:
        """The value at `position`, where it ends, and what is wrong with it."""
        self.problems = []
        value, end = self._decoder.raw_decode(text, position)
        return value, end, self.problems

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            self.problems.extend(f"{_shown(key)}: this key is given twice in one object." for key in twice)
        return result

    def _constant(self, name: str) -> None:
        self.problems.append(f"{name} is no JSON number.")

    def _number(self, digits: str) -> float:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self.problems.append(f"{digits[:_SHOWN]} is too large a number.")
        return number


def _array_values(text: str, name: str, *, single: bool) -> list[tuple[int, Any, list[str]]]:
    """Every element of the array with its number and what the parser noted."""
    parser = _Parser()
    start = _skip(text, 0)
    try:
        if text[start : start + 1] == "{" and single:
            value, end, problems = parser.at(text, start)
            _ends_here(text, end, name)
            return [(1, value, problems)]
        if text[start : start + 1] != "[":
            raise InputRefusal(
                "file.not_an_array",
                f"{name} does not hold an array of objects: it must begin with [ and end with ]. "
                "One object a line is taken from a file whose name ends in .jsonl.",
            )
        return list(_elements(parser, text, start + 1, name))
    except json.JSONDecodeError as error:
        raise _broken(error, text, name) from None
    except RecursionError:
        raise InputRefusal("file.nesting", f"{name} is nested too deeply to be an exchange file.") from None
    except ValueError as error:  # a number of thousands of digits
        raise InputRefusal("file.broken", f"{name} cannot be read as JSON: {error}.") from None


def _elements(parser: _Parser, text: str, position: int, name: str) -> Iterator[tuple[int, Any, list[str]]]:
    position = _skip(text, position)
    if text[position : position + 1] == "]":
        _ends_here(text, position + 1, name)
        return
    number = 0
    while True:
        number += 1
        value, position, problems = parser.at(text, _skip(text, position))
        yield number, value, problems
        position = _skip(text, position)
        mark = text[position : position + 1]
        if mark == "]":
            _ends_here(text, position + 1, name)
            return
        if mark != ",":
            raise json.JSONDecodeError("Expecting ',' or ']'", text, position)
        position += 1


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _ends_here(text: str, position: int, name: str) -> None:
    if text[position:].strip(_SPACE):
        line = text.count("\n", 0, position) + 1
        raise InputRefusal("file.broken", f"{name} goes on after its end at line {line}. It must hold one array only.")


def _broken(error: json.JSONDecodeError, text: str, name: str) -> InputRefusal:
    if error.pos >= len(text.rstrip(_SPACE)) or error.msg.startswith("Unterminated string"):
        return InputRefusal(
            "file.cut_off",
            f"{name} is cut off: it ends inside the row that stands at line {error.lineno}. "
            "Nothing was taken from it. Get the whole file and import it again.",
        )
    return InputRefusal(
        "file.broken",
        f"{name} is not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}. "
        "Nothing was taken from it.",
    )


def _line_values(path: Path) -> Iterator[tuple[int, Any, list[str]]]:
    parser = _Parser()
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip(_SPACE)
            if not text:
                continue
            try:
                value, end, problems = parser.at(text, 0)
            except RecursionError:
                yield number, None, ["the line is nested too deeply."]
            except ValueError as error:  # JSONDecodeError is one
                yield number, None, [f"the line is not valid JSON: {error}."]
            else:
                if end < len(text):
                    problems = [*problems, "the line goes on after its object."]
                yield number, value, problems


# --- from values to rows -------------------------------------------------------------------------------------------


def _validated(values: Iterable[tuple[int, Any, list[str]]], schema: dict[str, Any]) -> Iterator[Row]:
    for number, value, noted in values:
        problems = [*noted] if value is None and noted else [*noted, *problems_of(value, schema)]
        yield Row(number=number, data=None if problems else value, problems=problems, raw=value)


def _key(schema: dict[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True)


@lru_cache(maxsize=32)
def _validator(schema: str) -> Any:
    parsed = json.loads(schema)
    Draft202012Validator.check_schema(parsed)
    return _RowValidator(parsed, format_checker=_FORMATS)


def _is_whole(_checker: object, value: object) -> bool:
    """2016.0 is no whole number here: it would be stored and hashed in another form than it was filed."""
    return isinstance(value, int) and not isinstance(value, bool)


_RowValidator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole)
)


_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(parse_date(value))


@_FORMATS.checks("moment", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(parse_moment(value))


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment_with_zone(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parse_moment(value)
    match = _MOMENT.fullmatch(value)
    return bool(match and match["zone"])


def _text_problems(value: Any, where: str) -> Iterator[str]:
    """Characters that no database and no letter can hold: NUL and halves of a character."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _text_problems(key, where)
            yield from _text_problems(inner, f"{where}.{_shown(key)}" if where else _shown(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _text_problems(inner, f"{where}[{index}]")
    elif isinstance(value, str):
        if "\x00" in value:
            yield _at(where, "holds the NUL character, which is no text. Take it out.")
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            yield _at(where, "holds half of a character (a lone surrogate). Write the whole character.")


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list in brackets",
    "object": "an object in braces",
    "null": "null",
}
_FORMAT_RULES = {
    "date": "is no calendar date. Dates are written YYYY-MM-DD.",
    "moment": "is no moment. Moments are written like 2026-11-23T09:30:00-08:00.",
    "date-time": "is no moment with a time zone. Moments are written like 2026-11-23T09:30:00-08:00.",
}


def _sentences(error: ValidationError) -> Iterator[str]:
    where = _path(error)
    rule, value = str(error.validator), error.instance
    limit: Any = error.validator_value
    schema = error.schema if isinstance(error.schema, dict) else {}
    if says := schema.get("x-says", {}).get(rule):
        yield _at(where, f"{_quoted(value)} {says}")
    elif rule in ("anyOf", "oneOf", "allOf", "if") and error.context:
        deepest = max(error.context, key=lambda inner: (len(inner.path), -_type_mismatch(inner)))
        yield from _sentences(deepest)
    elif rule in ("additionalProperties", "unevaluatedProperties") and isinstance(value, dict):
        known = sorted(schema.get("properties", {}))
        unknown = [key for key in value if key not in known] if rule == "additionalProperties" else _named(error)
        yield from (_unknown_key(where, key, known) for key in unknown)
    elif rule == "required" and isinstance(value, dict):
        missing = _named(error)[0]
        yield _at(f"{where}.{missing}" if where else missing, f'the required key "{missing}" is missing.')
    elif rule == "type":
        wanted = [limit] if isinstance(limit, str) else list(limit)
        yield _at(where, f"must be {' or '.join(_TYPES[name] for name in wanted)}, not {_kind(value)}.")
    elif rule == "enum":
        choices = ", ".join("null" if choice is None else str(choice) for choice in limit)
        yield _at(where, f"{_quoted(value)} is not one of: {choices}.")
    elif rule == "format":
        yield _at(where, f"{_quoted(value)} {_FORMAT_RULES.get(str(limit), f'is not a valid {limit}.')}")
    elif rule in _BOUNDS:
        yield _at(where, _BOUNDS[rule].format(limit=limit, value=_quoted(value), have=_length(value)))
    else:
        yield _at(where, f"{error.message}.")


_BOUNDS = {
    "minLength": "must not be empty (at least {limit} characters, has {have}).",
    "maxLength": "is too long: at most {limit} characters, has {have}.",
    "minItems": "needs at least {limit} entries, has {have}.",
    "maxItems": "takes at most {limit} entries, has {have}.",
    "minimum": "{value} is too small; the least is {limit}.",
    "maximum": "{value} is too large; the most is {limit}.",
    "exclusiveMinimum": "{value} is too small; it must be more than {limit}.",
    "exclusiveMaximum": "{value} is too large; it must be less than {limit}.",
    "pattern": "{value} is not written in the expected form.",
    "const": "{value} is given, but only {limit} is taken here.",
    "uniqueItems": "holds the same entry twice.",
}


def _named(error: ValidationError) -> list[str]:
    """The keys that jsonschema names in its message, which is the only place where it says them."""
    return [key.replace("\\'", "'") for key in re.findall(r"'((?:[^'\\]|\\.)*)'", error.message)] or ["?"]


def _type_mismatch(error: ValidationError) -> int:
    return 1 if error.validator == "type" else 0


def _unknown_key(where: str, key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=_MISSPELT)
    if near:
        hint = f'Did you mean "{near[0]}"?'
    elif known:
        hint = f"Known here: {', '.join(known)}."
    else:
        hint = "No keys are known here."
    path = f"{where}.{_shown(key)}" if where else _shown(key)
    return f'{path}: unknown key "{_shown(key)}". {hint}'


def _path(error: ValidationError) -> str:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{_shown(part)}" if path else _shown(part)
    return path


def _at(where: str, sentence: str) -> str:
    return f"{where}: {sentence}" if where else sentence


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text" if value.strip() else "empty text"
    return "a list" if isinstance(value, list) else "an object"


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


def _quoted(value: Any) -> str:
    return f'"{_shown(value)}"' if isinstance(value, str) else _shown(value)


def _shown(value: Any) -> str:
    """A value as a message may repeat it: one line, not too long, printable."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\0")
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
