from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.services.seeding.caseload import refuse_in_production, seed_cases
from common.actor import Actor, acting
from common.errors import Refusal
from reviews.services.seeding import hand_out, lay_reviewers


class Command(BaseCommand):
    help = "Lay an invented caseload of the real shape, for trying the site under load. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True, metavar="N")
        parser.add_argument("--reviewers", type=int, default=0, metavar="M")
        parser.add_argument("--seed", type=int, default=4610, help="the same seed gives the same caseload")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        began, now, seed = time.perf_counter(), timezone.now(), options["seed"]
        if options["cases"] < 1 or options["reviewers"] < 0:
            raise CommandError("--cases takes a number from 1 on, --reviewers one from 0 on.", returncode=2)
        try:
            refuse_in_production()
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        with acting(Actor.system("seed_caseload"), "invented caseload"):
            reviewers = lay_reviewers(count=options["reviewers"], now=now, seed=seed)
            written = seed_cases(
                count=options["cases"], now=now, seed=seed, also=hand_out(reviewers, seed=seed), say=self._say
            )
        seconds = time.perf_counter() - began
        if options["json"]:
            self.stdout.write(json.dumps({"seconds": round(seconds, 1), "reviewers": len(reviewers), "rows": written}))
            return
        rows = ", ".join(f"{count:,} {name}" for name, count in sorted(written.items()))
        self.stdout.write(f"{options['cases']:,} cases and {len(reviewers):,} reviewers in {seconds:.0f} s: {rows}.")

    def _say(self, done: int) -> None:
        self.stderr.write(f"{done:,} cases")
