"""The register in memory: which organization a typed name means, and how organizations hang together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cases.rules.names import name_key
from cases.rules.naming.alike import Level, compare, sectors_of
from cases.rules.naming.parsing import Name, read_name
from cases.rules.naming.words import COMMON, GENERIC, LEGAL, PUBLIC, SOFT, is_own, is_place

#: How a name was recognized, the surest first. PLAIN: one of its names. SPELLED: but for spelling or words that say
#: little. BRANCH: with a place. UNIT: with words of its trade. SHORT: shortened. MAYBE: alike.
PLAIN, SPELLED, BRANCH, UNIT, SHORT, MAYBE = "plain", "spelled", "branch", "unit", "short", "maybe"
SURE = frozenset({PLAIN, SPELLED, BRANCH, UNIT})
_TRADES_OF_KIND: dict[str, set[str]] = {
    "carrier": {"insurance", "claims"},
    "administrator": {"insurance", "claims"},
    "health_system": {"medicine", "insurance"},
    "hospital": {"medicine"},
    "medical_group": {"medicine"},
    "manufacturer": {"maker", "medicine"},
    "law_firm": {"law"},
    "employer": set(),
    "other": set(),
    "public_entity": {"public", "medicine", "law", "insurance"},
}
_MOST_CANDIDATES = 200


@dataclass(frozen=True)
class Entry:
    """An organization of the register. names: every name it goes by."""

    id: int
    name: str
    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """`child` belongs to `parent`; no date at an end means always, or still."""

    child: int
    parent: int
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Hit:
    """An organization that a name may mean. added: words that the name has more than the organization's own name."""

    entry: Entry
    how: str
    score: int
    why: str
    added: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        return self.how in SURE


