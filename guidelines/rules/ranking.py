"""How well an entry of the library fits a request, and why. Values in, score out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from guidelines.rules.icd10 import range_of
from guidelines.rules.terms import WEAK, Meaning, forms, is_body_part, spelled_out

# Weights: a heading says more than a topic; a topic named in full says more than one of its words.
_HEADING, _PHRASE, _PART_OF_PHRASE = 2.0, 3.0, 1.0
_NAME = 1.0
_WEAK_WORD = 0.25
_DIAGNOSIS, _DIAGNOSIS_MOST = 0.1, 1.0
_SAME_PART, _OTHER_PART = 1.2, 0.45
_SPELLED = 0.5  # the spelled-out words of an abbreviation, found one by one
_PART_ALONE = 0.3  # the body part fits, nothing else does
_PART_OF_DIAGNOSIS = 0.75
_CODE = 0.75  # the diagnosis has a code of the section's ICD-10 ranges: as sure as the part that it names
_PROMINENCE = ((3, 1.6), (10, 1.0), (10_000, 0.7))
_NOT_IN_FORCE = 0.3  # superseded, and still cited by some
_NOT_YET_AS_A_WHOLE = 0.05  # ... and a whole publication of later years is named only where nothing else fits
_TOPICS_TOLD = 2


@dataclass(frozen=True)
class Entry:
    """What ranking needs of a section, or of a publication as a whole (heading empty).

    in_force: whether its edition is in force on the day asked about; None when no day was asked.
    not_yet:  whether it began only after that day: nobody could have gone by it then.
    codes:    ICD-10 ranges of a section.
    """

    publication: str
    heading: str
    topics: tuple[str, ...]
    parts: frozenset[str]
    in_force: bool | None = None
    not_yet: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fit:
    """matched: what of the request, not of the diagnosis, brought the entry up: words; the parts of the body where the
    request names nothing else; an earlier request like it where only what was cited for that speaks for the entry."""

    score: float
    why: tuple[str, ...]
    matched: tuple[str, ...] = ()


def rank(
    *, entries: Sequence[Entry], request: Meaning, diagnosis: Meaning | None = None, last_is_prefix: bool = False
) -> list[Fit]:
    """The fit of every entry, in the order given; 0 when nothing fits.

    Words that most of the entries share count less than words that few have.
    last_is_prefix: the last word of the request may be only its beginning (search as you type).
    """
    asked = [_Asked(meant) for meant in (request, diagnosis) if meant is not None]
    weights = _weights({word for one in asked for word in one.wanted}, [_vocabulary(entry) for entry in entries])
    prefix = request.words[-1] if last_is_prefix and request.words else ""
    return [_fit(entry, asked, weights, prefix) for entry in entries]


class _Asked:
    """A request with what every entry is compared with, worked out once."""

    def __init__(self, meant: Meaning) -> None:
        self.meant = meant
        self.words = [(word, spelled_out(word)) for word in meant.words if not is_body_part(word)]
        self.wanted = {word for word in meant.all_words if not is_body_part(word)}


def _vocabulary(entry: Entry) -> set[str]:
    words: set[str] = set()
    for phrase in (entry.heading, entry.publication, *entry.topics):
        for form in forms(phrase):
            words |= form
    return words


def _weights(words: set[str], found_in: Sequence[set[str]]) -> dict[str, float]:
    counts = Counter(word for vocabulary in found_in for word in words & vocabulary)
    total = len(found_in) + 1
    return {word: math.log(1 + total / (1 + counts[word])) * (_WEAK_WORD if word in WEAK else 1.0) for word in words}


def _fit(entry: Entry, asked: Sequence[_Asked], weights: dict[str, float], prefix: str) -> Fit:
    request, diagnosis = asked[0], asked[1] if len(asked) > 1 else None
    score, why, matched = _words(entry, request, weights, prefix)
    factor, bonus, about = _parts(entry, request.meant.parts, diagnosis.meant.parts if diagnosis else frozenset())
    if not request.words:
        matched = sorted(request.meant.parts & entry.parts)
    if request.words and not score:
        factor *= _PART_ALONE
    if diagnosis is not None:
        extra, beside, _ = _words(entry, diagnosis, weights, "")
        bonus += min(_DIAGNOSIS_MOST, extra * _DIAGNOSIS)
        why += [f"diagnosis: {reason}" for reason in beside[:1]]
        if coded := _coded(entry, diagnosis.meant.codes):
            bonus += _CODE
            why.append(coded)
    score = (score + bonus) * factor
    if score <= 0:
        return Fit(0.0, ())
    why += about
    if entry.in_force is not None:
        why.append("edition in force" if entry.in_force else "edition not in force on that day")
        later_whole = entry.not_yet and not entry.heading
        score *= 1.0 if entry.in_force else _NOT_YET_AS_A_WHOLE if later_whole else _NOT_IN_FORCE
    return Fit(round(score, 3), tuple(why), tuple(matched))


def _coded(entry: Entry, codes: Sequence[str]) -> str:
    """The reason where a code of the diagnosis lies in a range of the entry; empty where none does."""
    pairs = ((code, range_of(entry.codes, code)) for code in codes)
    return next((f"diagnosis {code} lies in {within}" for code, within in pairs if within), "")


def _words(entry: Entry, asked: _Asked, weights: dict[str, float], prefix: str) -> tuple[float, list[str], list[str]]:
    """Points for heading, name and topics, the reasons, the words that scored; body-part words count in `_parts` alone.

    An abbreviation and the words that it stands for are one thing: the better of the two counts.
    """
    heading = _shared(asked.wanted, frozenset.union(*forms(entry.heading or entry.publication)), prefix)
    worth = dict.fromkeys(heading, _HEADING if entry.heading else _NAME)
    topics = _topics(entry, asked.wanted, prefix)
    best: dict[str, float] = {}
    for value, shared, _ in topics:
        for word in shared:
            best[word] = max(best.get(word, 0.0), value)
    points = {word: (worth.get(word, 0.0) + best.get(word, 0.0)) * weights[word] for word in {*worth, *best}}
    score, why, matched = 0.0, [], []
    for word, long in asked.words:
        spelled = _SPELLED * sum(points.get(other, 0.0) for other in long) / len(long) if long else 0.0
        value = max(points.get(word, 0.0), spelled)
        score += value
        if value:
            matched.append(word)
        if value and word in asked.meant.read_as:
            why.append(f"{word.upper()} read as {asked.meant.read_as[word]}")
    if heading:
        why.append(f'{"heading" if entry.heading else "name"} has "{", ".join(sorted(heading))}"')
    topics.sort(key=lambda found: -found[0] * sum(weights[word] for word in found[1]))
    why.extend(f'topic "{topic}"' for _, _, topic in topics[:_TOPICS_TOLD])
    return score, why, matched


def _topics(entry: Entry, wanted: set[str], prefix: str) -> list[tuple[float, set[str], str]]:
    """Each topic that shares a word: what the match is worth, the words, the topic as it stands."""
    found = []
    for place, topic in enumerate(entry.topics):
        value, words = 0.0, set[str]()
        for form in forms(topic):
            shared = _shared(wanted, form, prefix)
            if shared:
                whole = len(shared) >= len(form)
                value = max(value, _PHRASE if whole else _PART_OF_PHRASE * len(shared) / len(form))
                words |= shared
        if words:
            found.append((value * _prominence(place), words, topic))
    return found


def _prominence(place: int) -> float:
    """The first topics say what an entry is about, the later ones what it mentions."""
    return next(factor for before, factor in _PROMINENCE if place < before)


def _shared(wanted: set[str], words: frozenset[str], prefix: str) -> set[str]:
    shared = wanted & words
    if prefix and prefix in wanted and prefix not in shared and any(word.startswith(prefix) for word in words):
        shared.add(prefix)
    return shared


def _parts(entry: Entry, requested: frozenset[str], diagnosed: frozenset[str]) -> tuple[float, float, list[str]]:
    """A factor, points and the reason for the body part: the same one helps, another one's chapter is held back."""
    asked = requested or diagnosed
    if not asked or not entry.parts:
        return 1.0, 0.0, []
    same = asked & entry.parts
    if not same:
        return _OTHER_PART, 0.0, []
    return 1.0, _SAME_PART if requested else _PART_OF_DIAGNOSIS, [f"body part {', '.join(sorted(same))}"]
