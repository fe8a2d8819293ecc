"""Deciding once and for all what two alike names mean: the same, different, or parent and child; and undo.

Whoever decides locks the register, the pair and both organizations: of two people who decide about one pair at once,
one wins, and the other is told what was decided. Whoever holds a case that the decision touches is judged anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from accounts.roles import require
from cases.models import Organization, OrganizationPair, OrganizationParent
from cases.services.alike_names import look_for_pairs
from cases.services.merging import merge, unmerge
from cases.services.organization_import import lock_register
from cases.signals import names_decided
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal

Decision = OrganizationPair.Decision
_RIGHT = "decide_names"


def decide_same(*, pair_id: int, actor: Actor, now: dt.datetime) -> OrganizationPair:
    """The two are one: the registered one stays, or the older where neither is; the other's name becomes an alias.

    Raises RightRefusal; StateRefusal when somebody decided already; InputRefusal when one belongs to the other.
    """

    def write(pair: OrganizationPair) -> dict[str, Any]:
        kept, gone = (
            (pair.second, pair.first) if pair.second.registered and not pair.first.registered
            else (pair.first, pair.second)
        )  # fmt: skip
        brought = merge(gone=gone, kept=kept)
        look_for_pairs([kept])
        return brought

    return _decide(pair_id, Decision.SAME, write, actor, now)


def decide_different(*, pair_id: int, actor: Actor, now: dt.datetime) -> OrganizationPair:
    """The two have nothing to do with one another; nobody is asked again. Raises as `decide_same`."""
    return _decide(pair_id, Decision.DIFFERENT, lambda _pair: {}, actor, now)


def decide_parent(
    *, pair_id: int, parent_id: int, actor: Actor, now: dt.datetime, since: dt.date | None = None,
    until: dt.date | None = None,
) -> OrganizationPair:  # fmt: skip
    """One of the two owns the other, in a period or always. Both count as registered from now on.

    parent_id: id of the organization of the pair that is the parent. Raises as `decide_same`, and InputRefusal for a
    period that runs backwards or a parent that belongs to its child.
    """
    if since and until and until < since:
        raise InputRefusal("organization.period", f"The period ends on {until}, before it begins on {since}.")

    def write(pair: OrganizationPair) -> dict[str, Any]:
        parent, child = (pair.first, pair.second) if pair.first_id == parent_id else (pair.second, pair.first)
        link, created = _link(child, parent, since, until)
        fresh = [one.pk for one in (parent, child) if not one.registered]
        for one in (parent, child):
            if not one.registered:
                one.registered = True
                one.save(update_fields=["registered"])
        return {"link": link.pk if created else None, "registered": fresh}

    pair = OrganizationPair.objects.filter(pk=pair_id).first()
    if pair is None or parent_id not in (pair.first_id, pair.second_id):
        raise InputRefusal("names.parent", "Name one of the two organizations of the pair as the parent.")
    decision = Decision.FIRST_IS_PARENT if pair.first_id == parent_id else Decision.SECOND_IS_PARENT
    return _decide(pair_id, decision, write, actor, now)


def undo(*, pair_id: int, actor: Actor, now: dt.datetime) -> OrganizationPair:
    """Take a decision back; the pair is open again. Raises StateRefusal where nothing is decided."""
    require(actor, _RIGHT)
    with transaction.atomic(), acting(actor, "decision about two names undone"):
        pair = _locked(pair_id)
        if pair.decision == Decision.OPEN:
            raise StateRefusal("names.undo", f"Nothing is decided about “{pair.first}” and “{pair.second}”.")
        brought = pair.brought
        if pair.decision == Decision.SAME:
            unmerge(brought)
        elif pair.decision != Decision.DIFFERENT:
            OrganizationParent.objects.filter(pk=brought.get("link") or 0).delete()
            for one in Organization.objects.filter(pk__in=brought.get("registered", [])):
                one.registered = False
                one.save(update_fields=["registered"])
        pair.decision, pair.decided_at, pair.decided_by, pair.brought = Decision.OPEN, None, "", {}
        pair.save()
        names_decided.send(sender=OrganizationPair, organizations=[pair.first_id, pair.second_id], actor=actor, now=now)
        return pair


def _decide(
    pair_id: int, decision: str, write: Callable[[OrganizationPair], dict[str, Any]], actor: Actor, now: dt.datetime
) -> OrganizationPair:
    require(actor, _RIGHT)
    with transaction.atomic(), acting(actor, f"two names: {Decision(decision).label.lower()}"):
        pair = _locked(pair_id)
        if pair.decision != Decision.OPEN:
            raise StateRefusal(
                "names.decided",
                f"{pair.decided_by} decided already about “{pair.first}” and “{pair.second}”: "
                f"{pair.get_decision_display().lower()}. Undo that first to decide otherwise.",
            )
        for one in (pair.first, pair.second):
            if one.merged_into is not None:
                raise StateRefusal(
                    "names.merged", f"“{one}” was merged into “{one.merged_into}” meanwhile. Decide about that one."
                )
        pair.brought = write(pair)
        pair.decision, pair.decided_at, pair.decided_by = decision, now, actor.name
        pair.save()
        names_decided.send(sender=OrganizationPair, organizations=[pair.first_id, pair.second_id], actor=actor, now=now)
        return pair


def _locked(pair_id: int) -> OrganizationPair:
    """The pair with both organizations, locked in one order; one writer of the register at a time."""
    lock_register()
    pair = OrganizationPair.objects.select_for_update(no_key=True).filter(pk=pair_id).first()
    if pair is None:
        raise InputRefusal("names.pair", "There is no such pair of names. Open the list again.")
    rows = Organization.objects.select_for_update(no_key=True).filter(pk__in=[pair.first_id, pair.second_id])
    locked = {one.pk: one for one in rows.order_by("pk")}
    pair.first, pair.second = locked[pair.first_id], locked[pair.second_id]
    return pair


def _link(
    child: Organization, parent: Organization, since: dt.date | None, until: dt.date | None
) -> tuple[OrganizationParent, bool]:
    try:
        with transaction.atomic():
            return OrganizationParent.objects.get_or_create(
                child=child, parent=parent, defaults={"from_date": since, "to_date": until}
            )
    except IntegrityError:
        raise InputRefusal(
            "organization.cycle",
            f"“{parent}” belongs to “{child}” itself, directly or by other companies. It cannot also be its parent.",
        ) from None
