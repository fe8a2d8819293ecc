"""Putting files that came without a case with the right one: by code, by number, by what they say, or by a person.

match_arrival  the worker's try; what it cannot decide waits with up to three suggestions
put            a person's choice, by one key
undo           and back
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.roles import require
from cases.models import Arrival, ArrivalMatch, ArrivalSuggestion, Case, Document, Page, Reading
from cases.models.case import claim_key_of
from cases.rules.matching import MOST_SUGGESTED, SUGGESTED, Fit, Said, fit, numbers_in, said_by
from cases.services import arrivals
from cases.services.codes_on_pages import codes_of
from cases.services.jurisdictions import files as jurisdiction_files
from cases.services.jurisdictions import jurisdiction
from cases.services.page_text import read_pages
from common.actor import Actor, acting
from common.errors import Refusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox

MATCH_JOB = "cases.match_arrival"
MATCHER = Actor.system("matching")
#: The first pages say whose file it is; the rest is not searched.
_FIRST_PAGES = 12
_MOST_CANDIDATES = 60


@receiver(post_save, sender=Arrival, dispatch_uid="cases.matching.arrived")
def _has_arrived(*, instance: Arrival, raw: bool = False, **signal: Any) -> None:  # noqa: ARG001 - signals carry more
    """A file waits for its case. One whose match was undone is left to people."""
    waits = instance.state == Arrival.State.UNMATCHED and instance.case_id is None and instance.file_id is not None
    if not raw and waits and not ArrivalMatch.objects.filter(arrival=instance).exists():
        outbox.post(kind=MATCH_JOB, key=str(instance.pk), now=timezone.now())


@receiver(post_save, sender=Reading, dispatch_uid="cases.matching.read")
def _is_read(*, instance: Reading, raw: bool = False, **signal: Any) -> None:  # noqa: ARG001
    """Its pages are read now: the second look."""
    if raw or instance.done_at is None:
        return
    for arrival in Arrival.objects.unmatched().filter(file=instance.file_id, matches=None):
        outbox.post(kind=MATCH_JOB, key=f"{arrival.pk}:read", now=instance.done_at)


@outbox.handler(MATCH_JOB)
def match_job(job: OutboxJob) -> None:
    with acting(MATCHER, "matching"):
        match_arrival(arrival_id=int(job.key.partition(":")[0]), now=timezone.now())


def match_arrival(*, arrival_id: int, now: dt.datetime) -> ArrivalMatch | None:
    """Put the file with the one case that it surely belongs to, or leave suggestions. Twice does no harm."""
    arrival = Arrival.objects.select_related("file").get(pk=arrival_id)
    if arrival.state != Arrival.State.UNMATCHED or arrival.file is None or arrival.matches.exists():
        return None
    by_number = _by_numbers(numbers_in(f"{arrival.folder}/{arrival.name}", _forms()))
    by_code = _by_numbers(numbers_in(" ".join(codes_of(arrival.file)), _forms()))
    read_pages(file=arrival.file, now=now)
    found = _by_text(arrival)
    sure = [case for case, how in found if how.sure]
    for by, cases, why in (
        (ArrivalMatch.By.CODE, by_code, "code on its cover sheet"),
        (ArrivalMatch.By.NUMBER, by_number, "case number in its name or folder"),
        (ArrivalMatch.By.TEXT, sure, "claim number and name in its text"),
    ):
        if len(cases) == 1 and (matched := _try(arrival, cases[0], by, why, now)):
            return matched
    _suggest(
        arrival, [*((case, Fit(95, "case number on or in it", sure=False)) for case in by_code + by_number), *found]
    )
    return None


def put(*, arrival: Arrival, case: Case, actor: Actor, now: dt.datetime, kind: str = "") -> ArrivalMatch:
    """Put a waiting file with a case. Raises RightRefusal, StateRefusal, InputRefusal."""
    require(actor, "manage_records")
    with transaction.atomic():
        suggested = arrival.suggestions.filter(case=case).first()
        why = suggested.why if suggested else "found by search"
        return _link(arrival, case, ArrivalMatch.By.PERSON, why, actor, now, kind)


def undo(*, match: ArrivalMatch, actor: Actor, now: dt.datetime) -> Arrival:
    """Take a file back out of the case that it was put with. Raises RightRefusal, StateRefusal."""
    require(actor, "manage_records")
    with transaction.atomic():
        arrival = arrivals.unlink(arrival=match.arrival, actor=actor, now=now)  # locks case and file
        mine = ArrivalMatch.objects.select_for_update(of=("self",)).get(pk=match.pk)
        if mine.undone_at is not None:
            raise StateRefusal("matching.undone", f"That was undone by {mine.undone_by} already.")
        mine.undone_at, mine.undone_by = now, actor.name
        mine.save(update_fields=["undone_at", "undone_by"])
        return arrival


def waiting() -> QuerySet[Arrival]:
    """Files that wait for their case, the longest waiting first, with their suggestions; three statements."""
    return (
        Arrival.objects.unmatched()
        .filter(case=None)
        .select_related("file__reading")
        .prefetch_related("suggestions__case__worker", "suggestions__case__claim")
        .order_by("received_at", "pk")
    )


def latest(limit: int = 5) -> QuerySet[ArrivalMatch]:
    """What was put with a case last, for its undo."""
    return ArrivalMatch.objects.filter(undone_at=None).select_related("arrival", "case")[:limit]


def _try(arrival: Arrival, case: Case, by: str, why: str, now: dt.datetime) -> ArrivalMatch | None:
    """A case that takes nothing more (a past determination) leaves the file waiting."""
    try:
        with transaction.atomic():
            return _link(arrival, case, by, why, MATCHER, now, "")
    except Refusal:
        return None


def _link(arrival: Arrival, case: Case, by: str, why: str, actor: Actor, now: dt.datetime, kind: str) -> ArrivalMatch:
    document = arrivals.link(
        arrival=arrival, case=case, kind=kind or arrival.kind or Document.Kind.OTHER, author=arrival.author,
        date=arrival.date, actor=actor, now=now,
    )  # fmt: skip
    ArrivalSuggestion.objects.filter(arrival=arrival).delete()
    return ArrivalMatch.objects.create(
        arrival=arrival, case=case, document=document, by=by, why=why, at=now, actor_name=actor.name,
        user_id=actor.user_id,
    )  # fmt: skip


def _forms() -> list[str]:
    return [form.form for key in jurisdiction_files() for form in jurisdiction(key).case_numbers]


def _by_numbers(numbers: list[str]) -> list[Case]:
    return list(Case.objects.filter(number__in=numbers, imported=False)) if numbers else []


def _by_text(arrival: Arrival) -> list[tuple[Case, Fit]]:
    """Cases that fit what the first pages say, best first."""
    rows = Page.objects.filter(file=arrival.file, number__lte=_FIRST_PAGES).order_by("number")
    said = said_by([f"{arrival.folder} {arrival.name}", *rows.values_list("text", flat=True)])
    fits = [(case, _fit(said, case)) for case in _candidates(said)]
    return sorted((one for one in fits if one[1].score >= SUGGESTED), key=lambda one: (-one[1].score, one[0].pk))


def _fit(said: Said, case: Case) -> Fit:
    worker, claim = case.worker, case.claim
    return fit(
        said, first_name=worker.first_name, last_name=worker.last_name, claim_number=claim.claim_number,
        birth_date=worker.birth_date, injury_date=claim.injury_date,
    )  # fmt: skip


def _candidates(said: Said) -> list[Case]:
    """Cases by the index of folded claim numbers, and by trigrams of the names that stand behind a label."""
    cases = Case.objects.filter(imported=False).select_related("worker", "claim")
    found = list(cases.alias(key=claim_key_of("claim__claim_number")).filter(key__in=said.claims)[:_MOST_CANDIDATES])
    alike = Q()
    for name in said.names:
        words = [word.strip(".,").upper() for word in name.split() if len(word.strip(".,")) > 1]
        if len(words) > 1:
            first, last = words[0], words[-1]
            alike |= Q(first__trigram_similar=first, last__trigram_similar=last)
            alike |= Q(first__trigram_similar=words[1], last__trigram_similar=first)
    if alike:
        named = cases.alias(last=Upper("worker__last_name"), first=Upper("worker__first_name")).filter(alike)
        found += [case for case in named.order_by("-pk")[:_MOST_CANDIDATES] if case not in found]
    return found


def _suggest(arrival: Arrival, found: list[tuple[Case, Fit]]) -> None:
    best: dict[int, tuple[Case, Fit]] = {}
    for case, how in found:
        best.setdefault(case.pk, (case, how))
    ArrivalSuggestion.objects.filter(arrival=arrival).delete()
    ArrivalSuggestion.objects.bulk_create(
        ArrivalSuggestion(arrival=arrival, case=case, place=place, score=how.score, why=how.why[:300])
        for place, (case, how) in enumerate(list(best.values())[:MOST_SUGGESTED], 1)
    )
