"""The JSON Schema of this room's exchange format; published as a copy under docs/schemas."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from common.services.exchange import load_schema

FOLDER = Path(__file__).resolve().parent.parent / "schemas"


@lru_cache(maxsize=1)
def reviewer_schema() -> dict[str, Any]:
    return load_schema(FOLDER / "reviewer.schema.json")
