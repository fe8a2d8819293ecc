"""How well an entry of the library fits a request, and why. Values in, score out."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
_SAME_IN_FORCE = 0.1  # ... though the edition in force has the very same heading
_NOT_YET = 0.05  # begun only later: named where nothing else fits
_PART_NOT_ASKED = 0.9  # a request that names no part of the body: chapters of no part come first
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

    Words that most of the entries share count less than words that few have; former and later editions do not count,
    or one more edition in the library would move what is in force.
    last_is_prefix: the last word of the request may be only its beginning (search as you type); an abbreviation is
    whole, or "physical therapy", read as PT, would begin PTSD.
    """
    asked = [_Asked(meant) for meant in (request, diagnosis) if meant is not None]
    read = [_read(entry.publication, entry.heading, entry.topics) for entry in entries]
    current = [(entry, words) for entry, words in zip(entries, read, strict=True) if entry.in_force is not False]
    weights = _weights({word for one in asked for word in one.wanted}, (words for _, words in current))
    last = request.words[-1] if request.words else ""
    prefix = last if last_is_prefix and not spelled_out(last) else ""
    held = {(entry.publication, entry.heading) for entry, _ in current}
    return [_fit(entry, words, asked, weights, prefix, held) for entry, words in zip(entries, read, strict=True)]


class _Asked:
    """A request with what every entry is compared with, worked out once."""

    def __init__(self, meant: Meaning) -> None:
        self.meant = meant
        self.words = [(word, spelled_out(word)) for word in meant.words if not is_body_part(word)]
        self.wanted = {word for word in meant.all_words if not is_body_part(word)}


class _Read:
    """The words of an entry, read once: which of them stand in the heading, and in which topics."""

    def __init__(self, publication: str, heading: str, topics: tuple[str, ...]) -> None:
        self.heading = frozenset.union(*forms(heading or publication))
        self.topics = [(topic, forms(topic)) for topic in topics]
        #: word -> places of the topics that have it
        self.places: dict[str, list[int]] = {}
        for place, (_, both) in enumerate(self.topics):
            for word in both[0] | both[1]:
                self.places.setdefault(word, []).append(place)
        self.words = frozenset.union(frozenset(self.places), *forms(heading), *forms(publication))
        self._sorted = sorted(self.places.keys() | self.heading)

    def begun(self, prefix: str) -> list[str]:
        """The words of heading and topics that begin so."""
        first = bisect_left(self._sorted, prefix)
        found = []
        for word in self._sorted[first:]:
            if not word.startswith(prefix):
                break
            found.append(word)
        return found


@lru_cache(maxsize=16384)
def _read(publication: str, heading: str, topics: tuple[str, ...]) -> _Read:
    return _Read(publication, heading, topics)


def _weights(words: set[str], found_in: Iterable[_Read]) -> dict[str, float]:
    counts, total = Counter[str](), 1
    for entry in found_in:
        counts.update(words & entry.words)
        total += 1
    return {word: math.log(1 + total / (1 + counts[word])) * (_WEAK_WORD if word in WEAK else 1.0) for word in words}


def _fit(
    entry: Entry, read: _Read, asked: Sequence[_Asked], weights: Mapping[str, float], prefix: str,
    held: Collection[tuple[str, str]],
) -> Fit:  # fmt: skip
    """held: publication and heading of what is in force among the entries."""
    request, diagnosis = asked[0], asked[1] if len(asked) > 1 else None
    score, why, matched = _words(entry, read, request, weights, prefix)
    factor, bonus, about = _parts(entry, request.meant.parts, diagnosis.meant.parts if diagnosis else frozenset())
    if not request.words:
        matched = sorted(request.meant.parts & entry.parts)
    if request.words and not score:
        factor *= _PART_ALONE
    if diagnosis is not None:
        extra, beside, _ = _words(entry, read, diagnosis, weights, "")
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
        score *= _standing(entry, held)
    return Fit(round(score, 3), tuple(why), tuple(matched))


def _coded(entry: Entry, codes: Sequence[str]) -> str:
    """The reason where a code of the diagnosis lies in a range of the entry; empty where none does."""
    pairs = ((code, range_of(entry.codes, code)) for code in codes)
    return next((f"diagnosis {code} lies in {within}" for code, within in pairs if within), "")


def _standing(entry: Entry, held: Collection[tuple[str, str]]) -> float:
    if entry.in_force:
        return 1.0
    if entry.not_yet:
        return _NOT_YET
    return _SAME_IN_FORCE if (entry.publication, entry.heading) in held else _NOT_IN_FORCE


def _words(
    entry: Entry, read: _Read, asked: _Asked, weights: Mapping[str, float], prefix: str
) -> tuple[float, list[str], list[str]]:
    """Points for heading, name and topics, the reasons, the words that scored; body-part words count in `_parts` alone.

    An abbreviation and the words that it stands for are one thing: the better of the two counts.
    """
    begun = read.begun(prefix) if prefix in asked.wanted else []
    heading = asked.wanted & read.heading
    if not read.heading.isdisjoint(begun):
        heading.add(prefix)
    topics = _topics(read, asked.wanted, prefix, begun)
    if not heading and not topics:
        return 0.0, [], []
    worth = dict.fromkeys(heading, _HEADING if entry.heading else _NAME)
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


def _topics(read: _Read, wanted: set[str], prefix: str, begun: Sequence[str]) -> list[tuple[float, set[str], str]]:
    """Each topic that shares a word: what the match is worth, the words, the topic as it stands."""
    places = {place for word in wanted for place in read.places.get(word, ())}
    places.update(place for word in begun for place in read.places.get(word, ()))
    found = []
    for place in sorted(places):
        topic, both = read.topics[place]
        value, words = 0.0, set[str]()
        for form in both:
            shared = wanted & form
            if prefix not in shared and not form.isdisjoint(begun):
                shared.add(prefix)
            if shared:
                whole = len(shared) >= len(form)
                value = max(value, _PHRASE if whole else _PART_OF_PHRASE * len(shared) / len(form))
                words |= shared
        found.append((value * _prominence(place), words, topic))
    return found


def _prominence(place: int) -> float:
    """The first topics say what an entry is about, the later ones what it mentions."""
    return next(factor for before, factor in _PROMINENCE if place < before)


def _parts(entry: Entry, requested: frozenset[str], diagnosed: frozenset[str]) -> tuple[float, float, list[str]]:
    """A factor, points and the reason for the body part: the same one helps, another one's chapter is held back."""
    asked = requested or diagnosed
    if not entry.parts:
        return 1.0, 0.0, []
    if not asked:
        return _PART_NOT_ASKED, 0.0, []
    same = asked & entry.parts
    if not same:
        return _OTHER_PART, 0.0, []
    return 1.0, _SAME_PART if requested else _PART_OF_DIAGNOSIS, [f"body part {', '.join(sorted(same))}"]
