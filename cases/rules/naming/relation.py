"""The relation of two names: same, parent (either way), sibling (one family), different, or unsure. Pure.

First the names' own words (`alike`), then the register (`register`): what two names of known organizations mean is
decided by the register alone, however alike they look. Where nobody can know, the answer is unsure: a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cases.rules.naming.alike import Level, compare, sectors_of
from cases.rules.naming.parsing import Name, read_name
from cases.rules.naming.register import (
    BRANCH,
    MAYBE,
    PLAIN,
    SHORT,
    SPELLED,
    UNIT,
    Entry,
    Hit,
    Register,
)
from cases.rules.naming.words import is_place, listed


class Relation(StrEnum):
    SAME = "same"
    PARENT = "parent"
    SIBLING = "sibling"
    DIFFERENT = "different"
    UNSURE = "unsure"


#: Kinds of houses that have many branches under one name and are one company everywhere.
_ONE_COMPANY_EVERYWHERE = frozenset({"administrator", "employer", "manufacturer", "medical_group", "law_firm", "other"})
_SELF = frozenset({PLAIN, SPELLED})


@dataclass(frozen=True)
class Answer:
    """relation with a score of 0 to 100 (how sure) and why. parent: "left" or "right" where it is known which."""

    relation: Relation
    score: int
    why: str
    parent: str = ""


def relation_of(left: str, right: str, register: Register) -> Answer:
    """What two typed names have to do with one another."""
    one, other = read_name(left), read_name(right)
    if one.key == other.key and one.key:
        return Answer(Relation.SAME, 100, "the same name")
    if not one.words or not other.words:
        return Answer(Relation.UNSURE, 0, "one of the names says nothing")
    hits, others = register.resolve(one), register.resolve(other)
    first, second = _sure(hits), _sure(others)
    if first and second:
        return _both_known(one, other, first, second, register)
    words = _by_words(one, other)
    if owned := _by_owner(one, other, first, second, register):
        return owned
    if first or second:
        return _one_known(one, other, first or second, others if first else hits, words, register)  # type: ignore[arg-type]
    return _neither_known(one, other, hits, others, words)


def _sure(hits: tuple[Hit, ...]) -> Hit | None:
    return hits[0] if hits and hits[0].sure else None


# --- both in the register ------------------------------------------------------------------------------------------


def _both_known(one: Name, other: Name, first: Hit, second: Hit, register: Register) -> Answer:
    if first.entry.id == second.entry.id:
        return _one_house(first, second)
    score, why = min(first.score, second.score), f"{first.why}; {second.why}"
    above_first, above_second = register.above(first.entry.id), register.above(second.entry.id)
    if second.entry.id in above_first:
        return _below(other, one, second, Answer(Relation.PARENT, score, f"{why}; it owns the first", "right"))
    if first.entry.id in above_second:
        return _below(one, other, first, Answer(Relation.PARENT, score, f"{why}; it owns the second", "left"))
    common = [register.entries[top] for top in above_first if top in above_second and top in register.entries]
    if not common:
        return _apart(one, other, first, second, register)
    sides = ((one, first, "left"), (other, second, "right"))
    brands = [side for name, hit, side in sides if hit.how == PLAIN and _speaks_of(name, common[0])]
    if len(brands) == 1:  # "Liberty Mutual" also means the whole group
        return Answer(Relation.PARENT, score, f"{why}; the name of the group {common[0].name}", brands[0])
    return Answer(Relation.SIBLING, score, f"{why}; both belong to {common[0].name}")


def _apart(one: Name, other: Name, first: Hit, second: Hit, register: Register) -> Answer:
    """Two organizations that have no common owner today."""
    why = f"{first.why}; {second.why}"
    if _ever(first, second, register):
        return Answer(Relation.UNSURE, 50, f"{why}; they belonged together once, which is over")
    if not {first.how, second.how} <= {PLAIN} and compare(one, other).level != Level.STRANGE:
        return Answer(Relation.UNSURE, 50, f"{why}; different families, but the names as typed are alike")
    return Answer(Relation.DIFFERENT, 95, f"{why}; the register knows both, in different families")


def _below(over: Name, under: Name, high: Hit, answer: Answer) -> Answer:
    """Parent, unless the upper name is itself one of the parent's houses, or both are one brand."""
    if high.how == UNIT or (high.how == BRANCH and high.entry.kind not in _ONE_COMPANY_EVERYWHERE):
        return Answer(Relation.UNSURE, 55, f"{answer.why}, but the name may be of one of its other houses")
    if _brand(over) == _brand(under) and not _names_the_company(under):
        return Answer(Relation.SAME, 85, f"{answer.why}, and goes by the same name")
    return answer


