"""What other rooms show on the case page: they register it here in their AppConfig.ready, so that cases imports nobody.

    register_panel("letters", show_letters)         # a section on a tab of the case page
    register_actions(offer_actions)                 # entries of the action rail
    register_holders(holders)                       # who has a case in hand, for lists and the page's head
    register_next_dates(next_dates)                 # the next date of cases

Every function must answer in a constant number of statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cases.models import Case

#: Tabs of the case page, in their order: key -> label.
TABS: dict[str, str] = {
    "summary": "Summary",
    "eligibility": "Eligibility",
    "items": "Items",
    "parties": "Parties",
    "records": "Records",
    "deadlines": "Deadlines",
    "letters": "Letters",
    "notes": "Notes",
    "history": "History",
}


@dataclass(frozen=True)
class Panel:
    """A section to show: its template and what the template needs. above: before the tab's own content."""

    template: str
    context: dict[str, Any]
    above: bool = False


#: (request, case) -> the section, or None when there is nothing to show to this person.
ShowPanel = Callable[[HttpRequest, Case], Panel | None]
#: (request, case) -> entries as `{% actions %}` takes them; a URL of its own acts, never this function.
ShowActions = Callable[[HttpRequest, Case], Sequence[Mapping[str, Any]]]
Holders = Callable[[Sequence[Case]], Mapping[int, str]]
NextDates = Callable[[Sequence[Case]], Mapping[int, dt.date]]

_PANELS: dict[str, list[tuple[int, ShowPanel]]] = {}
_ACTIONS: list[ShowActions] = []
_HOLDERS: list[Holders] = []
_NEXT_DATES: list[NextDates] = []


def register_panel(tab: str, show: ShowPanel, *, order: int = 50) -> None:
    """Show a section on a tab (a key of TABS); lower orders stand higher."""
    if tab not in TABS:
        raise ValueError(f"unknown tab: {tab}")
    if all(known is not show for _, known in _PANELS.get(tab, [])):
        _PANELS.setdefault(tab, []).append((order, show))
        _PANELS[tab].sort(key=lambda one: one[0])


def register_actions(show: ShowActions) -> None:
    """Add entries to the action rail. An entry marked primary wins over the workflow's own."""
    if show not in _ACTIONS:
        _ACTIONS.append(show)


def register_holders(holders: Holders) -> None:
    """Say who has cases in hand: case id -> name as staff may see it."""
    if holders not in _HOLDERS:
        _HOLDERS.append(holders)


def register_next_dates(next_dates: NextDates) -> None:
    """Say the next date of cases: case id -> day. Wins over the house's own rule of thumb."""
    if next_dates not in _NEXT_DATES:
        _NEXT_DATES.append(next_dates)


def panels_of(tab: str, request: HttpRequest, case: Case) -> list[Panel]:
    shown = (show(request, case) for _, show in _PANELS.get(tab, []))
    return [panel for panel in shown if panel is not None]


def actions_of(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    return [dict(entry) for show in _ACTIONS for entry in show(request, case)]


def holders_of(cases: Sequence[Case]) -> dict[int, str]:
    found: dict[int, str] = {}
    for holders in _HOLDERS:
        found.update(holders(cases))
    return found


def next_dates_of(cases: Sequence[Case]) -> dict[int, dt.date]:
    found: dict[int, dt.date] = {}
    for next_dates in _NEXT_DATES:
        found.update(next_dates(cases))
    return found
