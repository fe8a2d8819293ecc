"""How two names compare as words alone, without knowing any company: equal, one with more words, alike, or strange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from cases.rules.naming.parsing import Name, initials_of
from cases.rules.naming.words import (
    COMMON,
    GENERIC,
    KINDS_OF_HOUSE,
    PUBLIC,
    SECTORS,
    SOFT,
    SOFT_FOR_PRACTICES,
    is_own,
    is_place,
    listed,
)

#: Shorter words must be equal to the letter.
LEAST_LETTERS, _LONG_WORD = 5, 9
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 3, 7


#: Names of persons at a letter's distance from a common one.
_SURNAMES = listed("smyth jonson johnsen browne davies davis garcias hernandes clarke nielsen nelsen")


class Level(StrEnum):
    """EQUAL: one house by all that was typed. MORE: one name is the other with words added. NEAR: a person has to say.
    STRANGE: nothing that counts is shared."""

    EQUAL = "equal"
    MORE = "more"
    NEAR = "near"
    STRANGE = "strange"


@dataclass(frozen=True)
class Likeness:
    """added: what kind of words one name has more: "place", "trade", "soft" or "own"; "" where none."""

    level: Level
    score: int
    why: str
    added: str = ""


@dataclass(frozen=True)
class Paired:
    """Words of two names laid side by side. slips: pairs that differ by a letter; far: a pair that differs by more."""

    shared: tuple[str, ...]
    slips: tuple[tuple[str, str], ...]
    far: bool
    left: tuple[str, ...]
    right: tuple[str, ...]


def compare(left: Name, right: Name) -> Likeness:
    """The two names' own words; further names (d/b/a, in brackets) are the caller's to compare."""
    if not left.words or not right.words:
        return Likeness(Level.STRANGE, 0, "one of the names says nothing")
    return _equal(left, right) or _by_words(left, right)


def _equal(left: Name, right: Name) -> Likeness | None:
    if left.key == right.key:
        return Likeness(Level.EQUAL, 100, "the same name")
    if left.words == right.words:
        return Likeness(Level.EQUAL, 97, "the same name but for legal form or abbreviations")
    if left.bag == right.bag:  # "County of Fresno" is "Fresno County", but "American Zurich" is not "Zurich American"
        public = (
            PUBLIC & set(left.words) and "university" not in left.words
        )  # "Miami University", "University of Miami"
        turned = public or len(left.words) == 2 == sum(map(is_own, left.words))  # noqa: PLR2004
        return Likeness(Level.EQUAL if turned else Level.NEAR, 90 if turned else 80, "the same words in another order")
    if left.core.replace(" ", "") == right.core.replace(" ", ""):
        return Likeness(Level.EQUAL, 95, "the same name but for spaces")
    return None


def _by_words(left: Name, right: Name) -> Likeness:
    if is_acronym(left, right) or is_acronym(right, left):
        return Likeness(Level.NEAR, 75, "one is the other's first letters")
    paired = pair_words(left.words, right.words)
    if not paired.left and not paired.right:
        return _slips_only(paired)
    if not any(map(is_own, [*paired.shared, *(word for pair in paired.slips for word in pair)])):
        return _without_own(left, right, paired)
    return _with_own(paired)


def is_acronym(short: Name, long: Name) -> bool:
    letters = "".join(short.raw if all(len(word) == 1 for word in short.raw) else short.words[:1])
    if len(short.words) > 1 or not _SHORTEST_ACRONYM <= len(letters) <= _LONGEST_ACRONYM:
        return False
    return letters in initials_of(long) or (letters[-1] == "i" and letters[:-1] in initials_of(long))  # "…, Inc."


def pair_words(left: Sequence[str], right: Sequence[str]) -> Paired:
    """Equal words first, then words that differ by a slip, each used once."""
    shared = [word for word in left if word in right]
    rest_left = [word for word in left if word not in shared]
    rest_right = [word for word in right if word not in shared]
    slips: list[tuple[str, str]] = []
    far = False
    for word in list(rest_left):
        best = min(rest_right, key=lambda other: _distance(word, other), default=None)
        allowed = _allowed(word, best) if best else 0
        if best and 0 < _distance(word, best) <= allowed:
            plural = {word + "s", best + "s"} & {word, best}
            far |= not plural and (
                _distance(word, best) > 1
                or word[0] != best[0]
                or _is_ending(word, best)
                or {word, best} <= COMMON | _SURNAMES
            )
            slips.append((word, best))
            rest_left.remove(word)
            rest_right.remove(best)
    if not all(any(len(word) == 1 for word in side) for side in (rest_left, rest_right)):  # one has a middle initial
        rest_left, rest_right = ([word for word in side if len(word) > 1] for side in (rest_left, rest_right))
    return Paired(tuple(shared), tuple(slips), far, tuple(rest_left), tuple(rest_right))


def _distance(one: str, other: str) -> int:
    return 1 if one + "s" == other or other + "s" == one else int(OSA.distance(one, other, score_cutoff=3))


def _allowed(one: str, other: str) -> int:
    shortest = min(len(one), len(other))
    if one + "s" == other or other + "s" == one:
        return 1 if shortest >= LEAST_LETTERS - 1 else 0
    if shortest < LEAST_LETTERS or one.isdigit() or other.isdigit() or (is_place(one) and is_place(other)):
        return 0
    return 2 if shortest >= _LONG_WORD and one[0] == other[0] else 1


def _is_ending(one: str, other: str) -> bool:
    """Whether a letter more at the end makes another word of it ("pacific", "pacifica"); a plural does not."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and len(long) > len(short) and not long.endswith("s")


