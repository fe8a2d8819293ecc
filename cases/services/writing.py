"""Writing the rows of a case from a checked exchange row; shared by intake and the take-over of past determinations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cases.models import (
    AdministratorCitation,
    Application,
    Case,
    Claim,
    Diagnosis,
    DisputedItem,
    Document,
    Organization,
    Party,
    Person,
    UtilizationReview,
    Worker,
)
from cases.rules.intake import names_somebody
from cases.rules.names import person_key
from cases.services.documents import Filed
from cases.services.organizations import find_or_add
from cases.services.page_text import read_pages
from common.services.exchange import parse_date, parse_moment

#: What an organization first typed in this part of a case most likely is.
_KIND_OF_ROLE = {
    Party.Role.EMPLOYER: Organization.Kind.EMPLOYER,
    Party.Role.INSURER: Organization.Kind.CARRIER,
    Party.Role.CLAIMS_ADMINISTRATOR: Organization.Kind.ADMINISTRATOR,
    Party.Role.MEDICAL_GROUP: Organization.Kind.MEDICAL_GROUP,
    Party.Role.MANUFACTURER: Organization.Kind.MANUFACTURER,
    Party.Role.WORKER_ATTORNEY: Organization.Kind.LAW_FIRM,
}


def text(value: str | None) -> str:
    """Unknown text is empty in the database."""
    return value or ""


def day(value: str | None) -> dt.date | None:
    return parse_date(value) if value else None


def organizations_of(row: dict[str, Any], *, source: str) -> dict[str, Organization]:
    """The organizations that the row's parties name, found or added."""
    kinds: dict[str, str] = {}
    for party in row.get("parties") or []:
        if name := text(party.get("organization")).strip():
            kinds.setdefault(name, _KIND_OF_ROLE.get(party["role"], Organization.Kind.OTHER))
    return find_or_add(kinds, kinds=kinds, source=source)


def write_worker(facts: dict[str, Any]) -> Worker:
    plain = {key: text(facts.get(key)) for key in ("first_name", "last_name", "sex", "email", "phone")}
    return Worker.objects.create(
        **plain, **address_of(facts), birth_date=day(facts.get("birth_date")), language=facts.get("language") or "en"
    )


def write_claim(facts: dict[str, Any]) -> Claim:
    plain = {key: text(facts.get(key)) for key in ("claim_number", "adj_number", "wcis_number")}
    return Claim.objects.create(**plain, injury_date=day(facts.get("injury_date")))


def address_of(facts: dict[str, Any]) -> dict[str, str]:
    address = facts.get("address") or {}
    lines = {key: text(address.get(key)) for key in ("line1", "line2", "city", "zip")}
    return {**lines, "state": text(address.get("state")).upper()}


def write_parts(
    case: Case, row: dict[str, Any], *, organizations: Mapping[str, Organization], filed: Mapping[int, Filed]
) -> None:
    """Everything below the case row. filed: index of a document in the row -> its stored file."""
    _write_utilization_review(case, row.get("utilization_review") or {})
    _write_application(case, row.get("application") or {})
    _write_parties(case, row.get("parties") or [], organizations)
    Diagnosis.objects.bulk_create(
        Diagnosis(case=case, position=place, text=one["text"], icd10=text(one.get("icd10")))
        for place, one in enumerate(row.get("diagnoses") or [], 1)
    )
    _write_items(case, row["items"])
    _write_documents(case, row.get("documents") or [], filed)


def _write_utilization_review(case: Case, facts: dict[str, Any]) -> None:
    decided = day(facts.get("decision_date"))
    if decided is None:  # only a past determination lacks it
        return
    UtilizationReview.objects.create(
        case=case,
        decision_date=decided,
        served_date=day(facts.get("served_date")),
        rfa_date=day(facts.get("rfa_date")),
        conditional_non_certification=bool(facts.get("conditional_non_certification")),
        **{key: text(facts.get(key)) for key in ("service", "outcome", "kind")},
    )


