"""What earlier reviewers cited for requests like this one, as votes for sections. Citations only, never outcomes.

Values in, values out: an earlier item is its request, taken apart, and what was cited for it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guidelines.rules.terms import WEAK, Meaning, is_body_part

#: An edition and a section of it; None: the edition as a whole.
Cited = tuple[int, int | None]

_WEAK_WORD = 0.3
_OTHER_PART = 0.35  # the same request for another part of the body cites another chapter
_DIAGNOSED_PART = 0.75  # the part is named only by the diagnosis
_LEAST = 0.2  # less alike than this says nothing
_DOUBT = 0.6  # how much of the votes a single earlier item lacks: one is a hint, five are a habit
_SHARP = 2.0


@dataclass(frozen=True)
class EarlierItem:
    """A disputed item of an earlier determination. about: its diagnoses, taken apart."""

    request: Meaning
    about: Meaning
    service: str
    cited: frozenset[Cited]


@dataclass(frozen=True)
class Vote:
    """share: 0 to 1, how sure the earlier items make it. items: how many cited it. like: the most similar request."""

    share: float
    items: int
    like: str


def votes(*, request: Meaning, about: Meaning | None, earlier: Sequence[EarlierItem]) -> dict[Cited, Vote]:
    """What was cited for items like this one, with how strongly that speaks for it; {} where nothing is alike."""
    weights = _weights(earlier)
    near = [(likeness(request, about, item, weights), item) for item in earlier]
    near = [(like, item) for like, item in near if like >= _LEAST]
    total = _DOUBT + sum(like**_SHARP for like, _ in near)
    sums: dict[Cited, float] = defaultdict(float)
    counts: Counter[Cited] = Counter()
    nearest: dict[Cited, tuple[float, str]] = {}
    for like, item in near:
        for cited in item.cited:
            sums[cited] += like**_SHARP
            counts[cited] += 1
            nearest[cited] = max(nearest.get(cited, (0.0, "")), (like, item.service))
    return {cited: Vote(share / total, counts[cited], nearest[cited][1]) for cited, share in sums.items()}


def likeness(request: Meaning, about: Meaning | None, item: EarlierItem, weights: Mapping[str, float]) -> float:
    """0 to 1: how much of the words the two requests share, less where they are about other parts of the body."""
    ours, theirs = _said(request), _said(item.request)
    union = sum(weights.get(word, 1.0) for word in ours | theirs)
    if not union or not ours & theirs:
        return 0.0
    shared = sum(weights.get(word, 1.0) for word in ours & theirs) / union
    return shared * _same_place(request, about, item)


def _same_place(request: Meaning, about: Meaning | None, item: EarlierItem) -> float:
    here, sure = _parts(request, about)
    there, sure_there = _parts(item.request, item.about)
    if not here or not there or here & there:
        return 1.0
    return _OTHER_PART if sure and sure_there else _DIAGNOSED_PART


def _parts(request: Meaning, about: Meaning | None) -> tuple[frozenset[str], bool]:
    """The parts of the body, and whether the request itself names them."""
    if request.parts:
        return request.parts, True
    return (about.parts if about else frozenset()), False


def _said(request: Meaning) -> set[str]:
    return {word for word in request.words if not is_body_part(word)}


def _weights(earlier: Iterable[EarlierItem]) -> dict[str, float]:
    """Words of few requests say more than words of many."""
    said = [_said(item.request) for item in earlier]
    counts = Counter(word for words in said for word in words)
    return {
        word: math.log(1 + (1 + len(said)) / (1 + count)) * (_WEAK_WORD if word in WEAK else 1.0)
        for word, count in counts.items()
    }
