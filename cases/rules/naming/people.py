"""What two names of persons have to do with one another: the same, different, or not to be told from the names alone.

A folded name does not say where the given names end. So every word but the first may be a surname: "maria garcia lopez"
may be called "maria garcia", and a hyphen is a double surname. Names alike are never the same by that alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cases.rules.names import name_key
from cases.rules.naming.people_words import (
    GENERATIONS,
    INITIAL_OR_PARTICLE,
    NICKNAMES,
    PARTICLES,
    SAME_GENERATION,
    SPELLINGS,
    TITLES,
)

#: A slip of one letter is looked for in words of so many letters; shorter names that differ are different names.
LEAST_LETTERS = 5
#: A given name and a surname.
_LEAST_WORDS = 2
#: A degree with its dots, where a name has ended: "Ana Lee, L.Ac.", "Bo Chen D.P.M.", "C. Diaz, M.D., F.A.A.O.S."
_DOTTED = re.compile(r"(?<=[\s,])(?:[A-Za-z]{1,5}\.\s?){1,6}[A-Za-z]{0,3}\.?(?=[\s,]|$)")


class Likeness(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    likeness: Likeness
    why: str


@dataclass(frozen=True, slots=True)
class PersonName:
    """words: given names and surnames in order, without titles; generation: "jr", "iii" or "" where none is said."""

    words: tuple[str, ...]
    generation: str = ""


def typed_key(name: str) -> str:
    """A typed name, folded with the given names first: "Okafor, Peter J., M.D." -> "peter j okafor md"."""
    plain = _DOTTED.sub(_without_dots, name)
    parts = [part.split() for part in map(name_key, plain.split(",")) if part]
    names = [part for part in parts if not all(word in TITLES or word in GENERATIONS for word in part)]
    behind = [part for part in parts if part not in names]
    return " ".join(word for part in (*names[1:], *names[:1], *behind) for word in part)


def _without_dots(found: re.Match[str]) -> str:
    """A degree in one word; initials and everything else as they stand."""
    pieces = re.split(r"[.\s]+", found[0].strip(". ").lower())
    for start in range(len(pieces)):
        told = "".join(pieces[start:])
        if told in TITLES and len(pieces) - start > 1:
            return " ".join([*pieces[:start], told]) + " "
    return found[0]


@lru_cache(maxsize=65536)
def relation_of_persons(left: str, right: str, *, left_npi: str = "", right_npi: str = "") -> PersonAnswer:
    """left, right: folded names, given names first (`person_key`, `typed_key`). Two NPIs settle it."""
    if left_npi and right_npi:
        if left_npi == right_npi:
            return PersonAnswer(Likeness.SAME, "They have one NPI")
        return PersonAnswer(Likeness.DIFFERENT, "They have two NPIs")
    if left and left == right:
        return PersonAnswer(Likeness.SAME, "The names are equal")
    answers = [_compare(one, other) for one in read_person(left) for other in read_person(right)]
    for wanted in (Likeness.SAME, Likeness.UNSURE):
        for answer in answers:
            if answer.likeness == wanted:
                return answer
    return answers[0] if answers else PersonAnswer(Likeness.DIFFERENT, "One of the names is missing or a single word")


@lru_cache(maxsize=16384)
def read_person(key: str) -> tuple[PersonName, ...]:
    """The ways a folded name can be read; none where it is less than a given name and a surname.

    Particles are one word with what follows ("de la cruz" is "delacruz"); an O may be that, or an initial.
    """
    words = [SPELLINGS.get(word, word) for word in key.split()]
    generation = next((word for word in reversed(words[_LEAST_WORDS:]) if word in GENERATIONS), "")
    plain = [word for place, word in enumerate(words) if not (place >= _LEAST_WORDS and word in GENERATIONS)]
    while len(plain) > _LEAST_WORDS and plain[-1] in TITLES:
        if plain[-1] == "do" and len(plain[-2]) == 1:
            break  # a surname: Anh T. Do
        plain.pop()
    while len(plain) > _LEAST_WORDS and plain[0] in TITLES:
        plain.pop(0)
    if len(plain) < _LEAST_WORDS:
        return ()
    ways = {_joined(plain, PARTICLES), _joined(plain, PARTICLES | INITIAL_OR_PARTICLE), tuple(plain)}
    return tuple(PersonName(way, generation) for way in sorted(ways) if len(way) > 1)


def _joined(words: list[str], particles: frozenset[str]) -> tuple[str, ...]:
    found = [words[0]]
    held = ""
    for place, word in enumerate(words[1:], start=1):
        held += word
        if word not in particles or place == len(words) - 1:
            found.append(held)
            held = ""
    return tuple(found)


@lru_cache(maxsize=16384)
def surname_handles(key: str) -> frozenset[str]:
    """Two names that `relation_of_persons` calls same or unsure without an NPI share one of these.

    Every word that may be a surname; the last one with each of its letters left out, so that a slip still meets; and
    all words in one order, for a name whose parts were exchanged.
    """
    found: set[str] = {key} if key else set()
    for name in read_person(key):
        found.update(name.words[1:])
        found.add(" ".join(sorted(name.words)))
        # ... and of "nguyen thanh van", where the surname stands first and no comma says so
        found |= {" ".join(sorted((name.words[0], other))) for other in (name.words[1], name.words[-1])}
        found.add(" ".join(sorted(("".join(name.words[:-1]), name.words[-1]))))
        found.add(" ".join(sorted((name.words[0], "".join(name.words[1:])))))
        last = name.words[-1]
        if len(last) >= LEAST_LETTERS:
            found.update(last[:place] + last[place + 1 :] for place in range(len(last)))
    return frozenset(found)


@lru_cache(maxsize=16384)
def surname_pieces(key: str) -> frozenset[str]:
    """A folded name that shares a handle with this one contains one of these: for looking in the database.

    One slip, and a particle written apart, leave either the beginning or the end of a long word as it is.
    """
    found = {key} if key else set()
    for name in read_person(key):
        found.update(name.words[1:])
        found.add(name.words[0])  # parts exchanged
        last = name.words[-1]
        if len(last) >= LEAST_LETTERS - 1:
            half = (len(last) + 1) // 2
            found |= {last[: half - 1], last[half:][-4:]}
    return frozenset(found)


def _compare(left: PersonName, right: PersonName) -> PersonAnswer:
    if left.generation and right.generation and left.generation != right.generation:
        pair = frozenset({left.generation, right.generation})
        if pair not in SAME_GENERATION:
            return PersonAnswer(Likeness.DIFFERENT, "One is of another generation (Jr., Sr., III)")
    if left.words == right.words:
        if left.generation == right.generation:
            return PersonAnswer(Likeness.SAME, "The names are equal but for titles and the way they are written")
        return PersonAnswer(Likeness.UNSURE, "Only one of the names says Jr., Sr. or a number")
    if sorted(left.words) == sorted(right.words):
        return PersonAnswer(Likeness.UNSURE, "The same words stand in another order")
    if _surname_first(left.words, right.words) or _surname_first(right.words, left.words):
        return PersonAnswer(Likeness.UNSURE, "One of the names has the surname first")
    return _compare_parts(left.words, right.words)


def _surname_first(usual: tuple[str, ...], turned: tuple[str, ...]) -> bool:
    """ "thanh v nguyen" and "nguyen thanh van"."""
    if usual[-1] != turned[0]:
        return False
    joined = "".join(usual[:-1]) == "".join(turned[1:])
    return joined or (usual[0] == turned[1] and _middles_fit(usual[1:-1], turned[2:]))


def _compare_parts(left: tuple[str, ...], right: tuple[str, ...]) -> PersonAnswer:
    if left[-1] == right[-1]:
        return _compare_given(left[:-1], right[:-1])
    if left[-1] in right[1:] or right[-1] in left[1:]:
        if _given_fits(left[0], right[0]):
            return PersonAnswer(Likeness.UNSURE, "One of two surnames is the other's, and the given names fit")
        return PersonAnswer(Likeness.DIFFERENT, "The given names are different")
    if _is_slip(left[-1], right[-1]) and _given_fits(left[0], right[0]):
        return PersonAnswer(Likeness.UNSURE, "The surnames are a letter apart, and the given names fit")
    return PersonAnswer(Likeness.DIFFERENT, "The surnames are different")


def _compare_given(left: tuple[str, ...], right: tuple[str, ...]) -> PersonAnswer:
    """The surname is one; every given name of the shorter side must be one of the other's."""
    if "".join(left) == "".join(right):
        return PersonAnswer(Likeness.UNSURE, "The given names are written in one word or in two")
    short, long = sorted((left, right), key=len)
    if all(any(_fits_cut_short(word, there) for there in long) for word in short):
        return PersonAnswer(Likeness.UNSURE, "One of the names is cut short")
    if _given_fits(left[0], right[0]) and _middles_fit(left[1:], right[1:]):
        return PersonAnswer(Likeness.UNSURE, "The given names are a nickname or a slip of one another")
    return PersonAnswer(Likeness.DIFFERENT, "The given names are different")


def _middles_fit(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return not left or not right or any(_given_fits(one, other) for one in left for other in right)


def _given_fits(left: str, right: str) -> bool:
    if _fits_cut_short(left, right) or _is_slip(left, right):
        return True
    return bool(NICKNAMES.get(left, frozenset({left})) & NICKNAMES.get(right, frozenset({right})))


def _fits_cut_short(left: str, right: str) -> bool:
    return left == right or (min(len(left), len(right)) == 1 and left[0] == right[0])


def _is_slip(left: str, right: str) -> bool:
    """One letter more, less or other, or two neighbours exchanged."""
    if max(len(left), len(right)) < LEAST_LETTERS or abs(len(left) - len(right)) > 1 or left == right:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    one, other = left[start:], right[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]
