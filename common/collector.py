"""The garbage collector at rest while very many plain values are made that all are kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Looking for rings among hundreds of thousands of values that have none is a third of the time of making them.

    What was made meanwhile counts as old at the end (frozen and let go again, which moves it unlooked at): otherwise
    the first look afterwards would go through all of it after all.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()
