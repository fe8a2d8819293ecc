"""What the library lacks: citations typed by hand, sections nobody cites. Rooms above say what was cited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.roles import require
from common.actor import Actor
from common.errors import StateRefusal
from guidelines.models import ChangeSet, Edition, Publication, Section
from guidelines.services.tree import add_below, uses
from guidelines.services.upkeep.change_sets import confirm, edit_words
from guidelines.services.upkeep.target import edition_to_write


@dataclass(frozen=True)
class TypedCitation:
    """A citation that somebody typed instead of taking it from the library, with how often and when last."""

    publication: str
    year: int | None
    section: str
    pages: str
    times: int
    last: dt.date | None

    @property
    def words(self) -> str:
        return self.section or self.publication


_typed: list[Callable[[int], Iterable[TypedCitation]]] = []


def register_typed_citations(finder: Callable[[int], Iterable[TypedCitation]]) -> None:
    """finder: how many at most -> citations without a section of the library behind them, most frequent first."""
    if finder not in _typed:
        _typed.append(finder)


@dataclass(frozen=True)
class Missing:
    """A typed citation with what could be done: the edition that it means, and whether that has such a heading."""

    citation: TypedCitation
    edition: Edition | None
    publication: Publication | None


def typed_citations(*, limit: int = 20) -> list[Missing]:
    """Citations typed by hand whose section the library does not have: two queries beside those of the rooms above."""
    typed = sorted((one for finder in _typed for one in finder(200)), key=lambda one: (-one.times, one.words))
    editions: dict[str, list[Edition]] = {}
    for each in Edition.objects.select_related("publication").defer("publication__vector", "publication__words"):
        for name in (each.publication.name, *each.publication.aliases):
            editions.setdefault(name.casefold(), []).append(each)
    headings = {
        (edition, heading.casefold()) for edition, heading in Section.objects.values_list("edition_id", "heading")
    }
    found = []
    for one in typed:
        known = editions.get(one.publication.casefold(), [])
        edition = next((it for it in known if it.year == one.year), None) or (
            known[0] if len(known) == 1 and one.year is None else None
        )
        if edition is not None and (not one.section or (edition.pk, one.section.casefold()) in headings):
            continue
        found.append(Missing(one, edition, known[0].publication if known else None))
        if len(found) == limit:
            break
    return found


def never_cited(*, on: dt.date, limit: int = 30) -> tuple[list[Section], int]:
    """Sections of editions in force that nobody has ever cited, and how many there are in all."""
    found = []
    editions = {edition.pk: edition for edition in Edition.objects.in_force(on).select_related("publication")}
    cited = uses()
    rows = Section.objects.filter(edition__in=editions).defer("vector", "words", "summary").order_by(
        "edition__publication__name", "position"
    )  # fmt: skip
    for section in rows:
        section.edition = editions[section.edition_id]
        key = (section.edition.publication.name.lower(), section.edition.year)
        if not cited.get(key, {}).get(section.heading):
            found.append(section)
    return found[:limit], len(found)


def make_section(*, edition_pk: int, heading: str, pages: str, actor: Actor) -> Section:
    """One click on the desk: what was typed becomes a section at the end of the edition it names, in a draft."""
    require(actor, "edit_guidelines")
    edition = Edition.every.select_related("publication").filter(pk=edition_pk).first()
    if edition is None:
        raise StateRefusal("desk.edition", "That edition is gone. Load the page again.")
    draft = edition_to_write(edition, actor)
    return add_below(edition_pk=draft.pk, parent_pk=None, heading=heading, pages=pages, actor=actor)


def make_synonym(*, section_pk: int, words: str, actor: Actor, now: dt.datetime) -> ChangeSet:
    """One click on the desk: words become a synonym of a section, written at once; undone like any other change."""
    require(actor, "edit_guidelines")
    if not Section.objects.filter(pk=section_pk).exists():
        raise StateRefusal("desk.section", "That section is gone. Look it up again.")
    change = edit_words(sections=[section_pk], field="synonyms", add=[words], actor=actor, now=now)
    if not change.changed:
        raise StateRefusal("desk.known", f"“{words}” is a synonym of that section already.")
    return confirm(pk=change.pk, actor=actor, now=now)
