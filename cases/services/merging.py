"""Two organizations that are one: everything that points at the one is hung onto the other, and can be taken back.

The row that goes stays in the table, marked by what it was merged into; its name and aliases become aliases of the one
that is kept. Triggers write each moved row into its history.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from cases.models import Organization, OrganizationAlias, OrganizationPair, OrganizationParent
from common.errors import InputRefusal, StateRefusal


def merge(*, gone: Organization, kept: Organization) -> dict[str, Any]:
    """Hang everything of `gone` onto `kept`. Returns what was written, as `unmerge` takes it; both rows are locked.

    Raises InputRefusal when one of the two belongs to the other by the register, or would after it.
    """
    try:
        with transaction.atomic():
            moved = {label: ids for model, name in _pointing() if (label := f"{model._meta.label}.{name}")
                     and (ids := _move(model, name, gone, kept))}  # fmt: skip
            dropped, linked = _move_parents(gone, kept)
            alias, created = OrganizationAlias.objects.get_or_create(
                key=gone.key, defaults={"organization": kept, "name": gone.name}
            )
            gone.merged_into = kept
            gone.save(update_fields=["merged_into"])
    except IntegrityError as error:
        if "ring" in str(error) or "own_parent" in str(error):
            raise InputRefusal(
                "organization.cycle",
                f"“{gone}” and “{kept}” cannot be one: the register says that one belongs to the other. "
                "Take that back first.",
            ) from None
        raise
    return {
        "gone": gone.pk,
        "kept": kept.pk,
        "moved": moved,
        "dropped": dropped,
        "linked": linked,
        "alias": alias.pk if created else None,
    }


def unmerge(brought: dict[str, Any]) -> None:
    """Take back what `merge` wrote; what was added to the kept one since then stays with it.

    Raises StateRefusal when the kept organization was itself merged into another since.
    """
    gone, kept = (Organization.objects.get(pk=brought[name]) for name in ("gone", "kept"))
    if kept.merged_into_id is not None:
        raise StateRefusal(
            "organization.merged", f"“{kept}” was itself merged into “{kept.merged_into}” since. Undo that first."
        )
    if brought["alias"]:
        OrganizationAlias.objects.filter(pk=brought["alias"]).delete()
    for label, ids in brought["moved"].items():
        model, _, name = label.rpartition(".")
        rows = apps.get_model(model)._default_manager.filter(pk__in=ids, **{name: kept})  # noqa: SLF001
        rows.update(**{name: gone})
    OrganizationParent.objects.filter(pk__in=brought["linked"]).delete()
    for link in brought["dropped"]:
        OrganizationParent.objects.get_or_create(
            child_id=link["child"], parent_id=link["parent"],
            defaults={"from_date": link["from"], "to_date": link["to"]},
        )  # fmt: skip
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])


def _pointing() -> Iterator[tuple[type[models.Model], str]]:
    """Every column that points at an organization, history, pairs and the marks of merging apart."""
    apart = {Organization, OrganizationPair, OrganizationParent}
    for relation in Organization._meta.related_objects:
        model = relation.related_model
        if model not in apart and not hasattr(model, "pgh_tracked_model"):
            yield model, relation.field.name


def _move(model: type[models.Model], name: str, gone: Organization, kept: Organization) -> list[int]:
    rows = model._default_manager.filter(**{name: gone})  # noqa: SLF001
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        rows.update(**{name: kept})
    return ids


def _move_parents(gone: Organization, kept: Organization) -> tuple[list[dict[str, Any]], list[int]]:
    """Links of the one that goes become links of the kept one. Returns them as they were, and the new ids."""
    dropped, linked = [], []
    for link in OrganizationParent.objects.filter(models.Q(child=gone) | models.Q(parent=gone)).order_by("pk"):
        dropped.append(
            {
                "child": link.child_id, "parent": link.parent_id,
                "from": link.from_date.isoformat() if link.from_date else None,
                "to": link.to_date.isoformat() if link.to_date else None,
            }
        )  # fmt: skip
        child, parent = (kept.pk if one == gone.pk else one for one in (link.child_id, link.parent_id))
        link.delete()
        new, created = OrganizationParent.objects.get_or_create(
            child_id=child, parent_id=parent, defaults={"from_date": link.from_date, "to_date": link.to_date}
        )
        linked += [new.pk] if created else []
    return dropped, linked
