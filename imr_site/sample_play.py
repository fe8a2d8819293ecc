"""Plays the sample caseload for the demo: every desk has something on it, two cases go all the way to a sealed letter.

Everything goes through the services that the screens call, with the demo's own people as actors; running it again does
only what is still missing.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services.demo import make_demo_accounts
from cases.models import Case
from cases.services import case_import, organization_import
from cases.services.workflow import move
from cases.workflow import Event, State
from common.actor import Actor, acting
from common.import_command import RowResult
from common.services import files
from imr_site.paths import ROOT, VAR
from letters.models import Letter
from reviews.models import Assignment, Reviewer
from reviews.services import assignment as offers
from reviews.services import quality, reviewer_import
from reviews.services.gate import ask_gate_for_all
from reviews.services.past_determinations import citation_fields
from reviews.services.review import CitationDraft, ItemDraft, open_review, save_draft, submit
from reviews.services.statement import statement_parties

SAMPLE = ROOT / "sample"
#: The sample's people, papers and attestations are in order on this day; a later demo plays on it.
LAST_DAY = dt.datetime(2026, 12, 1, 20, tzinfo=dt.UTC)
MAIN_CASE = "sample-01"
#: How far each case goes; what is not named stays as filed.
STAGES: dict[str, str] = {
    MAIN_CASE: "approved",
    "sample-02": "approved",
    "sample-03": "submitted",
    "sample-04": "offered",
    "sample-09": "begun",
    "sample-05": "ready",
    "sample-06": "ready",
    "sample-07": "records",
    "sample-08": "eligibility",
    "sample-10": "ready",
    "sample-11": "records",
}
_ORDER = ("filed", "eligibility", "records", "ready", "offered", "begun", "submitted", "approved")
#: Demo account -> roster entry; the sample's reviews are written by these.
_ROSTER = {
    "reviewer@demo.example": "R-0010",
    "reviewer2@demo.example": "R-0006",
    "reviewer3@demo.example": "R-0001",
}
_LETTER_SECONDS = 180

Say = Callable[[str], None]


class SampleFailed(RuntimeError):
    """The sample could not be played; the message says where it stopped."""


def play_sample(*, say: Say) -> Path:
    """Bring the sample caseload where it belongs and wait for the main case's letter; returns the letter's path.

    Needs a running worker. Raises SampleFailed when the letter does not come.
    """
    now = min(timezone.now(), LAST_DAY)
    with acting(Actor.system("demo"), "sample caseload"):
        say("Making the sample accounts ...")
        make_demo_accounts()
        say("Taking in the register, the panel and the cases ...")
        _take_in(now)
        _link_accounts()
        for external_id, stage in STAGES.items():
            say(f"Playing {external_id}: {stage} ...")
            _play(Case.objects.get(external_id=external_id), stage, now)
        say("Waiting for the worker to seal the letter ...")
        return _written(_sealed(MAIN_CASE))


def _take_in(now: dt.datetime) -> None:
    system = Actor.system("demo")
    results: list[RowResult] = [
        *organization_import.import_file(path=SAMPLE / "organizations.json", actor=system),
        *reviewer_import.import_file(path=SAMPLE / "reviewers.json", actor=system),
        *case_import.import_file(path=SAMPLE / "cases.json", actor=system, now=now),
    ]
    if bad := [result for result in results if result.status == "rejected"]:
        raise SampleFailed(f"The sample was not taken in: row {bad[0].row}: {bad[0].reason}")


def _link_accounts() -> None:
    for email, roster_id in _ROSTER.items():
        user = User.objects.get(email=email)
        Reviewer.objects.filter(reviewer_id=roster_id, user=None).update(user=user)


def _person(email: str) -> Actor:
    return Actor.of(User.objects.get(email=email))


def _play(case: Case, stage: str, now: dt.datetime) -> None:
    """Walk the case from where it is to `stage`, one act at a time."""
    steps: dict[str, Callable[[Case, dt.datetime], object]] = {
        "eligibility": lambda case, now: _staff_moves(case, Event.OPEN, now),
        "records": lambda case, now: _staff_moves(case, Event.FIND_ELIGIBLE, now),
        "ready": lambda case, now: _staff_moves(case, Event.RECORDS_COMPLETE, now),
        "offered": _offer,
        "begun": _accept,
        "submitted": _review,
        "approved": _approve,
    }
    for name in _ORDER[_reached(case) + 1 : _ORDER.index(stage) + 1]:
        steps[name](Case.objects.get(pk=case.pk), now)


def _reached(case: Case) -> int:
    """The place in _ORDER that the case has reached by itself or in an earlier run."""
    if case.determinations.exists() or case.state in (State.DETERMINED, State.SERVED, State.CLOSED):
        return _ORDER.index("approved")
    if case.state == State.READY and Assignment.objects.live().filter(case=case).exists():
        return _ORDER.index("offered")
    by_state = {
        State.RECEIVED: "filed",
        State.ELIGIBILITY: "eligibility",
        State.RECORDS: "records",
        State.READY: "ready",
        State.IN_REVIEW: "begun",
        State.QUALITY_CHECK: "submitted",
    }
    return _ORDER.index(by_state.get(State(case.state), "approved"))


def _staff_moves(case: Case, event: Event, now: dt.datetime) -> None:
    move(case=case, event=event, actor=_person("coordinator@demo.example"), now=now)


def _offer(case: Case, now: dt.datetime) -> None:
    """To the reviewer who has written the sample's review, else to the first demo reviewer whom the gate lets pass."""
    answers = ask_gate_for_all(case=case, on=now.date())
    wanted = [_sample_review(case)["reviewer_id"], *_ROSTER.values()]
    linked = {person.reviewer_id: person for person in Reviewer.objects.filter(reviewer_id__in=_ROSTER.values())}
    for roster_id in wanted:
        person = linked.get(roster_id)
        if person is not None and not answers[person.pk].blocking:
            offers.offer(case=case, reviewer=person, actor=_person("coordinator@demo.example"), now=now)
            return


