"""The tables of a jurisdiction file.

A new table is a line of TABLES: which rows it makes, what makes two rows the same rule (of which two may not hold on
one day), and what each key may be. COMMON_NEEDS and COMMON_MAY are the keys of every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cases.rules import jurisdiction_checks as check
from cases.rules.jurisdiction import (
    AHEAD,
    GIVEN,
    LETTER,
    OVERTURNED,
    CalendarRow,
    CaseNumberForm,
    ChaserRung,
    Choice,
    ClockRule,
    GoingOnRule,
    Holiday,
    LateRecordsPenalty,
    NoticeRule,
    Outcome,
    Reason,
    RemandGround,
    RequiredRecord,
    Row,
    ServiceRule,
    Target,
    TitleOfForm,
)
from cases.rules.required_records import Needed


@dataclass(frozen=True)
class Table:
    """makes: the row; same: the keys that make two rows the same rule; needs, may: key -> check."""

    makes: type[Row]
    same: tuple[str, ...]
    needs: Mapping[str, check.Check]
    may: Mapping[str, check.Check] = field(default_factory=dict)


COMMON_NEEDS: dict[str, check.Check] = {"effective_from": check.day, "source": check.text}
COMMON_MAY: dict[str, check.Check] = {"effective_to": check.day, "confirm": check.yes_no, "note": check.text}
_UNIT = check.one_of("calendar", "business", "hours")
_PRIORITY = check.one_of("standard", "expedited")
_MOVES = check.one_of(*check.WEEKDAYS)

TABLES: dict[str, Table] = {
    "case_numbers": Table(CaseNumberForm, (), {"form": check.number_form}),
    "calendars": Table(CalendarRow, ("key",), {"key": check.slug, "name": check.text}),
    "holidays": Table(
        Holiday,
        ("key",),
        {"key": check.slug, "name": check.text, "calendars": check.texts},
        {
            "on": check.month_day,
            "nth": check.whole(-1, 5),
            "weekday": check.one_of(*check.WEEKDAYS),
            "month": check.whole(1, 12),
            "after": check.slug,
            "days": check.whole(-7, 7),
            "sunday": _MOVES,
            "saturday": _MOVES,
        },
    ),
    "services": Table(
        ServiceRule,
        ("key",),
        {"key": check.slug, "name": check.text, "days": check.whole(0, 365)},
        {"method": check.one_of("mail", "electronic"), "regions": check.texts},
    ),
    "clocks": Table(
        ClockRule,
        ("key",),
        {
            "key": check.slug,
            "name": check.text,
            "length": check.whole(0, 1000),
            "unit": _UNIT,
            "starts_from": check.text,
            "duty": check.slug,
        },
        {
            "said": check.text,
            "service_adds": check.yes_no,
            "rolls": check.yes_no,
            "calendar": check.slug,
            "expedited": check.slug,
            "receipt": check.yes_no,
            "extended_by": check.slug,
            "starts_with": check.one_of(LETTER),
            "items": check.one_of(OVERTURNED, AHEAD, GIVEN),
        },
    ),
    "choices": Table(Choice, ("key",), {"key": check.slug, "value": check.slug}),
    "targets": Table(
        Target,
        ("key", "priority", "clocks"),
        {
            "key": check.slug,
            "name": check.text,
            "priority": _PRIORITY,
            "length": check.whole(0, 1000),
            "unit": _UNIT,
        },
        {
            "clocks": check.texts,
            "after": check.one_of("received"),
            "done_by": check.texts,
            "undone_by": check.texts,
        },
    ),
    "reasons": Table(
        Reason,
        ("code",),
        {
            "code": check.slug,
            "words": check.text,
            "effect": check.one_of("ineligible", "deferred", "linked", "terminated"),
        },
        {"curable": check.yes_no, "reopens_with": check.slug, "explained": check.text, "cure": check.text},
    ),
    "required_records": Table(
        RequiredRecord,
        ("key",),
        {"key": check.slug, "name": check.text, "from_role": check.slug, "kinds": check.texts},
        {"months": check.whole(1, 600), "needed": check.one_of(*Needed)},
    ),
    "chaser_rungs": Table(
        ChaserRung,
        ("key",),
        {"key": check.slug, "name": check.text, "days": check.whole(-14, 365)},
        {"notice": check.yes_no, "call": check.yes_no, "evidence": check.yes_no},
    ),
    "late_records_penalties": Table(
        LateRecordsPenalty, (), {"per_day": check.whole(1, 100_000), "most": check.whole(1, 1_000_000)}
    ),
    "going_on_without_records": Table(GoingOnRule, (), {"papers_from": check.texts}),
    "form_titles": Table(
        TitleOfForm,
        ("phrase",),
        {"phrase": check.text, "kind": check.slug, "name": check.text},
    ),
    "notices": Table(
        NoticeRule,
        ("kind",),
        {"kind": check.slug, "name": check.text, "recipients": check.texts},
        {
            "meets": check.texts,
            "starts_mail": check.slug,
            "starts_electronic": check.slug,
            "starts_expedited": check.slug,
        },
    ),
    "outcomes": Table(
        Outcome,
        ("of", "key"),
        {"of": check.one_of("item", "case"), "key": check.slug, "words": check.text, "plain": check.text},
    ),
    "remand_grounds": Table(RemandGround, ("key",), {"key": check.slug, "words": check.text}),
}

#: Where the rows of a table stand in Jurisdiction, when not under the table's own name.
PLACES = {
    "targets": "target_rows",
    "reasons": "reason_rows",
    "required_records": "record_rows",
    "chaser_rungs": "rung_rows",
    "late_records_penalties": "penalty_rows",
    "going_on_without_records": "going_on_rows",
    "outcomes": "outcome_rows",
    "remand_grounds": "ground_rows",
}
#: What a programme cannot do without.
NEEDED_TABLES = ("case_numbers", "clocks", "reasons")

#: What the choices may be.
CHOICES = {
    "records_never_come": ("records_due",),
    "mixed_items": ("shortest", "longest"),
    "expedited_from": ("conversion", "trigger"),
}
