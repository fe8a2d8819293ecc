"""What a draft would change, worked out by a worker where the requests are many; the answer is kept with the draft."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.roles import person_id, require, rights_of
from common.actor import Actor
from common.days import house_date
from common.errors import RuleRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from guidelines.models import Edition, PublishingTrial
from guidelines.services.publishing import outlook
from guidelines.services.upkeep import progress
from guidelines.services.upkeep.snapshot import reached
from guidelines.services.what_changes import Moved, RecentItem, WhatChanges, open_citations_of, what_changes

TRIAL = "guidelines.publishing_trial"
#: So many requests are searched within the request of a person; more are a worker's work.
AT_ONCE = 20


def ask(*, draft_id: int, actor: Actor, now: dt.datetime) -> PublishingTrial:
    """Have a worker search the last requests with and without the draft. Asked twice, it is worked out once.

    Raises RightRefusal; StateRefusal for a closed draft; RuleRefusal where the draft cannot be published as it stands.
    """
    if "publish_guidelines" not in rights_of(actor.roles):
        require(actor, "edit_guidelines")
    with transaction.atomic():
        draft = Edition.every.select_for_update(of=("self",)).select_related("publication").get(pk=draft_id)
        if draft.state != Edition.State.DRAFT:
            raise StateRefusal("edition.state", f"{draft} is no open draft any more.")
        if problems := outlook(draft).problems:
            raise RuleRefusal("edition.checks", " ".join(problems))
        trial = PublishingTrial.objects.filter(draft=draft).first() or PublishingTrial(draft=draft)
        if trial.state == PublishingTrial.State.WORKING:
            return trial
        trial.state, trial.problem, trial.answer = PublishingTrial.State.WORKING, "", {}
        trial.asked_at, trial.asked_by_id, trial.tries = now, person_id(actor), trial.tries + 1
        trial.save()
        outbox.post(kind=TRIAL, key=f"{trial.pk}:{trial.tries}", now=now)
    return trial


@outbox.handler(TRIAL)
def _job(job: OutboxJob) -> None:
    pk, _, tries = job.key.partition(":")
    trial = PublishingTrial.objects.filter(pk=int(pk), tries=int(tries)).select_related("draft__publication").first()
    if trial is None or trial.state != PublishingTrial.State.WORKING:
        return
    draft = trial.draft
    trial.base = _base(draft)
    problems = ["The draft is closed by now."] if draft.state != Edition.State.DRAFT else outlook(draft).problems
    if problems:
        trial.state, trial.problem = PublishingTrial.State.REFUSED, " ".join(problems)
    else:
        found = what_changes(
            draft=draft, today=house_date(trial.asked_at),
            tell=lambda done, total: progress.tell(f"trial-{trial.pk}", done, total),
        )  # fmt: skip
        trial.state, trial.answer = PublishingTrial.State.DONE, _kept(found)
    trial.save()


def _base(draft: Edition) -> dict[str, list[int]]:
    ids = Edition.every.filter(publication=draft.publication_id).values_list("pk", flat=True)
    return reached(ids)


def is_stale(trial: PublishingTrial) -> bool:
    """Whether the draft, or an edition beside it, has changed since."""
    return bool(trial.state != PublishingTrial.State.WORKING and trial.base != _base(trial.draft))


def answer_of(trial: PublishingTrial) -> WhatChanges | None:
    """What was worked out, with the open reviews of now."""
    if trial.state != PublishingTrial.State.DONE:
        return None
    moved = [
        Moved(RecentItem(text, diagnosis), tuple(before), tuple(after))
        for text, diagnosis, before, after in trial.answer["moved"]
    ]
    on = dt.date.fromisoformat(trial.answer["on"])
    return WhatChanges(trial.answer["searched"], on, moved, open_citations_of(trial.draft))


def told(trial: PublishingTrial) -> tuple[int, int] | None:
    """(searches done, searches in all)."""
    return progress.told(f"trial-{trial.pk}")


def _kept(found: WhatChanges) -> dict[str, object]:
    return {
        "searched": found.searched,
        "on": found.on.isoformat(),
        "moved": [[one.item.text, one.item.diagnosis, one.before, one.after] for one in found.moved],
    }
