"""The panel's roster: one reviewer with everything known, written from an exchange row; the history keeps old facts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.roles import COORDINATOR
from cases.models import Organization
from cases.rules.names import name_key, person_key
from cases.services.organizations import find_or_add
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal
from common.services.exchange import parse_date
from reviews.models import Reviewer, TrainingRecord
from reviews.rules.roster import problems_of_reviewer
from reviews.services.credentialing import note
from reviews.services.recheck import post_recheck
from reviews.services.roster_checks import keep_newer_checks, refuse_older_checks
from reviews.services.roster_word import keep_word_of_file

ACCEPTED, UPDATED, UNCHANGED = "accepted", "updated", "unchanged"

_KEYS = ("id", "reviewer")

#: Relations whose rows can also be typed on this site.
_TYPED = (
    "away_periods", "practice_addresses", "sanctions", "billing_organizations", "exclusions", "affiliations",
    "relations", "product_interests",
)  # fmt: skip

#: Exchange key -> relation of Reviewer, for the plain lists.
_LISTS = {
    "certifications": "certifications",
    "licenses": "licenses",
    "away": "away_periods",
    "practice_addresses": "practice_addresses",
    "sanctions": "sanctions",
}


def put_on_roster(*, row: dict[str, Any], actor: Actor, now: dt.datetime) -> tuple[Reviewer, str]:
    """Write one roster row that has passed the schema; the same reviewer_id updates. Returns it with what was done.

    An update replaces every fact of earlier files by the row's: what the row lacks is not known any more. A practice
    address or billing organization that the row lacks gets its end, because the look-back asks for it; what was typed
    on this site stays. The row counts as a source of practice, training and sanctions (`roster_word`). Facts that
    change ask the gate anew about the work in hand. Raises InputRefusal naming the key; then nothing is written.
    """
    if not actor.has_any({COORDINATOR}):
        raise RightRefusal("roster.right", "Changing the panel is for coordinators.")
    if problems := problems_of_reviewer(row):
        raise InputRefusal("roster.row", " ".join(problems))
    with transaction.atomic():
        organizations = find_or_add(
            _organization_names(row), source=f"typed on the roster for {row['reviewer_id']}", kinds=_makers(row)
        )
        found = Reviewer.objects.select_for_update(no_key=True).filter(reviewer_id=row["reviewer_id"]).first()
        _refuse_shared_npi(row)
        if found is not None:
            refuse_older_checks(found, row)
        reviewer, changed = _write_own_facts(found, row)
        children = _children(row, organizations)
        keep_newer_checks(reviewer, children)
        for relation, rows in children.items():
            changed |= _replace(reviewer, relation, rows, today=california_date(now))
        known = found.newest_checks if found else {}
        changed |= keep_word_of_file(reviewer=reviewer, known=known, row=row, today=california_date(now), now=now)
        if found is not None and changed:
            note(reviewer, "roster", "Changed by a roster file.", actor, now)
            post_recheck(reviewer=reviewer, now=now)
    return reviewer, ACCEPTED if found is None else UPDATED if changed else UNCHANGED


def _refuse_shared_npi(row: dict[str, Any]) -> None:
    if not row.get("npi"):
        return
    other = Reviewer.objects.filter(npi=row["npi"]).exclude(reviewer_id=row["reviewer_id"]).first()
    if other:
        raise InputRefusal(
            "roster.npi",
            f"npi: {row['npi']} is already the NPI of {other.reviewer_id}. One of the two is wrong.",
            fields={"npi": f"already the NPI of {other.reviewer_id}."},
        )


def _makers(row: dict[str, Any]) -> dict[str, str]:
    """Who is named as a manufacturer is entered as one, so that an item that names it finds it."""
    return {
        one["manufacturer"]: "manufacturer" for one in row.get("product_interests") or [] if one.get("manufacturer")
    }


def _organization_names(row: dict[str, Any]) -> list[str]:
    makers = [interest.get("manufacturer") or "" for interest in row.get("product_interests") or []]
    return [
        *(affiliation["organization"] for affiliation in row.get("affiliations") or []),
        *(row.get("billing_organizations") or []),
        *(maker for maker in makers if maker.strip()),
    ]


def _write_own_facts(found: Reviewer | None, row: dict[str, Any]) -> tuple[Reviewer, bool]:
    practice, capacity = row["active_practice"], row.get("capacity") or {}
    facts: dict[str, Any] = {
        "first_name": row["first_name"].strip(),
        "last_name": row["last_name"].strip(),
        "key": person_key(row["first_name"], row["last_name"]),
        "degree": row.get("degree") or "",
        "email": row["email"],
        "npi": row.get("npi") or "",
        "practice_since": parse_date(practice["since"]),
        "practice_hours_per_week": practice.get("hours_per_week"),
        "law_training_completed_on": _day(row.get("law_training_completed_on")),
        "capacity_per_week": capacity.get("per_week"),
        "capacity_open_cases": capacity.get("open_cases"),
        "expertise": [word.strip() for word in row.get("expertise") or []],
        "interests_attested_on": _day(row.get("interests_attested_on")),
    }
    if found is None:
        return Reviewer.objects.create(reviewer_id=row["reviewer_id"], **facts), True
    facts["interests_attested_on"] = _later(
        facts["interests_attested_on"], found.attestations.values_list("attested_on", flat=True).first()
    )
    facts["law_training_completed_on"] = _later(
        facts["law_training_completed_on"],
        found.trainings.filter(what=TrainingRecord.What.LAW).values_list("done_on", flat=True).first(),
    )
    changed = [name for name, value in facts.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, facts[name])
    if changed:
        found.save(update_fields=changed)
    return found, bool(changed)


def _children(row: dict[str, Any], organizations: Mapping[str, Organization]) -> dict[str, list[dict[str, Any]]]:
    """Relation of Reviewer -> the rows that it must hold, as field values."""
    lists = {relation: [_facts(one) for one in row.get(key) or []] for key, relation in _LISTS.items()}
    for sanction in lists["sanctions"]:
        sanction.setdefault("material", True)  # nobody said that it is harmless
    return {
        **lists,
        "billing_organizations": [
            {"organization": organizations[name]} for name in row.get("billing_organizations") or []
        ],
        "exclusions": [{"name": name, "key": name_key(name)} for name in row.get("do_not_send") or []],
        "affiliations": [
            {
                **_facts(one, leave_out=("organization",)),
                "organization": organizations[one["organization"]],
                "organization_name": one["organization"],
            }
            for one in row.get("affiliations") or []
        ],
        "relations": [
            {**_facts(one), "key": person_key(one.get("first_name") or "", one.get("last_name") or "")}
            for one in row.get("relations") or []
        ],
        "product_interests": [
            {**_facts(one), "organization": organizations.get(one.get("manufacturer") or "")}
            for one in row.get("product_interests") or []
        ],
    }  # fmt: skip


def _facts(row: dict[str, Any], *, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """Exchange keys as field values; a key that is null or missing stays at the field's own default."""
    facts: dict[str, Any] = {}
    for key, value in row.items():
        if value is None or key in leave_out:
            continue
        name = {"from": "from_date", "to": "to_date"}.get(key, key)
        if name.endswith(("_on", "_date")):
            facts[name] = parse_date(value)
        elif name.endswith("_percent"):
            facts[name] = Decimal(str(value)).quantize(Decimal("0.01"))
        else:
            facts[name] = value.strip() if isinstance(value, str) else value
    return facts


