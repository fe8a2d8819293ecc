from __future__ import annotations

import json

import pytest

from cases.models import Organization, OrganizationAlias, OrganizationPair, OrganizationParent
from cases.rules.names import name_key
from cases.rules.naming.relation import relation_of
from cases.services.organizations import find_or_add
from cases.services.register import current_register
from cases.services.schemas import organization_schema
from cases.services.starter_register import STARTER, load_starter_register
from common.actor import Actor
from common.services.exchange import read_rows

ACTOR = Actor.system("test")


def rows() -> list[dict]:
    return json.loads(STARTER.read_text(encoding="utf-8"))


def test_every_row_keeps_the_exchange_form_and_says_where_it_comes_from():
    checked = list(read_rows(STARTER, organization_schema()))
    assert len(checked) >= 400
    assert [row.refusal for row in checked if row.problems] == []
    assert all(len(row.data["source"]) > 20 for row in checked)


def test_one_name_means_one_organization_and_every_parent_is_a_row():
    keys: dict[str, str] = {}
    names = {row["name"] for row in rows()}
    for row in rows():
        for key in {name_key(name) for name in (row["name"], *row["aliases"])}:
            assert key
            assert keys.setdefault(key, row["name"]) == row["name"]
        assert all(parent["name"] in names for parent in row["parents"])
        assert all(not (p["from"] and p["to"]) or p["from"] <= p["to"] for p in row["parents"])


def test_kinds_are_known():
    assert {row["kind"] for row in rows()} <= set(Organization.Kind.values)


@pytest.mark.django_db
def test_the_register_is_loaded_whole_and_once_and_keeps_what_was_there_before():
    typed = find_or_add(["Sedgwick CMS", "Valley Orchards"], source="typed in case X")
    assert load_starter_register(actor=ACTOR) == []
    count = len(rows())
    assert Organization.objects.filter(registered=True).count() == count
    assert typed["Sedgwick CMS"].pk not in set(Organization.objects.values_list("pk", flat=True))
    sedgwick = Organization.objects.named("Sedgwick CMS").get()
    assert (sedgwick.registered, sedgwick.name) == (True, "Sedgwick Claims Management Services, Inc.")
    assert Organization.objects.named("Valley Orchards").get() == typed["Valley Orchards"]
    assert OrganizationParent.objects.filter(child__name="York Risk Services Group, Inc.", parent=sedgwick).exists()
    before = (Organization.objects.count(), OrganizationAlias.objects.count(), OrganizationParent.objects.count())
    assert relation_of("York Risk Services", "Sedgwick", current_register()).relation == "parent"
    found = find_or_add(["Sedgwick CMS Roseville"], source="typed in case Y")["Sedgwick CMS Roseville"]
    pair = OrganizationPair.objects.get(second=found, first=sedgwick)
    assert (pair.relation, pair.decision) == ("same", "open")
    assert before == (
        Organization.objects.count() - 1, OrganizationAlias.objects.count(), OrganizationParent.objects.count(),
    )  # fmt: skip
