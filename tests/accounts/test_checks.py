from __future__ import annotations

import pytest

from accounts.checks import check_deployment

GOOD = {
    "DEMO": False,
    "TLS": True,
    "DEBUG": False,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SITE_URL": "https://imr.example.org",
    "REQUIRE_FACTOR": True,
    "DEFAULT_FROM_EMAIL": "imr@example.org",
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"DEMO": True}, "imr.E001"),
        ({"TLS": False}, "imr.E002"),
        ({"DEBUG": True}, "imr.E003"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "imr.E004"),
        ({"SITE_URL": "http://imr.example.org"}, "imr.E005"),
        ({"REQUIRE_FACTOR": False}, "imr.E006"),
        ({"DEFAULT_FROM_EMAIL": "imr-site@localhost"}, "imr.E007"),
    ],
)
def test_each_unsafe_setting_is_named(settings, change, found):
    for name, value in {**GOOD, **change}.items():
        setattr(settings, name, value)
    assert [finding.id for finding in check_deployment(None)] == [found]


def test_a_sound_installation_passes(settings):
    for name, value in GOOD.items():
        setattr(settings, name, value)
    assert check_deployment(None) == []
