from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from common.actor import Actor
from common.import_command import REJECTED, ImportCommand
from reviews.services.reviewer_import import Result, import_file
from reviews.services.roster import ACCEPTED, UNCHANGED, UPDATED


class Command(ImportCommand):
    help = (
        "Take in the panel's roster with credentials, affiliations and availability "
        "(see docs/schemas/reviewer.schema.json); a reviewer_id already there is updated."
    )
    statuses = (ACCEPTED, UPDATED, UNCHANGED, REJECTED)
    named_by = "reviewer_id"

    def results(self, path: Path, options: dict[str, Any]) -> Iterable[Result]:
        return import_file(path=path, actor=Actor.system("import_reviewers"))
