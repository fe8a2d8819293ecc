from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def second_factor_not_demanded(settings):
    """Tests of other rooms sign people in without enrolling a factor; tests/accounts demands it as production does."""
    settings.REQUIRE_FACTOR = False
