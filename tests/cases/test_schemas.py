from __future__ import annotations

from pathlib import Path

import pytest

from cases.models import AdministratorCitation, Diagnosis, DisputedItem, Document, Organization, Party, Person, Worker
from cases.models.case import Application, Case, Claim, UtilizationReview
from cases.services.schemas import FOLDER, case_schema, organization_schema, past_case_schema
from common.services.exchange import check_schema

DOCS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def test_the_published_schemas_are_those_in_force():
    names = sorted(path.name for path in FOLDER.iterdir())
    assert names == ["case.schema.json", "organization.schema.json"]
    for name in names:
        assert (DOCS / name).read_bytes() == (FOLDER / name).read_bytes()


def test_the_schema_of_past_cases_is_one():
    check_schema(past_case_schema())
    assert case_schema()["required"] != past_case_schema()["required"]


def objects_of(schema):
    """(name of the part, its properties) for every object of the case schema."""
    for name in ("worker", "claim", "utilization_review", "application"):
        yield name, schema["properties"][name]["properties"]
    for name, part in schema["$defs"].items():
        yield name, part["properties"]
    yield "person", schema["$defs"]["party"]["properties"]["person"]["properties"]


MODELS = {
    "worker": Worker, "claim": Claim, "utilization_review": UtilizationReview, "application": Application,
    "address": Worker, "citation": AdministratorCitation, "party": Party, "diagnosis": Diagnosis, "item": DisputedItem,
    "document": Document, "person": Person,
}  # fmt: skip


@pytest.mark.parametrize("part", MODELS)
def test_no_text_is_longer_than_its_column_and_every_choice_is_the_models_own(part):
    model, rules = MODELS[part], dict(objects_of(case_schema()))[part]
    fields = {field.name: field for field in model._meta.get_fields()}
    for key, rule in rules.items():
        field = fields.get(key)
        if field is not None and getattr(field, "max_length", None) and "maxLength" in rule:
            assert rule["maxLength"] <= field.max_length, key
        if field is not None and getattr(field, "choices", None) and "enum" in rule:
            assert {choice for choice in rule["enum"] if choice} == {str(value) for value, _ in field.choices}, key


def test_the_kinds_of_organizations_are_the_models_own():
    kinds = organization_schema()["properties"]["kind"]["enum"]
    assert {kind for kind in kinds if kind} == set(Organization.Kind.values)


def test_the_priorities_are_the_models_own():
    assert {one for one in case_schema()["properties"]["priority"]["enum"] if one} == set(Case.Priority.values)
