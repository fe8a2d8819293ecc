"""Every page that a person may open shows itself: no page of accounts breaks, whatever the account has."""

from __future__ import annotations

import pytest

from tests.accounts.doors import site_views
from tests.accounts.people import PASSWORD, make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factor", [True, False])
def test_no_page_of_sign_in_and_security_breaks(factor, settings):
    settings.REQUIRE_FACTOR = False
    browser = signed_in(make_person("administrator", "auditor", "quality_reviewer", factor=factor))
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for view in site_views():
        url = view.url()
        if url and (view.namespaces == ("accounts",) or not view.namespaces):
            assert browser.get(url).status_code != 500, url


def test_recovery_codes_are_made_shown_and_downloaded():
    person = make_person("auditor")
    browser = signed_in(person)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/2fa/recovery-codes/generate/")
    assert browser.get("/accounts/2fa/recovery-codes/").content.count(b"<code>") == 10
    assert b"10 of 10 are left" in browser.get("/accounts/2fa/").content
    download = browser.get("/accounts/2fa/recovery-codes/download/")
    assert "attachment" in download.headers["Content-Disposition"]
