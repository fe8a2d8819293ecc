"""Reads a citation that was written as text: "MTUS Chronic Pain Medical Treatment 2016, Section(s): NSAIDs". Pure text.

The library's own names say where a citation begins, its headings where a section ends: headings contain commas. What
cannot be read for certain is not guessed at: it stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

MTUS, OTHER = "MTUS", "Non-MTUS"


@dataclass(frozen=True)
class KnownPublication:
    """names: the name first, then its aliases."""

    names: tuple[str, ...]
    basis: str = MTUS


@dataclass(frozen=True)
class ReadCitation:
    """One citation as read. text: the piece of the typed text that it was read from."""

    basis: str
    publication: str
    year: int | None = None
    sections: tuple[str, ...] = ()
    pages: str = ""
    text: str = ""


#: Headings of a publication in the edition of a year; of all its editions where the year is not said.
Headings = Callable[[str, int | None], Sequence[str]]

_LEADS = re.compile(r"\s*decision based on (?P<basis>non-mtus citation|mtus)\s+", re.IGNORECASE)
_OUTSIDE = re.compile(r"^the [^.]{1,80} outside of the MTUS guidelines\.\s*", re.IGNORECASE)
_OTHERS = re.compile(r" and Other Medical Treatment Guidelines ", re.IGNORECASE)
_BETWEEN = r"(?:^|[;.]\s+|,\s+and\s+|\s+and\s+|,\s+)"
_BEFORE = r"(?:(?:ca\s+)?mtus\s*[-:,]?\s+)?(?:acoem\s+)?"
_AFTER_NAME = r"(?=\s*(?:\(?(?:19|20)\d\d\b|,?\s*(?:section|page|pg\.|pp?\.)|,|;|\.?\s*$|\s+and\s))"
_YEAR = re.compile(r"^[\s,]*\(?((?:19|20)\d\d)\)?")
_SECTIONS = re.compile(r"^[\s,:]*sections?(?:\(s\))?\s*:?\s*", re.IGNORECASE)
_PAGES = re.compile(
    r"[\s,;(]*\b(?:pages?(?:\(s\))?|pgs?|pp?)\b\.?\s*:?\s*(\d{1,4}(?:\s?[-–]\s?\d{1,4})?)\)?\.?\s*$", re.IGNORECASE
)


def read_citations(text: str, *, known: Sequence[KnownPublication], headings: Headings) -> list[ReadCitation]:
    """The citations of a text, in its order; [] where nothing can be read for certain."""
    found: list[ReadCitation] = []
    for basis, sentence in _sentences(_OUTSIDE.sub("", text.strip())):
        read = list(_of_others(sentence, known) if basis == OTHER else _of_library(sentence, known, headings))
        if not read:
            return []
        found += read
    return found


def normalized(citation: ReadCitation) -> ReadCitation:
    """A page that is held twice, in the section and beside it, is held once, beside it."""
    sections, pages = [], citation.pages
    for section in citation.sections:
        found = _PAGES.search(section)
        twice = found is not None and pages in ("", found[1])
        sections.append(section[: found.start()].strip(" ,") if found and twice else section)
        pages = found[1] if found and twice else pages
    return replace(citation, sections=tuple(filter(None, sections)), pages=pages)


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """The text by the sentences of a letter; typed text without them is one of the library's."""
    leads = list(_LEADS.finditer(text))
    if not leads or leads[0].start() > 0:
        yield MTUS, text
        return
    for lead, after in zip(leads, [*leads[1:], None], strict=True):
        piece = text[lead.end() : after.start() if after else len(text)].strip()
        yield OTHER if lead["basis"].lower().startswith("non") else MTUS, piece.removesuffix(".")


# --- citations of the library ---------------------------------------------------------------------------------------


def _of_library(text: str, known: Sequence[KnownPublication], headings: Headings) -> Iterator[ReadCitation]:
    """Each entry begins with a name of the library that a year, a section, a page or the end follows."""
    starts = _entries(text, known, headings)
    if not starts or text[: starts[0][0]].strip():
        return
    for number, (begin, after, publication) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(text)
        piece = text[begin:end].strip(" ,;")
        yield _entry(piece, text[after:end], publication, headings)


