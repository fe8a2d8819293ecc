"""Issuing a notice: whom it goes to, what it says, frozen, and ordered to be sealed.

What a notice needs and lacks never stops the event that it follows: the notice is held with its reason, stands on the
outbox page as work, and is written when the reason is gone (`write_again`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import OutgoingMail
from accounts.roles import require
from cases.models import Case, Notice, NoticeCopy, Organization, Party
from cases.rules.jurisdiction import Jurisdiction
from cases.rules.notices import Recipient
from cases.services.jurisdictions import jurisdiction
from cases.services.notices.document import document_of, plain
from cases.services.notices.recipients import recipients_of, recipients_of_organization
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.errors import InputRefusal, Refusal, StateRefusal
from letters.services.ordering import freeze, order_letter

#: The kind of frozen document and letter that notices are.
LETTER_KIND = "notice"
#: The mail that serves a notice electronically: its text under templates/accounts/mail.
MAIL = "notice"
#: The right of everybody who issues notices and sees them on their way.
RIGHT = "send_notices"

_NOT_WRITTEN = "It is being written."


def issue(
    *,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    case: Case | None = None,
    cases: Sequence[Case] = (),
    organization: Organization | None = None,
    to: Sequence[str | Party] = (),
    without: Sequence[str | Party] = (),
    facts: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> Notice:
    """Issue a notice on a case, or on many cases of an organization, and return it: ordered, or held with its reason.

    kind: a value of Notice.Kind. to: roles ("worker" and those of parties) or parties that must answer; the
    jurisdiction's table says who gets it besides, and who gets it when nobody is named.
    without: who gets none, whatever the table says. facts: what it says besides the
    facts of the case, by placeholder or list of `letters.rules.notice_keys` (dates as dates). once: what must be
    noticed only once; the notice that was issued under it is handed back.

    Raises InputRefusal for a kind or party that there is not, StateRefusal for a past determination, RightRefusal.
    Whatever else is missing holds the notice.
    """
    require(actor, RIGHT)
    if kind not in Notice.Kind.values:
        raise InputRefusal("notice.kind", f"There is no kind of notice {kind!r}.")
    about = [case] if case is not None else list(cases)
    _refuse_odd(about, organization if case is None else None, one=case is not None)
    with transaction.atomic():
        if case is not None:
            case = lock_case(case.pk)
        if once and (known := Notice.objects.filter(once=once).first()):
            return known
        notice = Notice.objects.create(
            kind=kind,
            case=case,
            organization=organization if case is None else None,
            jurisdiction=about[0].jurisdiction,
            facts=plain(dict(facts or {})),
            addressed=_named(to) | ({"without": _named(without)} if without else {}),
            once=once,
            issued_at=now,
            issued_by=actor.name,
            held_rule="notice.writing",
            held_because=_NOT_WRITTEN,
        )
        if case is None:
            notice.about.set(about)
        _write(notice, now=now)
        _tell(notice, about, actor=actor, now=now)
        return notice


def write_again(*, notice_id: int, actor: Actor, now: dt.datetime) -> Notice:
    """Write a held notice, now that what it lacked may be there. Raises StateRefusal when it is not held."""
    require(actor, RIGHT)
    with transaction.atomic():
        notice = lock_notice(notice_id)
        if notice.state != Notice.State.HELD:
            raise StateRefusal("notice.not_held", f"Notice {notice.reference} is not held. Nothing is left to do.")
        _write(notice, now=now)
        if notice.state == Notice.State.ORDERED:
            _tell(notice, cases_of(notice), actor=actor, now=now)
        return notice


def cancel(*, notice_id: int, because: str, actor: Actor, now: dt.datetime) -> Notice:
    """Give a notice up that has reached nobody yet. Raises StateRefusal once a copy is printed, sent or mailed."""
    require(actor, RIGHT)
    if not because.strip():
        raise InputRefusal("notice.why", "Say why the notice is not sent.", fields={"because": "Say why."})
    with transaction.atomic():
        notice = lock_notice(notice_id)
        copies = list(notice.copies.select_for_update().order_by("pk"))
        out = [copy for copy in copies if is_out(copy)]
        if out or notice.state == Notice.State.CANCELLED:
            where = f"{out[0].name}: {out[0].get_state_display().lower()}" if out else "it was given up before"
            raise StateRefusal("notice.out", f"Notice {notice.reference} cannot be given up: {where}.")
        for copy in copies:
            if copy.state == NoticeCopy.State.CANCELLED:
                continue
            copy.state, copy.problem = NoticeCopy.State.CANCELLED, because.strip()[:500]
            copy.save(update_fields=["state", "problem"])
        if notice.state != Notice.State.SEALED:
            notice.state = Notice.State.CANCELLED
            notice.save(update_fields=["state"])
        for case in cases_of(notice):
            record(
                case=case, kind="notice.cancelled", sentence=f"Not sent: {said(notice)}.",
                facts={"notice": notice.pk, "note": because.strip()}, actor=actor, now=now,
            )  # fmt: skip
        return notice


def is_out(copy: NoticeCopy) -> bool:
    """Whether the copy has left the house, or may have: printed paper may be with the carrier, a mail may be gone."""
    if copy.state == NoticeCopy.State.SENDING:
        return OutgoingMail.objects.filter(kind=MAIL, about__copy=copy.pk, sent_at__isnull=False).exists()
    return copy.state not in _STILL_HERE and copy.state != NoticeCopy.State.CANCELLED


_STILL_HERE = (
    NoticeCopy.State.HELD, NoticeCopy.State.WAITING, NoticeCopy.State.TO_PRINT, NoticeCopy.State.SENDING,
)  # fmt: skip


def lock_notice(notice_id: int) -> Notice:
    return Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice_id)


def cases_of(notice: Notice) -> list[Case]:
    return [notice.case] if notice.case is not None else list(notice.about.order_by("number"))


def said(notice: Notice) -> str:
    """The notice as the timeline names it."""
    return f"{notice.get_kind_display().lower()}, {notice.reference}"


def _write(notice: Notice, *, now: dt.datetime) -> None:
    """Copies, document and letter, all or none; a refusal on the way holds the notice with its sentence."""
    try:
        with transaction.atomic():
            _order(notice, now)
    except Refusal as refusal:
        notice.state = Notice.State.HELD
        notice.held_rule, notice.held_because = refusal.rule, refusal.message
        notice.frozen = notice.letter = None
        notice.save(update_fields=["held_rule", "held_because"])


def _order(notice: Notice, now: dt.datetime) -> None:
    of = jurisdiction(notice.jurisdiction)
    on = now.astimezone(of.zone).date()
    fresh = Case.objects.with_facts()
    if notice.case_id:
        notice.case = fresh.get(pk=notice.case_id)
        cases = [notice.case]
    else:
        cases = list(fresh.filter(notices_about=notice).order_by("number"))
    recipients = _recipients(notice, cases, of, on)
    content = document_of(notice=notice, cases=cases, recipients=recipients, of=of, on=on)
    notice.frozen = freeze(content=content, kind=LETTER_KIND, now=now)
    notice.letter = order_letter(frozen=notice.frozen, key=notice.reference, version=1, now=now)
    notice.state, notice.held_rule, notice.held_because = Notice.State.ORDERED, "", ""
    notice.save(update_fields=["frozen", "letter", "state", "held_rule", "held_because"])
    NoticeCopy.objects.bulk_create(
        NoticeCopy(
            notice=notice,
            position=place,
            role=one.role,
            party_id=one.party_id,
            answers=one.answers,
            name=one.name,
            lines=list(one.lines),
            region=one.region,
            email=one.email,
            method=one.method,
            state=NoticeCopy.State.HELD if one.problem else NoticeCopy.State.WAITING,
            problem=one.problem[:500],
        )
        for place, one in enumerate(recipients, 1)
    )


def _recipients(notice: Notice, cases: Sequence[Case], of: Jurisdiction, on: dt.date) -> list[Recipient]:
    if notice.case is None:
        if notice.organization is None:
            raise InputRefusal("notice.organization", "A notice on many cases goes to one organization. Name it.")
        return recipients_of_organization(organization=notice.organization, cases=cases)
    named = notice.addressed
    return recipients_of(
        case=notice.case, rule=of.notice(notice.kind, on), to=_those(named), without=_those(named.get("without", {}))
    )


def _those(named: Mapping[str, Any]) -> list[str | Party]:
    """The roles and parties that `_named` wrote down."""
    return [*named.get("roles", []), *Party.objects.filter(pk__in=named.get("parties", [])).order_by("position")]


def _named(to: Sequence[str | Party]) -> dict[str, Any]:
    roles = [one for one in to if isinstance(one, str)]
    parties = [one.pk for one in to if isinstance(one, Party)]
    return {key: value for key, value in (("roles", roles), ("parties", parties)) if value}


def _refuse_odd(about: Sequence[Case], organization: Organization | None, *, one: bool) -> None:
    if not about:
        raise InputRefusal("notice.case", "Say which case the notice is about.")
    if not one and organization is None:
        raise InputRefusal("notice.organization", "A notice on many cases goes to one organization. Name it.")
    if len({case.jurisdiction for case in about}) > 1:
        raise InputRefusal("notice.jurisdiction", "A notice speaks of cases of one programme. Issue one for each.")
    if past := [case.number for case in about if case.imported]:
        raise StateRefusal("notice.imported", f"Case {past[0]} is a past determination. Nothing is sent for it.")


def _tell(notice: Notice, cases: Sequence[Case], *, actor: Actor, now: dt.datetime) -> None:
    """One line on the timeline of each case."""
    held = notice.state == Notice.State.HELD
    count = notice.copies.count()
    sentence = (
        f"Held, not sent yet: {said(notice)}."
        if held
        else f"Notice issued: {said(notice)}, to {count} recipient{'' if count == 1 else 's'}."
    )
    for case in cases:
        record(
            case=case,
            kind="notice.held" if held else "notice.issued",
            sentence=sentence,
            facts={"notice": notice.pk, "notice_kind": notice.kind, "note": notice.held_because},
            actor=actor,
            now=now,
        )
