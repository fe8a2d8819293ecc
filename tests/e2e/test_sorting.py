"""Sorting a bundle and putting files with their cases, by keys and by pointer."""

from __future__ import annotations

import pytest

from cases.services.moving import move_record
from tests.accounts.people import make_person
from tests.cases.test_bundle_rules import GOES_ON, REPORT, SCAN
from tests.cases.test_bundles import a_filed
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, shoot, sign_in
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits_everywhere(page):
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_pages_in_the_wrong_case_and_the_incident(live_server, page):
    document, other = a_filed([REPORT, GOES_ON, SCAN]), make_case()
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{document.case.number}/records/{document.pk}/wrong-case/")
    shoot(page, "wrong-case")
    axe_everywhere(page)
    fits_everywhere(page)
    incident = move_record(
        document=document, to=other, why="These pages are of another worker.", actor=COORDINATOR, now=NOW
    )
    sign_in(page, make_person("medical_director"), live_server.url)
    for place in ("", f"{incident.pk}/"):
        page.goto(f"{live_server.url}/cases/incidents/{place}")
        shoot(page, f"incidents{place.strip('/')}")
        axe_everywhere(page)
        fits_everywhere(page)
