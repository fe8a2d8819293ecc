"""Reads one disputed item, or one diagnosis: which fields of medicine it is about, and what kind of service it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from reviews.rules.specialties_table import Field, SpecialtyTable
from reviews.rules.specialties_words import Hit, Role, Vocabulary, singular

#: So many words after "no" or "status post" it still holds.
_NEGATION_REACHES = 2
_PAST_REACHES = 4
#: A service of a field of its own this near to a drug's name says where the drug goes ("tobramycin eye drops").
_ROUTE_REACHES = 4

#: The field that decides drugs whose name is not known.
_UNKNOWN_DRUG = "pain_drugs"

#: Kinds that being sent to who practises them is of, too.
_OWN_KINDS = ("psych", "dental", "eye")

_HEADS = (Role.SERVICE, Role.DRUG, Role.OPERATION, Role.CONSULT)


@dataclass(frozen=True)
class Target:
    """A field that an item is about. surgical: an operation; consult: being sent to who practises it."""

    field: Field
    surgical: bool = False
    consult: bool = False

    @property
    def alone(self) -> bool:
        """No generalist decides it."""
        return self.surgical or not (self.field.everyday or self.field.with_injury)


@dataclass(frozen=True)
class ItemReading:
    """What one item says.

    targets: best first; empty where nothing is known. kinds: for the limits of degrees. dependent: hangs on an
    operation. light: decides nothing beside another item. open: the diagnoses say more than the item itself.
    """

    targets: tuple[Target, ...] = ()
    kinds: frozenset[str] = frozenset()
    dependent: bool = False
    light: bool = False
    open: bool = True
    surgical: bool = False


@dataclass(frozen=True)
class DiagnosisReading:
    """alone: fields of their own that the diagnosis belongs to; injured: those of bones, joints and the back;
    surgical: an injury that surgeons follow."""

    alone: tuple[Field, ...] = ()
    injured: tuple[Field, ...] = ()
    surgical: bool = False


class Reader:
    """Reads texts by one edition of the table. What was read is kept, by text."""

    _MOST_KEPT = 50_000

    def __init__(self, table: SpecialtyTable) -> None:
        self.table = table
        self._words = Vocabulary(table)
        self._categories = {
            category: field for field in table.fields.values() for category in field.categories
        }  # fmt: skip
        self._surgical = {singular(word) for word in table.reading["surgical_injuries"]}
        self._items: dict[tuple[str, str, str, str], ItemReading] = {}
        self._diagnoses: dict[str, DiagnosisReading] = {}

    def item(self, service: str, *, category: str = "", subcategory: str = "", body_part: str = "") -> ItemReading:
        key = (service, category, subcategory, body_part)
        if key not in self._items:
            if len(self._items) > self._MOST_KEPT:
                self._items.clear()
            self._items[key] = self._item(*key)
        return self._items[key]

    def diagnosis(self, text: str) -> DiagnosisReading:
        if text not in self._diagnoses:
            if len(self._diagnoses) > self._MOST_KEPT:
                self._diagnoses.clear()
            self._diagnoses[text] = self._diagnosis(text)
        return self._diagnoses[text]

    # --- items -----------------------------------------------------------------------------------------------------

    def _item(self, service: str, category: str, subcategory: str, body_part: str) -> ItemReading:
        _, hits = self._words.hits(service)
        hits, past = _standing(hits)
        places = [*hits, *self._words.hits(body_part)[1]] if body_part else hits
        targets, surgical, is_open = self._targets(hits, places)
        filed = self._categories.get(f"{category}/{subcategory}")
        if filed and is_open and not any(target.alone for target in targets):
            targets, is_open = [Target(filed)], filed.general
        if f"{category}/{subcategory}" in self.table.reading["surgical_categories"]:
            surgical = True
            targets = [target for target in targets if target.surgical] or [
                Target(field, surgical=True) for field in _fields(places, Role.PART, Role.CONDITION)
            ]
        if past and not surgical and not targets:
            targets = [Target(field) for field in past[:1]]
        return ItemReading(
            targets=tuple(dict.fromkeys(targets)),
            kinds=self._kinds(targets, surgical, category),
            dependent=not surgical and _hangs(hits, targets),
            light=self._is_light(hits, targets),
            open=is_open and not surgical,
            surgical=surgical,
        )

    def _targets(self, hits: list[Hit], places: list[Hit]) -> tuple[list[Target], bool, bool]:
        """The item's fields, whether it is an operation, and whether the diagnoses say more."""
        head = _head(hits)
        if head is None:
            verb = next((hit for hit in hits if hit.has(Role.VERB, Role.WEAK_VERB)), None)
            where = _fields(places, Role.CONDITION, Role.PART)
            if verb and (verb.has(Role.VERB) or any(_operates(field) for field in where)):
                return [Target(field, surgical=True) for field in _nearest(places, verb)], True, True
            return self._by_place(places) or self._unknown_drug(hits), False, True
        if head.has(Role.CONSULT) and not head.has(Role.SERVICE, Role.OPERATION):
            return [Target(sense.field, consult=True) for sense in head.of(Role.CONSULT) if sense.field], False, False
        if head.has(Role.OPERATION):
            return self._operations(hits, places), True, False
        if head.has(Role.DRUG):
            return self._drug(head, hits), False, True
        return self._service(head, hits, places)

    def _operations(self, hits: list[Hit], places: list[Hit]) -> list[Target]:
        """The fields of the operations that are named; one that is done anywhere (a bone graft) goes by its place."""
        fields = _fields(hits, Role.OPERATION)
        special = [field for field in fields if not field.general]
        if not special:
            first = next(hit for hit in hits if hit.has(Role.OPERATION))
            special = [field for field in _nearest(places, first) if not field.general]
        return [Target(field, surgical=True) for field in special or fields]

    def _drug(self, head: Hit, hits: list[Hit]) -> list[Target]:
        """The drug's class, or the place that it goes to where the text says that."""
        for hit in hits:
            near = min(abs(hit.start - head.end), abs(head.start - hit.end)) <= _ROUTE_REACHES
            route = next((one.field for one in hit.of(Role.SERVICE) if one.field and _is_own(one.field)), None)
            if hit is not head and near and route:
                return [Target(route)]
        return [Target(sense.field) for sense in head.of(Role.DRUG) if sense.field][:1]

    def _unknown_drug(self, hits: list[Hit]) -> list[Target]:
        """A name that nobody knows with a strength or a form behind it is a drug."""
        known = self.table.fields.get(_UNKNOWN_DRUG)
        return [Target(known)] if known and any(hit.has(Role.DRUG_MARK) for hit in hits) else []

    def _service(self, head: Hit, hits: list[Hit], places: list[Hit]) -> tuple[list[Target], bool, bool]:
        fields = [sense.field for sense in head.of(Role.SERVICE) if sense.field]
        if set(fields) & set(_fields(hits, Role.OPERATION)):
            return self._operations(hits, places), True, False
        if fields[0].kind == "injection":
            own = [field for field in _fields(hits, Role.CONDITION) if _is_own(field)]
            if own:
                return [Target(field) for field in own[:1]], False, False
        if not fields[0].general:
            worn = next((hit for hit in hits if hit.end == head.start and fields[0].everyday), None)
            own = [field for field in _fields([worn], Role.PART) if _is_own(field)] if worn else []
            return [Target(field) for field in own or fields], False, False
        by_place = self._by_place(places)
        if by_place and not by_place[0].field.everyday:
            return by_place, False, False
        # A part of the back or of a limb: the everyday service that it is, whatever else is diagnosed.
        return [Target(field) for field in fields], False, not by_place

    def _by_place(self, places: list[Hit]) -> list[Target]:
        return [Target(field) for field in _fields(places, Role.PART, Role.CONDITION, Role.OPERATION)[:1]]

    def _kinds(self, targets: Iterable[Target], surgical: bool, category: str) -> frozenset[str]:
        kinds = {target.field.kind for target in targets if not target.consult or target.field.kind in _OWN_KINDS}
        if surgical or any(target.surgical for target in targets):
            kinds.add("surgery")
        kinds |= {kind for kind, name in (("drug", "Pharmaceuticals"), ("injection", "Injection")) if category == name}
        return frozenset(kinds - {""})

    def _is_light(self, hits: list[Hit], targets: list[Target]) -> bool:
        return any(hit.has(Role.LIGHT) for hit in hits) and all(
            target.field.general or target.field.key == "transport" for target in targets
        )

    # --- diagnoses -------------------------------------------------------------------------------------------------

    def _diagnosis(self, text: str) -> DiagnosisReading:
        words, found = self._words.hits(text)
        hits, _ = _standing(found, drop_past=False)
        fields = _fields(hits, Role.CONDITION) or _fields(hits, Role.PART, Role.OPERATION, Role.SERVICE)
        return DiagnosisReading(
            tuple(field for field in fields if not field.everyday),
            tuple(field for field in fields if field.everyday),
            surgical=any(word in self._surgical for word in words),
        )


