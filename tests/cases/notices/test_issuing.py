"""Issuing notices: who gets them, what they say, and what holds them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case, Notice, NoticeCopy
from cases.services.notices import cancel, issue, write_again
from cases.services.notices.receipts import issue_receipt
from cases.services.workflow import move
from cases.workflow import Event
from common.actor import Actor
from common.canonical import canonical_json
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import files
from letters.services.verification import verify_pdf
from tests.cases.notices.support import STAFF, parties, reachable_case, run_jobs, seal, with_wording
from tests.factories.cases import NOW, make_case

pytestmark = pytest.mark.django_db

COORDINATOR_ROLE = frozenset({"coordinator"})


def found_eligible(case: Case) -> Notice:
    move(case=case, event=Event.FIND_ELIGIBLE, actor=STAFF, now=NOW)
    return Notice.objects.get(case=case, kind="noarfi")


def test_only_who_sends_notices_issues_one_and_only_of_a_known_kind():
    case = reachable_case()
    with pytest.raises(RightRefusal):
        issue(kind="noarfi", case=case, actor=Actor("x", frozenset({"reviewer"})), now=NOW)
    with pytest.raises(InputRefusal, match="no kind of notice"):
        issue(kind="valentine", case=case, actor=STAFF, now=NOW)
    with pytest.raises(InputRefusal, match="which case"):
        issue(kind="noarfi", actor=STAFF, now=NOW)


def test_a_past_determination_gets_no_notice():
    case = make_case()
    Case.objects.filter(pk=case.pk).update(imported=True)
    case.refresh_from_db()
    with pytest.raises(StateRefusal, match="past determination"):
        issue(kind="noarfi", case=case, actor=STAFF, now=NOW)


def test_finding_eligible_issues_the_notice_of_assignment_to_whom_the_table_names():
    with_wording()
    notice = found_eligible(reachable_case())
    copies = list(notice.copies.all())
    assert [(copy.role, copy.method, copy.answers, copy.state) for copy in copies] == [
        ("claims_administrator", "electronic", True, "waiting"),
        ("employer", "mail", False, "waiting"),
        ("worker", "mail", False, "waiting"),
        ("worker_attorney", "mail", False, "waiting"),
        ("requesting_physician", "mail", False, "waiting"),
    ]
    assert copies[3].name == "Dana Reyes, Bright Law"
    assert copies[3].lines == ["400 Harbor Way", "Oakland, CA 94607"]
    said = notice.frozen.content
    assert notice.frozen.text == canonical_json(said)
    assert said["facts"]["answer_mail"] == "15 calendar days"
    assert said["facts"]["answer_electronic"] == "12 calendar days"
    assert [one["name"] for one in said["recipients"]] == [copy.name for copy in copies]
    assert len(said["lists"]["records"]) >= 4


def test_the_notice_is_sealed_like_a_letter_and_its_pages_are_counted():
    with_wording()
    notice = seal(found_eligible(reachable_case()))
    assert notice.state == "sealed"
    found = verify_pdf(files.read(notice.letter.file))
    assert found.good, found.problems
    assert (found.pdf_ua, found.pdf_a, found.issued) == (True, True, True)
    assert notice.pages in (2, 3)
    states = dict(notice.copies.values_list("role", "state"))
    assert states == {
        "claims_administrator": "sent", "employer": "to_print", "worker": "to_print", "worker_attorney": "to_print",
        "requesting_physician": "to_print",
    }  # fmt: skip


def test_without_wording_the_event_happens_and_the_notice_is_held_until_there_is_some():
    case = reachable_case()
    notice = found_eligible(case)
    case.refresh_from_db()
    assert case.state == "records"
    assert (notice.state, notice.held_rule) == ("held", "wording.none_in_force")
    assert case.events.filter(kind="notice.held").count() == 1
    with_wording()
    assert write_again(notice_id=notice.pk, actor=STAFF, now=NOW).state == "ordered"
    with pytest.raises(StateRefusal, match="not held"):
        write_again(notice_id=notice.pk, actor=STAFF, now=NOW)


def test_a_recipient_who_cannot_be_reached_is_held_by_name_while_the_others_get_theirs():
    with_wording()
    case = reachable_case(
        parties=parties(claims_administrator={"email": None}, worker_attorney={"address": {"city": "Oakland"}})
    )
    notice = seal(found_eligible(case))
    held = {copy.role: copy.problem for copy in notice.copies.filter(state="held")}
    assert set(held) == {"claims_administrator", "worker_attorney"}
    assert "has no e-mail address" in held["claims_administrator"]
    assert "no complete postal address" in held["worker_attorney"]
    assert notice.copies.filter(state="to_print").count() == 3


def test_what_was_issued_never_changes():
    with_wording()
    notice = seal(found_eligible(reachable_case()))
    copy = notice.copies.filter(state="sent").get()
    for change in (
        lambda: NoticeCopy.objects.filter(pk=copy.pk).update(name="Somebody else"),
        lambda: NoticeCopy.objects.filter(pk=copy.pk).update(served_on=dt.date(2026, 1, 1)),
        lambda: NoticeCopy.objects.filter(pk=copy.pk).update(state="to_print"),
        lambda: Notice.objects.filter(pk=notice.pk).update(letter=None, frozen=None, state="cancelled"),
        lambda: NoticeCopy.objects.filter(pk=copy.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_same_thing_is_noticed_once():
    with_wording()
    case = reachable_case()
    first = issue(kind="receipt", case=case, actor=STAFF, now=NOW, once="receipt:1")
    assert issue(kind="receipt", case=case, actor=STAFF, now=NOW, once="receipt:1") == first


def test_every_application_gets_its_receipt_from_the_worker_and_only_one():
    with_wording()
    case = make_case()
    run_jobs()
    issue_receipt(case=case, now=NOW)
    run_jobs()
    assert Notice.objects.get(case=case).kind == "receipt"


def test_a_notice_that_reached_nobody_is_given_up_for_a_reason():
    with_wording()
    notice = issue(kind="receipt", case=reachable_case(), actor=STAFF, now=NOW)
    with pytest.raises(InputRefusal, match="Say why"):
        cancel(notice_id=notice.pk, because=" ", actor=STAFF, now=NOW)
    cancel(notice_id=notice.pk, because="Filed by mistake.", actor=STAFF, now=NOW)
    assert set(notice.copies.values_list("state", flat=True)) == {"cancelled"}
    sealed = seal(found_eligible(reachable_case()))
    with pytest.raises(StateRefusal, match="sent"):
        cancel(notice_id=sealed.pk, because="Too late.", actor=STAFF, now=NOW)


def test_a_mail_says_nothing_about_the_case_and_its_sending_is_service(mailoutbox):
    with_wording()
    case = reachable_case()
    notice = seal(found_eligible(case), now=NOW)
    mail = mailoutbox[0]
    assert mail.to == ["imr@golden.example"]
    text = f"{mail.subject}\n{mail.body}"
    for private in ("Alvarado", "Ana", case.number, case.claim.claim_number, "Valley Orchards", "Physical therapy"):
        assert private not in text
    assert notice.reference in text
    copy = notice.copies.get(role="claims_administrator")
    assert copy.state == "sent"
    assert "imr@golden.example" in copy.proof
    assert case.events.filter(kind="notice.served").count() == 1
    assert json.dumps(OutboxJob.objects.filter(held_at__isnull=False).count()) == "0"
