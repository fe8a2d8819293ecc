from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Act
from accounts.services.access_log import note_access
from cases.models import Case
from cases.services.desk.explaining import KINDS, explain
from common.actor import Actor


class Command(BaseCommand):
    help = "How a case came to where it is: events, clocks, jobs, letters, arrivals and views, oldest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", metavar="CASE", help="case number")
        parser.add_argument(
            "--kind", action="append", choices=list(KINDS), default=[], help="this kind only; repeatable"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        case = Case.objects.filter(number=options["case"].upper()).first()
        if case is None:
            raise CommandError(f"There is no case {options['case']}.")
        lines = explain(case, kinds=options["kind"])
        note_access(
            act=Act.VIEWED, now=timezone.now(), actor=Actor.system("explain"), target=f"Case {case.number}",
            target_key=case.number, detail="explain",
        )  # fmt: skip
        if options["json"]:
            answer = {"case": case.number, "state": case.state, "results": [line.as_dict() for line in lines]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for line in lines:
            who = f"  ({line.who})" if line.who else ""
            self.stdout.write(f"{line.at:%Y-%m-%d %H:%M:%S}  {line.kind:8}  {line.what}{who}")
            for fact in line.facts:
                self.stdout.write(f"{'':31}{fact}")
