"""How a review ends without a determination, becomes expedited, or comes back: withdrawal, authorization, remand."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Remand
from cases.services.endings import authorize, reinstate, withdraw
from cases.services.expediting import expedite
from cases.services.remands import remand
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.cases.pages import browser
from tests.factories.cases import COORDINATOR, NOW, a_pdf, an_item, make_case

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TWO_ITEMS = {"items": [an_item("MRI of the lumbar spine"), an_item("Physical therapy")]}


def authorized(case, positions, **facts):
    usual = {"by": "Claims administrator", "on": TODAY, "actor": COORDINATOR, "now": NOW}
    return authorize(case=case, positions=positions, **{**usual, **facts})


def test_a_withdrawal_has_its_day_and_its_person():
    case = make_case(state="records")
    with pytest.raises(InputRefusal, match="cannot be withdrawn before"):
        withdraw(case=case, who="Injured worker", how="Letter", on=dt.date(2026, 10, 1), actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match="of this case"):
        withdraw(case=case, who="Injured worker", how="Letter", on=TODAY, document=0, actor=COORDINATOR, now=NOW)
    ended = withdraw(case=case, who="Injured worker", how="Letter", on=TODAY, actor=COORDINATOR, now=NOW)
    line = ended.events.get(kind="moved.withdraw")
    assert (ended.state, line.facts["who"], line.facts["on"]) == ("withdrawn", "Injured worker", "2026-11-23")


def test_an_authorized_item_leaves_the_dispute_and_the_case_goes_on_with_the_rest():
    case = make_case(state="records", **TWO_ITEMS)
    for wrong in ([], [3]):
        with pytest.raises(InputRefusal, match="still in dispute"):
            authorized(case, wrong)
    case = authorized(case, [1])
    assert (case.state, [item.position for item in case.items.disputed()]) == ("records", [2])
    assert case.events.filter(kind="item.authorized").count() == 1
    with pytest.raises(InputRefusal, match="still in dispute"):
        authorized(case, [1])
    assert authorized(case, [2]).state == "terminated"


def test_an_authorization_noted_by_mistake_is_undone_while_the_case_goes_on():
    case = authorized(make_case(state="records", **TWO_ITEMS), [1])
    with pytest.raises(StateRefusal, match="is in dispute"):
        reinstate(case=case, position=2, actor=COORDINATOR, now=NOW)
    assert browser("auditor").post(f"/cases/{case.number}/items/1/put-back/").status_code == 403
    assert browser("coordinator").post(f"/cases/{case.number}/items/1/put-back/").status_code == 302
    assert case.items.disputed().count() == 2
    ended = authorized(case, [1, 2])
    with pytest.raises(StateRefusal, match="stays out"):
        reinstate(case=ended, position=1, actor=COORDINATOR, now=NOW)


def test_without_the_written_certification_nothing_is_expedited():
    case = make_case(state="records")
    with pytest.raises(InputRefusal, match="without it nothing is urgent"):
        expedite(case=case, certified_by="P. Okafor", certified_on=TODAY, document=None, actor=COORDINATOR, now=NOW)
    client = browser("coordinator")
    path = f"/cases/{case.number}/act/expedite/"
    typed = {"certified_by": "P. Okafor", "certified_on": "11/2/26", "document": "", "note": ""}
    assert client.post(path, typed).status_code == 422
    assert client.post(path, {**typed, "file": SimpleUploadedFile("c.pdf", b"no pdf")}).status_code == 422
    assert client.post(path, {**typed, "file": SimpleUploadedFile("c.pdf", a_pdf())}).status_code == 302
    case.refresh_from_db()
    line = case.events.get(kind="moved.expedite")
    assert (case.priority, line.facts["document"]) == ("expedited", case.documents.last().pk)


def test_an_act_that_is_refused_files_no_record():
    case = make_case(state="records")
    typed = {"who": "Injured worker", "how": "Letter", "on": "10/1/26", "document": "", "note": ""}
    sent = {**typed, "file": SimpleUploadedFile("w.pdf", a_pdf())}
    answer = browser("coordinator").post(f"/cases/{case.number}/act/withdraw/", sent)
    assert (answer.status_code, case.documents.count()) == (422, 2)
    assert "cannot be withdrawn before" in answer.context["form"].errors["on"][0]


def test_a_remand_keeps_its_ground_and_the_erroneous_fact_as_data():
    case = make_case(state="served")
    facts = {"ordered_by": "WCAB", "ordered_on": TODAY, "actor": COORDINATOR, "now": NOW}
    with pytest.raises(InputRefusal) as caught:
        remand(case=case, ground="weather", erroneous_fact=" ", **facts)
    assert set(caught.value.fields) == {"ground", "erroneous_fact"}
    again = remand(case=case, ground="erroneous_fact", erroneous_fact="The worker had 9 visits, not 19.", **facts)
    row = Remand.objects.get()
    assert (again.state, again.round, row.round, row.ground) == ("ready", 2, 2, "erroneous_fact")
    auditor_page = browser("auditor").get(f"/cases/{case.number}/eligibility/").content.decode()
    assert "The worker had 9 visits, not 19." in auditor_page


@pytest.mark.parametrize("role", ["auditor", "reviewer", "quality_reviewer"])
def test_only_coordinators_end_a_case(role):
    case = make_case(state="records")
    with pytest.raises(RightRefusal):
        withdraw(
            case=case, who="Injured worker", how="Letter", on=TODAY, now=NOW,
            actor=type(COORDINATOR)(role, frozenset({role})),
        )  # fmt: skip
