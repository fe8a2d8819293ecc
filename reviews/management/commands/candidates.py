"""Ask the gate about everybody on the roster for one case."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.models import Case
from common.days import california_date
from reviews.services.candidates import Board, board_for, candidate_as_dict


class Command(BaseCommand):
    help = "Every reviewer for a case: eligible, score with its parts, findings. For use inside the organization."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", metavar="CASE", help="case number, such as CM26-0000001")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        case = Case.objects.filter(number=options["case"]).first()
        if case is None:
            raise CommandError(f"There is no case {options['case']}. Check the number.")
        on = california_date(timezone.now())
        board = board_for(case=case, on=on)
        if options["json"]:
            self.stdout.write(json.dumps(_answer(case, board, on.isoformat()), ensure_ascii=False))
        else:
            self._tell(board)

    def _tell(self, board: Board) -> None:
        for result in board.eligible:
            self.stdout.write(f"{result.reviewer.reviewer_id}: eligible, {result.score} of 1000.")
        for result in board.others:
            why = " ".join(finding.evidence for finding in result.blocking)
            self.stdout.write(f"{result.reviewer.reviewer_id}: not eligible. {why}")
        self.stdout.write(" -> ".join(f"{step.label.lower()} {step.left}" for step in board.funnel))


def _answer(case: Case, board: Board, on: str) -> dict[str, Any]:
    return {
        "case": case.number,
        "on": on,
        "specialties": [
            {"specialty": match.specialty, "closeness": match.closeness, "reason": match.reason}
            for match in board.wanted
        ],
        "funnel": [{"step": step.label, "left": step.left} for step in board.funnel],
        "reviewers": [candidate_as_dict(result) for result in (*board.eligible, *board.others)],
    }
