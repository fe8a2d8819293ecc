"""What a page posts, read with care."""

from __future__ import annotations

import re


def posted_pk(text: str) -> int:
    """A primary key as posted; 0, which no row has, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
