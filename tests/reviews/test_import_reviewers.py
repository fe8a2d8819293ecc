from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from cases.models import Organization
from reviews.models import Reviewer
from reviews.services.gate import ask_gate
from reviews.services.schemas import FOLDER
from tests.factories.cases import make_case
from tests.factories.reviewers import TODAY
from tests.support.commands import answer_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "schemas"

ROW = {
    "reviewer_id": "R-1", "first_name": "Mina", "last_name": "Okonjo", "degree": "MD", "email": "mina@panel.example",
    "npi": "1234567890",
    "certifications": [
        {"board": "ABPMR", "specialty": "Physical Medicine & Rehabilitation", "subspecialty": None,
         "certified_on": "2004-07-01", "expires_on": None, "verified_on": "2026-06-01", "verified_by": "C",
         "source": "S"}
    ],
    "licenses": [
        {"state": "CA", "number": "A1", "status": "active", "expires_on": "2028-06-30", "verified_on": "2026-06-01",
         "verified_by": "C", "source": "S"}
    ],
    "active_practice": {"since": "2005-01-01", "hours_per_week": 32}, "law_training_completed_on": "2026-01-05",
    "capacity": {"per_week": 6, "open_cases": 8}, "away": [{"from": "2026-12-20", "to": "2027-01-03"}],
    "practice_addresses": [{"line1": "1 Main St", "city": "Fresno", "state": "CA", "zip": "93701"}],
    "billing_organizations": ["Mina Okonjo MD Inc."], "do_not_send": ["Old Employer LLC"],
    "expertise": ["cervical spine", "EMG/NCV/NCS"],
    "sanctions": [{"text": "Late renewal", "from": "2010-01-01", "to": "2010-02-01", "material": False}],
    "affiliations": [
        {"organization": "Valley Hospital", "role": "staff_privileges", "from": "2006-01-01", "to": None,
         "income_share_percent": 2.5}
    ],
    "relations": [{"first_name": "Jo", "last_name": "Okonjo", "kind": "spouse"}],
    "product_interests": [
        {"name": "PainCoil", "manufacturer": "Coil Devices", "kind": "royalty", "from": None, "to": None,
         "income_share_percent": 1}
    ],
    "interests_attested_on": "2026-09-01",
}  # fmt: skip


@pytest.fixture
def take(tmp_path):
    """Import rows and return the command's JSON answer."""

    def run(*rows):
        path = tmp_path / "roster.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        return answer_of("import_reviewers", path)

    return run


def without(*keys):
    return {key: value for key, value in ROW.items() if key not in keys}


