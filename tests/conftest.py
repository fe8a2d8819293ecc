from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp

from reviews.services.specialty_table import stand_by_shipped


@pytest.fixture(autouse=True)
def second_factor_not_demanded(settings):
    """Tests of other rooms sign people in without enrolling a factor; tests/accounts demands it as production does."""
    settings.REQUIRE_FACTOR = False


@pytest.fixture(autouse=True)
def shipped_specialties_stand():
    """A process looks every ten seconds for a newer edition of the specialties, so that by chance a page would cost one
    statement more. The tests of editions look for themselves (`forget`)."""
    stand_by_shipped()


@pytest.fixture(autouse=True)
def code_clock_stands(monkeypatch):
    """An app's code holds for 30 seconds: one typed at the end of its time would be refused by chance."""
    moment = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: moment))