class Register:
    """Built once from entries and links; then asked by name, in well below a millisecond."""

    def __init__(
        self, entries: Iterable[Entry], links: Iterable[Link], merged: Mapping[int, int] | None = None
    ) -> None:
        """merged: id of an organization that staff said to be another -> id of that one."""
        self.merged = dict(merged or {})
        self.entries = {entry.id: entry for entry in entries}
        self.links = tuple(links)
        self._parents: dict[int, list[Link]] = defaultdict(list)
        for link in self.links:
            self._parents[link.child].append(link)
        self._by_key: dict[str, int] = {}
        self._by_core: dict[str, int] = {}
        self._by_letters: dict[str, int] = {}
        self._by_bag: dict[str, set[int]] = defaultdict(set)
        self._lean: dict[str, set[int]] = defaultdict(set)
        self._by_first: dict[str, list[tuple[Name, Entry]]] = defaultdict(list)
        self._by_word: dict[str, list[tuple[Name, Entry]]] = defaultdict(list)
        for entry in self.entries.values():
            for place, typed in enumerate(entry.names):
                self._index(read_name(typed), entry, first=place == 0)
        self.resolve = lru_cache(maxsize=65536)(self._resolve)

    def _index(self, name: Name, entry: Entry, *, first: bool) -> None:
        if not name.words:
            return
        self._by_key.setdefault(name.key, entry.id)
        for index, words in (
            (self._by_core, name.core),
            (self._by_letters, name.core.replace(" ", "")),
            (self._by_letters, _letters(name)),
        ):
            if first:  # its own name wins over what another one is called besides
                index[words] = entry.id
            index.setdefault(words, entry.id)
        self._by_bag[name.bag].add(entry.id)
        self._lean[lean(name.words)].add(entry.id)
        self._by_first[name.words[0]].append((name, entry))
        for word in name.words:
            if is_own(word) or is_place(word):
                self._by_word[word].append((name, entry))

    @cached_property
    def _vocabulary(self) -> dict[str, list[str]]:
        """First letter -> words that others may be a slip of."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in sorted(word for word in self._by_word if len(word) >= 5 and is_own(word)):  # noqa: PLR2004
            found[word[0]].append(word)
        return found

    # --- what a name means -----------------------------------------------------------------------------------------

    def _resolve(self, name: Name) -> tuple[Hit, ...]:
        """The organizations that a name may mean: one that is sure, else those that are alike, the likest first."""
        for one in (name, *name.also):
            if hit := self._whole(one):
                return (hit,)
        spelled = self._respelled(name)
        if spelled and (hit := self._whole(spelled)):
            return (Hit(hit.entry, SPELLED, 92, f"{hit.entry.name} but for the spelling"),)
        for one in filter(None, (name, spelled, *name.also)):
            if (hit := self._beginning(one)) and hit.sure and (one is not spelled or hit.how == BRANCH):
                return (hit,)
        return tuple(self._alike(name, spelled))

    def _whole(self, name: Name) -> Hit | None:
        for index, words in ((self._by_key, name.key), (self._by_core, name.core)):
            if (found := index.get(words)) is not None:
                entry = self.entries[found]
                own = name.key == name_key(entry.name)
                said = f"{entry.name} is known" if own else f"“{name.typed}” is a name of {entry.name}"
                return Hit(entry, PLAIN, 98, said)
        run_together = (name.core.replace(" ", ""), _letters(name))
        if (found := next(filter(None, map(self._by_letters.get, run_together)), None)) is not None:
            return Hit(self.entries[found], SPELLED, 95, f"{self.entries[found].name} but for spaces")
        turned = self._by_bag.get(name.bag, set())
        if len(turned) == 1 and len(name.words) > 1 and _may_be_turned(name):
            entry = self.entries[next(iter(turned))]
            return Hit(entry, SPELLED, 90, f"{entry.name} in another order")
        said = lean(name.words)
        bare = self._lean.get(said, set())
        if len(bare) == 1 and (_is_named(name) or (any(map(is_own, name.words)) and said.count(" ") > 1)):
            entry = self.entries[next(iter(bare))]
            return Hit(entry, SPELLED, 90, f"{entry.name} but for words that say little")
        return None

    def _respelled(self, name: Name) -> Name | None:
        """The name with words that the register does not have put right to the one that they are a slip of."""
        known = self._by_word
        words = tuple(self._put_right(word) if word not in known and is_own(word) else word for word in name.words)
        if words == name.words:
            return None
        return Name(name.typed, name.key, words, name.also, name.owners, name.carers, name.raw)

    def _put_right(self, word: str) -> str:
        if len(word) < 5:  # noqa: PLR2004 - shorter words are names of others at one letter's distance
            return word
        near = process.extract(word, self._vocabulary.get(word[0], ()), scorer=OSA.distance, score_cutoff=2, limit=2)
        allowed = 2 if len(word) >= 9 else 1  # noqa: PLR2004
        near = [one for one in near if one[1] <= allowed]
        if not near or (len(near) == 2 and near[0][1] == near[1][1]):  # noqa: PLR2004 - nobody knows which of the two
            return word
        right = near[0][0]
        return word if word.startswith(right) and word != right + "s" else right

    def _beginning(self, name: Name) -> Hit | None:
        """The longest name of an organization that this one begins with, or that it holds beside places."""
        best: tuple[int, Name, Entry] | None = None
        for first in dict.fromkeys([name.words[0], *(word for word in name.words if is_own(word))]):
            for known, entry in self._by_first.get(first, ()):
                size = len(known.words)
                held = name.words[:size] == known.words or self._holds_beside_places(name, known)
                if held and size < len(name.words) and (best is None or size > best[0]) and _is_telling(known, entry):
                    best = (size, known, entry)
        return _with_added(name, best[1], best[2]) if best else None

    @staticmethod
    def _holds_beside_places(name: Name, known: Name) -> bool:
        return (
            set(known.words) <= set(name.words)
            and any(is_own(word) and word not in COMMON for word in known.words)
            and all(is_place(word) or word in SOFT for word in name.words if word not in known.words)
        )

    def _alike(self, name: Name, spelled: Name | None) -> Iterator[Hit]:
        """Everybody whose words come near, one hit an organization, the likest first."""
        found: dict[int, Hit] = {}
        if beginning := self._beginning(spelled or name):
            found[beginning.entry.id] = replace(beginning, how=MAYBE)
        for one in filter(None, (name, spelled, *name.also)):
            for known, entry in self._candidates(one):
                hit = _judged(one, known, entry)
                if hit and (entry.id not in found or found[entry.id].score < hit.score):
                    found[entry.id] = hit
        yield from sorted(found.values(), key=lambda hit: (not hit.sure, -hit.score, hit.entry.id))[:8]

    def _candidates(self, name: Name) -> list[tuple[Name, Entry]]:
        words = [word for word in name.words if word in self._by_word and is_own(word)]
        words = words or [word for word in name.words if word in self._by_word]
        found: list[tuple[Name, Entry]] = []
        for word in sorted(words, key=lambda word: len(self._by_word[word])):
            found += self._by_word[word]
            if len(found) > _MOST_CANDIDATES:
                break
        return found[:_MOST_CANDIDATES]

    # --- how they hang together ------------------------------------------------------------------------------------

    def above(self, entry: int, *, ended: bool = False) -> dict[int, bool]:
        """Every organization above an entry -> whether the tie still holds. ended: with ties that are over."""
        found = {entry: True}
        queue = [entry]
        while queue:
            here = queue.pop()
            for link in self._parents.get(here, ()):
                holds = found[here] and link.until is None
                if (holds or ended) and not found.get(link.parent, False) and (link.parent not in found or holds):
                    found[link.parent] = holds
                    queue.append(link.parent)
        del found[entry]
        return found


def _letters(name: Name) -> str:
    """The name as typed without spaces and legal form: "First Comp Insurance Co" is "firstcompinsurance"."""
    return "".join(word for word in name.raw if word not in LEGAL)


def _is_named(name: Name) -> bool:
    """Whether words stand in it by which strangers are told apart: one that few have, or two."""
    own = [word for word in name.words if is_own(word)]
    return len(own) > 1 or any(word not in COMMON for word in own)


def _may_be_turned(name: Name) -> bool:
    """Whether the order of the words says nothing: not "State University of Michigan", not "Providence Hospital"."""
    return "university" not in name.words and (_is_named(name) or bool(PUBLIC & set(name.words)))


def lean(words: Sequence[str]) -> str:
    """The words without those that say little."""
    return " ".join(sorted(word for word in words if word not in SOFT)) or " ".join(words)


def _is_telling(known: Name, entry: Entry) -> bool:
    """Whether a longer name that begins so is likely of this house."""
    own = [word for word in known.words if is_own(word)]
    if entry.kind == "public_entity":
        return len(known.words) > 1 or bool(own)
    if any(word not in COMMON for word in own):
        return True
    return len(known.words) > 1 and (len(own) > 1 or len(known.words) > 2)  # noqa: PLR2004


def _with_added(name: Name, known: Name, entry: Entry) -> Hit:
    added = tuple(word for word in name.words if word not in known.words)
    said = " ".join(added)
    if all(is_place(word) or word in SOFT for word in added):
        return Hit(entry, BRANCH, 85, f"{entry.name}, with “{said}”", added)
    trades = sectors_of(added)
    fits = bool(trades & _TRADES_OF_KIND[entry.kind])
    strangers = [word for word in added if is_own(word)]
    if fits and not strangers and all(word in GENERIC or is_place(word) for word in added):
        return Hit(entry, UNIT, 80, f"{entry.name}, with “{said}”", added)
    return Hit(entry, MAYBE, 60 if fits else 45, f"begins like {entry.name}, goes on with “{said}”", added)


def _judged(name: Name, known: Name, entry: Entry) -> Hit | None:
    likeness = compare(name, known)
    if likeness.level == Level.STRANGE:
        return None
    added = tuple(word for word in name.words if word not in known.words)
    why = f"{entry.name}: {likeness.why}"
    if likeness.level == Level.EQUAL:
        return Hit(entry, SPELLED, likeness.score, why, added)
    if likeness.level == Level.MORE and len(name.words) < len(known.words):
        return Hit(entry, SHORT, likeness.score, why)
    return Hit(entry, MAYBE, likeness.score, why, added)
