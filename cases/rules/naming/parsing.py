"""A typed name taken apart: the house's own name, other names it goes by, to whom it belongs, and in whose care."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from cases.rules.names import name_key
from cases.rules.naming.places import LONGEST_PLACE, PLACES, STATE_SIGNS, TOWN
from cases.rules.naming.words import GENERIC, LEGAL, PHRASES, WRITTEN_OUT

_ALSO = re.compile(
    r"\b(?:d\s*/?\s*b\s*/?\s*a|a\s*/?\s*k\s*/?\s*a|f\s*/?\s*k\s*/?\s*a|doing business as|also known as|"
    r"formerly known as|formerly|previously|now known as|now|trading as)\b[\s:,]*",
    re.IGNORECASE,
)
_BELONGS = re.compile(
    r"[\s,]+(?:\ba (?:division|subsidiary|unit|member|part|service|company|affiliate) of\b|"
    r"\ban? affiliate of\b|\bpart of\b|\bmember of\b|\b(?:division|subsidiary) of\b|\bby way of\b)\s*(?:the\s+)?",
    re.IGNORECASE,
)
_BELONGS_BEHIND = re.compile(
    r",\s*an?\s+(?P<owner>[^,]+?)\s+(?:company|affiliate|subsidiary|entity)\s*$", re.IGNORECASE
)
_CARE = re.compile(
    r"[\s,]*(?:\bc\s*/\s*o\b|\bin care of\b|\bcare of\b|\badministered by\b|\badmin\.? by\b|\badjusted by\b|"
    r"\bby its administrator\b|\bthrough its administrator\b|\bunder\b)[\s:]*",
    re.IGNORECASE,
)
_ON_BEHALF = re.compile(
    r"[\s,]*\b(?:on behalf of|obo|o/b/o|as administrator for|(?:as )?tpa for)\b[\s:]*", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"[\s,]+(?:p\.?\s?o\.? box|attn\b|attention:|suite \d|ste\.? \d|\d+ \w+ (?:st|street|ave|blvd)\b).*$", re.IGNORECASE
)
_PARENTHESES = re.compile(r"[(\[]([^)\]]*)[)\]]")
_CITY_AND_STATE = re.compile(rf"\s*(?P<city>[^,()]+?)\s*,\s*(?:{'|'.join(STATE_SIGNS)})\.?(?:\s+\d{{5}})?\s*$")
_DEPARTMENT = re.compile(
    r"\b(?:dept\.?|department|division) of (?:the )?(?:physical medicine (?:and|&) rehabilitation|(?:(?:orthop[a-z]+|"
    r"neurological|plastic|general|internal|emergency|family|pain|occupational|sports) )?(?:surgery|medicine)|"
    r"orthop[a-z]+|neurology|neurosurgery|anesthesi[a-z]+|radiology|psychiatry|pediatrics|dermatology|"
    r"ophthalmology|urology|pathology|oncology)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b(?:[a-z]\.\s?){2,}(?![a-z]{2})", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['`](?=\w|\s|$)")
_SIGNS = re.compile(r"[\W_]+")
_SAINT = re.compile(r"\b(?:st|ste|sta)(?= (?!and\b)[a-z]{3,})(?<!\d st)")
_LONE_LETTERS = re.compile(r"\b(?:[a-z] ){1,5}[a-z]\b")
_LONGEST_NAME = 300


@dataclass(frozen=True)
class Name:
    """key: folded as everywhere. words: what is left without legal form, abbreviations written out, places as one word.
    also: other names of the same house. owners: whose part it says it is. carers: who acts for it."""

    typed: str
    key: str
    words: tuple[str, ...]
    also: tuple[Name, ...] = ()
    owners: tuple[Name, ...] = ()
    carers: tuple[Name, ...] = ()
    raw: tuple[str, ...] = field(default=(), repr=False)

    @property
    def core(self) -> str:
        return " ".join(self.words)

    @property
    def bag(self) -> str:
        """The words in an order that does not depend on how they were typed."""
        return " ".join(sorted(self.words))


@lru_cache(maxsize=65536)
def read_name(typed: str) -> Name:
    """The name as typed -> its parts. A name without a letter has no words."""
    text = typed[: _LONGEST_NAME * 2].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text, carers = _cut(_ADDRESS.sub("", text), _CARE)
    if match := _ON_BEHALF.search(text):  # "Sedgwick on behalf of Acme": the house is Acme, Sedgwick acts for it
        carers = [*carers, text[: match.start()]]
        text = text[match.end() :]
    text, owners = _cut(text, _BELONGS)
    if behind := _BELONGS_BEHIND.search(text):
        owners = [*owners, behind["owner"]]
        text = text[: behind.start()]
    inside = [part for part in _PARENTHESES.findall(text) if part.strip()]
    text, town = _without_town(_without_department(_PARENTHESES.sub(" ", text)))
    text, also = _cut(text, _ALSO)
    for part in inside:
        bare = _ALSO.sub("", part)
        if match := _CITY_AND_STATE.match(bare):
            town = match["city"]
        elif _is_remark(bare):
            text = f"{text} {bare}" if name_key(bare) in PLACES else text
        else:
            also = [*also, bare]
    folded = _folded(f"{text} {town}")
    words = _words(_folded(text) if town else folded)
    if town:
        also = [*also, f"{text} {town}"]  # as the register may have it: "Trinity Health Minot"
        words = tuple(_once([*words, _as_place(town)]))
    return Name(
        typed, name_key(typed), words, tuple(_plain(one) for one in also if name_key(one)),
        tuple(_plain(one) for one in owners if name_key(one)), tuple(_plain(one) for one in carers if name_key(one)),
        tuple(folded.split()),
    )  # fmt: skip


def _without_department(text: str) -> str:
    """A medical department is the house it belongs to: "Department of Neurology, Larkmoor University"."""
    bare = re.sub(r"^[\s,\-]*(?:at |of )?|[\s,\-]+$", "", _DEPARTMENT.sub("", text), flags=re.IGNORECASE)
    return bare if name_key(bare) else text


def _without_town(text: str) -> tuple[str, str]:
    """ "Mercy Health, Janesville, WI": the name, and the town behind it."""
    name, comma, behind = text.partition(",")
    match = _CITY_AND_STATE.match(behind)
    return (name, match["city"]) if comma and match and not set(name_key(match["city"]).split()) & LEGAL else (text, "")


def _as_place(town: str) -> str:
    key = name_key(town)
    return key if key in PLACES else TOWN + key


def _plain(text: str) -> Name:
    folded = _folded(text)
    return Name(text.strip(), name_key(text), _words(folded), raw=tuple(folded.split()))


def _cut(text: str, mark: re.Pattern[str]) -> tuple[str, list[str]]:
    """What stands before the first mark, and what stands behind each."""
    first, *others = mark.split(text)
    if not first.strip(" ,"):
        return (others[0], others[1:]) if others else (text, [])
    return first, others


def _is_remark(text: str) -> bool:
    """Whether brackets hold a place, a legal form or a trade, and no name."""
    words = _words(_folded(text))
    return all(word in GENERIC or word in PLACES for word in words)


def _folded(text: str) -> str:
    text = _APOSTROPHE.sub("", text)  # "children's" is one word
    text = _INITIALS.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text)
    decomposed = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("+", " and "))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    plain = _SIGNS.sub(" ", plain.casefold()).strip()
    return _LONE_LETTERS.sub(
        lambda match: match[0].replace(" ", "") if " a " not in f" {match[0]} " else match[0], plain
    )


def _words(folded: str) -> tuple[str, ...]:
    folded = f" {_saints(folded)} "
    for phrase, short in PHRASES:
        if f" {phrase} " in folded:
            folded = folded.replace(f" {phrase} ", f" {short} ")
    # "Smith and Co": the mark of a family firm says nothing; "ca" behind is the state
    spelled = [part for word in folded.split() for part in WRITTEN_OUT.get(word, word).split()]
    kept = [word for word in _joined_places(spelled) if word not in LEGAL]
    return tuple(_once(kept) or _once(spelled))


def _saints(folded: str) -> str:
    """ "st joseph" is Saint Joseph; behind a figure or at the end it is a street."""
    return _SAINT.sub("saint", folded)


def _joined_places(words: list[str]) -> list[str]:
    """Places of several words as one word."""
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(LONGEST_PLACE, len(words) - place), 1, -1):
            joined = " ".join(words[place : place + length])
            if joined in PLACES:
                found.append(joined)
                place += length
                break
        else:
            found.append(words[place])
            place += 1
    return found


def _once(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))


def initials_of(name: Name) -> frozenset[str]:
    """What the name may be shortened to: first letters of all its words, without the small ones, without the legal."""
    small = {"of", "and", "the", "for", "in", "at", "a", "an"}
    legal = LEGAL - {"company", "corporation", "co", "corp"}
    every = [word for word in name.raw if word]
    kept = [word for word in every if word not in small]
    bare = [word for word in kept if word not in legal]
    core = [word for word in kept if word not in LEGAL]
    return frozenset(
        "".join(word[0] for word in words)
        for words in (every, kept, bare, core)
        if len(words) >= 3  # noqa: PLR2004
    )
