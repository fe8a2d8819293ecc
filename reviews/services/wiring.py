"""Everything of this app that registers itself with a lower room; imported once, when the app is ready.

Each line is a module whose import registers guards of the workflow, outbox handlers, signal receivers or sights.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from cases import panels
from cases.models import Case, Party
from cases.services.access import register_sight
from cases.signals import facts_corrected, items_settled, names_decided, party_came_late
from guidelines.services.what_changes import register_open_citations, register_recent_items
from letters.models import Letter
from letters.services import sight
from letters.signals import letter_sealed
from reviews.services import (
    accounts_link,
    batch,
    case_page,
    determination,
    guards,
    late_records,
    leaving,
    offer_lists,
    overturned,
    quality,
)
from reviews.services.late_conflicts import find_late, keep_late, look_again
from reviews.services.library_changes import open_citations, recent_items
from reviews.services.recheck import recheck_live, recheck_named
from reviews.services.review import follow_items

__all__ = ["accounts_link", "batch", "guards", "late_records", "leaving", "offer_lists", "overturned"]


@receiver(letter_sealed)
def _letter_sealed(*, letter: Letter, **signal: Any) -> None:  # noqa: ARG001 - signals may carry more
    determination.issue(letter=letter, now=timezone.now())


@receiver(facts_corrected)
def _facts_corrected(*, case: Case, asks_gate: bool, now: dt.datetime, **signal: Any) -> None:  # noqa: ARG001
    if asks_gate:
        recheck_live(case=case, now=now)
        look_again(case=case, why="The case was corrected after the determination.", now=now)


@receiver(party_came_late)
def _party_came_late(
    *,
    case: Case,
    party: Party,
    now: dt.datetime,
    **signal: Any,  # noqa: ARG001
) -> Callable[[], None] | None:
    found = find_late(case)
    why = f"Named after the determination: {party.get_role_display().lower()}, {party.display_name}."
    return partial(keep_late, case=case, found=found, why=why, now=now) if found else None


@receiver(names_decided)
def _names_decided(*, organizations: list[int], now: dt.datetime, **signal: Any) -> None:  # noqa: ARG001
    recheck_named(organizations=organizations, now=now)


@receiver(items_settled)
def _items_settled(*, case: Case, **signal: Any) -> None:  # noqa: ARG001
    follow_items(case=case)


register_sight(case_page.reviewer_sees)
register_recent_items(recent_items)
register_open_citations(open_citations)
sight.register_sight(quality.opens_letter)
register_sight(case_page.quality_reviewer_sees)
panels.register_panel("letters", case_page.letters_panel)
panels.register_actions(case_page.actions)
panels.register_holders(case_page.holders)
panels.register_next_dates(case_page.next_dates)
