"""JSON Schemas of the exchange files that this room reads."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from common.services.exchange import load_schema


@cache
def guideline_schema() -> dict[str, Any]:
    """One publication with its editions and sections (`import_guidelines`)."""
    return load_schema(Path(__file__).parent / "guideline.schema.json")
