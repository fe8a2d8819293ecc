"""Taking in an application: from an exchange row (feed, form or past determination) to a case, wholly or not at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.roles import require
from cases.models import Case, CaseEvent, Claim, Organization, Worker
from cases.rules.intake import Problem, problems_of_row, refuse_problems
from cases.services import deadlines, jurisdictions
from cases.services.documents import Filed, file_named, files_named
from cases.services.duplicates import flag
from cases.services.filed_before import Entry, lock_entries, lock_feed_keys, refusals_of
from cases.services.notices.receipts import issue_receipts
from cases.services.numbers import USUAL_JURISDICTION, Wanted, give_numbers, why_no_number
from cases.services.schemas import case_schema, past_case_schema
from cases.services.workflow import line, record
from cases.services.writing import Written, claim_of, day, organizations_of, worker_of, write_parts
from cases.workflow import FIRST_STATE, IMPORTED_STATE
from common.actor import Actor
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
    [taken] = take_in_all(
        entries=[Entry(row, uploads or {})],
        actor=actor,
        now=now,
        files_base=files_base,
        refuse_duplicates=refuse_duplicate,
    )
    if isinstance(taken, InputRefusal):
        raise taken
    return taken


def take_in_all(
    *,
    entries: Sequence[Entry],
    actor: Actor,
    now: dt.datetime,
    files_base: Path | None = None,
    refuse_duplicates: bool = False,
) -> list[Case | InputRefusal]:
    """What each entry becomes, in order: a new case as by `take_in`, or why it is none. All in one transaction.

    entries: rows in which `find_problems` finds nothing, no two of them the same filing (`lock_entries`).
    A refused entry writes nothing. Raises InputRefusal or RuleRefusal where one is refused only while it is written (a
    case number that is taken): then nothing at all is written; take them in by halves to find which one it is.
    """
    require(actor, "enter_cases")
    with transaction.atomic():
        lock_entries(entries)
        refused: dict[int, InputRefusal] = {**refusals_of(entries, refuse_duplicates=refuse_duplicates)}
        filed, unread = files_named(
            {place: one.row for place, one in enumerate(entries) if place not in refused}, files_base
        )
        refused |= unread
        places = [place for place in range(len(entries)) if place not in refused]
        new = [entries[place] for place in places]
        cases = _write_cases(
            [one.row for one in new],
            [{**filed.get(place, {}), **entries[place].uploads} for place in places],
            digests=[one.digest for one in new],
            now=now,
        )
        _begin(cases, new, actor=actor, now=now)
    taken = dict(zip(places, cases, strict=True))
    return [refused.get(place) or taken[place] for place in range(len(entries))]


def _begin(cases: Sequence[Case], entries: Sequence[Entry], *, actor: Actor, now: dt.datetime) -> None:
    """What every new case begins with: its pairs, its targets, the first line of its timeline, its receipt."""
    pairs = flag(cases=cases, filings=[one.filing for one in entries], now=now)
    deadlines.begin_all(cases=cases, now=now)
    CaseEvent.objects.bulk_create(
        line(
            case=case,
            kind="taken_in",
            sentence=f"Application taken in {'from a feed' if entry.external_id else 'at the desk'}, "
            f"received {case.application.received_on:%b %-d, %Y}.",
            facts={
                "external_id": entry.external_id,
                "items": len(entry.row["items"]),
                "alike": [pair.earlier.number for pair in pairs[case.pk]],
            },
            actor=actor,
            now=now,
        )
        for case, entry in zip(cases, entries, strict=True)
    )
    issue_receipts(cases=cases, now=now)


def take_in_past(*, row: dict[str, Any], actor: Actor, now: dt.datetime, files_base: Path | None = None) -> Case:
    """The case of a past determination, in `closed` and marked as imported; `row` may carry the review's keys too.

    What the letter does not print may be missing. Call it inside the transaction that writes the determination.
    The caller decides what a case number or external id that is already there means. Raises as `take_in` does.
    """
    require(actor, "enter_cases")
    refuse_problems(find_problems(row, now=now, past=True))
    with transaction.atomic():
        entry = Entry(row)
        lock_feed_keys([entry])
        filed = file_named(row, files_base)
        [case] = _write_cases([row], [filed], digests=[entry.digest], now=now, imported=True)
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


def find_problems(
    row: dict[str, Any], *, now: dt.datetime, past: bool = False, by_schema: bool = True
) -> list[Problem]:
    """What the schema and the rules of the facts find wrong with a row; empty when it may be taken in.

    by_schema: False for a row that `read_rows` has held against the same schema already.
    """
    facts = {key: value for key, value in row.items() if not past or key not in _REVIEW_KEYS}
    schema = past_case_schema() if past else case_schema()
    return (
        [_problem(sentence) for sentence in (problems_of(facts, schema) if by_schema else ())]
        or list(_problems_of_programme(facts))
        or problems_of_row(facts, now=now, zone=_zone_of(facts), past=past)
    )


def _problems_of_programme(facts: dict[str, Any]) -> Iterator[Problem]:
    """What the rules of the row's jurisdiction find wrong: there are none, or its case numbers look otherwise."""
    key, number = facts.get("jurisdiction") or USUAL_JURISDICTION, facts.get("case_number")
    if key not in jurisdictions.files():
        known = ", ".join(jurisdictions.files())
        yield Problem("jurisdiction", f"{key!r} is not known: no rules are on file. Known: {known}.")
    elif number and (said := why_no_number(number, of=key)):
        yield Problem("case_number", said)


