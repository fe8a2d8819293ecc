"""Reviewers for tests: clean by default, so that a test spoils exactly the fact it is about."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from cases.models import Organization
from cases.rules.names import name_key, person_key
from reviews.models import CredentialCheck, Reviewer

#: The day on which the default facts are all in order, for a month and more.
TODAY = dt.date(2026, 11, 23)
VERIFIED = {"verified_on": dt.date(2026, 6, 1), "verified_by": "C. Registrar", "source": "State board website"}
_numbers = count(1)


def make_organization(name: str, **facts: Any) -> Organization:
    """The organization of that name, made when it is not there yet; registered unless told."""
    found = Organization.objects.named(name).first()
    return found or Organization.objects.create(
        **{"name": name, "key": name_key(name), "source": "test", "registered": True, **facts}
    )


def make_reviewer(
    *,
    certifications: list[dict[str, Any]] | None = None,
    licenses: list[dict[str, Any]] | None = None,
    away: list[dict[str, Any]] | None = None,
    practice_addresses: list[dict[str, Any]] | None = None,
    sanctions: list[dict[str, Any]] | None = None,
    affiliations: list[dict[str, Any]] | None = None,
    relations: list[dict[str, Any]] | None = None,
    product_interests: list[dict[str, Any]] | None = None,
    billing_organizations: list[str] | None = None,
    do_not_send: list[str] | None = None,
    checks: dict[str, dict[str, Any] | None] | None = None,
    **facts: Any,
) -> Reviewer:
    """An eligible physiatrist with a verified California licence, unless told otherwise.

    Lists take the model's fields as dictionaries; `affiliations` name their `organization` by text; verification is
    filled in. `checks`: of practice, training or sanctions the fields of its check, None for none. Whoever has to do
    with an organization meets a register that is not empty.
    """
    if affiliations or billing_organizations or product_interests:
        make_organization("A House of the Register")
    number = next(_numbers)
    first, last = facts.pop("first_name", "Rowan"), facts.pop("last_name", f"Panelist {_letters(number)}")
    reviewer = Reviewer.objects.create(
        **{
            "reviewer_id": f"R-{number:04d}",
            "first_name": first,
            "last_name": last,
            "key": person_key(first, last),
            "degree": "MD",
            "email": f"reviewer{number}@panel.example",
            "npi": f"{1900000000 + number}",
            "practice_since": dt.date(2005, 1, 1),
            "practice_hours_per_week": 32,
            "law_training_completed_on": dt.date(2026, 1, 15),
            "capacity_per_week": 6,
            "capacity_open_cases": 8,
            "interests_attested_on": dt.date(2026, 9, 1),
            **facts,
        }
    )
    for row in [{}] if certifications is None else certifications:
        reviewer.certifications.create(
            **{
                "specialty": "Physical Medicine & Rehabilitation",
                "board": "American Board of Physical Medicine and Rehabilitation",
                "certified_on": dt.date(2004, 7, 1),
                "expires_on": dt.date(2030, 12, 31),
                **VERIFIED,
                **row,
            }
        )
    for row in [{}] if licenses is None else licenses:
        reviewer.licenses.create(
            **{
                "state": "CA", "number": f"A{50000 + number}", "status": "active", "expires_on": dt.date(2028, 6, 30),
                **VERIFIED, **row,
            }
        )  # fmt: skip
    _add_checks(reviewer, checks or {})
    for name, rows in (("away_periods", away), ("practice_addresses", practice_addresses)):
        for row in rows or []:
            getattr(reviewer, name).create(**row)
    for row in sanctions or []:
        reviewer.sanctions.create(**{"material": True, "text": "Public reprimand", **row})
    _add_interests(reviewer, affiliations or [], relations or [], product_interests or [])
    for name in billing_organizations or []:
        reviewer.billing_organizations.create(organization=make_organization(name))
    for name in do_not_send or []:
        reviewer.exclusions.create(name=name, key=name_key(name))
    return reviewer


def _add_checks(reviewer: Reviewer, told: dict[str, dict[str, Any] | None]) -> None:
    """As a roster file brings them, unless told otherwise."""
    usual = {
        "confirmed": True, "checked_on": VERIFIED["verified_on"], "checked_by_name": VERIFIED["verified_by"],
        "source": VERIFIED["source"], "from_file": True, "recorded_at": dt.datetime(2026, 6, 1, 19, tzinfo=dt.UTC),
    }  # fmt: skip
    facts = {kind: told.get(kind, {}) for kind in ("practice", "training", "sanctions")}
    CredentialCheck.objects.bulk_create(
        CredentialCheck(reviewer=reviewer, kind=kind, **{**usual, **own})
        for kind, own in facts.items()
        if own is not None
    )


def _add_interests(
    reviewer: Reviewer,
    affiliations: list[dict[str, Any]],
    relations: list[dict[str, Any]],
    product_interests: list[dict[str, Any]],
) -> None:
    for row in affiliations:
        name = row["organization"]
        reviewer.affiliations.create(**{**row, "organization": make_organization(name), "organization_name": name})
    for row in relations:
        reviewer.relations.create(**row, key=person_key(row["first_name"], row["last_name"]))
    for row in product_interests:
        maker = row.get("manufacturer", "")
        reviewer.product_interests.create(**{**row, "organization": make_organization(maker) if maker else None})


def _letters(number: int) -> str:
    """1 -> "A", 27 -> "AA": names hold letters only."""
    word = ""
    while number:
        number, rest = divmod(number - 1, 26)
        word = chr(65 + rest) + word
    return word
