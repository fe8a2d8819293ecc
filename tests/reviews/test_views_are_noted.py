"""Whoever sees a case stands in the access log: asked of every address of the site that names one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from cases import panels
from tests.accounts.doors import site_views
from tests.cases.pages import browser
from tests.factories.cases import make_case

#: Addresses with a case number that answer without a word of the case, and why.
SHOWS_NOTHING = {
    "reviews:token": "gives a fresh token to a form that is open already",
    "reviews:letter_state": "says how far the sealing is",
    "cases:arrivals": "asks again for a part of a page whose opening was noted",
}


def addresses(case):
    """Every address that names a case, filled with this one; records and parts get the ones that it has."""
    document = case.documents.first()
    for view in site_views():
        names = dict(view.arguments)
        if not isinstance(names.get("number"), str) or view.name in SHOWS_NOTHING:
            continue
        filled = {name: document.pk if name == "pk" else value for name, value in names.items()} | {
            "number": case.number
        }
        if view.name == "cases:tab":
            for tab in panels.TABS:
                yield view.name, reverse(view.name, kwargs={**filled, "tab": tab})
        else:
            yield view.name, reverse(view.name, kwargs=filled)


@pytest.mark.django_db
def test_every_page_of_a_case_that_opens_notes_the_view():
    opened, silent = set(), set()
    for state, roles in {"eligibility": ("coordinator",), "quality_check": ("quality_reviewer",)}.items():
        case, client = make_case(state=state), browser(*roles)
        for name, url in addresses(case):
            before = AccessLog.objects.filter(target_key=case.number).count()
            answer = client.get(url)
            noted = AccessLog.objects.filter(target_key=case.number).count() > before
            if answer.status_code == 200:
                (opened if noted else silent).add(name)
    assert silent == set(), "these show case data and note nothing"
    assert {"cases:case", "cases:tab", "cases:notes", "cases:explain", "cases:owner", "reviews:candidates"} <= opened
