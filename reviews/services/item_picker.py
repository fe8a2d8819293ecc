"""The picker of one item: the library's best sections for it, each with its printed line and what speaks against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from guidelines.models import Section
from guidelines.rules.citation import is_in_force, standing
from guidelines.rules.formulary import Fill
from guidelines.services.formulary import FormularyAnswer, formulary_status
from guidelines.services.kept import kept_of
from guidelines.services.notes import notes_of
from guidelines.services.search import Hit, search
from reviews.models import ItemReview
from reviews.rules.citation_warnings import Caution, citation_warnings
from reviews.rules.limits import Arithmetic
from reviews.services.item_checks import Library, Lines, arithmetic_of, may_be_a_drug, parts_of, quantity_of

_MOST = 8


@dataclass(frozen=True)
class Choice:
    """A section (or a publication as a whole) to cite: the hit, its line as the letter prints it, what is to be known.

    note: the reader's own. pinned: by the reader. deep_link: where a subscriber reads it.
    """

    hit: Hit
    line: str
    warnings: tuple[Caution, ...]
    arithmetic: tuple[Arithmetic, ...]
    strength: str = ""
    summary: str = ""
    deep_link: str = ""
    note: str = ""
    pinned: bool = False


@dataclass(frozen=True)
class Picker:
    """words: what was searched, the item's own words where nothing was typed (`suggested`)."""

    words: str
    suggested: bool
    choices: tuple[Choice, ...]
    pinned: tuple[Choice, ...] = ()
    recent: tuple[Choice, ...] = ()


def own_words(row: ItemReview) -> str:
    """What an item is searched by when nothing is typed."""
    item = row.item
    return " ".join(filter(None, [item.service, item.body_part if item.body_part not in item.service else ""]))


def hits_of(*, row: ItemReview, words: str, on: dt.date, typing: bool = True) -> list[Hit]:
    """The library's best for the words, or for the item's own; its diagnoses help to choose the chapter.

    What only fits the diagnosis or the body part is no answer to words that were typed: it is left out, so that
    "nothing found" is said, and recorded, where nothing was.
    """
    case = row.item.case
    diagnosis = "; ".join(one.coded for one in case.diagnoses.all())
    words = words.strip()
    if not words:
        return search(text=own_words(row), on=on, diagnosis=diagnosis, limit=_MOST, exclude_case=case.number)
    found = search(text=words, on=on, diagnosis=diagnosis, limit=3 * _MOST, typing=typing, exclude_case=case.number)
    return [hit for hit in found if hit.matched][:_MOST]


def picker_of(*, row: ItemReview, words: str, reader_id: int, on: dt.date) -> Picker:
    """What the picker of the item shows; pinned and recent sections only while nothing is typed."""
    words = words.strip()
    found = hits_of(row=row, words=words, on=on)
    kept = kept_of(reader_id=reader_id)
    pinned = [_as_hit(section, on, "pinned") for section in kept.pinned] if not words else []
    shown = {hit.section_id for hit in (*found, *pinned)}
    recent = [_as_hit(section, on, "used a short while ago") for section in kept.recent if section.pk not in shown]
    choices = _choices(row, [*found, *pinned, *(recent if not words else [])], reader_id, on,
                       {section.pk for section in kept.pinned})  # fmt: skip
    first, second = len(found), len(found) + len(pinned)
    return Picker(
        words=words or own_words(row),
        suggested=not words,
        choices=tuple(choices[:first]),
        pinned=tuple(choices[first:second]),
        recent=tuple(choices[second:]),
    )


def _choices(row: ItemReview, hits: list[Hit], reader_id: int, on: dt.date, pins: set[int]) -> list[Choice]:
    keys = [hit.section_id for hit in hits if hit.section_id]
    library = Library(section_ids=keys, names=[hit.publication for hit in hits], on=on)
    notes, lines = notes_of(reader_id=reader_id, section_ids=keys), Lines(on=on)
    parts, quantity = parts_of(row.item), quantity_of(row.item)
    choices = []
    for hit in hits:
        section = library.sections.get(hit.section_id or 0)
        facts = library.facts(
            publication=hit.publication, year=hit.edition_year, pages=hit.pages or "", section_id=hit.section_id
        )
        choices.append(
            Choice(
                hit=hit,
                line=lines.line(as_citation(hit)),
                warnings=citation_warnings(facts, on=on, item_parts=parts),
                arithmetic=arithmetic_of(library.limits(hit.section_id), quantity, row.had_before),
                strength=section.get_strength_of_evidence_display() if section else "",
                summary=section.summary if section else "",
                deep_link=section.deep_link if section else "",
                note=notes.get(hit.section_id or 0, ""),
                pinned=hit.section_id in pins,
            )
        )
    return choices


def as_citation(hit: Hit) -> dict[str, object]:
    """The citation that inserting the hit makes (CITATION of docs/determination-document.md), its edition frozen."""
    return {
        "basis": hit.basis,
        "publication": hit.publication,
        "year": hit.edition_year,
        "sections": [hit.section] if hit.section else [],
        "pages": hit.pages,
        "text": None,
    }


def drug_of(
    *, row: ItemReview, on: dt.date, fill: Fill = "", surgery_on: dt.date | None = None, supply: int | None = None
) -> FormularyAnswer | None:
    """What the drug list of the day says, where the item is a drug; None for any other item.

    An item is a drug when the intake marked it so or when its words name one of the list.
    """
    answer = formulary_status(
        drug=row.item.service, on=on, fill=fill, injury_on=row.item.case.claim.injury_date, surgery_on=surgery_on,
        supply_days=supply,
    )  # fmt: skip
    is_drug = row.item.formulary or answer.drug is not None or (answer.status is None and may_be_a_drug(row.item))
    return answer if is_drug else None


def _as_hit(section: Section, on: dt.date, why: str) -> Hit:
    edition, publication = section.edition, section.edition.publication
    return Hit(
        publication=publication.name,
        section=section.heading,
        edition_year=edition.year,
        pages=section.pages or None,
        score=0.0,
        why=(why,),
        basis=publication.basis,
        section_id=section.pk,
        edition_id=edition.pk,
        publication_id=publication.pk,
        effective_from=edition.effective_from,
        effective_to=edition.effective_to,
        in_force=is_in_force(edition, on),
        standing=standing(edition, on),
    )
