from __future__ import annotations

import pytest

from tests.factories.reviewers import make_reviewer


@pytest.mark.django_db
def test_reviewers_of_the_factory_differ_in_everything_that_must_be_unique():
    first, second = make_reviewer(), make_reviewer(affiliations=[{"organization": "Acme Health", "role": "employee"}])
    assert first.npi != second.npi
    assert first.key != second.key
    assert second.affiliations.get().organization.name == "Acme Health"
