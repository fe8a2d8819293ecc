"""Wording texts with `{{ name }}` placeholders: parsed once, filled once; what is filled in is never parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_SEPARATORS = " ,;"
_CLOSING = ".:;,)]!?"


class MalformedText(ValueError):
    """A wording text has braces that form no placeholder; the message says where."""


@dataclass(frozen=True)
class Piece:
    """Literal wording, or (placeholder=True) the name of a value to put in."""

    text: str
    placeholder: bool


def parse(text: str) -> list[Piece]:
    """The literal and placeholder pieces of a wording text, in order.

    Raises MalformedText for `{{` or `}}` outside a well-formed placeholder.
    """
    pieces: list[Piece] = []
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        _literal(text[position : match.start()], pieces)
        pieces.append(Piece(match[1], placeholder=True))
        position = match.end()
    _literal(text[position:], pieces)
    return pieces


def names(text: str) -> list[str]:
    """The placeholder names of a wording text, in order, repeated as they stand."""
    return [piece.text for piece in parse(text) if piece.placeholder]


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The wording with its values. A value that is None or blank is absent and leaves no stray space or comma.

    Raises KeyError for a placeholder without entry in `values` (an undefined variable is an error, never a blank).
    """
    pieces: list[Piece] = []
    absent_before = False
    for piece in parse(text):
        if piece.placeholder:
            value = values[piece.text]
            if is_absent(value):
                absent_before = True
                continue
            pieces.append(Piece(str(value), placeholder=True))
        elif absent_before:
            _join_over_gap(pieces, piece.text)
        else:
            pieces.append(piece)
        absent_before = False
    if absent_before:
        _join_over_gap(pieces, "")
    return "".join(piece.text for piece in pieces)


def is_absent(value: str | None) -> bool:
    return value is None or not value.strip()


def _literal(text: str, pieces: list[Piece]) -> None:
    if stray := _BRACES.search(text):
        around = text[max(0, stray.start() - 15) : stray.end() + 15]
        raise MalformedText(f"braces that form no placeholder near “{around}”")
    if text:
        pieces.append(Piece(text, placeholder=False))


def _join_over_gap(pieces: list[Piece], right: str) -> None:
    """Append the literal after an absent value, keeping one of the separators on its two sides."""
    left = ""
    if pieces and not pieces[-1].placeholder:
        left = pieces.pop().text
    left_core = left.rstrip(_SEPARATORS)
    right_core = right.lstrip(_SEPARATORS)
    left_gap, right_gap = left[len(left_core) :], right[: len(right) - len(right_core)]
    at_start = not pieces and not left_core
    at_end = not right_core
    at_closing = bool(right_core) and right_core[0] in _CLOSING
    if at_start or (not right_gap and (at_end or at_closing)):
        gap = ""
    elif not left_gap or not right_gap:
        gap = left_gap or right_gap
    else:
        gap = right_gap if right_gap.strip() or not left_gap.strip() else left_gap
    joined = left_core + gap + right_core
    if joined:
        pieces.append(Piece(joined, placeholder=False))
