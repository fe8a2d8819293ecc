"""The history of the drug list, newest first, and each change of it taken back."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import StateRefusal
from guidelines.models import FormularyDrug, FormularyEdition
from guidelines.rules.drug_rows import DRUG_KEYS
from guidelines.services.drug_list.editing import LIST_FACTS, RIGHT, reached, save_drug, save_list
from guidelines.services.history_steps import Step, events_of, refuse_later, steps_of


def history_of_drug(pk: int) -> list[Step]:
    """Every change of a drug: one query."""
    return steps_of(
        list(events_of("FormularyDrugEvent").filter(pgh_obj_id=pk).order_by("pgh_id")), DRUG_KEYS, "ingredient"
    )


def list_of_drug(pk: int) -> int:
    """The list of a drug, also of one that was taken out."""
    return int(events_of("FormularyDrugEvent").filter(pgh_obj_id=pk).latest("pgh_id").edition_id)


def history_of_list(pk: int) -> list[Step]:
    """Every change of an edition's own facts: one query."""
    return steps_of(
        list(events_of("FormularyEditionEvent").filter(pgh_obj_id=pk).order_by("pgh_id")), LIST_FACTS, "name"
    )


def drugs_lately(list_id: int, *, limit: int = 100) -> list[Step]:
    """The last changes of a list's drugs, each with what stood before: two queries."""
    events = events_of("FormularyDrugEvent").filter(edition_id=list_id)
    ids = set(events.order_by("-pgh_id").values_list("pgh_obj_id", flat=True)[:limit])
    rows = list(events.filter(pgh_obj_id__in=ids).order_by("pgh_obj_id", "pgh_id"))
    return sorted(steps_of(rows, DRUG_KEYS, "ingredient"), key=lambda step: -step.event_id)[:limit]


def undo_drug_change(*, event_id: int, actor: Actor) -> FormularyDrug | None:
    """Take one change of a drug back: its fields get what stood before; one added goes, one taken out comes back.

    Raises StateRefusal where a later change touched the same fields, or the drug stands there again.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "change taken back"):
        event = events_of("FormularyDrugEvent").get(pgh_id=event_id)
        if event.pgh_label == "delete":
            return _bring_back(event)
        drug = FormularyDrug.objects.filter(pk=event.pgh_obj_id).first()
        if drug is None:
            raise StateRefusal("undo.gone", "The drug was taken out since. Bring it back first.")
        if event.pgh_label == "insert":
            if reached("FormularyDrug", drug.pk) != event_id:
                raise StateRefusal(
                    "undo.later", "The drug was changed since it was added. Take those changes back first."
                )
            drug.delete()
            return None
        step = next(one for one in history_of_drug(drug.pk) if one.event_id == event_id)
        refuse_later(step, {key: getattr(drug, key) for key in DRUG_KEYS})
        return save_drug(
            pk=drug.pk, list_id=drug.edition_id, facts={name: old for name, old, _ in step.fields},
            seen=reached("FormularyDrug", drug.pk), actor=actor,
        )  # fmt: skip


def _bring_back(event: Any) -> FormularyDrug:
    facts = {key: getattr(event, key) for key in DRUG_KEYS}
    try:
        with transaction.atomic():
            return FormularyDrug.objects.create(pk=event.pgh_obj_id, edition_id=event.edition_id, **facts)
    except IntegrityError:
        raise StateRefusal("undo.taken", f"“{event.ingredient}” stands in the list again already.") from None


def undo_list_change(*, event_id: int, actor: Actor) -> FormularyEdition:
    """Take one change of an edition's own facts back. Raises as `undo_drug_change` does."""
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "change taken back"):
        event = events_of("FormularyEditionEvent").get(pgh_id=event_id)
        edition = FormularyEdition.objects.filter(pk=event.pgh_obj_id).first()
        if edition is None or event.pgh_label != "update":
            raise StateRefusal("undo.nothing", "A list that was begun is taken back where it was taken in.")
        step = next(one for one in history_of_list(edition.pk) if one.event_id == event_id)
        refuse_later(step, {name: getattr(edition, name) for name in LIST_FACTS})
        return save_list(
            pk=edition.pk, facts={name: old for name, old, _ in step.fields},
            seen=reached("FormularyEdition", edition.pk), actor=actor,
        )  # fmt: skip
