"""How far a long piece of work has come: kept beside the database, whose transaction shows nothing before its end."""

from __future__ import annotations

import contextlib

from django.core.cache import cache

_KEEP_SECONDS = 3600
EVERY = 500


def tell(work: int | str, done: int, total: int) -> None:
    """Put down how far a change set (its id) or another piece of work (its name) is. A cache that is away costs the
    number, never the work.
    """
    with contextlib.suppress(Exception):
        cache.set(f"guidelines-change-{work}", (done, total), _KEEP_SECONDS)


def told(work: int | str) -> tuple[int, int] | None:
    """(rows done, rows in all), or None when nothing is known."""
    try:
        found: tuple[int, int] | None = cache.get(f"guidelines-change-{work}")
    except Exception:  # noqa: BLE001 - without the cache there is no number, and nothing else is wrong
        return None
    return found
