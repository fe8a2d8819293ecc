"""Finds the table's words in what people typed: whole words, plurals, typing mistakes, codes, medical endings.

Pure and fast: everything is looked up in an index that is made once for an edition.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cases.rules.names import name_key
from reviews.rules.specialties_table import WORD_LISTS, Field, SpecialtyTable


class Role(StrEnum):
    """What a word says: the lists of a field, then those that say how a text is read."""

    PART = "parts"
    CONDITION = "conditions"
    OPERATION = "operations"
    SERVICE = "services"
    DRUG = "drugs"
    CONSULT = "consults"
    VERB = "verbs"
    WEAK_VERB = "weak_verbs"
    AROUND = "around"
    DEPENDENT = "dependent"
    PAST = "past"
    NEGATION = "negation"
    NEUTRAL = "neutral"
    CONSULTING = "consulting"
    DRUG_MARK = "drug_marks"
    LIGHT = "light"
    LEADING = "leading"


@dataclass(frozen=True)
class Sense:
    role: Role
    field: Field | None = None


Senses = tuple[Sense, ...]


@dataclass(frozen=True)
class Hit:
    """Words of a text that mean something: from token `start` to before `end`."""

    start: int
    end: int
    senses: Senses

    def of(self, *roles: Role) -> Iterator[Sense]:
        return (sense for sense in self.senses if sense.role in roles)

    def has(self, *roles: Role) -> bool:
        return any(sense.role in roles for sense in self.senses)


#: Words between words: "ORIF of the left ankle" reads "orif ankle".
_FILLERS = frozenset({"left", "right", "bilateral", "bilat", "bilaterally", "lt", "rt", "the", "of", "a", "an", "both"})
#: How words are shortened: the table's own words are read through it, too, so that either form finds either.
_SHORT = {
    "tx": "treatment", "bx": "biopsy", "fx": "fracture", "fxs": "fracture", "inj": "injection", "eval": "evaluation",
    "recon": "reconstruction", "mgmt": "management", "mgt": "management", "dept": "department", "stim": "stimulator",
    "dz": "disease", "appl": "appliance", "us": "ultrasound", "lap": "laparoscopic", "oint": "ointment",
    "angio": "angiogram", "lami": "laminectomy", "psychotx": "psychotherapy", "assoc": "associated",
    "hosp": "hospital", "transpl": "transplant", "txs": "treatment", "injs": "injection", "bxs": "biopsy",
}  # fmt: skip
#: A word this long may have one mistake, or two.
_ONE_MISTAKE, _TWO_MISTAKES = 6, 10
#: Shorter words are no plurals, have no meaning by their form, are not written in one with the next.
_SHORTEST_PLURAL, _SHORTEST_MENDED, _SHORTEST_JOINED = 4, 3, 8
#: What stands between a drug and its form: "hydrocortisone 1 % cream".
_UNITS = frozenset({"mg", "mcg", "ml", "percent", "gm", "g"})
_MOST_REMEMBERED = 100_000
_ICD = re.compile(r"[a-z]\d\d\w{0,4}")
_DOTTED_ICD = re.compile(r"\b([A-Za-z]\d\d)\.(\w{1,4})\b")
_LEVEL = re.compile(r"[ctls](?:[1-9]|1[0-2])")
_CPT, _HCPCS = re.compile(r"\d{5}"), re.compile(r"[a-z]\d{4}")
#: Longer texts than this are read by their beginning.
_MOST_TOKENS = 400


def tokens_of(text: str) -> list[str]:
    """Folded words in the singular, without fillers."""
    plain = name_key(_DOTTED_ICD.sub(r"\1\2", text))
    return [_SHORT.get(word) or singular(word) for word in plain.split()[:_MOST_TOKENS] if word not in _FILLERS]


def singular(word: str) -> str:
    if len(word) > _SHORTEST_PLURAL and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Vocabulary:
    """The index of one edition's words."""

    def __init__(self, table: SpecialtyTable) -> None:
        self._phrases: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
        for field in table.fields.values():
            for name in WORD_LISTS:
                self._add(field.words.get(name, ()), Sense(Role(name), field))
        for role in list(Role)[len(WORD_LISTS) :]:
            self._add(table.reading.get(role, ()), Sense(role))
        self._add_joined()
        self._longest: dict[str, int] = defaultdict(int)
        known: set[str] = set()
        for phrase in self._phrases:
            self._longest[phrase[0]] = max(self._longest[phrase[0]], len(phrase))
            known.update(phrase)
        self._common = {singular(name_key(word)) for word in table.reading.get("common", ())}
        self._known = known | self._common
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            if len(word) >= _ONE_MISTAKE - 1 and word.isalpha():
                self._by_letter[word[0]].append(word)
        self._before_strength = {
            phrase[0] for phrase, senses in self._phrases.items() if any(one.role is Role.DRUG for one in senses)
        }
        self._codes = _Codes(table.fields.values())
        self._stems = [(stem, field) for field in table.fields.values() for stem in field.stems]
        self._endings = _endings(table)
        self._roots = sorted(
            ((root, field) for field in table.fields.values() for root in field.roots),
            key=lambda pair: -len(pair[0]),
        )
        self._read: dict[str, str | Senses] = {}

    def _add(self, words: Iterable[str], sense: Sense) -> None:
        for word in words:
            phrase = tuple(tokens_of(word))
            if phrase and sense not in self._phrases[phrase]:
                self._phrases[phrase].append(sense)

    def _add_joined(self) -> None:
        """What is written in two words may be written in one."""
        for phrase, senses in list(self._phrases.items()):
            match phrase:
                case (first, second) if len(first + second) > _SHORTEST_JOINED and (first + second).isalpha():
                    self._phrases.setdefault((first + second,), senses)

    def hits(self, text: str) -> tuple[list[str], list[Hit]]:
        """The words of a text, and what means something, in order, the longest phrase first."""
        return self._hits(self._mended(tokens_of(text)))

    def _hits(self, words: list[str | Senses]) -> tuple[list[str], list[Hit]]:
        found: list[Hit] = []
        at = 0
        while at < len(words):
            hit = self._hit(words, at)
            if hit:
                found.append(hit)
            at = hit.end if hit else at + 1
        return [word if isinstance(word, str) else "" for word in words], found

    def _hit(self, words: list[str | Senses], at: int) -> Hit | None:
        first = words[at]
        if not isinstance(first, str):
            return Hit(at, at + 1, first)
        for length in range(min(self._longest.get(first, 0), len(words) - at), 0, -1):
            senses = self._phrases.get(tuple(words[at : at + length]))  # type: ignore[arg-type]
            if senses:
                return Hit(at, at + length, tuple(senses))
        return None

    def _mended(self, words: list[str]) -> list[str | Senses]:
        """Two words that are one, mistakes mended, and senses in place of words that only their form tells."""
        mended: list[str | Senses] = []
        at = 0
        while at < len(words):
            joined = words[at] + words[at + 1] if at + 1 < len(words) else ""
            if (
                len(joined) >= _SHORTEST_JOINED
                and (joined,) in self._phrases
                and tuple(words[at : at + 2]) not in self._phrases
            ):
                mended.append(joined)
                at += 2
                continue
            strength = bool(mended) and mended[-1] in self._before_strength
            if not (strength and (words[at].isdigit() or words[at] in _UNITS)):
                mended.append(self._one(words[at]))
            at += 1
        return mended

    def _one(self, word: str) -> str | Senses:
        if word not in self._read:
            if len(self._read) > _MOST_REMEMBERED:
                self._read.clear()
            self._read[word] = self._meaning(word)
        return self._read[word]

    def _meaning(self, word: str) -> str | Senses:
        if word in self._known or len(word) < _SHORTEST_MENDED:
            return word
        if not word.isalpha():
            return self._codes.senses(word) or word
        near = self._nearest(word, 1) if len(word) >= _ONE_MISTAKE else ""
        formed = self._by_root(word)
        if near or any(sense.field for sense in formed):
            return near or formed
        stem = self._by_stem(word)
        return stem or (self._nearest(word, 2) if len(word) >= _TWO_MISTAKES else "") or formed or word

    def _nearest(self, word: str, mistakes: int) -> str:
        found = process.extractOne(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=mistakes)
        return found[0] if found else ""

    def _by_stem(self, word: str) -> Senses:
        best = max((pair for pair in self._stems if word.endswith(pair[0])), key=lambda p: len(p[0]), default=None)
        return (Sense(Role.DRUG, best[1]),) if best and len(word) >= len(best[0]) + 2 else ()

    def _by_root(self, word: str) -> Senses:
        """ "nephr" + "ectomy": an operation of the field that has the root; an operation at all without one."""
        for ending, role in self._endings:
            if not word.endswith(ending) or len(word) < len(ending) + 3:
                continue
            field = next((field for root, field in self._roots if word.startswith(root)), None)
            if field:
                return (Sense(role, field),)
            if role is Role.OPERATION:
                return (Sense(Role.VERB),)
        return ()


