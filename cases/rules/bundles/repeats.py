"""Pages that repeat others: the same words, or nearly, whatever the scanner misread."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

#: Fewer letters and digits than this say nothing: empty and nearly empty pages repeat nothing.
_LEAST = 120
_SHINGLE, _SKETCH = 8, 64
#: The share of common shingles from which on two pages are said to be the same.
ALIKE = 0.72


@dataclass(frozen=True)
class Repeat:
    """Page `index` of the list repeats page `of`; likeness from 0 to 1, 1 for the same words."""

    index: int
    of: int
    likeness: float


def repeats(texts: Sequence[str]) -> list[Repeat]:
    """Every page that repeats an earlier one, with the most alike of them. Linear in the pages but for the repeats."""
    found: list[Repeat] = []
    seen: dict[str, int] = {}
    sketches: list[frozenset[int]] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        plain = "".join(c for c in text.lower() if c.isalnum())
        sketch = _sketch(plain) if len(plain) >= _LEAST else frozenset()
        sketches.append(sketch)
        if not sketch:
            continue
        same = hashlib.sha256(plain.encode()).hexdigest()
        if same in seen:
            found.append(Repeat(index, seen[same], 1.0))
            continue
        seen[same] = index
        if best := _most_alike(sketch, sketches, holders):
            found.append(Repeat(index, best[1], round(best[0], 2)))
        for one in sketch:
            holders[one].append(index)
    return found


def _sketch(plain: str) -> frozenset[int]:
    """The smallest hashes of the page's shingles: two pages share about as many as they share text."""
    shingles = {crc32(plain[start : start + _SHINGLE].encode()) for start in range(len(plain) - _SHINGLE + 1)}
    return frozenset(sorted(shingles)[:_SKETCH])


def _most_alike(
    sketch: frozenset[int], sketches: Sequence[frozenset[int]], holders: dict[int, list[int]]
) -> tuple[float, int] | None:
    common: dict[int, int] = defaultdict(int)
    for one in sketch:
        for index in holders.get(one, ()):
            common[index] += 1
    best: tuple[float, int] | None = None
    for index, shared in common.items():
        if shared < ALIKE * _SKETCH / 2:
            continue
        union = sorted(sketch | sketches[index])[:_SKETCH]
        likeness = sum(one in sketch and one in sketches[index] for one in union) / len(union)
        if likeness >= ALIKE and (best is None or likeness > best[0]):
            best = likeness, index
    return best
