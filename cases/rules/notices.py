"""Notices as values: how a recipient can be reached, when paper must be with the carrier, what the square code says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

MAIL, ELECTRONIC = "mail", "electronic"

#: What the square code on a cover sheet begins with; what follows names the copy that it was made for.
_ROUTE = re.compile(r"IMR1:([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True)
class Recipient:
    """Who gets a notice and how. problem: why it cannot be served yet, with what to do; empty when it can.

    lines: postal address without the name; region: its state; answers: owes the answer that the notice asks for.
    """

    role: str
    role_label: str
    name: str
    lines: tuple[str, ...] = ()
    region: str = ""
    complete: bool = False
    email: str = ""
    serve_by: str = ""
    party_id: int | None = None
    answers: bool = False
    method: str = MAIL
    problem: str = ""


def with_way(recipient: Recipient) -> Recipient:
    """The recipient with the way of service, or with the problem that stands against it.

    Electronic service only for whom it was chosen; everybody else gets paper.
    """
    if recipient.serve_by == ELECTRONIC:
        problem = "" if recipient.email else _lacks(recipient, "to be served electronically and has no e-mail address")
        return replace(recipient, method=ELECTRONIC, problem=problem)
    problem = "" if recipient.complete else _lacks(recipient, "to be served by mail and has no complete postal address")
    return replace(recipient, method=MAIL, problem=problem)


def without_doubles(recipients: Iterable[Recipient]) -> list[Recipient]:
    """Each address once: who has two parts in a case gets one copy, under the first of them."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for one in recipients:
        key = _where(one)
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept


def same_address(one: Recipient, other: Recipient) -> bool:
    """Whether both are one and the same, perhaps under two parts of the case."""
    return _where(one) == _where(other)


def _where(one: Recipient) -> tuple[object, ...]:
    return (one.name.casefold(), tuple(line.casefold() for line in one.lines), one.email.casefold())


def cut_off(now: dt.datetime, *, hour: str, zone: ZoneInfo) -> dt.datetime:
    """The next moment at which paper must be with the carrier: `hour` ("16:30") of a day from Monday to Friday."""
    at = dt.time.fromisoformat(hour)
    day = now.astimezone(zone).date()
    while True:
        moment = dt.datetime.combine(day, at, tzinfo=zone)
        if moment > now and day.weekday() < 5:  # noqa: PLR2004 - Monday to Friday
            return moment
        day += dt.timedelta(days=1)


def pieces_that_fit(sizes: Sequence[int], limit: int) -> int:
    """How many pieces, from the first one on, fill a batch of at most `limit` pages; at least one when there is any."""
    pages = 0
    for place, size in enumerate(sizes):
        pages += size
        if pages > limit and place:
            return place
    return len(sizes)


def route_text(route: str) -> str:
    """What the square code of a cover sheet says; `route_of` reads it back."""
    return f"IMR1:{route}"


def route_of(text: str) -> str | None:
    """The route that a scanned code names; None for a code that is not ours."""
    match = _ROUTE.fullmatch(text.strip())
    return match[1] if match else None


def _lacks(recipient: Recipient, what: str) -> str:
    who = f"{recipient.name} ({recipient.role_label.lower()})" if recipient.role_label else recipient.name
    return f"{who} is {what}. Correct the party, then try again; or choose the other way of service."
