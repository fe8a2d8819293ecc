"""The rows of a case from a checked exchange row; shared by intake and the take-over of past determinations.

Everything is written for many cases in one go, one statement a table: a feed of ten thousand and a form of one go the
same way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from cases.services.cited_as_filed import AsFiled
from cases.services.documents import Filed
from cases.services.organizations import find_or_add
from cases.services.page_text import read_pages
from cases.services.persons import find_or_add_person, find_or_add_persons
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


@dataclass(frozen=True)
class Written:
    """A case with the checked row that it is written from. filed: index of a document in the row -> its stored file."""

    case: Case
    row: dict[str, Any]
    filed: Mapping[int, Filed] = field(default_factory=dict)


def text(value: str | None) -> str:
    """Unknown text is empty in the database."""
    return value or ""


def day(value: str | None) -> dt.date | None:
    return parse_date(value) if value else None


def organizations_of(rows: Iterable[dict[str, Any]], *, source: str) -> dict[str, Organization]:
    """The organizations that the rows' parties name, found or added."""
    kinds: dict[str, str] = {}
    for row in rows:
        for party in row.get("parties") or []:
            if name := text(party.get("organization")).strip():
                kinds.setdefault(name, _KIND_OF_ROLE.get(party["role"], Organization.Kind.OTHER))
    return find_or_add(kinds, kinds=kinds, source=source)


def worker_of(facts: dict[str, Any]) -> Worker:
    """The worker of a row, not saved yet."""
    plain = {key: text(facts.get(key)) for key in ("first_name", "last_name", "sex", "email", "phone")}
    return Worker(
        **plain, **address_of(facts), birth_date=day(facts.get("birth_date")), language=facts.get("language") or "en"
    )


def claim_of(facts: dict[str, Any]) -> Claim:
    """The claim of a row, not saved yet."""
    plain = {key: text(facts.get(key)) for key in ("claim_number", "adj_number", "wcis_number")}
    return Claim(**plain, injury_date=day(facts.get("injury_date")))


def address_of(facts: dict[str, Any]) -> dict[str, str]:
    address = facts.get("address") or {}
    lines = {key: text(address.get(key)) for key in ("line1", "line2", "city", "zip")}
    return {**lines, "state": text(address.get("state")).upper()}


def write_parts(written: Sequence[Written], *, organizations: Mapping[str, Organization], again: bool = False) -> None:
    """Everything below the rows of the cases.

    again: the cases were written before; their items stay the same rows by position, all other parts were removed.
    """
    UtilizationReview.objects.bulk_create(_utilization_reviews(written))
    Application.objects.bulk_create(_applications(written))
    _write_parties(written, organizations)
    Diagnosis.objects.bulk_create(
        Diagnosis(case=one.case, position=place, text=facts["text"], icd10=text(facts.get("icd10")))
        for one in written
        for place, facts in enumerate(one.row.get("diagnoses") or [], 1)
    )
    _write_items(written, again=again)
    _write_documents(written)


def _utilization_reviews(written: Sequence[Written]) -> Iterator[UtilizationReview]:
    for one in written:
        facts = one.row.get("utilization_review") or {}
        decided = day(facts.get("decision_date"))
        if decided is None:  # only a past determination lacks it
            continue
        yield UtilizationReview(
            case=one.case,
            decision_date=decided,
            served_date=day(facts.get("served_date")),
            rfa_date=day(facts.get("rfa_date")),
            conditional_non_certification=bool(facts.get("conditional_non_certification")),
            **{key: text(facts.get(key)) for key in ("service", "outcome", "kind")},
        )


def _applications(written: Sequence[Written]) -> Iterator[Application]:
    for one in written:
        facts = one.row.get("application") or {}
        if not facts.get("received_at"):
            continue
        yield Application(
            case=one.case,
            received_at=parse_moment(facts["received_at"]),
            signed=facts.get("signed"),
            ur_decision_attached=facts.get("ur_decision_attached"),
            liability_disputed=bool(facts.get("liability_disputed")),
            **{key: text(facts.get(key)) for key in ("signed_by", "channel")},
        )


def _write_parties(written: Sequence[Written], organizations: Mapping[str, Organization]) -> None:
    named = [
        (one.case, place, facts)
        for one in written
        for place, facts in enumerate(filter(names_somebody, one.row.get("parties") or []), 1)
    ]
    persons = find_or_add_persons([facts.get("person") or {} for _, _, facts in named])
    Party.objects.bulk_create(
        _party(case, facts, place=place, organizations=organizations, person=person)
        for (case, place, facts), person in zip(named, persons, strict=True)
    )