def _speaks_of(name: Name, group: Entry) -> bool:
    return not _names_the_company(name) and _brand(name) in {_brand(read_name(one)) for one in group.names}


def _brand(name: Name) -> tuple[str, ...]:
    return tuple(word for word in name.words if word not in ("group", "companies", "holdings", "holding"))


def _names_the_company(name: Name) -> bool:
    return bool({"company", "co", "corporation", "corp", "inc", "llc", "ltd", "insurance"} & set(name.raw))


def _ever(first: Hit, second: Hit, register: Register) -> bool:
    once = {first.entry.id, *register.above(first.entry.id, ended=True)}
    return bool(once & {second.entry.id, *register.above(second.entry.id, ended=True)})


def _one_house(first: Hit, second: Hit) -> Answer:
    """Both names lead to one organization, by themselves or with words added."""
    why, score, entry = f"{first.why}; {second.why}", min(first.score, second.score), first.entry
    if (first.how in _SELF and second.how in _SELF) or set(first.added) == set(second.added):
        return Answer(Relation.SAME, score, why)
    only_branches = UNIT not in (first.how, second.how)
    if (only_branches and entry.kind in _ONE_COMPANY_EVERYWHERE) or _is_office(entry.kind, first, second):
        return Answer(Relation.SAME, score, f"{why}; offices of one company")
    if {first.how, second.how} & _SELF and UNIT in (first.how, second.how):
        if _is_a_house_of_its_own(entry.kind, first, second):
            return Answer(Relation.PARENT, 75, f"{why}; a part of it", "left" if first.how in _SELF else "right")
        if entry.kind in _ONE_COMPANY_EVERYWHERE:
            return Answer(Relation.SAME, 75, f"{why}; the same company by its trade")
    return Answer(Relation.UNSURE, 60, f"{why}; the same family, but perhaps not the same company")


def _is_office(kind: str, *hits: Hit) -> bool:
    """An insurer's office in a town; "of Illinois" is another company of the group."""
    added = [word for hit in hits if hit.how in (BRANCH, UNIT) for word in hit.added]
    return kind == "carrier" and all(word in _OFFICE or (is_place(word) and word not in _STATES) for word in added)


_OFFICE = frozenset({"claims", "department", "office", "offices", "branch", "district", "unit", "center"})


_STATES = listed(
    """
    alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois
    indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri
    montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington
    wisconsin wyoming america american midwest northeast northwest southeast southwest international
    """
)


_HOUSES = frozenset({"hospital", "center", "clinic", "foundation", "institute", "university", "college", "school"})
_INSURES = frozenset({"insurance", "indemnity", "casualty", "assurance", "fire", "surety", "reinsurance"})


def _is_a_house_of_its_own(kind: str, *hits: Hit) -> bool:
    added = {word for hit in hits for word in hit.added}
    if kind == "health_system":
        return bool(added & _HOUSES)
    if kind == "public_entity":
        return "public" in sectors_of(tuple(added)) or bool(added & _HOUSES)
    return kind == "carrier" and bool(added & _INSURES)


# --- one in the register, or none ----------------------------------------------------------------------------------


def _by_words(one: Name, other: Name) -> Answer:
    """The names by their words alone, further names of each included."""
    best = max(
        (compare(left, right) for left in (one, *one.also) for right in (other, *other.also)),
        key=lambda likeness: (_RANK[likeness.level], likeness.score),
    )
    if best.level == Level.EQUAL:
        return Answer(Relation.SAME, best.score, best.why)
    if best.level == Level.MORE and best.added in ("place", "soft"):
        return Answer(Relation.SAME, best.score, best.why)
    if best.level in (Level.MORE, Level.NEAR):
        return Answer(Relation.UNSURE, best.score, best.why)
    return Answer(Relation.DIFFERENT, 100 - best.score, best.why)


_RANK = {Level.EQUAL: 3, Level.MORE: 2, Level.NEAR: 1, Level.STRANGE: 0}


