from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Case, CaseNumberCounter, Claim, Organization, Person, Worker
from cases.rules.intake import problems_of_row
from cases.services.intake import find_problems, take_in, take_in_past
from common.actor import Actor
from common.days import HOUSE_ZONE
from common.errors import InputRefusal, RightRefusal
from common.models import StoredFile
from tests.factories.cases import COORDINATOR, NOW, a_citation, a_pdf, an_item, exchange_row, make_case

pytestmark = pytest.mark.django_db


def refusal_of(row, **more) -> InputRefusal:
    with pytest.raises(InputRefusal) as caught:
        take_in(row=row, actor=COORDINATOR, now=NOW, **more)
    assert_nothing_written()
    return caught.value


def assert_nothing_written():
    for model in (Case, Worker, Claim, Organization, Person, CaseNumberCounter, StoredFile):
        assert not model.objects.exists(), model


def without(row, *path):
    here = row
    for key in path[:-1]:
        here = here[key]
    del here[path[-1]]
    return row


def test_a_reviewer_takes_no_application_in():
    with pytest.raises(RightRefusal):
        take_in(row=exchange_row(), actor=Actor("r@x", frozenset({"reviewer"})), now=NOW)
    assert_nothing_written()


@pytest.mark.parametrize(
    "path",
    [
        ("worker",), ("claim",), ("utilization_review",), ("application",), ("items",), ("worker", "first_name"),
        ("worker", "last_name"), ("worker", "birth_date"), ("claim", "claim_number"), ("claim", "injury_date"),
        ("utilization_review", "decision_date"), ("application", "received_at"), ("items", 0, "service"),
        ("diagnoses", 0, "text"),
    ],
)  # fmt: skip
def test_a_missing_required_key_is_named(path):
    refusal = refusal_of(without(exchange_row(), *path))
    assert f'"{path[-1]}" is missing' in refusal.message


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"wroker": {}}, "wroker"),
        ({"worker": {"nickname": "x"}}, "worker.nickname"),
        ({"items": [an_item(surgeon="x")]}, "items[0].surgeon"),
        ({"case_number": "CM26-1"}, "case_number"),
        ({"jurisdiction": "texas"}, "jurisdiction"),
        ({"items": []}, "items"),
        ({"items": [an_item("  ")]}, "items[0].service"),
        ({"items": [an_item("x" * 2001)]}, "items[0].service"),
        ({"worker": {"first_name": "x" * 101}}, "worker.first_name"),
        ({"worker": {"birth_date": "03/09/1971"}}, "worker.birth_date"),
        ({"claim": {"injury_date": "2025-02-30"}}, "claim.injury_date"),
        ({"application": {"received_at": "yesterday"}}, "application.received_at"),
        ({"worker": {"first_name": "Ana\x07"}}, "worker.first_name"),
        ({"worker": {"first_name": "Ana\nB"}}, "worker.first_name"),
        ({"items": [an_item("knee 🦵")]}, "items[0].service"),
        ({"parties": [{"role": "employer", "organization": " ", "person": {"npi": "1000000004"}}]}, "parties[0]"),
        ({"items": [an_item(depends_on=1)]}, "items[0].depends_on"),
        ({"items": [an_item(depends_on=2)]}, "items[0].depends_on"),
        ({"items": [an_item(depends_on=2), an_item(depends_on=3), an_item(depends_on=1)]}, "items[0].depends_on"),
    ],
)
def test_a_wrong_fact_is_named_by_its_path(change, path):
    assert path in refusal_of(exchange_row(**change)).fields


