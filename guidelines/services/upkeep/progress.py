"""How far a long piece of work has come: kept beside the database, whose transaction shows nothing before its end."""

from __future__ import annotations

import contextlib

from django.core.cache import cache

_KEEP_SECONDS = 3600
EVERY = 500


def tell(change_set_id: int, done: int, total: int) -> None:
    """Put down how many rows are done. A cache that is away costs the number, never the work."""
    with contextlib.suppress(Exception):
        cache.set(f"guidelines-change-{change_set_id}", (done, total), _KEEP_SECONDS)


def told(change_set_id: int) -> tuple[int, int] | None:
    """(rows done, rows in all), or None when nothing is known."""
    try:
        found: tuple[int, int] | None = cache.get(f"guidelines-change-{change_set_id}")
    except Exception:  # noqa: BLE001 - without the cache there is no number, and nothing else is wrong
        return None
    return found