def _entries(
    text: str, known: Sequence[KnownPublication], headings: Headings
) -> list[tuple[int, int, KnownPublication]]:
    """Where each entry begins, where its name ends, and which publication it names."""
    by_name = {_folded(name): one for one in known for name in one.names}
    names = "|".join(_pattern(name) for name in sorted(by_name, key=len, reverse=True))
    if not names:
        return []
    pattern = re.compile(
        rf"{_BETWEEN}(?P<entry>{_BEFORE}(?P<name>{names})(?:\s+guidelines?)?){_AFTER_NAME}", re.IGNORECASE
    )
    found: list[tuple[int, int, KnownPublication]] = []
    place = 0
    while match := pattern.search(text, place):
        publication = by_name[_folded(match["name"])]
        found.append((match.start("entry"), match.end(), publication))
        place = _past_headings(text, match.end(), publication, headings)
    return found


def _past_headings(text: str, place: int, publication: KnownPublication, headings: Headings) -> int:
    """The end of the known headings that follow a name: a heading may hold another publication's name."""
    year = _YEAR.match(text[place:])
    named = _longest_first(headings(publication.names[0], int(year[1]) if year else None))
    place += year.end() if year else 0
    if lead := _SECTIONS.match(text[place:]):
        place += lead.end()
    while heading := _known_at(text[place:], named):
        place += len(heading)
        if not text.startswith(", ", place):
            break
        place += len(", ") if _known_at(text[place + 2 :], named) else 0
    return place


def _pattern(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in name.split())


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


def _entry(piece: str, rest: str, publication: KnownPublication, headings: Headings) -> ReadCitation:
    rest = re.sub(r"(,?\s+and|[;,.])\s*$", "", rest.strip())
    year = None
    if found := _YEAR.match(rest):
        year, rest = int(found[1]), rest[found.end() :]
    pages = ""
    named = headings(publication.names[0], year)
    sections_text = _SECTIONS.sub("", rest).strip(" ,")
    if sections_text.lower() not in {one.lower() for one in named} and (page := _PAGES.search(rest)):
        pages, rest = page[1], rest[: page.start()]
        sections_text = _SECTIONS.sub("", rest).strip(" ,")
    sections = tuple(_split(sections_text, named)) if sections_text else ()
    return ReadCitation(publication.basis, publication.names[0], year, sections, pages, piece)


def _split(text: str, named: Sequence[str]) -> Iterator[str]:
    """The headings of a list: the longest known one each time; what is not known up to the next that is."""
    known = _longest_first(named)
    rest = text.strip()
    while rest:
        heading = _known_at(rest, known)
        if heading is None:
            places = [at + 2 for at in _commas(rest) if _known_at(rest[at + 2 :], known) is not None]
            heading = rest[: places[0] - 2] if places else rest
        yield heading.strip()
        rest = rest[len(heading) :].lstrip(" ,;")


def _longest_first(named: Sequence[str]) -> list[str]:
    return sorted({heading.strip() for heading in named if heading.strip()}, key=len, reverse=True)


def _known_at(text: str, known: Sequence[str]) -> str | None:
    for heading in known:
        if text.lower().startswith(heading.lower()) and (len(text) == len(heading) or text[len(heading)] in ",;."):
            return text[: len(heading)]
    return None


def _commas(text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r", ", text))


# --- other sources --------------------------------------------------------------------------------------------------


def _of_others(text: str, known: Sequence[KnownPublication]) -> Iterator[ReadCitation]:
    """Entries of other sources: one that is known by name keeps the rest as its section, the others are kept whole."""
    names = sorted((name for one in known if one.basis == OTHER for name in one.names), key=len, reverse=True)
    whole = {name.lower(): one for one in known for name in one.names}
    for piece in map(str.strip, _OTHERS.split(text)):
        name = next((name for name in names if _begins_with(piece, name)), None)
        if name is None:
            yield ReadCitation(OTHER, piece, text=piece)
            continue
        rest, pages = piece[len(name) :].lstrip(" ,"), ""
        if found := re.search(r",\s*(\d{1,4}(?:[-–]\d{1,4})?)$", rest):
            pages, rest = found[1], rest[: found.start()]
        sections = (rest,) if rest else ()
        yield normalized(ReadCitation(OTHER, whole[name.lower()].names[0], None, sections, pages, piece))


def _begins_with(text: str, name: str) -> bool:
    return text.lower().startswith(name.lower()) and text[len(name) : len(name) + 1] in ("", ",", " ")
