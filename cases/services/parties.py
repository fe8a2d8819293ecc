"""A party that the application did not name, added later."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.roles import require
from cases.models import Case, Party
from cases.rules.corrections import BEFORE_APPROVAL
from cases.rules.intake import names_somebody, refuse_problems
from cases.services.corrections import check_reason
from cases.services.exporting import row_of
from cases.services.intake import find_problems
from cases.services.workflow import lock_case, record
from cases.services.writing import organizations_of, write_party
from cases.signals import facts_corrected
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal


def add_party(*, case: Case, facts: dict[str, Any], reason: str, actor: Actor, now: dt.datetime) -> Party:
    """Add a party (exchange.md, one object of "parties") to an open case; whoever holds the case is judged anew.

    Raises RightRefusal, StateRefusal once the case is determined or ended, InputRefusal with `fields` by key of the
    party, or "reason".
    """
    require(actor, "correct_cases")
    check_reason(reason)
    with transaction.atomic():
        locked = lock_case(case.pk)
        if locked.imported or State(locked.state) not in BEFORE_APPROVAL:
            raise StateRefusal(
                "party.state",
                f"No party can be added: case {locked.number} is in the state “{locked.get_state_display()}”.",
            )
        if not names_somebody(facts):
            raise InputRefusal(
                "party.nobody", "Name an organization or a person.", fields={"organization": "Name one."}
            )
        _refuse_bad_facts(locked, facts, now)
        organizations = organizations_of([{"parties": [facts]}], source=f"typed in case {locked.number}")
        last = locked.parties.order_by("-position").values_list("position", flat=True).first() or 0
        party = write_party(locked, facts, place=last + 1, organizations=organizations)
        Case.objects.filter(pk=locked.pk).update(version=F("version") + 1)
        record(
            case=locked,
            kind="party.added",
            sentence=f"Party added: {party.get_role_display().lower()}, {party.display_name}.",
            facts={"note": reason.strip(), "party": party.pk},
            actor=actor,
            now=now,
        )
        fresh = Case.objects.with_facts().get(pk=locked.pk)
        facts_corrected.send(sender=Case, case=fresh, paths=["parties"], asks_gate=True, actor=actor, now=now)
        return party


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
