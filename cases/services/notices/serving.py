"""From the sealed notice to proved service: each copy is printed or sent; what has reached its carrier is served.

Service moves clocks: the one that the notice had to be out by is met, the one that it starts begins on the day on which
the copy of whoever must answer was mailed or sent.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.dispatch import receiver

from accounts.models import OutgoingMail
from accounts.services.mail import post_mail
from accounts.signals import mail_sent
from cases.models import Notice, NoticeCopy
from cases.services import access_codes
from cases.services.documents import count_pages
from cases.services.jurisdictions import jurisdiction
from cases.services.notices.clocks import move_clocks
from cases.services.notices.issuing import LETTER_KIND, MAIL, cases_of, lock_notice, said
from cases.services.workflow import lock_case, record
from common.actor import Actor, acting
from common.errors import StateRefusal
from common.models import OutboxJob
from common.services import files, outbox
from letters.models import Letter
from letters.rules.notice_keys import SECTIONS
from letters.signals import letter_sealed

#: The job that puts the sending of a mail down as service.
SENT_JOB = "cases.notice_sent"

_GONE = {NoticeCopy.Method.MAIL: NoticeCopy.State.MAILED, NoticeCopy.Method.ELECTRONIC: NoticeCopy.State.SENT}
_BEFORE = {NoticeCopy.Method.MAIL: NoticeCopy.State.PRINTED, NoticeCopy.Method.ELECTRONIC: NoticeCopy.State.SENDING}


@receiver(letter_sealed)
def _sealed(*, letter: Letter, **signal: object) -> None:  # noqa: ARG001 - signals may carry more
    """Inside the transaction that stores the letter: its copies go on their way."""
    if letter.kind != LETTER_KIND:
        return
    notice = lock_notice(letter.notice.pk)
    if notice.state != Notice.State.ORDERED or letter.file is None or letter.sealed_at is None:
        return
    notice.pages = count_pages(files.read(letter.file), name=notice.reference)
    notice.state = Notice.State.SEALED
    notice.save(update_fields=["pages", "state"])
    for copy in notice.copies.select_for_update().filter(state=NoticeCopy.State.WAITING):
        dispatch(copy, notice=notice, now=letter.sealed_at)


def dispatch(copy: NoticeCopy, *, notice: Notice, now: dt.datetime) -> None:
    """Put the copy of a sealed notice on its way: to the printer, or into the mail. The copy is locked."""
    copy.code = copy.code or access_codes.make_row(
        purposes=_purposes(notice.kind), case=notice.case, party=copy.party, role=copy.role,
        organization=notice.organization, because=f"{notice.reference} to {copy.role_label.lower() or 'recipient'}",
        now=now,
    )  # fmt: skip
    paper = copy.method == NoticeCopy.Method.MAIL
    copy.state = NoticeCopy.State.TO_PRINT if paper else NoticeCopy.State.SENDING
    copy.problem = ""
    copy.save(update_fields=["code", "state", "problem"])
    if not paper:
        post_mail(kind=MAIL, to=copy.email, about={"copy": copy.pk}, now=now)


def serve(copy: NoticeCopy, *, at: dt.datetime, proof: str, actor: Actor, now: dt.datetime) -> NoticeCopy:
    """The copy has reached its carrier at `at`: note day and proof, move the clocks. Served already, it stays as it is.

    Call inside a transaction. Locks the cases first, then the copy. Raises StateRefusal when it is not on its way.
    """
    for case in sorted(cases_of(copy.notice), key=lambda one: one.pk):
        lock_case(case.pk)
    copy = NoticeCopy.objects.select_for_update(of=("self",)).select_related("notice__case").get(pk=copy.pk)
    if copy.served_at is not None:
        return copy
    if copy.state != _BEFORE[NoticeCopy.Method(copy.method)]:
        raise StateRefusal(
            "notice.service",
            f"{copy} cannot be served: it is in the state “{copy.get_state_display()}”. Look at it on the outbox page.",
        )
    zone = jurisdiction(copy.notice.jurisdiction).zone
    copy.state = _GONE[NoticeCopy.Method(copy.method)]
    copy.served_at, copy.served_on, copy.proof = at, at.astimezone(zone).date(), proof[:500]
    copy.save(update_fields=["state", "served_at", "served_on", "proof"])
    way = "Mailed" if copy.method == NoticeCopy.Method.MAIL else "Sent electronically"
    for case in cases_of(copy.notice):
        record(
            case=case, kind="notice.served", sentence=f"{way} to {copy.name}: {said(copy.notice)}."[:500],
            facts={"notice": copy.notice_id, "copy": copy.pk, "on": copy.served_on.isoformat(), "note": copy.proof},
            actor=actor, now=now,
        )  # fmt: skip
    move_clocks(copy, actor=actor, now=now)
    return copy


@receiver(mail_sent)
def _mail_left(*, mail: OutgoingMail, **signal: object) -> None:  # noqa: ARG001 - signals may carry more
    """The mail server took it. What follows is a job of its own: its failure must not send the mail a second time."""
    if mail.kind == MAIL and mail.sent_at is not None:
        outbox.post(kind=SENT_JOB, key=str(mail.pk), now=mail.sent_at)


@outbox.handler(SENT_JOB)
def _put_down_sending(job: OutboxJob) -> None:
    mail = OutgoingMail.objects.get(pk=int(job.key))
    copy = NoticeCopy.objects.select_related("notice__case").filter(pk=mail.about["copy"]).first()
    if copy is None or mail.sent_at is None or copy.served_at is not None:
        return
    actor = Actor.system("notices")
    proof = f"E-mail with a link to the notice accepted by the mail server for {mail.to}."
    with acting(actor, "a notice was sent"), transaction.atomic():
        if copy.state == NoticeCopy.State.SENDING:
            serve(copy, at=mail.sent_at, proof=proof, actor=actor, now=mail.sent_at)


def _purposes(kind: str) -> set[str]:
    """Every code opens its notice; one that asks for something, or may be answered, also takes files."""
    asks = any(section.name == "send" for section in SECTIONS[kind])
    return {access_codes.DOWNLOAD, access_codes.UPLOAD} if asks else {access_codes.DOWNLOAD}