def test_a_text_over_the_limit_is_told_the_limit():
    assert "at most 2000 characters, has 2001" in refusal_of(exchange_row(items=[an_item("x" * 2001)])).message


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"claim": {"injury_date": "2026-10-15"}}, "utilization_review.rfa_date"),
        (
            {"utilization_review": {"rfa_date": None}, "claim": {"injury_date": "2026-10-21"}},
            "utilization_review.decision_date",
        ),
        ({"utilization_review": {"rfa_date": "2026-10-21"}}, "utilization_review.decision_date"),
        ({"utilization_review": {"served_date": "2026-10-19"}}, "utilization_review.served_date"),
        ({"application": {"received_at": "2026-10-19T23:59:00-07:00"}}, "application.received_at"),
        ({"application": {"received_at": "2026-11-23T18:00:01Z"}}, "application.received_at"),
        ({"worker": {"birth_date": "2025-02-03"}}, "worker.birth_date"),
        ({"claim": {"injury_date": "2026-11-24"}}, "claim.injury_date"),
    ],
)  # fmt: skip
def test_a_date_before_another_that_it_must_follow_is_refused(change, path):
    assert path in refusal_of(exchange_row(**change)).fields


def test_an_application_received_late_in_the_evening_counts_by_its_california_day():
    row = exchange_row(
        utilization_review={"decision_date": "2026-11-02", "served_date": None},
        application={"received_at": "2026-11-03T07:30:00Z"},  # still November 2 in California
    )
    assert take_in(row=row, actor=COORDINATOR, now=NOW).application.received_on == dt.date(2026, 11, 2)


@given(
    days=st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 23)), min_size=4, max_size=4),
)
@settings(max_examples=200)
def test_dates_are_taken_exactly_when_they_run_forward(days):
    injury, rfa, decision, received = days
    row = exchange_row(
        claim={"injury_date": injury.isoformat()},
        utilization_review={"rfa_date": rfa.isoformat(), "decision_date": decision.isoformat(), "served_date": None},
        application={"received_at": f"{received.isoformat()}T00:00:00-08:00"},
        documents=[],
    )
    good = injury <= rfa <= decision <= received
    assert (problems_of_row(row, now=NOW, zone=HOUSE_ZONE) == []) == good


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("../outside.pdf", "leads out"),
        ("{above}/outside.pdf", "leads out"),
        ("link.pdf", "leads out"),
        ("missing.pdf", "no file"),
        ("text.pdf", "no PDF"),
        ("broken.pdf", "damaged"),
        ("empty.pdf", "empty"),
    ],
)
def test_a_file_that_may_not_be_taken_leaves_nothing_behind(tmp_path, path, says):
    folder = tmp_path / "feed"
    folder.mkdir()
    (tmp_path / "outside.pdf").write_bytes(a_pdf())
    (folder / "link.pdf").symlink_to(tmp_path / "outside.pdf")
    (folder / "text.pdf").write_text("a letter")
    (folder / "broken.pdf").write_bytes(a_pdf()[:60])
    (folder / "empty.pdf").write_bytes(b"")
    document = {"title": "Report", "kind": "medical_report", "path": path.format(above=tmp_path)}
    refusal = refusal_of(exchange_row(documents=[document]), files_base=folder)
    assert says in refusal.fields["documents[0].path"]


