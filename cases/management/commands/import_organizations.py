from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cases.services.organization_import import ACCEPTED, DUPLICATE, UPDATED, Result, import_file
from common.actor import Actor
from common.import_command import REJECTED, ImportCommand


class Command(ImportCommand):
    help = "Load the register of organizations (see docs/schemas/organization.schema.json)."
    statuses = (ACCEPTED, UPDATED, DUPLICATE, REJECTED)
    named_by = "name"

    def results(self, path: Path, options: dict[str, Any]) -> Iterable[Result]:
        return import_file(path=path, actor=Actor.system("import_organizations"))