def _endings(table: SpecialtyTable) -> list[tuple[str, Role]]:
    """Longest first."""
    lists = {
        "operation_endings": Role.OPERATION,
        "condition_endings": Role.CONDITION,
        "test_endings": Role.SERVICE,
        "profession_endings": Role.CONSULT,
    }
    found = [(ending, role) for name, role in lists.items() for ending in table.reading.get(name, ())]
    return sorted(found, key=lambda pair: (-len(pair[0]), pair[0]))


class _Codes:
    """Ranges of procedure and diagnosis codes -> fields. The narrowest range wins."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._ranges: dict[str, list[tuple[str, str, Field]]] = defaultdict(list)
        for field in fields:
            for written in field.codes:
                system, _, span = written.partition(" ")
                low, _, high = span.lower().partition("-")
                self._ranges[system].append((low, high or low, field))

    def senses(self, word: str) -> Senses:
        if _LEVEL.fullmatch(word):
            return ()
        if _CPT.fullmatch(word):
            # CPT: 10004-69999 are operations, by the place where they are done.
            role = Role.OPERATION if "10004" <= word <= "69999" else Role.SERVICE
            return self._sense("CPT", word, role)
        if _HCPCS.fullmatch(word):
            dental = self._sense("CDT", word, Role.SERVICE) if word[0] == "d" else ()
            return dental or self._sense("HCPCS", word, Role.SERVICE) or self._icd(word)
        return self._icd(word)

    def _icd(self, word: str) -> Senses:
        return self._sense("ICD", word, Role.CONDITION) if _ICD.fullmatch(word) else ()

    def _sense(self, system: str, word: str, role: Role) -> Senses:
        fitting = [
            (len(low), _width(low, high), field)
            for low, high, field in self._ranges[system]
            if low <= word[: len(low)] and word[: len(high)] <= high
        ]
        if not fitting:
            return ()
        _, _, field = min(fitting, key=lambda found: (-found[0], found[1]))
        if (
            role is Role.OPERATION
            and (field.everyday or field.kind == "injection")
            and not field.words.get("operations")
        ):
            role = Role.SERVICE
        return (Sense(role, field),)


def _width(low: str, high: str) -> int:
    digits = [int(re.sub(r"\D", "", code) or 0) for code in (low, high)]
    return digits[1] - digits[0] if low[:1] == high[:1] else 10**6
