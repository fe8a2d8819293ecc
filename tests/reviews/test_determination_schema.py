from __future__ import annotations

import json
from pathlib import Path

from reviews.services.determination_schema import determination_schema

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "determination.schema.json"


def test_the_published_schema_is_the_one_that_is_asked():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == determination_schema()
