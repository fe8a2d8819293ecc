"""More information asked of one party, with copies to everybody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cases.models import Notice
from cases.services.party_requests import ask_party
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.accounts.people import make_person
from tests.cases.notices.support import STAFF, reachable_case, seal, with_wording
from tests.cases.test_desk import signed_in
from tests.factories.cases import NOW

pytestmark = pytest.mark.django_db
QUESTION = "Was an MRI of the lumbar spine done after the injury? Send the report."


def test_only_who_sends_notices_asks_and_only_while_somebody_collects_or_decides():
    case = reachable_case(state="records")
    with pytest.raises(RightRefusal):
        ask_party(case=case, party=None, questions=[QUESTION], actor=Actor("x", frozenset({"auditor"})), now=NOW)
    early = reachable_case(external_id="early")
    with pytest.raises(StateRefusal, match="ask about eligibility"):
        ask_party(case=early, party=None, questions=[QUESTION], actor=STAFF, now=NOW)
    for bad in ([], ["  "], ["x" * 501], ["one"] * 11, ["a\u202eb"]):
        with pytest.raises(InputRefusal) as refused:
            ask_party(case=case, party=None, questions=bad, actor=STAFF, now=NOW)
        assert "questions" in refused.value.fields
    assert not Notice.objects.filter(kind="party_request").exists()


def test_the_party_answers_and_everybody_else_gets_a_copy():
    with_wording()
    case = reachable_case(state="records")
    doctor = case.parties.get(role="requesting_physician")
    doctor.serve_by, doctor.email = "electronic", "okafor@spine.example"
    doctor.save()
    notice = seal(ask_party(case=case, party=doctor, questions=[QUESTION, ""], actor=STAFF, now=NOW))
    copies = {copy.role: copy for copy in notice.copies.all()}
    assert {role for role, copy in copies.items() if copy.answers} == {"requesting_physician"}
    assert set(copies) == {"requesting_physician", "claims_administrator", "worker", "worker_attorney"}
    assert notice.frozen.content["lists"]["questions"] == [{"question": QUESTION}]
    clock = case.deadlines.get(clock="more_records")
    assert (clock.about, clock.trigger_on) == (notice.reference, copies["requesting_physician"].served_on)
    assert "Peter Okafor" in case.events.get(kind="party.asked").sentence


def test_a_coordinator_previews_and_sends_the_request_on_the_case(client):
    with_wording()
    case = reachable_case(state="records")
    staff, url = signed_in(make_person("coordinator")), reverse("cases:ask_party", args=[case.number])
    assert url in staff.get(f"/cases/{case.number}/").content.decode()
    assert signed_in(make_person("auditor")).get(url).status_code == 403
    doctor = case.parties.get(role="requesting_physician")
    assert staff.post(url, {"party": "", "questions": QUESTION}).status_code == 422
    assert staff.post(url, {"party": doctor.pk, "questions": " \n "}).status_code == 422
    seen = staff.post(url, {"party": doctor.pk, "questions": QUESTION, "preview": "1"})
    assert seen["Content-Type"] == "application/pdf"
    assert not Notice.objects.filter(kind="party_request").exists()
    sent = staff.post(url, {"party": doctor.pk, "questions": QUESTION})
    assert sent["Location"] == reverse("cases:notice", args=[Notice.objects.get(kind="party_request").pk])
