"""A file of drugs held against a list, and written when it is confirmed: into a list, or as a new one from a day on.

Nothing is begun before the confirmation. A new list begins as a copy of the one that it follows, which ends the day
before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.errors import StateRefusal
from common.rules.csv_cells import plain_cell
from guidelines.models import ChangeRow, ChangeSet, FormularyDrug, FormularyEdition
from guidelines.rules.drug_rows import DRUG_KEYS, Problem, differences, drug_key, problems_of_drug, read_drug
from guidelines.services.drug_list.editing import LIST_FACTS, end_former, reached_by_drugs
from guidelines.services.drug_list.rows import drug_lines
from guidelines.services.upkeep import progress

Outcome, About = ChangeRow.Outcome, ChangeRow.About
Drugs = dict[tuple[str, str], FormularyDrug]
_COPIED = tuple(
    name for name in LIST_FACTS if name not in ("name", "effective_from", "effective_to", "dates_confirmed")
)
_FRESH = {key: getattr(FormularyDrug(), key) for key in DRUG_KEYS}


def compare_drugs(change: ChangeSet, path: Path) -> list[ChangeRow]:
    """A row for every drug that the file adds, changes or (where it is the whole list) no longer names. Writes nothing.

    change.asked: columns, list (id of the list it is held against), name and from of a new list, whole.
    """
    base = FormularyEdition.objects.filter(pk=change.asked["list"]).first()
    known = _drugs_of(base)
    rows = list(_list_rows(change))
    named: dict[tuple[str, str], int] = {}
    change.unchanged = 0
    for line in drug_lines(path, change.format, change.asked["columns"]):
        cells = {key: plain_cell(cell) for key, cell in line.cells.items()}
        values, problems = read_drug(cells)
        broken = {key for key, _ in line.problems}
        row = _row(
            line.number, values, [*line.problems, *(one for one in problems if one[0] not in broken)], known, named
        )
        if row is None:
            change.unchanged += 1
        else:
            rows.append(row)
        progress.tell(change.pk, line.number, line.number) if line.number % progress.EVERY == 0 else None
    if change.asked["whole"]:
        rows += [_gone(drug) for key, drug in known.items() if key not in named]
    for row in rows:
        row.change_set = change
    return rows


def _drugs_of(edition: FormularyEdition | None) -> Drugs:
    found = FormularyDrug.objects.filter(edition=edition).order_by("ingredient", "dosage_form") if edition else []
    return {drug_key(drug.ingredient, drug.dosage_form): drug for drug in found}


def _list_rows(change: ChangeSet) -> Iterator[ChangeRow]:
    """What happens to the lists themselves, where a new one begins."""
    if not change.asked["from"]:
        return
    first = dt.date.fromisoformat(change.asked["from"])
    yield ChangeRow(
        number=0, about=About.DRUG_LIST, outcome=Outcome.ADDED, name=change.asked["name"],
        differences=[["effective_from", None, first.isoformat()]],
    )  # fmt: skip
    for former in FormularyEdition.objects.in_force(first):
        ends = former.effective_to.isoformat() if former.effective_to else None
        yield ChangeRow(
            number=0, about=About.DRUG_LIST, outcome=Outcome.CHANGED, name=former.name, object_id=former.pk,
            differences=[["effective_to", ends, (first - dt.timedelta(days=1)).isoformat()]],
        )  # fmt: skip


def _row(
    number: int, values: dict[str, Any], problems: list[Problem], known: Drugs, named: dict[tuple[str, str], int]
) -> ChangeRow | None:
    """The row to keep; None when it changes nothing."""
    key = drug_key(values.get("ingredient") or "", values.get("dosage_form") or "")
    drug = known.get(key)
    before = {name: getattr(drug, name) for name in DRUG_KEYS} if drug else _FRESH
    if not problems:
        problems = problems_of_drug({**before, **values})
        if key in named:
            told = f"Row {named[key]} has the same ingredient in the same form. Keep one of the two."
            problems = [("ingredient", told), *problems]
        named.setdefault(key, number)
    row = ChangeRow(number=number, about=About.DRUG, name=_name(values) or "no ingredient")
    if problems:
        row.outcome, row.reasons = Outcome.REFUSED, [list(one) for one in problems]
        return row
    row.differences = differences(before, values)
    row.outcome, row.object_id = (Outcome.CHANGED, drug.pk) if drug else (Outcome.ADDED, None)
    return row if row.differences else None


def _gone(drug: FormularyDrug) -> ChangeRow:
    kept = [[key, getattr(drug, key), None] for key in DRUG_KEYS if getattr(drug, key) != _FRESH[key]]
    return ChangeRow(
        number=0, about=About.DRUG, outcome=Outcome.REMOVED, name=str(drug)[:600], object_id=drug.pk, differences=kept
    )


def _name(values: dict[str, Any]) -> str:
    form = values.get("dosage_form")
    return f"{values.get('ingredient') or ''}{f' ({form})' if form else ''}"[:600]


def write_drugs(change: ChangeSet, rows: list[ChangeRow]) -> None:
    """Write the rows, all of them; the caller holds the transaction and knows that they are what was shown."""
    target = FormularyEdition.objects.select_for_update().filter(pk=change.asked["list"]).first()
    copies: dict[int, int] = {}
    if change.asked["from"]:
        target, copies = _begun(change, target)
    if target is None:
        raise StateRefusal("import.gone", "The list is gone. Take the file in again.")
    for row in rows:
        if row.about == About.DRUG_LIST:
            row.object_id = target.pk if row.outcome == Outcome.ADDED else row.object_id
            continue
        row.object_id = copies.get(row.object_id or 0, row.object_id)
        facts = {key: after for key, _, after in row.differences}
        if row.outcome == Outcome.ADDED:
            row.object_id = FormularyDrug.objects.create(edition=target, **facts).pk
            continue
        drug = FormularyDrug.objects.get(pk=row.object_id or 0)
        if row.outcome == Outcome.REMOVED:
            drug.delete()
            continue
        for key, value in facts.items():
            setattr(drug, key, value)
        drug.save(update_fields=list(facts))
    change.asked = {**change.asked, "made": target.pk, "reached": reached_by_drugs(target.pk)}


def _begun(change: ChangeSet, base: FormularyEdition | None) -> tuple[FormularyEdition, dict[int, int]]:
    """The new list with a copy of every drug of the one before; old id -> new id."""
    first = dt.date.fromisoformat(change.asked["from"])
    end_former(first)
    copied = {name: getattr(base, name) for name in _COPIED} if base else {}
    fresh = FormularyEdition.objects.create(name=change.asked["name"], effective_from=first, **copied)
    drugs = list(base.drugs.all()) if base else []
    made = FormularyDrug.objects.bulk_create(
        FormularyDrug(edition=fresh, **{key: getattr(drug, key) for key in DRUG_KEYS}) for drug in drugs
    )
    return fresh, {old.pk: new.pk for old, new in zip(drugs, made, strict=True)}
