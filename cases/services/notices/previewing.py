"""A notice as it would be issued, without issuing it: the same path up to the page, then everything is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from cases.models import Case, Notice, Party
from cases.services.notices.issuing import issue
from common.actor import Actor
from common.errors import RuleRefusal
from letters.services.rendering import render_letter


def preview_notice(
    *, kind: str, case: Case, actor: Actor, now: dt.datetime, to: Sequence[str | Party] = (),
    without: Sequence[str | Party] = (), facts: Mapping[str, Any] | None = None,
) -> bytes:  # fmt: skip
    """The pages of a notice as it would go out today, unsealed. Nothing is kept.

    to, without, facts: as `issue` takes them.
    Raises what `issue` raises, and RuleRefusal with the reason for which it would be held.
    """
    with transaction.atomic():
        notice = issue(kind=kind, case=case, to=to, without=without, facts=facts, actor=actor, now=now)
        transaction.set_rollback(True)
        if notice.state == Notice.State.HELD or notice.frozen is None or notice.letter is None:
            raise RuleRefusal(notice.held_rule, f"It would be held: {notice.held_because}")
        return render_letter(frozen=notice.frozen, wording=notice.letter.wording)