def _zone_of(facts: dict[str, Any]) -> ZoneInfo:
    return jurisdictions.jurisdiction(facts.get("jurisdiction") or USUAL_JURISDICTION).zone


def _problem(sentence: str) -> Problem:
    match = _PATH.fullmatch(sentence)
    return Problem(match["path"], match["sentence"]) if match else Problem("row", sentence)


def _write_cases(
    rows: Sequence[dict[str, Any]],
    filed: Sequence[Mapping[int, Filed]],
    *,
    digests: Sequence[str],
    now: dt.datetime,
    imported: bool = False,
) -> list[Case]:
    """Shared organizations and files first, the numbers last: one order of locks keeps intakes from deadlock."""
    organizations = organizations_of(rows, source=_FIRST_TYPED)
    workers = Worker.objects.bulk_create(worker_of(row.get("worker") or {}) for row in rows)
    claims = Claim.objects.bulk_create(claim_of(row.get("claim") or {}) for row in rows)
    numbers = give_numbers([_wanted(row, now) for row in rows])
    cases = Case.objects.bulk_create(
        Case(
            number=number,
            external_id=row.get("external_id") or None,
            jurisdiction=row.get("jurisdiction") or USUAL_JURISDICTION,
            priority=row.get("priority") or Case.Priority.STANDARD,
            state=IMPORTED_STATE if imported else FIRST_STATE,
            imported=imported,
            worker=worker,
            claim=claim,
            assigned_on=day(row.get("assigned_on")),
            created_at=now,
            stage_since=now,
            feed_hash=digest,
        )
        for row, number, worker, claim, digest in zip(rows, numbers, workers, claims, digests, strict=True)
    )
    written = [Written(case, row, files) for case, row, files in zip(cases, rows, filed, strict=True)]
    _name_source(written, organizations)
    write_parts(written, organizations=organizations)
    return cases


def _wanted(row: dict[str, Any], now: dt.datetime) -> Wanted:
    received = (row.get("application") or {}).get("received_at")
    return Wanted(
        received_at=parse_moment(received) if received else now,
        of=row.get("jurisdiction") or USUAL_JURISDICTION,
        number=row.get("case_number") or None,
    )


def _name_source(written: Sequence[Written], organizations: Mapping[str, Organization]) -> None:
    """An organization that nobody knew says in which case it was first typed."""
    new = {}
    for one in written:
        for party in one.row.get("parties") or []:
            found = organizations.get((party.get("organization") or "").strip())
            if found and found.source == _FIRST_TYPED and not found.registered:
                found.source = f"typed in case {one.case.number}"
                new[found.pk] = found
    if new:
        Organization.objects.bulk_update(new.values(), ["source"])
