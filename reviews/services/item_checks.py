"""What the library says of the citations of a review's items: printed line, warnings, arithmetic, proposed standard.

Recomputed from what is stored each time: after every save the page shows this again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import DisputedItem
from common.errors import RuleRefusal
from guidelines.models import Edition, Section, SectionLimit
from guidelines.rules.citation import edition_in_force, label
from guidelines.rules.terms import body_parts
from letters.rules.citations import compose_entry
from letters.services.wording import choose_wording
from reviews.models import ItemReview
from reviews.rules.citation_warnings import (
    Caution,
    CitedFacts,
    EditionFacts,
    citation_warnings,
    standard_warning,
)
from reviews.rules.limits import Arithmetic, compare
from reviews.rules.quantity import Quantity, asked
from reviews.rules.search_sequence import ProposedStandard, proposed_standard, step_of

#: The layout of letters of cases decided on this site.
CURRENT_LAYOUT = "2016"
_DOSE = re.compile(r"\d\s?(?:mg|mcg|ml|%)|#\s?\d", re.IGNORECASE)


@dataclass(frozen=True)
class CitationCheck:
    """One citation: the line as the letter prints it, what is wrong with it, its limits held against the item.

    level: of the evidence behind the section, as the library keeps it (`reviews.rules.evidence.LEVELS`).
    """

    line: str
    warnings: tuple[Caution, ...] = ()
    arithmetic: tuple[Arithmetic, ...] = ()
    level: str = ""
    deep_link: str = ""


@dataclass(frozen=True)
class ItemChecks:
    citations: tuple[CitationCheck, ...] = ()
    warnings: tuple[Caution, ...] = ()
    standard: ProposedStandard | None = None

    @property
    def levels(self) -> list[str]:
        return [one.level for one in self.citations]

    @property
    def warned(self) -> bool:
        """Whether anything speaks against what is cited or chosen, a limit that is passed among it."""
        above = any(told.verdict == "above" for one in self.citations for told in one.arithmetic)
        return above or bool(self.warnings) or any(one.warnings for one in self.citations)


class Lines:
    """Citations as the letter of the day prints them; without a wording in force, as they stand on screens."""

    def __init__(self, *, on: dt.date, language: str = "en") -> None:
        try:
            self.blocks: dict[str, str] | None = choose_wording(layout=CURRENT_LAYOUT, language=language, on=on).blocks
        except RuleRefusal:
            self.blocks = None

    def line(self, document: dict[str, Any]) -> str:
        """document: a CITATION of docs/determination-document.md."""
        if self.blocks is not None:
            return compose_entry(document, self.blocks)
        return label(
            publication=document["publication"], year=document["year"], sections=document["sections"],
            pages=document["pages"] or "", text=document["text"] or "",
        )  # fmt: skip


class Library:
    """What the library knows of the sections and publications cited, read at once. Four queries at most."""

    def __init__(self, *, section_ids: Iterable[int], names: Iterable[str], on: dt.date) -> None:
        self.on = on
        keys = {key for key in section_ids if key}
        found = Section.objects.filter(pk__in=keys).with_edition().prefetch_related("limits") if keys else []
        self.sections = {section.pk: section for section in found}
        named = {name for name in names if name}
        wanted = named | {section.edition.publication.name for section in self.sections.values()}
        editions = Edition.objects.filter(publication__name__in=wanted).select_related("publication") if wanted else []
        self.editions: dict[str, list[Edition]] = {}
        for edition in editions:
            self.editions.setdefault(edition.publication.name, []).append(edition)

    def facts(self, *, publication: str, year: int | None, pages: str, section_id: int | None) -> CitedFacts:
        """The citation beside its section; where another year was typed, the edition of that year."""
        section = self.sections.get(section_id or 0)
        if section is not None and section.edition.publication.name != publication:
            section = None  # typed over: it is another publication now
        editions = self.editions.get(publication, [])
        edition = next((one for one in editions if one.year == year), None)
        if section is not None and edition is not None and section.edition_id != edition.pk:
            section = None
        parts = (section.body_parts if section else []) or (editions[0].publication.body_parts if editions else [])
        return CitedFacts(
            publication=publication,
            pages=pages,
            section=section.heading if section else "",
            section_pages=section.pages if section else "",
            parts=frozenset(parts),
            edition=_facts(edition),
            in_force=_facts(edition_in_force(editions, self.on)),
        )

    def limits(self, section_id: int | None) -> Sequence[SectionLimit]:
        section = self.sections.get(section_id or 0)
        return list(section.limits.all()) if section else []


def parts_of(item: DisputedItem) -> frozenset[str]:
    """The body parts that an item names, in the library's words; empty where it names none."""
    return body_parts(f"{item.service} {item.body_part}")


def may_be_a_drug(item: DisputedItem) -> bool:
    """Whether the drug list is worth asking: marked so at intake, or a dose or a number of pieces in the words."""
    return item.formulary or "pharm" in item.category.lower() or bool(_DOSE.search(item.service))


def quantity_of(item: DisputedItem) -> Quantity | None:
    """What is still asked for: `service` is the remainder in dispute, `quantity` may say it where that does not."""
    return asked(item.service, item.quantity)


def arithmetic_of(limits: Sequence[SectionLimit], quantity: Quantity | None, had: int | None) -> tuple[Arithmetic, ...]:
    return tuple(compare(asked=quantity, had=had, limit=one.as_limit) for one in limits)


def checks_of(*, rows: Sequence[ItemReview], on: dt.date) -> dict[int, ItemChecks]:
    """Position -> checks of the stored citations, on the day. rows: with item and citations at hand; four queries."""
    cited = [citation for row in rows for citation in row.citations.all()]
    library = Library(
        section_ids=[one.section_id_in_library or 0 for one in cited], names=[one.publication for one in cited], on=on
    )
    lines = Lines(on=on)
    return {row.item.position: _item(row, library, lines) for row in rows}


def _item(row: ItemReview, library: Library, lines: Lines) -> ItemChecks:
    parts, quantity = parts_of(row.item), quantity_of(row.item)
    checks, steps = [], []
    for one in row.citations.all():
        key = one.section_id_in_library
        facts = library.facts(publication=one.publication, year=one.year, pages=one.pages, section_id=key)
        section = library.sections.get(key or 0)
        checks.append(
            CitationCheck(
                line=lines.line(one.as_document()),
                warnings=citation_warnings(facts, on=library.on, item_parts=parts),
                arithmetic=arithmetic_of(library.limits(key) if facts.section else [], quantity, row.had_before),
                level=section.strength_of_evidence if section else "",
                deep_link=section.deep_link if section else "",
            )
        )
        steps.append(step_of(basis=one.basis, publication=one.publication))
    missing = standard_warning(standard=row.standard, why_not_higher=row.why_not_higher)
    return ItemChecks(tuple(checks), (missing,) if missing else (), proposed_standard(steps))


def _facts(edition: Edition | None) -> EditionFacts | None:
    if edition is None:
        return None
    return EditionFacts(edition.year, edition.effective_from, edition.effective_to, edition.pages)