def _slips_only(paired: Paired) -> Likeness:
    wrong = ", ".join(f"“{one}” and “{other}”" for one, other in paired.slips)
    if not paired.slips:
        return Likeness(Level.EQUAL, 94, "the same but for an initial")
    if paired.far:
        return Likeness(Level.NEAR, 80, f"spelled alike: {wrong}")
    if len(paired.slips) == 1 or len(paired.shared) >= len(paired.slips):
        return Likeness(Level.EQUAL, 92, f"the same but for the spelling of {wrong}")
    return Likeness(Level.NEAR, 80, f"spelled alike: {wrong}")


def _without_own(left: Name, right: Name, paired: Paired) -> Likeness:
    """Names that share only words of a trade, of a place, or common ones."""
    own = [word for word in (*paired.left, *paired.right) if is_own(word)]
    if own or (_kinds(paired.left) != _kinds(paired.right) and paired.left and paired.right):
        return Likeness(Level.STRANGE, 20, "only words that many houses have are shared")
    missing = [word for word in (*paired.left, *paired.right) if word not in SOFT | SOFT_FOR_PRACTICES]
    places = any(map(is_place, missing))
    if not missing and len(paired.shared) > 1:
        return Likeness(
            Level.EQUAL if _one_sided(paired) else Level.NEAR, 88, "the same words but for the kind of house"
        )
    if places and len(paired.shared) > 2 and _one_sided(paired):  # noqa: PLR2004 - the whole name, and a place behind
        return Likeness(Level.NEAR, 60, "the same words, one with a place", "place")
    if places or not _one_sided(paired):
        return Likeness(Level.STRANGE, 30, "common words are shared, but place or trade differ")
    enough = len(paired.shared) * 2 > max(len(left.words), len(right.words))
    level = Level.NEAR if enough and len(paired.shared) > 1 else Level.STRANGE
    return Likeness(level, 55, "mostly the same common words")


def _one_sided(paired: Paired) -> bool:
    return not paired.left or not paired.right


def _with_own(paired: Paired) -> Likeness:
    """Names that share a word of their own and differ in others."""
    own = [word for word in paired.shared if is_own(word)] + [one for one, _ in paired.slips if is_own(one)]
    rare = [word for word in own if word not in COMMON]
    left_own, right_own = ([w for w in side if is_own(w)] for side in (paired.left, paired.right))
    shared = ", ".join(f"“{word}”" for word in own) or "words that many have"
    if left_own and right_own:
        even = len(own) >= max(len(left_own), len(right_own)) and rare
        return Likeness(Level.NEAR if even else Level.STRANGE, 50 if even else 25, f"share {shared}, the rest differs")
    if left_own or right_own:
        added = ", ".join(f"“{word}”" for word in left_own or right_own)
        if not rare and len(own) < 2:  # noqa: PLR2004 - two common words together are a name
            return Likeness(Level.STRANGE, 30, f"share {shared} only, one has {added} besides")
        return Likeness(Level.NEAR, 60, f"share {shared}, one has {added} besides", "own")
    return _trades_and_places(paired, own, rare, shared)


def _trades_and_places(paired: Paired, own: list[str], rare: list[str], shared: str) -> Likeness:
    left, right = ([word for word in side if word not in SOFT] for side in (paired.left, paired.right))
    strong = bool(rare) or len(own) > 1
    if not left and not right:
        sure = Level.EQUAL if strong and not paired.far and _one_sided(paired) else Level.NEAR
        return Likeness(sure, 90 if strong else 65, f"{shared} with and without words that say little", "soft")
    if not left or not right:
        return _more_words([*left, *right], shared, strong=strong and not paired.far)
    if all(map(is_place, left)) and all(map(is_place, right)):
        level = Level.NEAR if strong else Level.STRANGE
        return Likeness(level, 60, f"share {shared}, in different places", "place")
    if sectors_of(left) and sectors_of(right) and not sectors_of(left) & sectors_of(right):
        return Likeness(Level.STRANGE, 30, f"share {shared}, but in different trades")
    if not strong:
        return Likeness(Level.STRANGE, 35, f"share {shared} only")
    return Likeness(Level.NEAR, 65, f"share {shared}, the rest differs")


def _more_words(added: list[str], shared: str, *, strong: bool) -> Likeness:
    if all(map(is_place, added)):
        return Likeness(
            Level.MORE if strong else Level.NEAR, 82 if strong else 60, f"{shared}, one with a place", "place"
        )
    small = [word for word in added if word not in SOFT_FOR_PRACTICES and not is_place(word)]
    if not small:
        return Likeness(
            Level.MORE if strong else Level.NEAR, 80 if strong else 60, f"{shared}, one with its kind of house", "soft"
        )
    return Likeness(
        Level.MORE if strong else Level.NEAR, 70 if strong else 50, f"{shared}, one with its trade", "trade"
    )


def _kinds(words: Sequence[str]) -> frozenset[str]:
    return frozenset(KINDS_OF_HOUSE[word] for word in words if word in KINDS_OF_HOUSE)


def sectors_of(words: Sequence[str]) -> frozenset[str]:
    """The trades that the words speak of; an insurer's claims house is in both."""
    found = frozenset(sector for word in words for sector in SECTORS.get(word, ()))
    return found | ({"claims"} if "insurance" in found else set()) | ({"insurance"} if "claims" in found else set())


def generic_share(words: Sequence[str]) -> float:
    return sum(word in GENERIC or is_place(word) for word in words) / max(len(words), 1)
