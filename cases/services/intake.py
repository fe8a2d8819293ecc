"""Taking in an application: from an exchange row (feed, form or past determination) to a case, wholly or not at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.roles import require
from cases.models import Case, Organization
from cases.rules.duplicates import Filing
from cases.rules.intake import Problem, problems_of_row, refuse_problems
from cases.services import deadlines, jurisdictions
from cases.services.documents import Filed, file_named
from cases.services.duplicates import filing_of_row, find_certain, flag, lock_filing
from cases.services.notices.receipts import issue_receipt
from cases.services.numbers import USUAL_JURISDICTION, keep_number, take_number, why_no_number
from cases.services.schemas import case_schema, past_case_schema
from cases.services.workflow import record
from cases.services.writing import day, organizations_of, write_claim, write_parts, write_worker
from cases.workflow import FIRST_STATE, IMPORTED_STATE
from common.actor import Actor
from common.canonical import canonical_json, sha256_of
from common.errors import InputRefusal
from common.services.exchange import parse_moment, problems_of

_PATH = re.compile(r"(?P<path>[A-Za-z_][\w.\[\]]*): (?P<sentence>.+)", re.DOTALL)

#: The keys of a past determination that are no part of the case; whoever imports the review checks them.
_REVIEW_KEYS = ("reviewer", "review")
_FIRST_TYPED = "typed in an application"


def take_in(
    *,
    row: dict[str, Any],
    actor: Actor,
    now: dt.datetime,
    files_base: Path | None = None,
    uploads: Mapping[int, Filed] | None = None,
    refuse_duplicate: bool = False,
) -> Case:
    """A new case in `received`, from one exchange row (`exchange.md` "Case"); cases that it looks like are flagged.

    files_base: folder of the exchange file, in which `documents[].path` is looked up.
    uploads:    index of a document -> file already stored (the intake form's).
    refuse_duplicate: a certain duplicate is refused (rule "intake.duplicate", the earlier number as `fields["case"]`).
    Raises InputRefusal, its `fields` mapping each key path of the row to what is wrong; nothing is written then.
    """
    require(actor, "enter_cases")
    refuse_problems(find_problems(row, now=now))
    filing = filing_of_row(row)
    with transaction.atomic():
        _lock_feed_key(row)
        _refuse_known(row)
        lock_filing(filing)
        if refuse_duplicate:
            _refuse_duplicate(filing)
        filed = {**file_named(row, files_base), **(uploads or {})}
        case = _write_case(row, now=now, filed=filed, imported=False)
        alike = flag(case=case, filing=filing, now=now)
        deadlines.begin(case=case, now=now)
        how = "from a feed" if row.get("external_id") else "at the desk"
        record(
            case=case,
            kind="taken_in",
            sentence=f"Application taken in {how}, received {case.application.received_on:%b %-d, %Y}.",
            facts={
                "external_id": row.get("external_id"),
                "items": len(row["items"]),
                "alike": [pair.earlier.number for pair in alike],
            },
            actor=actor,
            now=now,
        )
        issue_receipt(case=case, now=now)
        return case


def take_in_past(*, row: dict[str, Any], actor: Actor, now: dt.datetime, files_base: Path | None = None) -> Case:
    """The case of a past determination, in `closed` and marked as imported; `row` may carry the review's keys too.

    What the letter does not print may be missing. Call it inside the transaction that writes the determination.
    The caller decides what a case number or external id that is already there means. Raises as `take_in` does.
    """
    require(actor, "enter_cases")
    refuse_problems(find_problems(row, now=now, past=True))
    with transaction.atomic():
        _lock_feed_key(row)
        case = _write_case(row, now=now, filed=file_named(row, files_base), imported=True)
        known = {part: row.get(part) for part in ("utilization_review", "application")}
        record(
            case=case,
            kind="imported",
            sentence="Past determination taken over.",
            facts={"external_id": row.get("external_id"), "filed": known},
            actor=actor,
            now=now,
        )
        return case


def content_hash(row: dict[str, Any]) -> str:
    """What makes two rows the same filing: SHA-256 of the row's canonical JSON."""
    return sha256_of(canonical_json(row))


def find_problems(row: dict[str, Any], *, now: dt.datetime, past: bool = False) -> list[Problem]:
    """What the schema and the rules of the facts find wrong with a row; empty when it may be taken in."""
    facts = {key: value for key, value in row.items() if not past or key not in _REVIEW_KEYS}
    schema = past_case_schema() if past else case_schema()
    return (
        [_problem(sentence) for sentence in problems_of(facts, schema)]
        or list(_problems_of_programme(facts))
        or problems_of_row(facts, now=now, past=past)
    )


def _problems_of_programme(facts: dict[str, Any]) -> Iterator[Problem]:
    """What the rules of the row's jurisdiction find wrong: there are none, or its case numbers look otherwise."""
    key, number = facts.get("jurisdiction") or USUAL_JURISDICTION, facts.get("case_number")
    if key not in jurisdictions.files():
        known = ", ".join(jurisdictions.files())
        yield Problem("jurisdiction", f"{key!r} is not known: no rules are on file. Known: {known}.")
    elif number and (said := why_no_number(number, of=key)):
        yield Problem("case_number", said)


def _problem(sentence: str) -> Problem:
    match = _PATH.fullmatch(sentence)
    return Problem(match["path"], match["sentence"]) if match else Problem("row", sentence)


def _write_case(row: dict[str, Any], *, now: dt.datetime, filed: Mapping[int, Filed], imported: bool) -> Case:
    """Shared organizations and files first, the number last: one order of locks keeps intakes from deadlock."""
    organizations = organizations_of(row, source=_FIRST_TYPED)
    worker, claim = write_worker(row.get("worker") or {}), write_claim(row.get("claim") or {})
    received = (row.get("application") or {}).get("received_at")
    programme = row.get("jurisdiction") or USUAL_JURISDICTION
    case = Case.objects.create(
        number=keep_number(row["case_number"], of=programme)
        if row.get("case_number")
        else take_number(received_at=parse_moment(received) if received else now, of=programme),
        external_id=row.get("external_id") or None,
        jurisdiction=programme,
        priority=row.get("priority") or Case.Priority.STANDARD,
        state=IMPORTED_STATE if imported else FIRST_STATE,
        imported=imported,
        worker=worker,
        claim=claim,
        assigned_on=day(row.get("assigned_on")),
        created_at=now,
        stage_since=now,
        feed_hash=content_hash(row),
    )
    Organization.objects.filter(
        pk__in=[one.pk for one in organizations.values()], source=_FIRST_TYPED, registered=False
    ).update(source=f"typed in case {case.number}")
    write_parts(case, row, organizations=organizations, filed=filed)
    return case


def _lock_feed_key(row: dict[str, Any]) -> None:
    """Two filings of the same row at once wait for one another, so that the second finds the first."""
    key = row.get("external_id") or content_hash(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cases.feed:{key}"])


def _refuse_known(row: dict[str, Any]) -> None:
    """The same filing is taken in once, whatever sends it twice: a feed, a double click, two runs at the same time."""
    external_id = row.get("external_id")
    if external_id:
        known, path = Case.objects.filter(external_id=external_id).first(), "external_id"
    else:
        known, path = find_same(row), "row"
    if known:
        what = f"{external_id!r} is" if external_id else "exactly these facts are"
        sentence = f"{what} case {known.number} already. Open that case instead."
        raise InputRefusal("intake.again", f"{path}: {sentence}", fields={path: sentence})


def _refuse_duplicate(filing: Filing) -> None:
    if known := find_certain(filing):
        raise InputRefusal(
            "intake.duplicate",
            f"the same claim number, date of injury, UR decision date and requesting physician as case {known.number}. "
            "Open that case instead; what this filing adds can be filed there.",
            fields={"case": known.number},
        )


def find_same(row: dict[str, Any]) -> Case | None:
    """The case that was filed before with exactly this content and without an external id."""
    return Case.objects.filter(feed_hash=content_hash(row), external_id=None, imported=False).first()
