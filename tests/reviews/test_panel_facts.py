"""Lists keep the panel as it was read last: no write of any kind is missed, and for none nothing is read again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from reviews.models import AdverseChange, AwayPeriod, Certification, License, Reviewer, Sanction
from reviews.services.gate import ask_gate, ask_gate_for_all
from reviews.services.panel_facts import read_panel, whole_panel
from reviews.services.specialty_table import forget
from tests.factories.assignments import make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_reviewer
from tests.reviews.test_specialty_editions import draft, published

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def rows_of(model):
    return model.objects.filter(reviewer__last_name="Keeper")


def report():
    return AdverseChange.objects.create(
        reviewer=keeper(), what="claim", text="A claim.", happened_on=TODAY, reported_by=make_person("coordinator"),
        reported_at=NOW,
    )  # fmt: skip


def keeper():
    return Reviewer.objects.get(last_name="Keeper")


def changed(row, **facts):
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


WRITES = {
    "capacity changed": lambda: changed(keeper(), capacity_open_cases=0),
    "expertise changed": lambda: changed(keeper(), expertise=["lumbar spine"]),
    "practice changed": lambda: changed(keeper(), practice_hours_per_week=20),
    "put out of service": lambda: Reviewer.objects.filter(last_name="Keeper").update(active=False),
    "licence expired": lambda: changed(rows_of(License).get(), expires_on=TODAY),
    "licence added": lambda: License.objects.create(
        reviewer=keeper(), state="NV", number="N1", status="restricted", expires_on=TODAY + 400 * DAY
    ),
    "licence taken away": lambda: rows_of(License).delete(),
    "certification is another": lambda: changed(rows_of(Certification).get(), specialty="Dermatology"),
    "certification taken away": lambda: rows_of(Certification).delete(),
    "away": lambda: AwayPeriod.objects.create(reviewer=keeper(), from_date=TODAY, to_date=TODAY + DAY),
    "sanctioned": lambda: Sanction.objects.create(reviewer=keeper(), text="Fined", material=True, from_date=TODAY),
    "adverse change reported": report,
}


@pytest.fixture
def case():
    make_reviewer(last_name="Keeper")
    make_reviewer()
    return make_case(state="ready")


def agree(case):
    """The kept panel says what the rows say, for everybody; returns what it says of the keeper."""
    together = ask_gate_for_all(case=case, on=TODAY)
    assert whole_panel() == read_panel()
    for person in Reviewer.objects.all():
        assert together[person.pk] == ask_gate(case=case, reviewer=person, on=TODAY, door="list")
    told = together[keeper().pk]
    return told.findings, told.score


@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_seen_by_the_next_list_and_one_taken_back_is_gone_with_it(case, write):
    before = agree(case)
    with transaction.atomic():
        WRITES[write]()
        after = agree(case)
        assert after != before
        transaction.set_rollback(True)
    assert agree(case) == before
    WRITES[write]()
    assert agree(case)[1] == after[1]


def test_two_writes_in_one_transaction_are_both_seen(case):
    told = []
    for day in (TODAY, TODAY + DAY, None, TODAY):
        changed(keeper(), leaving_on=day)
        told.append(agree(case)[0])
    assert [[one.until for one in findings] for findings in told] == [[TODAY], [TODAY + DAY], [], [TODAY]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", WRITES)
def test_what_another_connection_wrote_is_seen_once_it_is_committed(write):
    make_reviewer(last_name="Keeper")
    case = make_case(state="ready")
    before = agree(case)

    def elsewhere(act):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(elsewhere, WRITES[write]).result(timeout=60)
    assert agree(case) != before


def test_without_a_write_no_row_of_the_panel_is_read_again(case, django_assert_num_queries):
    whole_panel()
    with django_assert_num_queries(1):
        first = whole_panel()
    assert all(first[reviewer] is one for reviewer, one in whole_panel().items())


def test_what_a_case_adds_to_a_reviewer_stays_with_that_case(case):
    tied = make_reviewer(affiliations=[{"organization": "Golden Claims Services", "role": "employee"}])
    assert [one.rule for one in ask_gate_for_all(case=case, on=TODAY)[tied.pk].findings] == ["conflict.employment"]
    assert whole_panel()[tied.pk].affiliations == ()
    assert whole_panel()[tied.pk].affiliations_of(1) == ()
    other = make_case(state="ready", parties=[])
    assert "conflict.employment" not in {
        one.rule for one in ask_gate_for_all(case=other, on=TODAY)[tied.pk].findings
    }  # fmt: skip
    assert agree(case)[0] == ()


def test_another_edition_of_the_specialties_reads_the_certifications_anew(case):
    changed(rows_of(Certification).get(), specialty="Bone setting")
    assert [one.rule for one in agree(case)[0]] == ["specialty.mismatch"]
    edition = draft()
    node = edition.nodes.get(name="Orthopedic Surgery")
    changed(node, aliases=f"{node.aliases}, Bone setting".strip(", "))
    published(edition)
    forget()  # as it does when its transaction is over
    held = whole_panel()[keeper().pk].certifications
    assert [one.fields for one in held] == [("Orthopedic Surgery",)]
    agree(case)