@lru_cache(maxsize=4)
def reader_of(table: SpecialtyTable) -> Reader:
    """The one reader of an edition in this process: making the index takes a moment."""
    return Reader(table)


def _standing(hits: list[Hit], *, drop_past: bool = True) -> tuple[list[Hit], list[Field]]:
    """The hits that hold: none that is denied, none that was done before. Also the fields of what was done before."""
    kept: list[Hit] = []
    before: list[Field] = []
    negated_to = past_to = -1
    for hit in hits:
        if hit.has(Role.NEUTRAL):
            continue
        if hit.has(Role.NEGATION):
            negated_to = hit.end + _NEGATION_REACHES
        elif hit.has(Role.PAST):
            past_to = hit.end + _PAST_REACHES
        elif hit.start < negated_to:
            continue
        elif drop_past and hit.start < past_to and hit.has(Role.OPERATION, Role.VERB, Role.WEAK_VERB):
            past_to = hit.end + _PAST_REACHES
            before += [sense.field for sense in hit.of(Role.OPERATION) if sense.field]
        else:
            kept.append(hit)
    return kept, before


def _head(hits: list[Hit]) -> Hit | None:
    """The word that says what is asked: the first service, drug, operation or profession; a visit, a test or a
    treatment in general only where nothing else is named. Who does it leads wherever it stands ("wound care by a home
    health nurse"), unless it is an operation."""
    leading = next((hit for hit in hits if hit.has(Role.LEADING) and hit.has(*_HEADS)), None)
    if leading and not any(hit.has(Role.OPERATION) for hit in hits):
        return leading
    weak: Hit | None = None
    for place, hit in enumerate(hits):
        if hit.has(Role.VERB, Role.WEAK_VERB) and _is_operation_of(hits, place):
            return None
        if not hit.has(*_HEADS):
            continue
        if _is_weak(hit):
            weak = weak or hit
            continue
        if weak and _keeps(weak, hit):
            continue
        return hit
    return weak


