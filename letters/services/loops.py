"""pyHanko signs and validates in an event loop of its own, which a thread that runs one already cannot start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def beside_any_loop(work: Callable[[], Result]) -> Result:
    """Do `work` here, or in a thread of its own where this one runs a loop. It must not touch the database."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()
