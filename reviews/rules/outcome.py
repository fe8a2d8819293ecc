"""The outcome of a whole case from the decisions on its items."""

from __future__ import annotations

from collections.abc import Iterable


def case_outcome(decisions: Iterable[str]) -> str:
    """`upheld` where every item is, `overturned` where every item is, else `partially_overturned`.

    decisions: "upheld" or "overturned", one an item. Raises ValueError for none or for another word.
    Source: domain.md section 6 (upheld: the denial stands; there is no partial outcome of one item).
    """
    words = set(decisions)
    if not words or words - {"upheld", "overturned"}:
        raise ValueError(f"no outcome from the decisions {sorted(words)}")
    return words.pop() if len(words) == 1 else "partially_overturned"
