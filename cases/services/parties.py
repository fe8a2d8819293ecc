"""A party that the application did not name, added later."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.roles import require
from cases.models import Case, Party
from cases.rules.corrections import BEFORE_APPROVAL, DECIDED
from cases.rules.intake import names_somebody, refuse_problems
from cases.services.corrections import check_reason
from cases.services.exporting import row_of
from cases.services.intake import find_problems
from cases.services.workflow import lock_case, record
from cases.services.writing import organizations_of, write_party
from cases.signals import facts_corrected, party_came_late
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal


def add_party(*, case: Case, facts: dict[str, Any], reason: str, actor: Actor, now: dt.datetime) -> Party:
    """Add a party (exchange.md, one object of "parties") to an open case; whoever holds the case is judged anew.

    Raises RightRefusal, StateRefusal once the case is determined or ended, InputRefusal with `fields` by key of the
    party, or "reason". Of a case that is decided it is asked all the same whether who decided it has to do with the
    party: what is found stays, although the party is refused.
    """
    require(actor, "correct_cases")
    check_reason(reason)
    with transaction.atomic():
        locked = lock_case(case.pk)
        if not locked.imported and State(locked.state) in BEFORE_APPROVAL:
            return _add(locked, facts, reason, actor, now)
        told = not locked.imported and State(locked.state) in DECIDED and _tell(locked, facts, reason, actor, now)
    said = f"No party can be added: case {locked.number} is in the state “{locked.get_state_display()}”."
    if told:
        said += (
            " Who decided the case has to do with this party: that stands in the case's history and among the findings"
            " of the panel now. The sealed letter stays."
        )
    raise StateRefusal("party.state", said)


def _add(case: Case, facts: dict[str, Any], reason: str, actor: Actor, now: dt.datetime) -> Party:
    if not names_somebody(facts):
        raise InputRefusal("party.nobody", "Name an organization or a person.", fields={"organization": "Name one."})
    _refuse_bad_facts(case, facts, now)
    party = _write(case, facts)
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    record(
        case=case,
        kind="party.added",
        sentence=f"Party added: {party.get_role_display().lower()}, {party.display_name}.",
        facts={"note": reason.strip(), "party": party.pk},
        actor=actor,
        now=now,
    )
    fresh = Case.objects.with_facts().get(pk=case.pk)
    facts_corrected.send(sender=Case, case=fresh, paths=["parties"], asks_gate=True, actor=actor, now=now)
    return party


def _write(case: Case, facts: dict[str, Any]) -> Party:
    organizations = organizations_of([{"parties": [facts]}], source=f"typed in case {case.number}")
    last = case.parties.order_by("-position").values_list("position", flat=True).first() or 0
    return write_party(case, facts, place=last + 1, organizations=organizations)


def _tell(case: Case, facts: dict[str, Any], reason: str, actor: Actor, now: dt.datetime) -> bool:
    """Have the rooms above look at a decided case as if the party were in it. Whether any found something to keep."""
    try:
        with transaction.atomic():
            if not names_somebody(facts):
                return False
            _refuse_bad_facts(case, facts, now)
            party = _write(case, facts)
            heard: list[tuple[Any, Any]] = party_came_late.send(
                sender=Case, case=case, party=party, reason=reason, actor=actor, now=now
            )
            transaction.set_rollback(True)
    except InputRefusal:
        return False
    keeping = [keep for _, keep in heard if keep is not None]
    for keep in keeping:
        keep()
    return bool(keeping)


def _refuse_bad_facts(case: Case, facts: dict[str, Any], now: dt.datetime) -> None:
    """The rules of intake judge the case with the new party in it; their complaints lose the place in the list."""
    row = row_of(case)
    place = len(row["parties"])
    row["parties"].append(facts)
    try:
        refuse_problems(find_problems(row, now=now))
    except InputRefusal as refusal:
        prefix = f"parties[{place}]."
        fields = {path.removeprefix(prefix): message for path, message in refusal.fields.items()}
        raise InputRefusal(refusal.rule, refusal.message, fields=fields) from None
