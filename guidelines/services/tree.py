"""The sections of an edition as a tree that people rearrange: one service for every key and button."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal
from guidelines.models import Edition, Section
from guidelines.rules.tree import outline
from guidelines.services.drafts import draft_for_writing
from guidelines.services.upkeep.snapshot import lock

Move = Literal["up", "down", "in", "out"]
MOVES: tuple[Move, ...] = ("up", "down", "in", "out")
DEEPEST = 12
MAX_SHOWN = 2_000

#: Publication in small letters, year, heading, how often it was cited.
Use = tuple[str, int | None, str, int]
_counters: list[Callable[[str | None], Iterable[Use]]] = []


def register_uses(counter: Callable[[str | None], Iterable[Use]]) -> None:
    """Have citations counted by a room above that keeps them: a publication, or None for all of them -> uses."""
    if counter not in _counters:
        _counters.append(counter)


def uses(publication: str | None = None) -> dict[tuple[str, int | None], dict[str, int]]:
    """(publication in small letters, year) -> heading -> how often it was cited, over all rooms that cite."""
    found: dict[tuple[str, int | None], dict[str, int]] = {}
    for counter in _counters:
        for name, year, heading, times in counter(publication):
            of = found.setdefault((name, year), {})
            of[heading] = of.get(heading, 0) + times
    return found


def uses_of(publication: str, year: int) -> dict[str, int]:
    """How often each heading of one edition was cited."""
    return uses(publication).get((publication.lower(), year), {})


@dataclass(frozen=True)
class Branch:
    """One line of the tree."""

    section: Section
    depth: int
    topics: int
    cited: int
    below: int


def edition_of(pk: int) -> Edition | None:
    rows = Edition.every.select_related("publication").defer("publication__vector", "publication__words")
    return rows.filter(pk=pk).first()


def branches(edition: Edition) -> list[Branch]:
    """Every section in the order of the table of contents: one query, and one for each room that cites."""
    sections = list(Section.every.filter(edition=edition).defer("vector", "words", "summary"))
    cited = uses_of(edition.publication.name, edition.year)
    below: dict[int, int] = {}
    for section in sections:
        if section.parent_id:
            below[section.parent_id] = below.get(section.parent_id, 0) + 1
    return [
        Branch(section, depth, len(section.topics), cited.get(section.heading, 0), below.get(section.pk, 0))
        for depth, section in outline(sections)
    ]


def move_section(*, pk: int, move: Move, actor: Actor) -> Section:
    """Move a section with all below it: up or down among its like, in (below the one before it), or out.

    Positions are laid anew, so that the table of contents is as it is shown. Raises StateRefusal where it cannot move.
    """
    require(actor, "edit_guidelines")
    with transaction.atomic(), acting(actor, f"tree: {move}"):
        section = _locked(pk)
        draft_for_writing(section.edition_id, actor)
        lines = outline(Section.every.filter(edition=section.edition_id).defer("vector", "words"))
        order = [(one.pk, one.parent_id, depth) for depth, one in lines]
        like = [one for one, parent, _ in order if parent == section.parent_id]
        place = like.index(pk)
        if move == "in":
            _in(section, like, place)
        elif move == "out":
            _out(section)
        else:
            _shift(like, place, -1 if move == "up" else 1)
        _renumber(section.edition_id)
    return section


def _shift(like: list[int], place: int, by: int) -> None:
    if place + by < 0:
        raise StateRefusal("tree.first", "It is the first one here already.")
    if place + by == len(like):
        raise StateRefusal("tree.last", "It is the last one here already.")
    like[place], like[place + by] = like[place + by], like[place]
    _lay(like)


def _in(section: Section, like: list[int], place: int) -> None:
    if place == 0:
        raise StateRefusal("tree.in", "Nothing stands before it on this level that it could go below.")
    if _depth(like[place - 1]) + _height(section) >= DEEPEST:
        raise StateRefusal("tree.deep", f"Sections stand at most {DEEPEST} levels deep.")
    _put_below(section, like[place - 1], _last_place(section.edition_id))


def _out(section: Section) -> None:
    if section.parent_id is None:
        raise StateRefusal("tree.out", "It stands at the top already.")
    parent = Section.every.defer("vector", "words").get(pk=section.parent_id)
    siblings = [
        one.pk
        for _, one in outline(Section.every.filter(edition=section.edition_id).defer("vector", "words"))
        if one.parent_id == parent.parent_id
    ]
    at = siblings.index(parent.pk) + 1
    _put_below(section, parent.parent_id, 0)
    _lay([*siblings[:at], section.pk, *siblings[at:]])


def add_below(*, edition_pk: int, parent_pk: int | None, heading: str, pages: str, actor: Actor) -> Section:
    """A new section as the last one below `parent_pk`, or at the top. Raises InputRefusal."""
    require(actor, "edit_guidelines")
    heading = " ".join(heading.split())
    if not heading:
        raise InputRefusal("section.heading", "Write the heading.", fields={"heading": "Write the heading."})
    with transaction.atomic(), acting(actor, "tree: added"):
        lock([edition_pk])
        edition = draft_for_writing(edition_pk, actor)
        parent = Section.every.filter(pk=parent_pk, edition=edition).first() if parent_pk else None
        if parent_pk and parent is None:
            raise StateRefusal("tree.gone", "The section above is gone. Load the page again.")
        if parent is not None and _depth(parent.pk) + 1 >= DEEPEST:
            raise StateRefusal("tree.deep", f"Sections stand at most {DEEPEST} levels deep.")
        section = Section(edition=edition, parent=parent, heading=heading, pages=pages.strip())
        section.position = _last_place(edition_pk)
        _check(section)
        try:
            with transaction.atomic():
                section.save()
        except IntegrityError as error:
            raise InputRefusal("section.twice", f"“{heading}” stands here already.") from error
        _renumber(edition_pk)
    return section


def _check(section: Section) -> None:
    from django.core.exceptions import ValidationError

    try:
        section.full_clean(exclude=["vector", "words"], validate_constraints=False)
    except ValidationError as error:
        raise InputRefusal("section.input", " ".join(error.messages)) from error


def _locked(pk: int) -> Section:
    edition = Section.every.filter(pk=pk).values_list("edition_id", flat=True).first()
    if edition is None:
        raise StateRefusal("tree.gone", "The section is gone. Load the page again.")
    lock([edition])
    return Section.every.defer("vector", "words").get(pk=pk)


def _put_below(section: Section, parent: int | None, position: int) -> None:
    section.parent_id, section.position = parent, position
    try:
        with transaction.atomic():
            section.save(update_fields=["parent", "position"])
    except IntegrityError as error:
        raise StateRefusal(
            "tree.twice", f"“{section.heading}” stands there already. Rename one of the two first."
        ) from error


def _lay(order: list[int]) -> None:
    """Give sections of one level ascending positions; `_renumber` makes them those of the whole contents."""
    rows = Section.every.defer("vector", "words").in_bulk(order)
    for position, pk in enumerate(order):
        rows[pk].position = position
    Section.every.bulk_update(rows.values(), ["position"])


def _renumber(edition_id: int) -> None:
    """Positions 0, 1, 2 … down the whole table of contents; only what differs is written."""
    differing = []
    for position, (_, section) in enumerate(outline(Section.every.filter(edition=edition_id).defer("vector", "words"))):
        if section.position != position:
            section.position = position
            differing.append(section)
    Section.every.bulk_update(differing, ["position"], batch_size=500)


def _last_place(edition_id: int) -> int:
    return (
        Section.every.filter(edition=edition_id).order_by("-position").values_list("position", flat=True).first() or 0
    ) + 1


def _depth(pk: int) -> int:
    depth, at = 0, Section.every.filter(pk=pk).values_list("parent_id", flat=True).first()
    while at is not None and depth < DEEPEST:
        depth, at = depth + 1, Section.every.filter(pk=at).values_list("parent_id", flat=True).first()
    return depth


def _height(section: Section) -> int:
    """How many levels the section and those below it take."""
    height, level = 0, [section.pk]
    while level and height <= DEEPEST:
        height += 1
        level = list(Section.every.filter(parent__in=level).values_list("pk", flat=True))
    return height
