"""The frozen document of a notice: every fact that it prints, as canonical JSON. Format: docs/notices.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from cases.models import Case, Notice, Party
from cases.rules.jurisdiction import Jurisdiction, NoticeRule
from cases.rules.notices import Recipient
from cases.rules.required_records import Needed
from common.errors import InputRefusal
from letters.rules.notice_keys import PREFIX, SECTIONS, facts_of

FORMAT = "imr-notice/1"
LANGUAGE = "en"

Lists = dict[str, list[dict[str, str | None]]]


def document_of(
    *, notice: Notice, cases: Sequence[Case], recipients: Iterable[Recipient], of: Jurisdiction, on: dt.date
) -> dict[str, Any]:
    """What the notice says. cases: those it is about, with their facts.

    Raises InputRefusal for a given fact that this kind of notice does not print.
    """
    rule = of.notice(notice.kind, on)
    case = notice.case
    known = _given(notice)
    facts = {
        "reference": notice.reference,
        "issued_on": on.isoformat(),
        "upload_address": upload_address(),
        "number_of_cases": str(len(cases)),
        **_lengths(of, rule, on, expedited=bool(case and case.priority == Case.Priority.EXPEDITED)),
        **(_case_facts(case) if case else {"administrator": notice.organization.name if notice.organization else None}),
        **known.facts,
    }
    lists = {**_case_lists(case, of, on), **known.lists} if case else known.lists
    names = {section.name for section in SECTIONS[notice.kind] if section.entries}
    return {
        "format": FORMAT,
        "notice": notice.kind,
        "reference": notice.reference,
        "case_number": case.number if case else None,
        "version": 1,
        "jurisdiction": of.key,
        "layout": f"{PREFIX}{notice.kind}",
        "language": LANGUAGE,
        "issued_on": on.isoformat(),
        "priority": case.priority if case else Case.Priority.STANDARD.value,
        "facts": {name: facts.get(name) for name in sorted(facts_of(notice.kind))},
        "lists": {name: lists[name] for name in sorted(lists) if name in names},
        "recipients": [
            {"name": one.name, "role": _role(one), "method": one.method, "answers": one.answers} for one in recipients
        ],
    }


def upload_address() -> str:
    """Where a code is typed: the one address that every notice names."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('notice_door:door')}"


def plain(value: Any) -> Any:
    """A fact as the document keeps it: dates as text. Raises InputRefusal for what has no canonical form."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    raise InputRefusal("notice.fact", f"A notice cannot say {value!r}.")


class _Known:
    """What the issuer gave: facts and lists, told apart."""

    def __init__(self, facts: dict[str, str | None], lists: Lists) -> None:
        self.facts, self.lists = facts, lists


def _given(notice: Notice) -> _Known:
    """Raises InputRefusal for a fact or list that this kind of notice does not print."""
    placeholders = facts_of(notice.kind)
    sections = {section.name: section for section in SECTIONS[notice.kind] if section.entries}
    facts: dict[str, str | None] = {}
    lists: Lists = {}
    for name, value in notice.facts.items():
        if name in sections and isinstance(value, list):
            entries = sections[name].entries
            lists[name] = [_entry(one, entries, name) for one in value]
        elif name in placeholders:
            facts[name] = value
        else:
            may = ", ".join(sorted({*placeholders, *sections}))
            raise InputRefusal("notice.fact", f"A notice “{notice.kind}” says nothing of {name!r}. It may say: {may}.")
    return _Known(facts, lists)


def _entry(value: Any, entries: frozenset[str], name: str) -> dict[str, str | None]:
    """One line of a list, with every placeholder it may print; text alone fills the only one there is."""
    given = {next(iter(entries)): value} if isinstance(value, str) and len(entries) == 1 else value
    if not isinstance(given, Mapping) or set(given) - entries:
        raise InputRefusal("notice.fact", f"A line of {name} may say {', '.join(sorted(entries))}, not {value!r}.")
    return {entry: given.get(entry) for entry in sorted(entries)}


def _case_facts(case: Case) -> dict[str, str | None]:
    review, application = getattr(case, "utilization_review", None), getattr(case, "application", None)
    return {
        "case_number": case.number,
        "worker": case.worker.full_name or None,
        "injury_date": _iso(case.claim.injury_date),
        "claim_number": case.claim.claim_number or None,
        "administrator": _name(case, Party.Role.CLAIMS_ADMINISTRATOR),
        "employer": _name(case, Party.Role.EMPLOYER),
        "requesting_physician": _name(case, Party.Role.REQUESTING_PHYSICIAN),
        "application_received_on": _iso(application.received_on) if application else None,
        "ur_decision_date": _iso(review.decision_date) if review else None,
        "priority": case.get_priority_display(),
    }


def _case_lists(case: Case, of: Jurisdiction, on: dt.date) -> Lists:
    return {
        "items": [{"service": item.service} for item in case.items.all()],
        "records": [{"record": row.name} for row in of.required_records(on) if row.needed != Needed.SUMMARY],
    }


def _lengths(of: Jurisdiction, rule: NoticeRule, on: dt.date, *, expedited: bool) -> dict[str, str | None]:
    """The lengths of clocks in words ("15 calendar days"), as the rules of the day say them."""

    def said(key: str) -> str | None:
        known = [clock for clock in of.clocks if clock.key == key and clock.holds(on)] if key else []
        return f"{known[0].length} {known[0].unit_words}" if known else None

    return {
        "answer_mail": said(rule.starts_mail),
        "answer_electronic": said(rule.starts_electronic),
        "answer_expedited": said(rule.starts_expedited),
        "answer_length": said(rule.starts(way="mail", expedited=expedited)),
        "appeal_length": said("appeal"),
        "application_after_liability": said("application_after_liability"),
        "determination_expedited": said("determination_expedited"),
    }


def _name(case: Case, role: str) -> str | None:
    return "; ".join(party.display_name for party in case.parties.all() if party.role == role) or None


def _role(one: Recipient) -> str:
    return f"{one.role_label}, who must answer" if one.answers and one.role_label else one.role_label or "Recipient"


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
