from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from cases.services.case_import import ACCEPTED, DUPLICATE, Result, import_file
from common.actor import Actor
from common.import_command import REJECTED, ImportCommand


class Command(ImportCommand):
    help = "Take in applications from an exchange file (see docs/schemas/case.schema.json)."
    statuses = (ACCEPTED, DUPLICATE, REJECTED)
    named_by = "external_id"
    shows = "case"

    def results(self, path: Path, options: dict[str, Any]) -> Iterable[Result]:
        return import_file(path=path, actor=Actor.system("import_cases"), now=timezone.now())
