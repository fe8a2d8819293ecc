"""What is wrong with an edition of the table of specialties, in sentences for who edits it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from reviews.rules.specialties_table import Field, SpecialtyTable

#: What the rules ask for by name.
_FIELDS = ("visits", "pain_drugs")
_SETS = ("default", "mixed", "surgery", "clearance", "surgical_injury")
_LISTS = ("verbs", "weak_verbs", "dependent", "around", "past", "negation", "surgical_categories", "surgical_injuries")


def problems_of(table: SpecialtyTable, names: Collection[str]) -> list[str]:
    """In: an edition and the names of the public list. Out: each problem once; nothing where it may be published.

    Names come only from the list and all of it; no specialty is its own ancestor; each one can be reached; a degree
    does not stand where it may not decide.
    """
    return list(
        dict.fromkeys(
            [
                *_names(table, set(names)),
                *_circles(table),
                *_unreached(table),
                *_fields(table),
                *_degrees(table),
                *_lacking(table),
            ]
        )
    )


def _names(table: SpecialtyTable, names: set[str]) -> Iterator[str]:
    for name in sorted(set(table.specialties) - names):
        yield f"“{name}” is no specialty of the public list."
    for name in sorted(names - set(table.specialties)):
        yield f"“{name}” of the public list is missing among the specialties."
    for place, used in _uses(table):
        for name in used:
            if name not in names:
                yield f"{place} names “{name}”, which is no specialty of the public list."


def _uses(table: SpecialtyTable) -> Iterator[tuple[str, Iterable[str]]]:
    """Every place where specialties are named."""
    for one in table.specialties.values():
        yield f"“{one.name}”", (*one.near, *one.parents)
    for field in table.fields.values():
        yield f"The field “{field.says}”", sorted(field.named)
    for key, used in table.sets.items():
        yield f"The list “{key}”", used


def _circles(table: SpecialtyTable) -> Iterator[str]:
    for name in table.specialties:
        above = {name}
        level = set(table.specialties[name].parents)
        while level:
            if name in level:
                yield f"“{name}” is a parent of itself. Take one of the parents away."
                break
            above |= level
            level = {
                parent for one in level if one in table.specialties for parent in table.specialties[one].parents
            } - (above - {name})  # fmt: skip


def _unreached(table: SpecialtyTable) -> Iterator[str]:
    """Named by a field or a list, or a sibling or parent of one that is."""
    reached = {name for field in table.fields.values() for name in field.named}
    reached |= {name for names in table.sets.values() for name in names}
    more = reached
    while more:
        more = {
            name
            for one in more
            if one in table.specialties
            for name in (*table.specialties[one].near, *table.specialties[one].parents)
        } - reached
        reached |= more
    for name in sorted(set(table.specialties) - reached):
        yield f"No field, list, sibling or parent leads to “{name}”: no case could ever name it."


def _fields(table: SpecialtyTable) -> Iterator[str]:
    for field in table.fields.values():
        if not field.says:
            yield f"The field “{field.key}” does not say what it is."
        if not field.specialties:
            yield f"The field “{field.says}” names nobody who decides it."
        if field.kind and field.kind not in table.kinds:
            yield f"The field “{field.says}” has the kind “{field.kind}”, which is not in the list of kinds."
        if not (field.words or field.codes or field.roots or field.stems):
            yield f"The field “{field.says}” has no word that tells it."


def _degrees(table: SpecialtyTable) -> Iterator[str]:
    for one in table.specialties.values():
        if one.degree and one.degree not in table.degrees:
            yield f"“{one.name}” is held with the degree {one.degree}, of which no list says what it does not decide."
    for degree in table.degrees.values():
        for kind in sorted(degree.barred - set(table.kinds)):
            yield f"The degree {degree.key} does not decide “{kind}”, which is not in the list of kinds."
        for key in sorted(degree.fields - set(table.fields)):
            yield f"The degree {degree.key} decides only “{key}”, which is no field."
    for field in table.fields.values():
        for name in _operating(field):
            held = table.specialties.get(name)
            degree_ = table.degrees.get(held.degree) if held else None
            if degree_ and "surgery" in degree_.barred:
                yield f"The field “{field.says}” lets “{name}” operate; {degree_.key} does not decide surgery."


def _operating(field: Field) -> Iterable[str]:
    """Who would decide an operation: the surgeons; where none are named, whoever decides a field with operations."""
    return field.surgeons or (field.specialties if field.words.get("operations") else ())


def _lacking(table: SpecialtyTable) -> Iterator[str]:
    for key in _FIELDS:
        if key not in table.fields:
            yield f"The field with the key “{key}” is missing."
    for key in _SETS:
        if not table.sets.get(key):
            yield f"The list “{key}” of who decides is missing or empty."
    for key in _LISTS:
        if key not in table.reading:
            yield f"The list “{key}” of how a text is read is missing."
