"""The JSON Schemas of this room's exchange formats; published as copies under docs/schemas."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from common.services.exchange import load_schema

FOLDER = Path(__file__).resolve().parent.parent / "schemas"

#: Parts of a case that a past determination may lack, wholly or in any key (`exchange.md`, "Determination").
_LENIENT = ("worker", "claim", "utilization_review", "application")


@lru_cache(maxsize=1)
def case_schema() -> dict[str, Any]:
    return load_schema(FOLDER / "case.schema.json")


@lru_cache(maxsize=1)
def organization_schema() -> dict[str, Any]:
    return load_schema(FOLDER / "organization.schema.json")


@lru_cache(maxsize=1)
def past_case_schema() -> dict[str, Any]:
    """The case part of a past determination: the same keys, but only the items must be there.

    Whoever imports determinations adds the keys of the review to its `properties` and `required`.
    """
    schema = copy.deepcopy(case_schema())
    schema["title"] = "Case part of a past determination"
    schema["required"] = ["items"]
    for name in _LENIENT:
        part = schema["properties"][name]
        part["type"], part["required"] = ["object", "null"], []
        part["properties"] = {key: _optional(rule) for key, rule in part["properties"].items()}
    for name in ("assigned_on", "determined_on"):
        schema["properties"][name] = {"type": ["string", "null"], "format": "date"}
    return schema


def _optional(rule: dict[str, Any]) -> dict[str, Any]:
    if isinstance(rule.get("type"), str):
        kept = {key: value for key, value in rule.items() if key not in ("minLength", "pattern", "x-says")}
        return {**kept, "type": [rule["type"], "null"]}
    return rule