def _write_application(case: Case, facts: dict[str, Any]) -> None:
    if not facts.get("received_at"):
        return
    Application.objects.create(
        case=case,
        received_at=parse_moment(facts["received_at"]),
        signed=facts.get("signed"),
        ur_decision_attached=facts.get("ur_decision_attached"),
        liability_disputed=bool(facts.get("liability_disputed")),
        **{key: text(facts.get(key)) for key in ("signed_by", "channel")},
    )


def _write_parties(case: Case, parties: list[dict[str, Any]], organizations: Mapping[str, Organization]) -> None:
    for place, facts in enumerate((one for one in parties if names_somebody(one)), 1):
        write_party(case, facts, place=place, organizations=organizations)


def write_party(case: Case, facts: dict[str, Any], *, place: int, organizations: Mapping[str, Organization]) -> Party:
    """One checked party of the exchange row, at its place among the case's parties."""
    name = text(facts.get("organization")).strip()
    return Party.objects.create(
        case=case,
        position=place,
        role=facts["role"],
        organization=organizations[name] if name else None,
        organization_name=name,
        person=find_or_add_person(facts.get("person") or {}),
        email=text(facts.get("email")),
        designated_on=day(facts.get("designated_on")),
        serve_by=text(facts.get("serve_by")),
        **address_of(facts),
    )


def find_or_add_person(facts: dict[str, Any]) -> Person | None:
    """The person with this NPI of whom exactly this is known, else a new one; None where no name is given.

    The same NPI under another name or specialty is kept as another person: a mistyped NPI must not turn one physician
    into another, and nothing that is typed is dropped for what stands in an earlier case.
    """
    first, last = text(facts.get("first_name")).strip(), text(facts.get("last_name")).strip()
    if not first and not last:
        return None
    said = {
        "first_name": first,
        "last_name": last,
        **{name: text(facts.get(name)) for name in ("npi", "specialty")},
    }
    known = Person.objects.filter(**said).order_by("pk").first() if said["npi"] else None
    return known or Person.objects.create(**said, key=person_key(first, last))


def _write_items(case: Case, items: list[dict[str, Any]]) -> None:
    """The items by position; those of a case written before stay the same rows, and what is over is removed."""
    case.items.filter(position__gt=len(items)).delete()
    written: dict[int, DisputedItem] = {}
    for place, facts in enumerate(items, 1):
        plain = ("heading", "category", "subcategory", "body_part", "side", "quantity", "original_request")
        written[place], _ = DisputedItem.objects.update_or_create(
            case=case,
            position=place,
            defaults={
                "service": facts["service"],
                "authorized": text(facts.get("authorized_by_claims_administrator")),
                "retrospective": bool(facts.get("retrospective")),
                "formulary": bool(facts.get("formulary")),
                "depends_on": None,
                **{key: text(facts.get(key)) for key in plain},
            },
        )
        write_citations(written[place], facts.get("claims_administrator_guidelines") or [])
    for place, facts in enumerate(items, 1):
        if other := facts.get("depends_on"):
            written[place].depends_on = written[other]
            written[place].save(update_fields=["depends_on"])


def write_citations(item: DisputedItem, citations: list[dict[str, Any]]) -> None:
    """What the administrator cited for the item, in place of what stood there."""
    item.administrator_citations.all().delete()
    AdministratorCitation.objects.bulk_create(
        AdministratorCitation(
            item=item,
            position=place,
            basis=facts["basis"],
            publication=facts["publication"],
            year=facts.get("year"),
            sections=facts.get("sections") or [],
            pages=text(facts.get("pages")),
            text=text(facts.get("text")),
        )
        for place, facts in enumerate(citations, 1)
    )


def _write_documents(case: Case, documents: list[dict[str, Any]], filed: Mapping[int, Filed]) -> None:
    for index, facts in enumerate(documents):
        kept = filed.get(index)
        received = facts.get("received_at")
        Document.objects.create(
            case=case,
            position=index + 1,
            title=facts["title"],
            kind=facts["kind"],
            author=text(facts.get("author")),
            date=day(facts.get("date")),
            pages=kept.pages if kept else facts.get("pages"),
            received_at=parse_moment(received) if received else None,
            from_role=text(facts.get("from_role")),
            file=kept.file if kept else None,
        )
        if kept and not case.imported:
            read_pages(file=kept.file, now=case.created_at)