def changed(part, **facts):
    return {**ROW, part: [{**ROW[part][0], **facts}]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**ROW, "fax": "1"}, 'unknown key "fax"'),
        ({**ROW, "licences": []}, 'Did you mean "licenses"?'),
        (without("reviewer_id"), 'the required key "reviewer_id" is missing'),
        (without("last_name"), 'the required key "last_name" is missing'),
        (without("email"), 'the required key "email" is missing'),
        (without("active_practice"), 'the required key "active_practice" is missing'),
        ({**ROW, "active_practice": {"hours_per_week": 3}}, 'active_practice.since: the required key "since"'),
        ({**ROW, "degree": "RN"}, 'degree: "RN" is not one of: MD, DO, DC, PhD, DPM, DDS, LAc, OD'),
        ({**ROW, "email": "mina"}, "is no e-mail address"),
        ({**ROW, "npi": "12345"}, "is no NPI: it has ten digits"),
        ({**ROW, "last_name": " "}, "last_name"),
        ({**ROW, "first_name": "-", "last_name": "..."}, "the name holds no letter"),
        ({**ROW, "last_name": "Oko\u0007njo"}, "last_name: holds"),
        (changed("licenses", state="XX"), 'licenses[0].state: "XX" is no state or territory'),
        (changed("licenses", expires_on="2028-02-30"), "is no calendar date"),
        (changed("licenses", status="lapsed"), "is not one of: active, restricted, expired, surrendered"),
        ({**ROW, "licenses": [*ROW["licenses"], *ROW["licenses"]]}, "the licence CA A1 is given twice"),
        (changed("certifications", expires_on="2004-07-01"), "certifications[0].expires_on: the expiry (2004-07"),
        (changed("certifications", specialty=None), "certifications[0].specialty: must be text, not null"),
        ({**ROW, "away": [{"from": "2026-12-20", "to": "2026-12-19"}]}, "away[0].to: the end (2026-12-19) lies before"),
        (changed("affiliations", role="boss"), "affiliations[0].role"),
        (changed("affiliations", to="2005-01-01"), "affiliations[0].to: the end"),
        (changed("affiliations", income_share_percent=101), "101 is too large"),
        (changed("affiliations", organization="??"), "affiliations[0].organization: '??' is no name"),
        (changed("relations", kind="cousin"), "relations[0].kind"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_reason_and_nothing_of_it_is_stored(take, row, words):
    answer = take(row, {**without("npi"), "reviewer_id": "R-2"})
    assert (answer["rejected"], answer["accepted"]) == (1, 1)
    assert answer["results"][0]["status"] == "rejected"
    assert words in answer["results"][0]["reason"]
    assert list(Reviewer.objects.values_list("reviewer_id", flat=True)) == ["R-2"]


@pytest.mark.django_db
def test_an_npi_belongs_to_one_reviewer(take):
    answer = take(ROW, {**ROW, "reviewer_id": "R-2"})
    assert [row["status"] for row in answer["results"]] == ["accepted", "rejected"]
    assert "1234567890 is already the NPI of R-1" in answer["results"][1]["reason"]


@pytest.mark.django_db
def test_a_reviewer_given_twice_in_one_file_is_refused_the_second_time(take):
    answer = take(ROW, {**ROW, "last_name": "Other"})
    assert [row["status"] for row in answer["results"]] == ["accepted", "rejected"]
    assert "stands in row 1 of this file already" in answer["results"][1]["reason"]


@pytest.mark.django_db
def test_a_file_that_is_none_ends_with_one_line(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_reviewers", tmp_path / "nothing.json")


@pytest.mark.django_db
def test_a_whole_row_is_stored_as_given(take):
    Organization.objects.create(name="Valley Hospital", key="valley hospital", source="register", registered=True)
    assert take(ROW)["accepted"] == 1
    reviewer = Reviewer.objects.get()
    assert (reviewer.key, reviewer.npi, reviewer.practice_hours_per_week) == ("mina okonjo", "1234567890", 32)
    assert (reviewer.capacity_per_week, reviewer.capacity_open_cases) == (6, 8)
    assert reviewer.certifications.get().is_current(on=reviewer.practice_since)
    assert str(reviewer.licenses.get().expires_on) == "2028-06-30"
    assert str(reviewer.away_periods.get()) == "2026-12-20 to 2027-01-03"
    assert reviewer.practice_addresses.get().line1 == "1 Main St"
    assert reviewer.billing_organizations.get().organization.key == "mina okonjo md inc"
    assert reviewer.exclusions.get().key == "old employer llc"
    assert reviewer.affiliations.get().organization.registered
    assert str(reviewer.affiliations.get().income_share_percent) == "2.50"
    assert reviewer.relations.get().key == "jo okonjo"
    assert not reviewer.product_interests.get().organization.registered
    assert not reviewer.sanctions.get().material


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(take):
    take(ROW)
    before = {str(row.pk) for row in Reviewer.objects.get().licenses.all()}
    assert take(ROW)["unchanged"] == 1
    assert {str(row.pk) for row in Reviewer.objects.get().licenses.all()} == before


@pytest.mark.django_db
def test_a_later_file_updates_and_the_history_keeps_what_was(take):
    take(ROW)
    later = {**changed("licenses", status="restricted"), "capacity": {"per_week": 2, "open_cases": 3}, "away": []}
    assert take(later)["updated"] == 1
    reviewer = Reviewer.objects.get()
    assert reviewer.licenses.get().status == "restricted"
    assert reviewer.capacity_per_week == 2
    assert not reviewer.away_periods.exists()
    assert list(reviewer.history.order_by("pgh_id").values_list("capacity_per_week", flat=True)) == [6, 2]
    past = apps.get_model("reviews", "LicenseHistory").objects.order_by("pgh_id")
    assert [row.status for row in past] == ["active", "active", "restricted"]


@pytest.mark.django_db
def test_only_the_marked_keys_are_required(take):
    row = {key: ROW[key] for key in ("reviewer_id", "first_name", "last_name", "email")}
    parts = {
        "active_practice": {"since": "2005-01-01"}, "certifications": [{"specialty": "Neurology"}],
        "licenses": [{"number": "A1", "expires_on": "2028-01-01"}], "affiliations": [{"organization": "Acme"}],
    }  # fmt: skip
    assert take({**row, **parts})["accepted"] == 1
    assert Reviewer.objects.get().licenses.get().status == ""


def test_the_published_schema_is_the_one_in_force():
    name = "reviewer.schema.json"
    assert (DOCS / name).read_bytes() == (FOLDER / name).read_bytes()


@pytest.mark.django_db
def test_bad_rows_among_good_ones_are_refused_each_with_its_reason_and_the_others_go_in(take):
    def row(number, **facts):
        return {**ROW, "reviewer_id": f"R-{number}", "npi": f"123456789{number}", **facts}

    answer = take(
        row(1),
        row(2, licenses=[{**ROW["licenses"][0], "state": "QQ"}]),
        row(3, certifications=[{**ROW["certifications"][0], "expires_on": "2001-01-01"}]),
        row(4, npi="1234567891"),
        row(5, relations=[{"first_name": "", "last_name": " ", "kind": "spouse"}]),
        row(6, affiliations=[{"organization": "  ", "role": "owner"}]),
        row(7, affiliations=[{"organization": "X House", "role": "friend"}]),
        row(8),
    )
    became = {one["reviewer_id"]: (one["status"], one["reason"] or "") for one in answer["results"]}
    assert [became[f"R-{number}"][0] for number in (1, 8)] == ["accepted", "accepted"]
    words = {
        2: "is no state", 3: "must lie after the issue", 4: "already the NPI of R-1", 5: "relations[0]: names nobody",
        6: "affiliations[0].organization", 7: "affiliations[0].role",
    }  # fmt: skip
    for number, said in words.items():
        assert became[f"R-{number}"][0] == "rejected"
        assert said in became[f"R-{number}"][1], became[f"R-{number}"]
    assert set(Reviewer.objects.values_list("reviewer_id", flat=True)) == {"R-1", "R-8"}


@pytest.mark.django_db
def test_a_reviewer_who_is_a_party_goes_in_and_is_named_and_the_gate_keeps_the_person_out(take):
    case = make_case(state="ready")
    (taken,) = take({**ROW, "first_name": "Peter", "last_name": "Okafor", "npi": None})["results"]
    assert taken["status"] == "accepted"
    assert case.number in taken["note"]
    findings = ask_gate(case=case, reviewer=Reviewer.objects.get(), on=TODAY, door="offer").findings
    assert "conflict.self" in [finding.rule for finding in findings]
    (other,) = take({**ROW, "reviewer_id": "R-2", "first_name": "Peter", "last_name": "Okafor"})["results"]
    assert other["note"] is None  # two NPIs: another person of the same name