def _accept(case: Case, now: dt.datetime) -> None:
    assignment = Assignment.objects.offered().select_related("reviewer__user").filter(case=case).first()
    if assignment is None or assignment.reviewer.user is None:
        return
    person = assignment.reviewer
    offers.accept(
        assignment_id=assignment.pk,
        answers={line.key: "none" for line in statement_parties(case)},
        credentials_current=True,
        knowledge_sufficient=True,
        pay_independent=True,
        signed_name=f"{person.first_name} {person.last_name}",
        actor=Actor.of(assignment.reviewer.user),
        now=now,
    )


def _review(case: Case, now: dt.datetime) -> None:
    assignment = Assignment.objects.accepted().select_related("reviewer__user").filter(case=case).first()
    if assignment is None or assignment.reviewer.user is None:
        return
    actor, sample = Actor.of(assignment.reviewer.user), _sample_review(case)
    review = open_review(case=case, actor=actor, now=now)
    review = save_draft(
        review_id=review.pk,
        version=review.version,
        summary=sample["clinical_case_summary"],
        items=[_item_draft(item) for item in sample["items"]],
        actor=actor,
        now=now,
    )
    submit(review_id=review.pk, version=review.version, actor=actor, now=now)


def _approve(case: Case, now: dt.datetime) -> None:
    if case.state == State.QUALITY_CHECK:
        quality.approve(case=case, actor=_person("quality@demo.example"), now=now)


def _item_draft(item: dict[str, Any]) -> ItemDraft:
    citations = [citation_fields(citation) for citation in item["reviewer_guidelines"]]
    return ItemDraft(
        position=item["position"],
        decision=item["decision"],
        standard=item["standard"],
        rationale=item["rationale"],
        why_not_higher=item.get("why_not_higher", ""),
        citations=tuple(CitationDraft(**{**facts, "sections": tuple(facts["sections"])}) for facts in citations),
    )


def _sample_review(case: Case) -> dict[str, Any]:
    rows = json.loads((SAMPLE / "reviews.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(row for row in rows if row["case"] == case.external_id)
    return found


def _sealed(external_id: str) -> Letter:
    number = Case.objects.values_list("number", flat=True).get(external_id=external_id)
    until = time.monotonic() + _LETTER_SECONDS
    while time.monotonic() < until:
        letter = Letter.objects.sealed().select_related("file").filter(key=number).order_by("-version").first()
        if letter is not None:
            return letter
        time.sleep(0.1)
    raise SampleFailed(f"The letter of case {number} was not sealed within {_LETTER_SECONDS} s.")


def _written(letter: Letter) -> Path:
    """The sealed letter as a file that a person can open."""
    if letter.file is None:
        raise SampleFailed(f"The letter of case {letter.key} has no file.")
    folder = VAR / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{letter.key}.pdf"
    path.write_bytes(files.read(letter.file))
    return path
