"""The project's sample files go in, and each bad one is refused as its note says."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from cases.models import Case, Organization
from cases.services.case_import import import_file as import_cases
from cases.services.organization_import import import_file as import_organizations
from common.errors import InputRefusal
from tests.factories.cases import FACTORY, make_case

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).resolve().parents[2] / "sample"
NOW = dt.datetime(2026, 11, 24, 7, tzinfo=dt.UTC)


def load(name):
    return json.loads((SAMPLE / name).read_text(encoding="utf-8"))


def run(command, path):
    if command == "import_cases":
        return list(import_cases(path=path, actor=FACTORY, now=NOW))
    return list(import_organizations(path=path, actor=FACTORY))


def test_every_sample_organization_and_case_is_taken_in():
    for command, name in (("import_organizations", "organizations.json"), ("import_cases", "cases.json")):
        results = run(command, SAMPLE / name)
        assert {(one.status, one.reason) for one in results} == {("accepted", "")}
    assert Case.objects.filter(documents__file__isnull=False).exists()
    assert Organization.objects.filter(registered=True).exists()


BAD = [one for one in load("bad/expected.json") if one["command"] in ("import_cases", "import_organizations")]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad["file"])
def test_a_bad_sample_file_is_refused_as_its_note_says(bad):
    path = SAMPLE / "bad" / bad["file"]
    try:
        results = run(bad["command"], path)
    except InputRefusal as refusal:
        said = refusal.message
        assert not bad["rejected"], said
    else:
        assert [one.row for one in results if one.status == "rejected"] == bad["rejected"]
        assert sum(one.status == "accepted" for one in results) == bad["accepted"]
        said = " ".join(one.reason for one in results)
    for name in bad["names"]:
        assert name in said
    assert Case.objects.count() == (bad["accepted"] if bad["command"] == "import_cases" else 0)


@pytest.mark.parametrize("script", load("scripts.json"), ids=lambda one: one["script"])
def test_a_workers_name_stays_as_typed_in_every_script(script):
    names = {key: script[key] for key in ("first_name", "last_name", "language")}
    worker = Case.objects.get(pk=make_case(worker=names).pk).worker
    assert {key: getattr(worker, key) for key in names} == names
