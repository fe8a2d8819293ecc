"""What the holder of a notice's code is told that it still owes."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.services import access_codes, record_marks
from cases.services.outside import missing_for
from tests.cases.test_chasing_pages import owing_case
from tests.factories.cases import COORDINATOR, NOW

pytestmark = pytest.mark.django_db
REPORTS = "Reports of the treating physician, last 6 months"


def told(**whom) -> list[tuple[str, str, dt.date | None]]:
    code = access_codes.make_row(purposes={"upload"}, now=NOW, **whom)
    return [(one.case_number, one.what, one.due) for one in missing_for(code)]


def test_an_organizations_code_tells_of_all_its_cases_and_of_nobody_elses():
    later, sooner = owing_case(due="2026-12-03"), owing_case(due="2026-11-20")
    owing_case(administrator="Acme Adjusters")
    golden = later.parties.get(role="claims_administrator").organization
    assert told(organization=golden) == [
        (sooner.number, REPORTS, dt.date(2026, 11, 20)), (later.number, REPORTS, dt.date(2026, 12, 3)),
    ]  # fmt: skip


def test_a_partys_code_tells_of_its_case_alone_and_a_worker_owes_nothing():
    case = owing_case()
    owing_case()
    party = case.parties.get(role="claims_administrator")
    assert [number for number, _, _ in told(case=case, party=party)] == [case.number]
    assert told(case=case, role="worker") == []
    case.documents.create(position=9, title="Report", kind="medical_report", received_at=NOW)
    assert told(case=case, party=party) == []


def test_a_report_noted_by_name_is_called_by_its_kind_to_outsiders():
    case = owing_case()
    record_marks.name_record(case=case, label="Psychiatric report of 05/06/2026", actor=COORDINATOR, now=NOW)
    said = [what for _, what, _ in told(case=case, party=case.parties.get(role="claims_administrator"))]
    assert said == [REPORTS, "Reports named in the request for authorization and the UR decision"]
