"""One drug, or one edition of the list, typed by an editor; what a list holds is checked here and by the database."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal
from guidelines.models import FormularyDrug, FormularyEdition
from guidelines.rules.drug_rows import DRUG_KEYS, problems_of_drug

RIGHT = "edit_guidelines"
#: What is typed of an edition of the list.
LIST_FACTS: tuple[str, ...] = (
    "name", "effective_from", "effective_to", "source", "dates_confirmed", "special_visit_days", "special_supply_days",
    "before_surgery_days", "after_surgery_days", "perioperative_supply_days",
)  # fmt: skip
_DAY = dt.timedelta(days=1)
Record = TypeVar("Record", FormularyDrug, FormularyEdition)


def reached(model: str, pk: int) -> int:
    """How far the history of a record has come: the number that a form was opened with."""
    events: Any = apps.get_model("guidelines", f"{model}Event")
    return events.objects.filter(pgh_obj_id=pk).aggregate(last=Max("pgh_id"))["last"] or 0


def reached_by_drugs(list_id: int) -> int:
    """How far the history of a list's drugs has come."""
    events: Any = apps.get_model("guidelines", "FormularyDrugEvent")
    return events.objects.filter(edition_id=list_id).aggregate(last=Max("pgh_id"))["last"] or 0


def save_drug(*, pk: int | None, list_id: int, facts: dict[str, Any], seen: int, actor: Actor) -> FormularyDrug:
    """Write a drug of a list. seen: how far its history had come when the form was opened.

    Raises InputRefusal with the fields; StateRefusal when somebody saved it meanwhile.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "drug list: drug saved"):
        edition = FormularyEdition.objects.select_for_update().get(pk=list_id)
        drug = FormularyDrug.objects.get(pk=pk, edition=edition) if pk else FormularyDrug(edition=edition)
        if pk and reached("FormularyDrug", pk) != seen:
            raise _stale(str(drug))
        for key in DRUG_KEYS:
            if key in facts:
                setattr(drug, key, facts[key])
        _refuse(problems_of_drug({key: getattr(drug, key) for key in DRUG_KEYS}))
        return _saved(drug)


def remove_drug(*, pk: int, actor: Actor) -> None:
    """Take a drug out of its list; the list's history brings it back."""
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "drug list: drug taken out"):
        FormularyDrug.objects.filter(pk=pk).delete()


def save_list(*, pk: int | None, facts: dict[str, Any], seen: int, actor: Actor) -> FormularyEdition:
    """Write an edition of the list; one that is in force when it begins ends the day before, in the same step.

    Raises InputRefusal: a name given twice, the end before the beginning, days that another edition has.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "drug list: edition saved"):
        editions = {one.pk: one for one in FormularyEdition.objects.select_for_update()}
        edition = editions[pk] if pk else FormularyEdition()
        if pk and reached("FormularyEdition", pk) != seen:
            raise _stale(str(edition))
        for name in LIST_FACTS:
            if name in facts:
                setattr(edition, name, facts[name])
        if pk is None:
            end_former(edition.effective_from)
        return _saved(edition)


def end_former(first: dt.date) -> FormularyEdition | None:
    """The edition in force on the first day of a new one ends the day before; it, as it was before that.

    Raises InputRefusal when an edition begins on that day or later: the new one would overlap it.
    """
    if later := FormularyEdition.objects.filter(effective_from__gte=first).order_by("effective_from").first():
        told = f"“{later}” begins on {_said(later.effective_from)}: a new list begins after it. Choose another day."
        raise InputRefusal("formulary.overlap", told, fields={"effective_from": told})
    open_one = FormularyEdition.objects.filter(Q(effective_to=None) | Q(effective_to__gte=first)).first()
    if open_one is None:
        return None
    former = FormularyEdition.objects.get(pk=open_one.pk)
    open_one.effective_to = first - _DAY
    open_one.save(update_fields=["effective_to"])
    return former


def _saved(record: Record) -> Record:
    try:
        record.full_clean()
    except ValidationError as error:
        fields = {name: " ".join(said) for name, said in error.message_dict.items()}
        raise InputRefusal("formulary.facts", " ".join(fields.values()), fields=fields) from None
    record.save()
    return record


def _refuse(problems: list[tuple[str, str]]) -> None:
    if problems:
        raise InputRefusal("formulary.facts", " ".join(told for _, told in problems), fields=dict(problems))


def _stale(name: str) -> StateRefusal:
    return StateRefusal(
        "formulary.stale", f"Somebody saved “{name}” while you were typing. Your entries still stand here; open it in "
        "another tab, compare, and save again.",
    )  # fmt: skip


def _said(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
