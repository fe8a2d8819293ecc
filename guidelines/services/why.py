"""Why a section comes up, or does not, for a look-up: what the search did with each word, said in words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from guidelines.models import Section
from guidelines.rules.citation import standing
from guidelines.rules.terms import forms, is_body_part, meaning, spelled_out, stems
from guidelines.services.search import Hit, search

_LOOKED_AT = 200
_WORD = re.compile(r"[^\s,;]+")


@dataclass(frozen=True)
class WordSaid:
    """One word of the look-up: what was made of it, and where the section has it ("" when nowhere)."""

    word: str
    read: str
    found_in: str


@dataclass(frozen=True)
class Answer:
    """place: 1 is the top; None when the section is not among the hits. better: hits before it, the best first."""

    section: Section
    place: int | None
    of: int
    hit: Hit | None
    words: list[WordSaid]
    better: list[Hit]
    reasons: list[str]
    advice: list[str]


def explain(*, text: str, section_pk: int, on: dt.date, diagnosis: str = "") -> Answer | None:
    """The answer for one section; None when it is gone. Asks the search that everybody uses, so it cannot differ."""
    section = (
        Section.objects.filter(pk=section_pk).select_related("edition__publication").defer("vector", "words").first()
    )
    if section is None:
        return None
    hits = search(text=text, on=on, diagnosis=diagnosis, limit=_LOOKED_AT)
    place = next((number for number, hit in enumerate(hits, 1) if hit.section_id == section.pk), None)
    words = _words(text, section)
    hit = hits[place - 1] if place else None
    return Answer(
        section=section, place=place, of=len(hits), hit=hit, words=words, better=hits[: place - 1 if place else 3][:3],
        reasons=_reasons(section, text, on), advice=_advice(section, words, place, on),
    )  # fmt: skip


def _words(text: str, section: Section) -> list[WordSaid]:
    """Every word as it was typed; words that the search drops say so."""
    told = []
    kept = set(meaning(text).words)
    for typed in dict.fromkeys(_WORD.findall(text)):
        inner = meaning(typed)
        if inner.read_as:
            read = f"an abbreviation: {', '.join(inner.read_as.values())}"
        elif inner.parts and not [word for word in inner.words if not is_body_part(word)]:
            read = f"a body part: {', '.join(sorted(inner.parts))}"
        elif not inner.words and not set(stems(typed)) & kept:
            read = "left out: a number, a dose or a word that says nothing here"
        else:
            read = "looked for as it is"
        told.append(WordSaid(typed, read, _where(section, {*inner.words, *_spelled(inner.words)}, inner.parts)))
    return told


def _spelled(words: tuple[str, ...]) -> set[str]:
    return {long for word in words for long in spelled_out(word)}


def _where(section: Section, words: set[str], parts: frozenset[str]) -> str:
    for label, phrases in (
        ("heading", [section.heading]),
        ("synonym", getattr(section, "synonyms", [])),
        ("drug", getattr(section, "drugs", [])),
        ("topic", section.topics),
        ("publication", [section.edition.publication.name]),
    ):
        for phrase in phrases:
            if words & frozenset.union(*forms(phrase)):
                return f"{label} “{phrase}”"
    own = frozenset(section.body_parts or section.edition.publication.body_parts)
    return f"body part {', '.join(sorted(parts & own))}" if parts & own else ""


def _reasons(section: Section, text: str, on: dt.date) -> list[str]:
    """What holds the section back as a whole."""
    reasons = []
    how = standing(section.edition, on)
    if how != "in force":
        reasons.append(f"Its edition of {section.edition.year} is {how} on that day; editions in force come first.")
    own = frozenset(section.body_parts or section.edition.publication.body_parts)
    asked = meaning(text).parts
    if asked and own and not asked & own:
        reasons.append(
            f"The look-up names {', '.join(sorted(asked))}; the section is about {', '.join(sorted(own))}. "
            "Chapters of another body part are held back."
        )
    if not section.topics and not getattr(section, "synonyms", []):
        reasons.append("The section has no topics and no synonyms: only its heading can be found.")
    return reasons


def _advice(section: Section, words: list[WordSaid], place: int | None, on: dt.date) -> list[str]:
    missing = [said.word for said in words if not said.found_in and said.read == "looked for as it is"]
    advice = []
    if missing:
        advice.append(f"The section has no word for {', '.join(f'“{word}”' for word in missing)}.")
    if standing(section.edition, on) == "ended":
        advice.append("Look whether a later edition has this section, too: that one should carry the words.")
    if place == 1:
        advice.append("It comes up first; nothing is missing.")
    return advice
