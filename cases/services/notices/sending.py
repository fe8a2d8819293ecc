"""Electronic service: a mail that tells nothing but that a notice is there, a link, and a code that opens it."""

from __future__ import annotations

import datetime as dt
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import Act, OutgoingMail
from accounts.services.access_log import note_access, note_cases
from accounts.services.mail import KIND as MAIL_JOB
from accounts.services.mail import completes
from cases.models import AccessCode, NoticeCopy
from cases.services import access_codes
from cases.services.jurisdictions import jurisdiction
from cases.services.notices.enclosures import enclosed
from cases.services.notices.issuing import MAIL
from cases.services.page_range import open_pages
from common.actor import Actor
from common.days import date_in
from common.errors import StateRefusal
from common.models import OutboxJob
from common.services import files, outbox


@completes(MAIL)
def _link(mail: OutgoingMail) -> dict[str, Any] | None:
    """Link and code are made when the mail is sent; neither rests in the database. None: it is not to be sent."""
    # Locked until the mail is out and noted: whoever gives the notice up meanwhile waits, and sees it.
    copies = NoticeCopy.objects.select_for_update(of=("self",)).select_related("notice", "code")
    copy = copies.filter(pk=mail.about["copy"]).first()
    if copy is None or copy.state != NoticeCopy.State.SENDING or copy.code is None:
        return None
    return {
        "reference": copy.notice.reference,
        "link": settings.SITE_URL.rstrip("/") + reverse("notice_door:door"),
        "code": access_codes.printed(copy.code),
        "until": date_in(copy.code.expires_at, jurisdiction(copy.notice.jurisdiction).zone),
        "answers": copy.code.may_upload,
    }


def notices_behind(code: AccessCode) -> list[NoticeCopy]:
    """The notices that a code opens."""
    copies = code.copies.select_related("notice__letter__file").exclude(notice__letter__file=None)
    return list(copies.order_by("-notice__issued_at", "pk")) if code.may_download else []


def read_notice(*, code: AccessCode, copy_id: int, now: dt.datetime) -> tuple[NoticeCopy, bytes]:
    """The sealed file of a notice that the code opens; the opening is counted and noted.

    Raises StateRefusal when the code does not open it.
    """
    copy = next((one for one in notices_behind(code) if one.pk == copy_id), None)
    if copy is None or copy.notice.letter is None or copy.notice.letter.file is None:
        raise StateRefusal("notice.code", "This code does not open that notice.")
    content = files.read(copy.notice.letter.file)
    with transaction.atomic():
        access_codes.note_use(code, now=now)
        NoticeCopy.objects.filter(pk=copy.pk).update(opens=F("opens") + 1)
        NoticeCopy.objects.filter(pk=copy.pk, opened_at=None).update(opened_at=now)
        note = note_access(
            act=Act.DOWNLOADED,
            now=now,
            actor=Actor(name=f"code of {copy.notice.reference}, {copy.role_label.lower() or 'recipient'}"),
            target=f"Notice {copy.notice.reference}",
            target_key=copy.notice.case.number if copy.notice.case else copy.notice.reference,
        )
        if copy.notice.case is None:
            note_cases(note, copy.notice.about.values_list("number", flat=True))
    return copy, content


def read_enclosed(*, code: AccessCode, copy_id: int, now: dt.datetime) -> tuple[NoticeCopy, IO[bytes]]:
    """The record that goes with a notice which the code opens; the opening is counted and noted.

    Raises StateRefusal when the code does not open it or nothing goes with it.
    """
    copy = next((one for one in notices_behind(code) if one.pk == copy_id), None)
    record = enclosed(copy.notice) if copy else None
    if copy is None or record is None:
        raise StateRefusal("notice.code", "Nothing is enclosed that this code opens.")
    handle, _ = open_pages(record)
    with transaction.atomic():
        access_codes.note_use(code, now=now)
        note_access(
            act=Act.DOWNLOADED,
            now=now,
            actor=Actor(name=f"code of {copy.notice.reference}, {copy.role_label.lower() or 'recipient'}"),
            target=f"Record {record.pk} with notice {copy.notice.reference}",
            target_key=copy.notice.case.number if copy.notice.case else copy.notice.reference,
        )
    return copy, handle


def mail_jobs(copies: list[NoticeCopy]) -> dict[int, OutboxJob]:
    """Copy id -> the job of its mail, for those being sent."""
    sending = [copy.pk for copy in copies if copy.state == NoticeCopy.State.SENDING]
    if not sending:
        return {}
    mails = {
        str(mail.pk): mail.about["copy"]
        for mail in OutgoingMail.objects.filter(kind=MAIL, about__copy__in=sending).order_by("pk")
    }
    return {mails[job.key]: job for job in OutboxJob.objects.filter(kind=MAIL_JOB, key__in=mails)}


def send_again(*, copy_id: int, now: dt.datetime) -> None:
    """Try a mail again whose tries are used up. Raises StateRefusal when nothing is held."""
    copy = NoticeCopy.objects.get(pk=copy_id)
    job = mail_jobs([copy]).get(copy.pk)
    if job is None or job.held_at is None:
        raise StateRefusal("notice.mail_not_held", "This mail is not held; it is tried again by itself.")
    outbox.retry(job_id=job.pk, now=now)
