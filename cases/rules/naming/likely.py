"""Which names are worth comparing with one: those that hold a like word. Pure; the trigram index asks for the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cases.rules.naming.alike import LEAST_LETTERS, Level, compare
from cases.rules.naming.parsing import Name
from cases.rules.naming.register import Register
from cases.rules.naming.relation import Relation, relation_of
from cases.rules.naming.words import COMMON, LEGAL, SECTORS, SOFT, SOFT_FOR_PRACTICES, is_own

#: So many words of a name are looked for at most, and words so far apart are compared.
_MOST_WORDS, _MOST_SLIPS = 4, 2
_SAYS_NOTHING = SOFT | SOFT_FOR_PRACTICES | LEGAL

#: Words of a trade that are mostly typed shortened, so that no index finds the one by the other.
_SHORTENED = frozenset({"insurance", "hospital", "indemnity", "casualty", "management", "physical", "department"})


def may_be_one(one: Name, other: Name, register: Register) -> bool:
    """Whether a person has to say what the two are: alike words that the register does not tell apart."""
    alike = any(compare(a, b).level != Level.STRANGE for a in (one, *one.also) for b in (other, *other.also))
    return alike and relation_of(one.typed, other.typed, register).relation != Relation.DIFFERENT


def terms_of(name: Name) -> list[tuple[str, ...]]:
    """What a like name must hold: any of the rare words, or else the two that say most together."""
    own = [word for word in name.words if is_own(word)]
    if rare := [word for word in own if word not in COMMON]:
        return [(word,) for word in rare[:_MOST_WORDS]]
    rest = [word for word in name.words if word not in own and word not in SECTORS and word not in _SAYS_NOTHING]
    as_typed = f" {' '.join(name.raw)} "
    own, rest = ([word for word in words if f" {word} " in as_typed] for words in (own, rest))  # not "saint" for "st"
    trades = [word for word in name.words if word in SECTORS and word not in _SHORTENED and word not in _SAYS_NOTHING]
    telling = [*own, *rest, *trades] or [word for word in name.words if word not in _SAYS_NOTHING] or list(name.words)
    return [tuple(telling[:2])]


class LikelyNames:
    """Many names by their words, so that many others can be looked for among them at once."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._places: dict[str, set[int]] = defaultdict(set)
        for place, name in enumerate(names):
            for word in {*name.words, *name.raw, "".join(name.words), *(w for one in name.also for w in one.words)}:
                self._places[word].add(place)
        self._words = sorted(self._places)

    def of_each(self, asked: Mapping[int, Sequence[Name]]) -> dict[int, set[int]]:
        """Key -> places of the names that hold what one of its names asks for."""
        terms = {who: [words for name in names for words in terms_of(name)] for who, names in asked.items()}
        together = {who: ["".join(name.words) for name in names] for who, names in asked.items()}
        near = self._near({word for some in terms.values() for words in some for word in words})
        found: dict[int, set[int]] = {}
        for who, some in terms.items():
            found[who] = {place for words in together[who] for place in self._places.get(words, ())}
            for words in some:
                found[who] |= set.intersection(*(near[word] for word in words))
        return found

    def _near(self, words: set[str]) -> dict[str, set[int]]:
        """Each word -> places of the names that hold it or a slip of it."""
        asked = sorted(words)
        near = {word: set(self._places.get(word, ())) for word in asked}
        if not asked or not self._words:
            return near
        distances = process.cdist(asked, self._words, scorer=OSA.distance, score_cutoff=_MOST_SLIPS)
        for row, column in zip(*(distances <= _MOST_SLIPS).nonzero(), strict=True):
            if len(asked[row]) >= LEAST_LETTERS:
                near[asked[row]] |= self._places[self._words[column]]
        return near
