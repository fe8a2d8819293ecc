"""The JSON Schema of exchange.md's "Determination": a past case plus its review."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from cases.services.schemas import past_case_schema

_TEXT = {"type": "string", "minLength": 1}
_OPTIONAL_TEXT = {"type": ["string", "null"]}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


@lru_cache(maxsize=1)
def determination_schema() -> dict[str, Any]:
    schema = copy.deepcopy(past_case_schema())  # the case part alone is asked for elsewhere
    schema["title"] = "Past determination"
    certification = _object({"specialty": _TEXT, "subspecialty": _OPTIONAL_TEXT}, ["specialty"])
    item_review = _object(
        {
            "decision": {"enum": ["upheld", "overturned"]},
            "standard": {"enum": ["A", "B", "C", "D", "E", "F", None]},
            "reviewer_guidelines": {"type": ["array", "null"], "items": {"$ref": "#/$defs/citation"}},
            "rationale": _TEXT,
        },
        ["decision", "rationale"],
    )
    schema["properties"] |= {
        "assigned_on": {"type": "string", "format": "date"},
        "determined_on": {"type": "string", "format": "date"},
        "reviewer": _object(
            {
                "certifications": {"type": "array", "minItems": 1, "items": certification},
                "licensed_states": {"type": "array", "minItems": 1, "items": _TEXT},
            },
            ["certifications", "licensed_states"],
        ),
        "review": _object(
            {
                "clinical_case_summary": _TEXT,
                "documents_reviewed": {"type": ["array", "null"], "items": _TEXT},
                "items": {"type": "array", "minItems": 1, "items": item_review},
            },
            ["clinical_case_summary", "items"],
        ),
    }
    schema["required"] = ["items", "assigned_on", "determined_on", "reviewer", "review"]
    return schema