#: What has no dates in a roster file, and a look-back: what a file lacks is over, not unsaid.
_ENDS = ("practice_addresses", "billing_organizations")


def _replace(reviewer: Reviewer, relation: str, wanted: list[dict[str, Any]], *, today: dt.date) -> bool:
    """Make the relation hold exactly `wanted` and what was typed here; rows that are there already stay as they are."""
    manager = getattr(reviewer, relation)
    model = manager.model
    names = [field.name for field in model._meta.fields if field.name not in _KEYS]
    new = [model(reviewer=reviewer, **facts) for facts in wanted]
    missing = Counter(_content(one, names) for one in new)
    gone = []
    rows = manager.all() if relation not in _TYPED else manager.filter(typed_here=False)
    for row in rows.filter(to_date=None) if relation in _ENDS else rows:
        content = _content(row, names)
        if missing[content]:
            missing[content] -= 1
        else:
            gone.append(row.pk)
    if gone and relation in _ENDS:
        manager.filter(pk__in=gone).update(to_date=today)
    elif gone:
        manager.filter(pk__in=gone).delete()
    added = [one for one in new if _take(missing, _content(one, names))]
    if added:
        manager.bulk_create(added)
    return bool(gone or added)


def _content(row: Any, names: list[str]) -> tuple[Any, ...]:
    return tuple(row.serializable_value(name) for name in names)


def _take(counter: Counter[tuple[Any, ...]], content: tuple[Any, ...]) -> bool:
    if not counter[content]:
        return False
    counter[content] -= 1
    return True


def _later(given: dt.date | None, here: dt.date | None) -> dt.date | None:
    """What was signed or done on this site counts, although the file does not know of it yet."""
    return max((day for day in (given, here) if day), default=None)


def _day(text: str | None) -> dt.date | None:
    return parse_date(text) if text else None
