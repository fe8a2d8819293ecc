"""A record that comes after the case went to a reviewer: banner, timeline, and a mail that tells nothing of it."""

from __future__ import annotations

import pytest
from django.core import mail

from cases.models import LateRecord
from common.models import OutboxJob
from common.services import outbox
from tests.accounts.people import signed_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import NOW, make_case

pytestmark = pytest.mark.django_db


def mails():
    for job in OutboxJob.objects.filter(kind="accounts.mail", done_at=None):
        outbox.run(job.pk, now=NOW)
    return [one for one in mail.outbox if "record came" in one.subject]


def file_a_report(case):
    return case.documents.create(
        position=9, title="Psychiatric report", kind="medical_report", author="Dr. Quill", received_at=NOW
    )


def test_the_reviewer_who_holds_the_case_is_told_until_the_record_was_looked_at():
    case = make_case(state="ready")
    offered, actor = make_offer(case=case)
    reviewer = offered.reviewer
    accept_offer(offered, actor)
    case.refresh_from_db()
    document = file_a_report(case)
    (told,) = mails()
    assert told.to == [reviewer.user.email]
    text = f"{told.subject} {told.body}"
    assert case.number in text
    for fact in ("Psychiatric", "Quill", case.worker.last_name, case.claim.claim_number):
        assert fact not in text
    client = signed_in(reviewer.user)
    page = client.get(f"/reviews/{case.number}/review/").content.decode()
    assert "A record came after the case went to the reviewer" in page
    late = LateRecord.objects.get(document=document)
    answer = client.post(f"/cases/{case.number}/late/{late.pk}/seen/", {"back": f"/reviews/{case.number}/review/"})
    assert answer["Location"] == f"/reviews/{case.number}/review/"
    assert "went to the reviewer" not in client.get(f"/reviews/{case.number}/review/").content.decode()
    assert case.events.filter(kind__in=["record.late", "record.seen"]).count() == 2


def test_nobody_is_told_when_nobody_holds_the_case_or_it_is_determined():
    for state in ("ready", "served"):
        file_a_report(make_case(state=state))
    assert mails() == []