def _by_owner(one: Name, other: Name, first: Hit | None, second: Hit | None, register: Register) -> Answer | None:
    """What the name itself says: "…, a Liberty Mutual company", "Acme c/o Sedgwick"."""
    for here, there, hit, side in ((one, other, second, "right"), (other, one, first, "left")):
        for owner in here.owners:
            known = _sure(register.resolve(owner))
            same = (hit and known and hit.entry.id == known.entry.id) or compare(owner, there).level == Level.EQUAL
            if same:
                return Answer(Relation.PARENT, 85, f"“{here.typed}” says that it belongs to {owner.typed}", side)
            if hit and known and _family(known, hit, register):
                return Answer(Relation.UNSURE, 60, f"“{here.typed}” says that it belongs to {owner.typed}")
        for carer in here.carers:
            known = _sure(register.resolve(carer))
            if (hit and known and (known.entry.id == hit.entry.id or _family(known, hit, register))) or compare(
                carer, there
            ).level in (Level.EQUAL, Level.MORE):
                return Answer(Relation.UNSURE, 50, f"{carer.typed} acts for “{here.typed}”")
    return None


def _family(one: Hit, other: Hit, register: Register) -> bool:
    return bool(
        {one.entry.id, *register.above(one.entry.id)} & {other.entry.id, *register.above(other.entry.id)}
    )  # fmt: skip


def _one_known(one: Name, other: Name, known: Hit, hits: tuple[Hit, ...], words: Answer, register: Register) -> Answer:
    """One name means an organization of the register; hits: what the other may mean."""
    stranger = other if register.resolve(one) and _sure(register.resolve(one)) else one
    if words.relation == Relation.SAME and known.how in _SELF and words.score >= 90:  # noqa: PLR2004
        return words
    near = [hit for hit in hits if hit.entry.id == known.entry.id or _family(hit, known, register)]
    if near and len(near) == len(hits) and all(hit.how == SHORT for hit in near) and near[0].entry.id == known.entry.id:
        return Answer(Relation.UNSURE, near[0].score, f"perhaps short for {known.entry.name}: {near[0].why}")
    if near:
        return Answer(Relation.UNSURE, near[0].score, near[0].why)
    if words.relation != Relation.DIFFERENT:
        return Answer(Relation.UNSURE, words.score, words.why)
    if not _of_another_trade(stranger, known):
        return Answer(
            Relation.UNSURE, 30, f"nobody knows “{stranger.typed}”; its name says nothing against {known.entry.name}"
        )
    return Answer(Relation.DIFFERENT, max(words.score, 70), f"{known.why}; “{stranger.typed}” is nothing like it")


_PRACTICE = listed(
    """
    orthopedic chiropractic pain spine physical therapy neurology psychology psychiatry dental surgery acupuncture
    radiology imaging anesthesia podiatry physicians doctors family internal rehabilitation
    """
)


def _of_another_trade(stranger: Name, known: Hit) -> bool:
    """Whether a name that nobody knows speaks of a trade in which the known organization has no houses."""
    words, kind = set(stranger.words), known.entry.kind
    trades = sectors_of(stranger.words) - {"public" if "county" not in words and "city" not in words else ""}
    if kind == "employer" or not trades:
        return bool(trades - {"claims"})
    if kind in ("carrier", "administrator"):
        return not trades & {"insurance", "claims"}
    if kind in ("health_system", "hospital", "medical_group"):  # a practice of another name is nobody's by its name
        return "medicine" not in trades or (bool(words & _PRACTICE) and not words & {"foundation", "hospital"})
    if kind == "manufacturer":
        return not trades <= {"maker", "medicine"} or bool({"group", "associates", "center", "clinic"} & words)
    if kind == "law_firm":
        return "law" not in trades
    return kind == "public_entity" and "public" not in sectors_of(stranger.words)


def _neither_known(one: Name, other: Name, hits: tuple[Hit, ...], others: tuple[Hit, ...], words: Answer) -> Answer:
    if words.relation != Relation.DIFFERENT:
        return words
    shared = {hit.entry.id: hit for hit in hits if hit.how != MAYBE} if hits and others else {}
    if both := [hit for hit in others if hit.entry.id in shared and hit.how != MAYBE]:
        return Answer(Relation.UNSURE, both[0].score, f"both may be {both[0].entry.name}")
    if _own_many_houses(one) & _own_many_houses(other):
        return Answer(Relation.UNSURE, 20, "nobody knows either name; insurers and makers own houses of any name")
    return words


def _own_many_houses(name: Name) -> frozenset[str]:
    trades = sectors_of(name.words)
    return trades & {"insurance", "maker"} if "medicine" not in trades and "public" not in trades else frozenset()
