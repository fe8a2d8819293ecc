"""Propose a reviewer for every case that is ready, and deploy the proposal when asked to."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import Refusal
from reviews.models import ProposalRun
from reviews.services import batch
from reviews.services.batch.telling import run_as_dict

_SEEDS = 2**31 - 1


class Command(BaseCommand):
    help = "Propose a reviewer for every case that is ready; --deploy offers what is proposed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--deploy", action="store_true", help="offer every proposed pair")
        parser.add_argument("--move-offers", action="store_true", help="offers that nobody has answered may move")
        parser.add_argument("--seed", type=int, help="decides between equals; the same seed gives the same run")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        seed = options["seed"]
        if seed is not None and not 0 <= seed <= _SEEDS:
            raise CommandError(f"--seed takes a number from 0 to {_SEEDS}.", returncode=2)
        actor, now = Actor.system("propose_assignments"), timezone.now()
        try:
            with acting(actor, "batch assignment"):
                run = batch.begin(actor=actor, now=now, seed=seed, move_offers=options["move_offers"], by_worker=False)
                run = batch.work_out(run_id=run.pk, now=now)
                if options["deploy"] and run.state == ProposalRun.State.PROPOSED:
                    run = batch.deploy(run_id=run.pk, actor=actor, now=now, by_worker=False)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if run.state == ProposalRun.State.FAILED:
            raise CommandError(run.problem)
        answer = run_as_dict(run)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._tell(answer)

    def _tell(self, answer: dict[str, Any]) -> None:
        totals = answer["totals"]
        self.stdout.write(
            f"Run {answer['run']}: {totals['placed']} of {totals['cases']} cases placed with"
            f" {totals['reviewers']} reviewers, seed {answer['seed']}."
        )
        for pair in answer["pairs"]:
            done = f", {pair['outcome']}" if pair["outcome"] else ""
            note = f" {pair['note']}" if pair["note"] else ""
            self.stdout.write(f"{pair['case']}: {pair['reviewer_id']}, {pair['score']} of 1000{done}.{note}")
        for case in answer["unassigned"]:
            change = f" {case['change']['sentence']}" if case["change"] else ""
            self.stdout.write(f"{case['case']}: nobody. {case['reason']}{change}")
        for shortage in answer["shortages"]:
            self.stdout.write(shortage["sentence"])
