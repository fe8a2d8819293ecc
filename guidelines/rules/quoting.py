"""Entries of a list within one cell: semicolons or line breaks between them, quotation marks around what holds these.

`knee; "lumbar; sacral"; 3" brace` has three entries. Values in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_OPENS = re.compile(r'(?:^|\s)"')


def pieces(text: str) -> list[str]:
    """The entries as they are written, in their quotation marks, without blanks around and between words doubled.

    A quotation mark opens only at the beginning of a word; one without its partner is a sign like others.
    """
    found, start, at = [], 0, 0
    while at < len(text):
        if text[at] == '"' and (at == 0 or text[at - 1].isspace() or text[at - 1] == ";"):
            at = _end_of_quotation(text, at)
        elif text[at] in ";\n":
            found.append(text[start:at])
            start = at + 1
        at += 1
    found.append(text[start:])
    return [piece for piece in (_single_blanks(one) for one in found) if piece]


def _end_of_quotation(text: str, at: int) -> int:
    """Place of the mark that closes the one at `at`: after it a word ends; `at` itself where there is none."""
    end = at + 1
    while (end := text.find('"', end)) != -1:
        if text[end : end + 2] == '""':
            end += 2
            continue
        if end + 1 == len(text) or text[end + 1].isspace() or text[end + 1] == ";":
            return end
        end += 1
    return at


def _single_blanks(piece: str) -> str:
    """Blanks outside quotation marks become one each; within them they are meant."""
    kept, at, plain = [], 0, 0
    while at < len(piece):
        if piece[at] == '"' and (at == 0 or piece[at - 1].isspace()) and (end := _end_of_quotation(piece, at)) > at:
            kept += [*piece[plain:at].split(), piece[at : end + 1]]
            plain = at = end + 1
            continue
        at += 1
    kept += piece[plain:].split()
    return " ".join(kept)


def unquoted(piece: str) -> str:
    """An entry's meaning: without the quotation marks, if it stands in them as a whole."""
    if len(piece) > 1 and piece[0] == '"' and _end_of_quotation(piece, 0) == len(piece) - 1:
        return piece[1:-1].replace('""', '"')
    return piece


def quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def entries(text: str) -> list[str]:
    """Every entry of a cell once, in its order."""
    return list(dict.fromkeys(word for word in map(unquoted, pieces(text)) if word.strip()))


def joined(words: Iterable[str]) -> str:
    """Entries as one cell that reads back as the same entries."""
    return "; ".join(word if stands_alone(word) else quoted(word) for word in words)


def stands_alone(text: str) -> bool:
    """Whether a text reads back as itself without quotation marks, whatever stands beside it."""
    return pieces(text) == [text] and not _OPENS.search(text)
