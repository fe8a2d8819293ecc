"""From where a change came: what the database put down beside it when it was made."""

from __future__ import annotations

from typing import Any

from accounts.rules.browsers import browser_in_words
from cases.models import CaseEvent


def from_where(event: CaseEvent, *, path: bool = False) -> str:
    """ "10.0.0.7, Firefox on Linux" for a person's act; what a command or task was doing for one of the site; "" where
    nothing was put down. path: the address that was asked too. Reads the event's context: select it along."""
    told: dict[str, Any] = event.context.metadata if event.context else {}
    if "user_agent" in told or "ip" in told:
        browser = browser_in_words(told["user_agent"]) if told.get("user_agent") else ""
        return ", ".join(filter(None, [told.get("ip"), browser, told.get("url") if path else ""]))
    return str(told.get("cause") or "")
