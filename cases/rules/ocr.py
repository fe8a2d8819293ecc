"""What Tesseract's table of words (TSV) says: the text of the page and how sure it is."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

_WORD = "5"  # the level of a row that holds one word


@dataclass(frozen=True)
class Heard:
    """text: lines as on the page, a blank line between blocks. confidence: 0 to 100, weighted by letters."""

    text: str
    confidence: int


def heard(table: str) -> Heard:
    """Text and confidence from Tesseract's TSV. A page without a word gives no text and confidence 0."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    letters = surety = 0.0
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = (row.get("text") or "").strip()
        if row["level"] != _WORD or not word:
            continue
        lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(word)
        letters += len(word)
        surety += len(word) * max(float(row["conf"]), 0.0)
    return Heard(text=_laid_out(lines), confidence=round(surety / letters) if letters else 0)


def _laid_out(lines: dict[tuple[str, str, str], list[str]]) -> str:
    said: list[str] = []
    before = ""
    for (block, _, _), words in lines.items():
        if before and block != before:
            said.append("")
        said.append(" ".join(words))
        before = block
    return "\n".join(said)
