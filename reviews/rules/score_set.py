"""The words of expertise of many reviewers against the words of many cases; the rule is that of `score`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reviews.rules.facts import CaseFacts, ReviewerFacts, ScoreNumbers
from reviews.rules.score import experience_points, places_of, services_of
from reviews.rules.specialties import has_word


def experience_of_all(
    cases: Sequence[CaseFacts], reviewers: Sequence[ReviewerFacts], numbers: ScoreNumbers
) -> NDArray[np.int16]:
    """Points of `experience_points`, reviewers x cases: a text that many cases share is read once."""
    vocabulary = {word: place for place, word in enumerate(sorted({w for one in reviewers for w in one.expertise}))}
    knows = np.zeros((len(reviewers), len(vocabulary)), dtype=np.float32)
    for place, reviewer in enumerate(reviewers):
        knows[place, [vocabulary[word] for word in reviewer.expertise]] = 1
    places, services = (np.zeros((len(vocabulary), len(cases)), dtype=np.float32) for _ in range(2))
    reader = _ReaderOfWords(vocabulary)
    for number, case in enumerate(cases):
        for text in places_of(case):
            places[reader.words_in(text), number] = 1
        for text in services_of(case):
            services[reader.words_in(text), number] = 1
    services[places > 0] = 0  # what a case names as a place is none of its services
    points = np.array(
        [[experience_points(bool(place), bool(service), numbers) for service in (0, 1)] for place in (0, 1)]
    ).astype(np.int16)
    return points[(knows @ places > 0).astype(np.intp), (knows @ services > 0).astype(np.intp)]


class _ReaderOfWords:
    """Which words of expertise a text holds, by their places; each is asked only where its first part occurs."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._by_first: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for word, place in vocabulary.items():
            self._by_first[word.split()[0]].append((word, place))
        self._read: dict[str, list[int]] = {}

    def words_in(self, text: str) -> list[int]:
        if text not in self._read:
            first = {token for token in text.split() if token in self._by_first}
            self._read[text] = [
                place for token in first for word, place in self._by_first[token] if has_word(text, [word])
            ]
        return self._read[text]
