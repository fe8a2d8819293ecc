from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from cases.models import Organization, Party
from tests.factories.cases import make_case
from tests.support.commands import answer_of

pytestmark = pytest.mark.django_db


def an_organization(name="Golden Claims, Inc.", **facts):
    return {"name": name, "kind": "administrator", "source": "register of 2026", **facts}


def run(folder, *rows) -> dict:
    path = folder / "organizations.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return answer_of("import_organizations", path)


def reason_of(folder, *rows) -> str:
    result = run(folder, *rows)["results"][-1]
    assert result["status"] == "rejected"
    return result["reason"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        call_command("import_organizations", str(tmp_path / "none.json"))


def test_an_unknown_key_and_a_missing_source_are_named(tmp_path):
    assert "sourc" in reason_of(tmp_path, {"name": "A", "sourc": "x"})
    assert '"source" is missing' in reason_of(tmp_path, {"name": "A"})


def test_an_alias_of_another_organization_is_refused(tmp_path):
    first = an_organization(aliases=["Golden"])
    assert "name of “Golden Claims, Inc.”" in reason_of(tmp_path, first, an_organization("Gilt", aliases=["GOLDEN."]))
    assert "alias of “Golden Claims, Inc.”" in reason_of(tmp_path, first, an_organization("Golden"))
    assert list(Organization.objects.values_list("name", flat=True)) == ["Golden Claims, Inc."]


@pytest.mark.parametrize(
    "rows",
    [
        [an_organization("A", parents=[{"name": "a."}])],
        [an_organization("A", parents=[{"name": "B"}]), an_organization("B", parents=[{"name": "A"}])],
        [
            an_organization("A", parents=[{"name": "B"}]),
            an_organization("B", parents=[{"name": "C"}]),
            an_organization("C", parents=[{"name": "A"}]),
        ],
    ],
)
def test_parents_in_a_ring_are_refused(tmp_path, rows):
    assert "belongs to" in reason_of(tmp_path, *rows)


def test_a_parent_period_that_runs_backwards_is_refused(tmp_path):
    parent = {"name": "B", "from": "2020-01-01", "to": "2019-12-31"}
    assert "before it begins" in reason_of(tmp_path, an_organization(parents=[parent]))
    assert not Organization.objects.exists()


def test_the_register_is_loaded_once_and_brought_up_to_date(tmp_path):
    row = an_organization(aliases=["GCI"], parents=[{"name": "Gold Holding", "from": "2015-01-01"}], npi="1000000004")
    assert run(tmp_path, row)["accepted"] == 1
    assert run(tmp_path, row)["duplicate"] == 1
    row["parents"][0]["to"] = "2025-12-31"
    row["aliases"].append("Golden")
    assert run(tmp_path, row)["updated"] == 1
    golden = Organization.objects.get(key="golden claims inc")
    assert golden.registered
    assert sorted(golden.aliases.values_list("name", flat=True)) == ["GCI", "Golden"]
    link = golden.parent_links.get()
    assert (link.parent.name, link.parent.registered, str(link.to_date)) == ("Gold Holding", False, "2025-12-31")


def test_what_was_first_typed_in_a_case_becomes_the_registers(tmp_path):
    case = make_case()
    assert run(tmp_path, an_organization("Golden Claims", aliases=["Golden Claims Services"]))["accepted"] == 1
    party = case.parties.get(role=Party.Role.CLAIMS_ADMINISTRATOR)
    assert (party.organization.name, party.organization_name) == ("Golden Claims", "Golden Claims Services")
    assert not Organization.objects.filter(key="golden claims services").exists()
    assert run(tmp_path, an_organization("Valley Orchards Inc"))["updated"] == 1
    assert Organization.objects.get(key="valley orchards inc").registered
