from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def second_factor_not_demanded(settings):
    """Here the second factor is demanded, as in production."""
    settings.REQUIRE_FACTOR = True


@pytest.fixture(autouse=True)
def counted_anew():
    """Tries are counted in Redis, which no transaction rolls back."""
    cache.clear()
