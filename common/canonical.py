"""One byte form for one content, so that a hash means something (sorted keys, no spaces, UTF-8)."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON text of plain values (dict, list, str, int, bool, None); floats and dates are refused.

    Raises TypeError for a value that has more than one spelling.
    """
    _check(value, "$")
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _check(value: Any, where: str) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where}: key {key!r} is not text")
            _check(inner, f"{where}.{key}")
        return
    if isinstance(value, list):
        for index, inner in enumerate(value):
            _check(inner, f"{where}[{index}]")
        return
    raise TypeError(f"{where}: {type(value).__name__} has no canonical form")
