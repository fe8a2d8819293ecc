"""What a file wrote into the drug list taken back, where nobody has changed it since: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import DatabaseError, transaction

from common.errors import StateRefusal
from guidelines.models import ChangeRow, ChangeSet, FormularyDrug, FormularyEdition
from guidelines.services.drug_list.editing import reached_by_drugs

Outcome, About = ChangeRow.Outcome, ChangeRow.About


def take_back_drugs(change: ChangeSet) -> None:
    """The caller holds the transaction. Raises StateRefusal, naming the first drug that has moved on."""
    rows = list(change.rows.exclude(outcome=Outcome.REFUSED))
    drugs = [row for row in rows if row.about == About.DRUG]
    there = FormularyDrug.objects.in_bulk([row.object_id for row in drugs if row.object_id])
    for row in drugs:
        _unchanged_since(row, there.get(row.object_id or 0))
    try:
        with transaction.atomic():
            if change.asked["from"]:
                _give_back_the_days(change, [row for row in rows if row.about == About.DRUG_LIST])
            else:
                for row in drugs:
                    _restore(row, there, change.asked["made"])
    except DatabaseError as error:
        raise StateRefusal(
            "import.undo", f"It cannot be undone: {str(error).splitlines()[0]}. Change it by hand."
        ) from error


def _unchanged_since(row: ChangeRow, drug: FormularyDrug | None) -> None:
    if row.outcome == Outcome.REMOVED:
        return
    if drug is None:
        raise _moved_on(row, "it was taken out")
    for key, _, after in row.differences:
        if getattr(drug, key) != after:
            raise _moved_on(row, f"{key.replace('_', ' ')} was changed")


def _moved_on(row: ChangeRow, what: str) -> StateRefusal:
    return StateRefusal(
        "import.undo", f"“{row.name}” has moved on: {what} since. Undoing would lose that; change back by hand what is "
        "wrong.",
    )  # fmt: skip


def _restore(row: ChangeRow, there: dict[Any, FormularyDrug], list_id: int) -> None:
    before = {key: old for key, old, _ in row.differences}
    if row.outcome == Outcome.REMOVED:
        FormularyDrug.objects.create(pk=row.object_id, edition_id=list_id, **before)
        return
    drug = there[row.object_id]
    if row.outcome == Outcome.ADDED:
        drug.delete()
        return
    for key, value in before.items():
        setattr(drug, key, value)
    drug.save(update_fields=list(before))


def _give_back_the_days(change: ChangeSet, rows: list[ChangeRow]) -> None:
    """The list that was begun goes with its drugs, unless somebody changed one; the former has its end again."""
    made = FormularyEdition.objects.get(pk=change.asked["made"])
    if reached_by_drugs(made.pk) != change.asked["reached"]:
        raise StateRefusal(
            "import.undo", f"Drugs of “{made}” were changed since. Undoing would lose that; end the list by its last "
            "day instead.",
        )  # fmt: skip
    made.drugs.all().delete()
    made.delete()
    for row in rows:
        if row.outcome != Outcome.CHANGED:
            continue
        former = FormularyEdition.objects.get(pk=row.object_id or 0)
        _, before, after = row.differences[0]
        if former.effective_to != dt.date.fromisoformat(after):
            raise _moved_on(row, "its last day was changed")
        former.effective_to = dt.date.fromisoformat(before) if before else None
        former.save(update_fields=["effective_to"])
