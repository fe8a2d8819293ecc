from __future__ import annotations

import pytest

from cases.models import Organization
from cases.services.directory import find_organizations, find_persons
from tests.cases.pages import browser
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db

ADDRESS = {"line1": "1 Market St", "city": "Fresno", "state": "CA", "zip": "93701"}


def parties(**changes: object) -> list[dict[str, object]]:
    return [
        {"role": "claims_administrator", "organization": "Golden Claims Services", "serve_by": "electronic",
         "address": ADDRESS, "email": "imr@golden.example", **changes},
        {"role": "requesting_physician", "organization": "Fresno Spine Group", "address": ADDRESS,
         "person": {"first_name": "Peter", "last_name": "Okáfor", "npi": "1000000004", "specialty": "Surgery"}},
    ]  # fmt: skip


def test_the_directory_is_for_those_who_take_in():
    assert browser("auditor").post("/cases/new/directory/", {"text": "golden"}).status_code == 403
    assert browser("coordinator").get("/cases/new/directory/").status_code == 405


def test_one_letter_or_a_name_that_nobody_knows_finds_nothing():
    make_case(parties=parties())
    for text in ("g", "%", "", "zzz", "_\x00_"):
        assert find_organizations(text) == []
        assert find_persons(text, role="requesting_physician") == []
    assert find_persons("okafor", role="worker_attorney") == []


def test_an_organization_brings_its_last_address_and_way_of_service():
    make_case(parties=parties(address={}, email=None))
    make_case(parties=parties())
    make_case(parties=parties(address={}, email=None))
    found = find_organizations("golden cl")
    assert [one.label for one in found] == ["Golden Claims Services"]
    assert found[0].fields["line1"] == "1 Market St"
    assert found[0].fields["serve_by"] == "electronic"


def test_the_registers_own_entries_come_first_with_their_address():
    make_case(parties=parties())
    Organization.objects.create(
        name="The Golden Bear", key="the golden bear", source="register", registered=True, addresses=[ADDRESS]
    )
    found = find_organizations("golden")
    assert [one.label for one in found] == ["The Golden Bear", "Golden Claims Services"]
    assert found[0].fields["city"] == "Fresno"


@pytest.mark.parametrize("count", [1, 3, 30])
def test_persons_are_found_by_any_part_of_the_name_in_two_statements(django_assert_num_queries, count):
    for _ in range(count):
        make_case(parties=parties())
    with django_assert_num_queries(2):
        found = find_persons("okafor pet", role="requesting_physician")
    assert [one.fields for one in found] == [
        {"first_name": "Peter", "last_name": "Okáfor", "npi": "1000000004", "specialty": "Surgery",
         "organization": "Fresno Spine Group", **ADDRESS}
    ]  # fmt: skip


def test_the_browser_gets_entries_with_the_fields_that_they_fill():
    make_case(parties=parties())
    client = browser("coordinator")
    answered = client.post("/cases/new/directory/", {"text": "okaf", "kind": "person", "role": "requesting_physician"})
    assert answered.json()["entries"][0]["label"] == "Peter Okáfor"
    assert client.post("/cases/new/directory/", {"text": "okaf", "kind": "person", "role": "x"}).json() == {
        "entries": []
    }
    assert client.post("/cases/new/directory/", {"text": "spine"}).json()["entries"][0]["label"] == "Fresno Spine Group"