def write_party(case: Case, facts: dict[str, Any], *, place: int, organizations: Mapping[str, Organization]) -> Party:
    """One checked party of the exchange row, at its place among the case's parties."""
    party = _party(
        case, facts, place=place, organizations=organizations, person=find_or_add_person(facts.get("person") or {})
    )
    party.save()
    return party


def _party(
    case: Case, facts: dict[str, Any], *, place: int, organizations: Mapping[str, Organization], person: Person | None
) -> Party:
    name = text(facts.get("organization")).strip()
    return Party(
        case=case,
        position=place,
        role=facts["role"],
        organization=organizations[name] if name else None,
        organization_name=name,
        person=person,
        email=text(facts.get("email")),
        designated_on=day(facts.get("designated_on")),
        serve_by=text(facts.get("serve_by")),
        **address_of(facts),
    )


def _write_items(written: Sequence[Written], *, again: bool) -> None:
    """The items by position; those of a case written before stay the same rows, and what is over is removed."""
    kept = _items_before(written) if again else {}
    items: dict[tuple[int, int], DisputedItem] = {}
    cited: list[tuple[DisputedItem, list[dict[str, Any]]]] = []
    as_filed = AsFiled()
    for one in written:
        for place, facts in enumerate(one.row["items"], 1):
            item = kept.get((one.case.pk, place)) or DisputedItem(case=one.case, position=place)
            for name, value in _facts_of_item(facts).items():
                setattr(item, name, value)
            items[one.case.pk, place] = item
            citations = facts.get("claims_administrator_guidelines") or []
            cited.append((item, citations if one.case.imported else as_filed(citations)))
    for item in kept.values():
        item.save()
    DisputedItem.objects.bulk_create(item for item in items.values() if item.pk is None)
    _write_dependencies(written, items)
    if kept:
        AdministratorCitation.objects.filter(item__in=kept.values()).delete()
    AdministratorCitation.objects.bulk_create(_citations(cited))


def _items_before(written: Sequence[Written]) -> dict[tuple[int, int], DisputedItem]:
    for one in written:
        one.case.items.filter(position__gt=len(one.row["items"])).delete()
    before = DisputedItem.objects.filter(case__in=[one.case.pk for one in written])
    return {(item.case_id, item.position): item for item in before}


def _facts_of_item(facts: dict[str, Any]) -> dict[str, Any]:
    plain = ("heading", "category", "subcategory", "body_part", "side", "quantity", "original_request")
    return {
        "service": facts["service"],
        "authorized": text(facts.get("authorized_by_claims_administrator")),
        "retrospective": bool(facts.get("retrospective")),
        "formulary": bool(facts.get("formulary")),
        "depends_on": None,
        **{key: text(facts.get(key)) for key in plain},
    }


def _write_dependencies(written: Sequence[Written], items: Mapping[tuple[int, int], DisputedItem]) -> None:
    hanging = []
    for one in written:
        for place, facts in enumerate(one.row["items"], 1):
            if other := facts.get("depends_on"):
                item = items[one.case.pk, place]
                item.depends_on = items[one.case.pk, other]
                hanging.append(item)
    if hanging:
        DisputedItem.objects.bulk_update(hanging, ["depends_on"])


def write_citations(item: DisputedItem, citations: list[dict[str, Any]]) -> None:
    """What the administrator cited for the item, in place of what stood there."""
    item.administrator_citations.all().delete()
    AdministratorCitation.objects.bulk_create(_citations([(item, AsFiled()(citations))]))


def _citations(cited: Iterable[tuple[DisputedItem, list[dict[str, Any]]]]) -> Iterator[AdministratorCitation]:
    for item, citations in cited:
        for place, facts in enumerate(citations, 1):
            yield AdministratorCitation(
                item=item,
                position=place,
                basis=facts["basis"],
                publication=facts["publication"],
                year=facts.get("year"),
                sections=facts.get("sections") or [],
                pages=text(facts.get("pages")),
                text=text(facts.get("text")),
            )


def _write_documents(written: Sequence[Written]) -> None:
    """The records as listed. They are part of the application: no checklist is laid out yet that they could fill."""
    Document.objects.bulk_create(
        _document(one.case, index, facts, one.filed.get(index))
        for one in written
        for index, facts in enumerate(one.row.get("documents") or [])
    )
    for one in written:
        for _, kept in sorted(one.filed.items()):
            if not one.case.imported:
                read_pages(file=kept.file, now=one.case.created_at)


def _document(case: Case, index: int, facts: dict[str, Any], kept: Filed | None) -> Document:
    received = facts.get("received_at")
    return Document(
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
