"""From a decided case to a letter that waits for its seal: freeze the facts, order the letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from common.canonical import canonical_json, sha256_of
from common.errors import RuleRefusal, StateRefusal
from common.models import OutboxJob
from common.rules.characters import refuse_unprintable
from common.services import outbox
from letters.models import FrozenDocument, Letter, Wording
from letters.models.letter import SEAL_JOB
from letters.rules.compose import MissingFact
from letters.services.kinds import KINDS
from letters.services.wording import choose_wording

__all__ = ["SEAL_JOB", "freeze", "order_letter"]

#: A letter that its own process seals is left to that process this long before the sweeper looks for it.
_LEFT_ALONE = dt.timedelta(minutes=15)


def freeze(*, content: dict[str, Any], kind: str = "determination", now: dt.datetime) -> FrozenDocument:
    """Fix the facts of a letter for ever: canonical JSON with its hash (docs/determination-document.md).

    Raises TypeError for a value that has no canonical form.
    """
    text = canonical_json(content)
    return FrozenDocument.objects.create(kind=kind, text=text, sha256=sha256_of(text), frozen_at=now)


def order_letter(
    *,
    frozen: FrozenDocument,
    key: str,
    version: int,
    now: dt.datetime,
    wording: Wording | None = None,
    supersedes: Letter | None = None,
    to_worker: bool = True,
) -> Letter:
    """Order the letter of a frozen determination or notice; a worker renders and seals it after commit.

    wording: None takes the one in force for the document's layout, language and day.
    to_worker=False: the caller seals it itself (`seal_letter`); the job stays as a net should that process die.
    Raises RuleRefusal when no wording is in force or it prints a fact that the document lacks, InputRefusal for a
    character that letters cannot print, StateRefusal when that version was ordered already.
    """
    content = frozen.content
    wording = wording or choose_wording(
        layout=content["layout"], language=content["language"], on=KINDS[frozen.kind].day(content)
    )
    _check_printable(content)
    _check_composes(frozen.kind, content, wording)
    with transaction.atomic():
        letter = _create(frozen, key, version, wording, supersedes, now)
        if to_worker:
            outbox.post(kind=SEAL_JOB, key=str(letter.pk), now=now)
        else:
            OutboxJob.objects.create(kind=SEAL_JOB, key=str(letter.pk), created_at=now, not_before=now + _LEFT_ALONE)
        return letter


def _create(
    frozen: FrozenDocument, key: str, version: int, wording: Wording, supersedes: Letter | None, now: dt.datetime
) -> Letter:
    try:
        with transaction.atomic():
            return Letter.objects.create(
                key=key,
                version=version,
                kind=frozen.kind,
                frozen=frozen,
                wording=wording,
                supersedes=supersedes,
                ordered_at=now,
            )
    except IntegrityError:
        raise StateRefusal(
            "letter.ordered_already", f"Letter {key} version {version} was ordered already. Order the next version."
        ) from None


def _check_printable(value: Any, where: str = "") -> None:
    """The last door: a character that no letter prints stops the order, not the worker."""
    if isinstance(value, str):
        refuse_unprintable(value, field=where)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_printable(inner, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_printable(inner, f"{where}[{index}]")


def _check_composes(kind: str, content: dict[str, Any], wording: Wording) -> None:
    try:
        KINDS[kind].compose(content, wording.blocks)
    except MissingFact as missing:
        raise RuleRefusal(
            "letter.missing_fact",
            f"The wording of layout “{wording.layout}” prints {missing.fact}, which this case does not have. "
            "Enter it, then try again.",
        ) from None