def _is_operation_of(hits: list[Hit], place: int) -> bool:
    """A verb before any service, no operation named, and a part or condition in the text: "excision of ...". One that
    is done to things, too, stands beside its part: "repair of the tendon"."""
    others = [hit for at, hit in enumerate(hits) if at != place]
    if any(hit.has(Role.OPERATION) for hit in others):
        return False
    if hits[place].has(Role.VERB):
        return any(hit.has(Role.PART, Role.CONDITION) for hit in others)
    beside = [*hits[max(0, place - 1) : place], *hits[place + 1 : place + 2]]
    return any(_operates(field) for field in _fields(beside, Role.PART, Role.CONDITION))


def _is_weak(hit: Hit) -> bool:
    return hit.has(Role.SERVICE) and not hit.has(Role.OPERATION, Role.DRUG, Role.CONSULT) and all(
        sense.field is not None and sense.field.general for sense in hit.of(Role.SERVICE)
    )  # fmt: skip


def _keeps(weak: Hit, other: Hit) -> bool:
    """A picture, a test or an injection stays what it is beside a drug, an operation or a profession that is named
    behind it; a visit goes to what is named."""
    key = next((sense.field.key for sense in weak.of(Role.SERVICE) if sense.field), "")
    return key != "visits" and not other.has(Role.SERVICE)


def _fields(hits: Iterable[Hit], *roles: Role) -> list[Field]:
    return list(dict.fromkeys(sense.field for hit in hits for sense in hit.of(*roles) if sense.field))


def _nearest(hits: list[Hit], verb: Hit) -> list[Field]:
    """The field of the part nearest to the verb; bones, tendons and the like, and fields that nobody operates in, only
    where no other part is named."""
    places = [hit for hit in hits if hit is not verb and hit.has(Role.PART, Role.CONDITION)]
    places = [hit for hit in places if any(map(_operates, _fields([hit], Role.PART, Role.CONDITION)))] or places
    special = [hit for hit in places if not all(field.general for field in _fields([hit], Role.CONDITION, Role.PART))]
    best = min(
        special or places, key=lambda hit: min(abs(hit.start - verb.end), abs(verb.start - hit.end)), default=None
    )  # fmt: skip
    return _fields([best], Role.CONDITION, Role.PART) if best else []


def _operates(field: Field) -> bool:
    return bool(field.words.get("operations") or field.surgeons)


def _hangs(hits: list[Hit], targets: list[Target]) -> bool:
    """Before or after an operation, or what one needs; being sent to somebody is decided by itself, and so is an
    injection under sedation."""
    if any(target.consult for target in targets):
        return False
    own = bool(targets) and (targets[0].alone or targets[0].field.kind == "injection")
    return any(hit.has(Role.AROUND) or (hit.has(Role.DEPENDENT) and not own) for hit in hits)


def _is_own(field: Field) -> bool:
    return not field.everyday and not field.with_injury and not field.general
