from __future__ import annotations

import pytest
from django.core.cache import cache
from django.dispatch import Signal

from accounts import signals


@pytest.fixture(autouse=True)
def second_factor_not_demanded(settings):
    """Here the second factor is demanded, as in production."""
    settings.REQUIRE_FACTOR = True


@pytest.fixture(autouse=True)
def rooms_above_listen_to_nothing(monkeypatch):
    """What the rooms above refuse (an unknown reviewer, an unknown case) is their tests' business."""
    for signal in vars(signals).values():
        if isinstance(signal, Signal):
            monkeypatch.setattr(signal, "receivers", [])
            signal.sender_receivers_cache.clear()


@pytest.fixture(autouse=True)
def counted_anew():
    """Tries are counted in Redis, which no transaction rolls back."""
    cache.clear()
