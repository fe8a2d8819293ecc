"""What must hold among the facts of one exchange row (`exchange.md` "Case") beyond the schema: pure, no database.

Each finding is a key path ("items[2].depends_on") with a sentence for people; nothing is raised here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from common.days import date_in
from common.errors import InputRefusal
from common.rules.characters import first_unprintable
from common.services.exchange import parse_date, parse_moment


class Problem(NamedTuple):
    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


_BREAKS = frozenset("\n\r\t")
#: Keys whose text may run over several lines.
_LONG = {
    "service", "heading", "original_request", "authorized_by_claims_administrator", "text",
    "clinical_case_summary", "documents_reviewed", "rationale",
}  # fmt: skip

_INJURY = ("claim.injury_date", "the date of injury")
_REQUEST = ("utilization_review.rfa_date", "the request for authorization")
_DECISION = ("utilization_review.decision_date", "the UR decision")
_SERVICE = ("utilization_review.served_date", "its service")
_RECEIPT = ("application.received_at", "the receipt of the application")
_ASSIGNED = ("assigned_on", "the assignment")
_DETERMINED = ("determined_on", "the determination")

#: (earlier, later): the first may not lie after the later. Each is a key path and its words for people.
_ORDER = (
    (_INJURY, _REQUEST),
    (_INJURY, _DECISION),
    (_REQUEST, _DECISION),
    (_DECISION, _SERVICE),
    (_DECISION, _RECEIPT),
    (_INJURY, _RECEIPT),
    (_RECEIPT, _ASSIGNED),
    (_DECISION, _ASSIGNED),
    (_INJURY, _ASSIGNED),
    (_ASSIGNED, _DETERMINED),
    (_RECEIPT, _DETERMINED),
)

_NOT_AFTER_TODAY = (
    "claim.injury_date", "worker.birth_date", "utilization_review.rfa_date", "utilization_review.decision_date",
    "utilization_review.served_date", "assigned_on", "determined_on",
)  # fmt: skip


def problems_of_row(row: dict[str, Any], *, now: dt.datetime, zone: ZoneInfo, past: bool = False) -> list[Problem]:
    """Everything wrong with a row that has passed the schema. In a past determination names may be missing.

    zone: where the row's programme is; moments are compared on their day there.
    """
    return [
        *unprintable(row),
        *date_problems(row, now=now, zone=zone),
        *_item_problems(row.get("items") or []),
        *([] if past else _party_problems(row.get("parties") or [])),
    ]


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Raise one InputRefusal that says every problem; none passes silently."""
    found = list(problems)
    if found:
        raise InputRefusal(
            "intake.row",
            " ".join(str(problem) for problem in found),
            fields={problem.path: problem.sentence for problem in reversed(found)},
        )


def date_problems(row: dict[str, Any], *, now: dt.datetime, zone: ZoneInfo) -> Iterator[Problem]:
    """Dates that contradict one another or lie in the future; a missing date contradicts nothing."""
    today = date_in(now, zone)
    for (earlier, earlier_words), (later, later_words) in _ORDER:
        first, second = day_at(row, earlier, zone), day_at(row, later, zone)
        if first and second and first > second:
            yield Problem(
                later,
                f"{later_words} ({second}) cannot lie before {earlier_words} ({first}, {earlier}). Correct one.",
            )
    birth, injury = day_at(row, "worker.birth_date", zone), day_at(row, "claim.injury_date", zone)
    if birth and injury and birth >= injury:
        yield Problem("worker.birth_date", f"the birth date ({birth}) must lie before the date of injury ({injury}).")
    for path in _NOT_AFTER_TODAY:
        day = day_at(row, path, zone)
        if day and day > today:
            yield Problem(path, f"{day} lies in the future; today is {today}.")
    received = _value(row, "application.received_at")
    if received and parse_moment(received) > now:
        yield Problem("application.received_at", f"{received} lies in the future.")
    for index, document in enumerate(row.get("documents") or []):
        if document.get("received_at") and parse_moment(document["received_at"]) > now:
            yield Problem(f"documents[{index}].received_at", f"{document['received_at']} lies in the future.")


def day_at(row: dict[str, Any], path: str, zone: ZoneInfo) -> dt.date | None:
    """The date at a key path; a moment as its day in `zone`."""
    value = _value(row, path)
    if not value:
        return None
    return date_in(parse_moment(value), zone) if path.endswith("_at") else parse_date(value)


def _value(row: dict[str, Any], path: str) -> Any:
    here: Any = row
    for key in path.split("."):
        here = (here or {}).get(key)
    return here


def _item_problems(items: list[dict[str, Any]]) -> Iterator[Problem]:
    """`depends_on` names another item of the row by its place, and nothing depends on itself by a round-about way."""
    wanted = {place: item.get("depends_on") for place, item in enumerate(items, 1)}
    for place, other in wanted.items():
        path = f"items[{place - 1}].depends_on"
        if other is None:
            continue
        if other == place:
            yield Problem(path, f"item {place} cannot depend on itself.")
        elif other not in wanted:
            yield Problem(path, f"there is no item {other}; the case has {len(items)}.")
        elif _comes_back(wanted, place):
            yield Problem(path, f"item {place} depends on itself by way of item {other}.")


def _comes_back(wanted: dict[int, Any], place: int) -> bool:
    here, seen = wanted[place], set()
    while here in wanted and here not in seen:
        if here == place:
            return True
        seen.add(here)
        here = wanted[here]
    return False


def _party_problems(parties: list[dict[str, Any]]) -> Iterator[Problem]:
    for index, party in enumerate(parties):
        if not names_somebody(party):
            yield Problem(f"parties[{index}]", "names neither an organization nor a person. Name one of them.")


def names_somebody(party: dict[str, Any]) -> bool:
    person = party.get("person") or {}
    names = (party.get("organization"), person.get("first_name"), person.get("last_name"))
    return any((name or "").strip() for name in names)


def unprintable(value: Any, path: str = "", key: str = "") -> Iterator[Problem]:
    """Every text in the row with a character that no letter can print."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from unprintable(inner, f"{path}.{name}" if path else name, name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from unprintable(inner, f"{path}[{index}]", key)
    elif isinstance(value, str):
        if bad := first_unprintable(value):
            yield Problem(path, f"holds {bad.spoken}, at place {bad.position + 1}. Take it out or write it in words.")
        elif key not in _LONG and _BREAKS.intersection(value):
            yield Problem(path, "holds a line break or tab. Write it on one line.")