def test_a_row_goes_in_complete(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.pdf").write_bytes(a_pdf(3))
    row = exchange_row(
        case_number="CM26-0000500",
        priority="expedited",
        items=[
            an_item(
                original_request="12 visits", authorized_by_claims_administrator="6 visits", side="left",
                formulary=True,
                claims_administrator_guidelines=[a_citation(pages="98-99", sections=["A, B", "C"], text="As filed")],
            ),
            an_item("Assistant surgeon", depends_on=1, retrospective=True),
        ],
        documents=[{"title": "Report", "kind": "medical_report", "path": "a/report.pdf", "pages": 99}],
    )  # fmt: skip
    case = take_in(row=row, actor=COORDINATOR, now=NOW, files_base=tmp_path)
    assert (case.number, case.state, case.priority, len(case.feed_hash)) == (
        "CM26-0000500",
        "received",
        "expedited",
        64,
    )
    first, second = case.items.all()
    assert (first.authorized, first.side, first.formulary, second.depends_on, second.retrospective) == (
        "6 visits", "left", True, first, True,
    )  # fmt: skip
    assert first.administrator_citations.get().as_document() == {
        "basis": "MTUS", "publication": "Chronic Pain Medical Treatment", "year": 2016, "sections": ["A, B", "C"],
        "pages": "98-99", "text": "As filed",
    }  # fmt: skip
    document = case.documents.get()
    assert (document.pages, document.file.content_type) == (3, "application/pdf")
    assert [party.role for party in case.parties.all()] == [
        "employer", "claims_administrator", "utilization_reviewer", "requesting_physician",
    ]  # fmt: skip
    assert case.events.get().kind == "taken_in"
    assert Organization.objects.get(name="Golden Claims Services").source == "typed in case CM26-0000500"


def test_organizations_and_persons_are_found_again():
    known = Organization.objects.create(name="Golden Claims", key="golden claims", source="register", registered=True)
    known.aliases.create(name="Golden Claims Services", key="golden claims services")
    first, second = make_case(), make_case()
    parts = [case.parties.get(role="claims_administrator") for case in (first, second)]
    assert {part.organization for part in parts} == {known}
    assert parts[0].organization_name == "Golden Claims Services"
    assert Person.objects.count() == 1
    assert Organization.objects.filter(registered=False).count() == 3


def test_the_same_npi_under_another_name_is_another_person():
    person = {"first_name": "Paula", "last_name": "Okoro", "npi": "1000000004"}
    make_case()
    make_case(parties=[{"role": "requesting_physician", "person": person}])
    assert Person.objects.filter(npi="1000000004").count() == 2


def test_the_same_form_sent_twice_is_one_case():
    row = exchange_row(external_id=None)
    case = take_in(row=row, actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match=case.number):
        take_in(row=row, actor=COORDINATOR, now=NOW)
    assert Case.objects.count() == 1


def test_a_past_determination_may_lack_what_its_letter_does_not_print():
    row = {
        "case_number": "CM13-0000001",
        "items": [{"service": "MRI"}],
        "parties": [{"role": "employer"}],
        "review": {"x": "\x07"},
    }
    case = take_in_past(row=row, actor=COORDINATOR, now=NOW)
    assert (case.number, case.state, case.imported, case.parties.count()) == ("CM13-0000001", "closed", True, 0)


def test_a_past_determination_still_has_its_dates_in_order():
    row = exchange_row(assigned_on="2026-11-01", determined_on="2026-11-20")
    assert [problem.path for problem in find_problems(row, now=NOW, past=True)] == ["assigned_on"]


def test_a_past_determination_with_an_unknown_key_is_refused():
    with pytest.raises(InputRefusal, match="workr"):
        take_in_past(row={"workr": {}, "items": [{"service": "MRI"}]}, actor=COORDINATOR, now=NOW)


def test_what_is_typed_of_a_physician_counts_also_when_an_earlier_case_says_otherwise():
    make_case()
    row = exchange_row()
    row["parties"][3]["person"]["specialty"] = "Neurology"
    case = take_in(row=row, actor=COORDINATOR, now=NOW)
    assert case.parties.get(role="requesting_physician").person.specialty == "Neurology"


def test_names_as_long_as_may_be_are_taken_in():
    row = exchange_row()
    row["parties"][3]["person"].update(first_name="Å" * 100, last_name="b" * 100)
    case = take_in(row=row, actor=COORDINATOR, now=NOW)
    assert case.parties.get(role="requesting_physician").person.last_name == "b" * 100


def test_a_company_whose_folded_name_does_not_fit_is_refused():
    row = exchange_row()
    row["parties"][0]["organization"] = "A&" * 140
    with pytest.raises(InputRefusal):
        take_in(row=row, actor=COORDINATOR, now=NOW)
