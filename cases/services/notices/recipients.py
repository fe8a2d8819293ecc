"""Who gets a notice, and how: the roles of the jurisdiction's table, read off the parties of the case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cases.models import Case, NoticeCopy, Organization, Party, Worker
from cases.models.notice import WORKER
from cases.models.person import Address
from cases.rules.jurisdiction import NoticeRule
from cases.rules.notices import Recipient, same_address, with_way, without_doubles
from common.errors import InputRefusal, RuleRefusal

ROLE_LABELS = {**dict(Party.Role.choices), WORKER: "Injured worker"}


def recipients_of(
    *, case: Case, rule: NoticeRule, to: Sequence[str | Party] = (), without: Sequence[str | Party] = ()
) -> list[Recipient]:
    """The recipients of a notice on one case, the one who must answer first.

    to: roles or parties; without any, the roles of the jurisdiction's table. With some, these must answer and everybody
    of the table gets a copy. without: who gets none, under whatever part of the case.
    Raises InputRefusal for an unknown role, RuleRefusal when nobody is left.
    """
    asked = [one for wanted in to for one in _found(case, wanted)]
    named = [one for role in rule.recipients for one in _of_role(case, role)]
    if without:
        gone = [one for wanted in without for one in _found(case, wanted)]
        named = [one for one in named if not any(same_address(one, other) for other in gone)]
    if not asked and not to:
        first = rule.recipients[0] if rule.recipients and _starts_a_clock(rule) else None
        asked = [one for one in named if one.role == first]
    if to and not asked:
        raise RuleRefusal("notice.nobody", f"Nobody of case {case.number} has the part that was named. Add the party.")
    found = without_doubles([*(replace(one, answers=True) for one in asked), *named])
    if not found:
        raise RuleRefusal(
            "notice.nobody", f"Case {case.number} names nobody who gets “{rule.name}”. Add the parties that it lacks."
        )
    return [with_way(one) for one in found]


def recipients_of_organization(*, organization: Organization, cases: Iterable[Case]) -> list[Recipient]:
    """The organization itself, reached as the newest of the cases says it is to be reached."""
    parties = (
        Party.objects.filter(case__in=list(cases), organization=organization)
        .select_related("person", "organization")
        .order_by("-case__created_at", "-pk")
    )
    ways = [with_way(_of_party(party)) for party in parties]
    best = next((one for one in ways if not one.problem), ways[0] if ways else None)
    if best is None:
        raise RuleRefusal("notice.nobody", f"{organization.name} is a party of none of these cases.")
    return [replace(best, name=organization.name, party_id=None, answers=True)]


def recipient_again(copy: NoticeCopy) -> Recipient:
    """Who a copy was for, as the case says it today; the copy's own words where the party is gone."""
    party = copy.party
    if copy.notice.case is not None and copy.role == WORKER:
        return _of_worker(copy.notice.case.worker)
    if party is None and copy.notice.organization is not None:
        return recipients_of_organization(organization=copy.notice.organization, cases=copy.notice.about.all())[0]
    if party is None:
        return Recipient(
            role=copy.role, role_label=copy.role_label, name=copy.name, lines=tuple(copy.lines), region=copy.region,
            complete=bool(copy.lines), email=copy.email,
        )  # fmt: skip
    return _of_party(party)


def _found(case: Case, wanted: str | Party) -> list[Recipient]:
    if isinstance(wanted, Party):
        if wanted.case_id != case.pk:
            raise InputRefusal("notice.party", f"{wanted.display_name} is no party of case {case.number}.")
        return [_of_party(wanted)]
    if wanted not in ROLE_LABELS:
        raise InputRefusal("notice.role", f"There is no role {wanted!r}.")
    return _of_role(case, wanted)


def _of_role(case: Case, role: str) -> list[Recipient]:
    if role == WORKER:
        return [_of_worker(case.worker)]
    return [_of_party(party) for party in case.parties.all() if party.role == role]


def _of_worker(worker: Worker) -> Recipient:
    return Recipient(
        role=WORKER, role_label=ROLE_LABELS[WORKER], name=worker.full_name or "The injured worker",
        lines=tuple(worker.address_lines), region=worker.state, complete=_complete(worker), email=worker.email,
    )  # fmt: skip


def _of_party(party: Party) -> Recipient:
    return Recipient(
        role=party.role, role_label=party.get_role_display(), name=party.display_name[:300], email=party.email,
        serve_by=party.serve_by, party_id=party.pk,
        lines=tuple(party.address_lines), region=party.state, complete=_complete(party),
    )  # fmt: skip


def _complete(of: Address) -> bool:
    return bool(of.line1 and of.city and of.state and of.zip)


def _starts_a_clock(rule: NoticeRule) -> bool:
    return bool(rule.starts_mail or rule.starts_electronic or rule.starts_expedited)
