"""Taking publications into the library: from exchange files and from the project's own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import InputRefusal, Refusal, RightRefusal
from common.services.exchange import Row, parse_date, read_rows
from guidelines.models import Edition, Publication, PublishingAct
from guidelines.rules.citation import overlap
from guidelines.schemas import guideline_schema
from guidelines.services.drafts import start_correction, start_edition
from guidelines.services.own_library import own_library
from guidelines.services.sections import write_sections

#: Roles that may change the library (the keys are those of the accounts room).
EDITORS = frozenset({"guideline_editor"})
LIBRARY_LOCK = 0x67756964  # one import at a time: the rows of a file may lean on one another

Outcome = Literal["added", "changed", "unchanged", "refused"]


@dataclass(frozen=True)
class RowResult:
    """What became of one row."""

    number: int
    publication: str
    outcome: Outcome
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ImportReport:
    rows: list[RowResult]

    def count(self, outcome: Outcome) -> int:
        return Counter(row.outcome for row in self.rows)[outcome]

    @property
    def refused(self) -> list[RowResult]:
        return [row for row in self.rows if row.outcome == "refused"]


def load_library(*, actor: Actor | None = None) -> ImportReport:
    """The project's own library (MTUS editions that letters cite, and today's MTUS). Run again, it changes nothing."""
    actor = actor or Actor.system("load_library")
    _may_edit(actor)
    return ImportReport([_take(row, actor) for row in own_library()])


def import_guidelines(*, path: Path, actor: Actor) -> ImportReport:
    """Take every publication of an exchange file in; each row stands or falls alone.

    A publication is found by its name, an edition by its year, a section by its heading: what is there is brought up to
    date, what the file does not name stays. A command writes what is published (the site's own set-up); what a person
    takes in becomes drafts, which a second person publishes. Raises InputRefusal when the file cannot be read,
    RightRefusal when the actor may not edit the library.
    """
    _may_edit(actor)
    return ImportReport([_take(row, actor) for row in read_rows(path, guideline_schema())])


def _may_edit(actor: Actor) -> None:
    if not actor.has_any(EDITORS):
        raise RightRefusal("library.edit", "The library is changed by guideline editors. Ask one of them.")


def _take(row: Row, actor: Actor) -> RowResult:
    name = row.raw.get("publication") if isinstance(row.raw, dict) else None
    name = name if isinstance(name, str) else ""
    if row.data is None:
        return RowResult(row.number, name, "refused", row.problems)
    try:
        with transaction.atomic(), acting(actor, f"import_guidelines: {name}"):
            write = write_publication if actor.user_id is None else partial(write_drafts, actor=actor)
            return RowResult(row.number, name, write(row.data))
    except Refusal as refusal:
        return RowResult(row.number, name, "refused", [refusal.message])
    except DatabaseError as error:  # a constraint that the checks above did not foresee
        return RowResult(row.number, name, "refused", [f"The database refused it: {str(error).splitlines()[0]}"])


def write_publication(data: dict[str, Any]) -> Outcome:
    """Bring one publication to what `data` (one accepted row) says; the caller holds the transaction.

    Raises InputRefusal: overlapping editions, an alias that names another publication, summaries of licensed text,
    pages outside the edition, headings given twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIBRARY_LOCK])
        cursor.execute("SET CONSTRAINTS editions_never_overlap DEFERRED")
    publication = Publication.objects.defer("vector").filter(name__iexact=data["publication"]).first()
    added = publication is None
    publication = publication or Publication(name=data["publication"])
    _check_aliases(publication, data.get("aliases", []))
    changed = _set(publication, dict(_publication_facts(data)))
    editions = list(_editions(publication, data["editions"]))
    _check_ranges(publication, editions)
    for edition, _, _ in editions:
        if edition.pk:
            _by_set_up(edition)
    for edition, facts, sections in editions:
        changed |= _set(edition, facts)
        changed |= write_sections(edition=edition, rows=sections)
        if edition.published_at is None:
            _by_set_up(edition)
            Edition.objects.filter(pk=edition.pk).update(published_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS editions_never_overlap IMMEDIATE")
    return "added" if added else "changed" if changed else "unchanged"


def _by_set_up(edition: Edition) -> None:
    """Lets this transaction write in a published edition."""
    PublishingAct.objects.create(kind=PublishingAct.Kind.IMPORT, edition=edition, at=timezone.now())


def write_drafts(data: dict[str, Any], *, actor: Actor) -> Outcome:
    """What `data` says of editions as drafts: of a new edition, or of a correction. The publication itself is plain
    upkeep. Raises as `write_publication` does.
    """
    publication = Publication.objects.defer("vector").filter(name__iexact=data["publication"]).first()
    added = publication is None
    publication = publication or Publication(name=data["publication"])
    _check_aliases(publication, data.get("aliases", []))
    changed = _set(publication, dict(_publication_facts(data)))
    for edition, facts, sections in list(_editions(publication, data["editions"])):
        if edition.pk:
            draft = start_correction(edition_id=edition.pk, actor=actor)
        else:
            draft = start_edition(
                publication_id=publication.pk, year=edition.year, effective_from=None, based_on_id=None, actor=actor
            )
        draft.publication = publication
        changed |= _set(draft, facts)
        changed |= write_sections(edition=draft, rows=sections)
    return "added" if added else "changed" if changed else "unchanged"


def _publication_facts(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the row says; what it leaves out stays as it is."""
    for key in ("basis", "licensed_text", "aliases", "topics", "body_parts", "service_categories"):
        if key in data:
            yield key, data[key]
    for key in ("issuer", "url"):
        if key in data:
            yield key, data[key] or ""
    if "accessed_on" in data:
        yield "accessed_on", parse_date(data["accessed_on"]) if data["accessed_on"] else None


def _editions(
    publication: Publication, rows: list[dict[str, Any]]
) -> Iterator[tuple[Edition, dict[str, Any], list[dict[str, Any]]]]:
    """Each edition of the row with the facts to set and the sections to write."""
    years = Counter(row["year"] for row in rows)
    if twice := [year for year, times in years.items() if times > 1]:
        raise InputRefusal("edition.year", f"editions: the edition of {twice[0]} is given twice.")
    known = {edition.year: edition for edition in publication.editions.all()}
    for row in rows:
        edition = known.get(row["year"]) or Edition(publication=publication, year=row["year"])
        facts: dict[str, Any] = {}
        for key in ("effective_from", "effective_to"):
            if key in row:
                facts[key] = parse_date(row[key]) if row[key] else None
        for key in ("pages", "dates_confirmed"):
            if key in row:
                facts[key] = row[key]
        if "source" in row:
            facts["source"] = row["source"] or ""
        yield edition, facts, row.get("sections", [])


def _check_ranges(publication: Publication, rows: list[tuple[Edition, dict[str, Any], list[dict[str, Any]]]]) -> None:
    after = {edition.year: edition for edition in publication.editions.all()}
    for edition, facts, _ in rows:
        planned = after[edition.year] = Edition(publication=publication, year=edition.year)
        planned.effective_from = facts.get("effective_from", edition.effective_from)
        planned.effective_to = facts.get("effective_to", edition.effective_to)
        if planned.effective_from and planned.effective_to and planned.effective_to < planned.effective_from:
            raise InputRefusal(
                "edition.range",
                f"editions: the edition of {edition.year} ends on {planned.effective_to}, before it begins on "
                f"{planned.effective_from}. Correct one of the dates.",
            )
    if pair := overlap(list(after.values())):
        first, second = pair
        raise InputRefusal(
            "edition.overlap",
            f"editions: the editions of {first.year} and {second.year} would be in force at the same time "
            f"({_range(first)}; {_range(second)}). End one the day before the other begins.",
        )


def _range(edition: Edition) -> str:
    return f"{edition.effective_from or 'open'} to {edition.effective_to or 'open'}"


def _check_aliases(publication: Publication, aliases: list[str]) -> None:
    for alias in aliases:
        other = Publication.objects.called(alias).exclude(pk=publication.pk).values_list("name", flat=True).first()
        if other:
            raise InputRefusal("publication.alias", f'aliases: "{alias}" already names the publication "{other}".')


def _set(instance: Publication | Edition, facts: dict[str, Any]) -> bool:
    """Save what differs; says whether anything did."""
    differing = [key for key, value in facts.items() if getattr(instance, key) != value]
    for key in differing:
        setattr(instance, key, facts[key])
    if not instance.pk:
        instance.save()
        return True
    if differing:
        instance.save(update_fields=differing)
    return bool(differing)
