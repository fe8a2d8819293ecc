"""Editions of the table of specialties: a draft is copied from what is in force, edited, checked and published.

The first edition is shipped (data/specialties*.toml) and needs no row; it holds until a published one does.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.roles import require
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RuleRefusal, StateRefusal
from reviews.models import SpecialtyEdition, SpecialtyField, SpecialtyList, SpecialtyNode
from reviews.rules.specialties_check import problems_of
from reviews.rules.specialties_table import WORD_LISTS
from reviews.services.specialty_table import data_of, forget, listed, shipped, table_of

RIGHT = "manage_rules"
#: So many problems are told at once.
_TOLD = 5
_FLAGS = ("everyday", "beside", "general")
_SAID = ("roots", "stems", "categories", "codes")


@transaction.atomic
def start_draft(*, edition: SpecialtyEdition, actor: Actor, now: dt.datetime) -> SpecialtyEdition:
    """Stores a new edition as a draft and copies into it all that is in force today.

    Raises RightRefusal; StateRefusal for an edition that is stored already.
    """
    require(actor, RIGHT)
    if edition.pk is not None and SpecialtyEdition.objects.filter(pk=edition.pk).exists():
        raise StateRefusal(
            "specialties.stored", "This edition has its rows already. Edit them, or add another edition."
        )
    current = SpecialtyEdition.objects.in_force(california_date(now)).first()
    edition.published_at, edition.published_by = None, ""
    edition.save()
    _fill(edition, data_of(current) if current else shipped())
    return edition


@transaction.atomic
def publish(*, edition_id: int, actor: Actor, now: dt.datetime) -> SpecialtyEdition:
    """Puts a draft in force from its day on; from then it never changes.

    Raises RightRefusal; StateRefusal for a published one; InputRefusal without a day, for a day past, for a day that
    another edition has; RuleRefusal with what is wrong in the table.
    """
    require(actor, RIGHT)
    edition = SpecialtyEdition.objects.select_for_update().get(pk=edition_id)
    if edition.published_at is not None:
        raise StateRefusal("specialties.published", f"{edition} is published already. Add a new edition to change it.")
    _refuse_day(edition, california_date(now))
    found = problems_of(table_of(data_of(edition)), shipped()["specialties"])
    if found:
        more = f" And {len(found) - _TOLD} more." if len(found) > _TOLD else ""
        raise RuleRefusal(
            "specialties.table", f"{edition} cannot be published yet. {' '.join(found[:_TOLD])}{more}"
        )  # fmt: skip
    edition.published_at, edition.published_by = now, actor.name
    edition.save(update_fields=["published_at", "published_by"])
    transaction.on_commit(forget)
    return edition


def _refuse_day(edition: SpecialtyEdition, today: dt.date) -> None:
    day = edition.effective_from
    if day is None:
        raise InputRefusal("specialties.day", f"{edition} has no day from which it is in force. Type one and save.")
    if day < today:
        raise InputRefusal(
            "specialties.day", f"{edition} would be in force from a day that is past. Type today or a later day."
        )
    taken = SpecialtyEdition.objects.filter(effective_from=day, published_at__isnull=False).first()
    if taken:
        raise InputRefusal("specialties.day", f"{taken} is in force from that day, too. Type another day.")


def _fill(edition: SpecialtyEdition, data: dict[str, Any]) -> None:
    """The data of an edition as rows."""
    aliases: dict[str, list[str]] = {}
    for alias, name in data["aliases"].items():
        aliases.setdefault(name, []).append(alias)
    SpecialtyNode.objects.bulk_create(
        SpecialtyNode(
            edition=edition, name=name, degree=row.get("degree", ""), generalist=bool(row.get("generalist")),
            near=", ".join(row.get("near", ())), parents=", ".join(row.get("parents", ())),
            aliases=", ".join(aliases.get(name, ())),
        )
        for name, row in data["specialties"].items()
    )  # fmt: skip
    SpecialtyField.objects.bulk_create(_field(edition, row) for row in data["fields"])
    group = SpecialtyList.Group
    lists = [
        *((group.SET, key, words) for key, words in data["sets"].items()),
        *((group.KIND, key, words) for key, words in data["kinds"].items()),
        *((group.READING, key, words) for key, words in data["reading"].items()),
        *((group.BARRED, key, ", ".join(row.get("not", ()))) for key, row in data["degrees"].items()),
        *((group.ONLY, key, ", ".join(row["fields"])) for key, row in data["degrees"].items() if row.get("fields")),
    ]
    SpecialtyList.objects.bulk_create(
        SpecialtyList(edition=edition, group=kind, key=key, words=", ".join(listed(words)))
        for kind, key, words in lists
    )  # fmt: skip


def _field(edition: SpecialtyEdition, row: dict[str, Any]) -> SpecialtyField:
    return SpecialtyField(
        edition=edition,
        key=row["key"],
        says=row["says"],
        kind=row.get("kind", ""),
        **{name: ", ".join(row.get(name, ())) for name in ("specialties", "surgeons", "with_injury")},
        **{name: bool(row.get(name)) for name in _FLAGS},
        **{name: ", ".join(listed(row.get(name, ""))) for name in WORD_LISTS},
        **{name: " ".join(row.get(name, "").split()) for name in _SAID},
    )
