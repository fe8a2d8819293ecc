"""Text that a reader gets back as it was typed, also where glyphs and characters do not stand one for one.

Devanagari, Thai, Khmer and Lao reorder and join characters into glyphs, and a PDF font maps a glyph to one text only.
Words in these scripts are set apart (`set_words_apart`) and their marked content carries the typed text (/ActualText).
Words with a hyphen or a stroke inside are kept on one line: a reader takes a hyphen at the end of a line for one that
only the line put there, and drops it.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_BLOCKS = "\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff\u0e01-\u0e3a\u0e40-\u0e5b\u0e81-\u0eff\u1780-\u17ff\u19e0-\u19ff"
_WORD = re.compile(f"[{_BLOCKS}][{_BLOCKS}\u200b-\u200d]*")


# A run without space; one that ends with a hyphen takes the next one along, so that no line ends with it.
_RUN = re.compile(r"(?:\S*[-\u2010] +)*\S+ ?")
# A sign after which (or before which) a line might be broken, with something behind it.
_BREAKS = re.compile(r"[^\w\s'’.,:;&@#*\"$+=<>]\S|[-\u2010] ")
_BREAKABLE_SCRIPTS = re.compile(f"[{_BLOCKS}\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# A run that is longer than a line (an address of the web) is set smaller; points, and widths in ems as estimated.
_SIZES = ((11.5, "whole"), (10, "whole whole-10"), (9, "whole whole-9"), (8, "whole whole-8"), (7, "whole whole-7"))
_LINE, _WIDE, _NARROW = 466, 0.7, 0.49


@register.filter
def set_words_apart(text: str) -> SafeString:
    """The escaped text with spans around what must be read, or must stay, as one."""
    if _RIGHT_TO_LEFT.search(text):  # a span inside it would break the order of its words
        return mark_safe(_WORD.sub(r"<span>\g<0></span>", escape(text)))  # noqa: S308 - escaped right here  # nosec B308 B703
    return mark_safe(_RUN.sub(_run, text))  # noqa: S308 - every run is escaped in _run, the rest is white space  # nosec B308 B703


def _run(match: re.Match[str]) -> str:
    run = match[0]
    if _BREAKABLE_SCRIPTS.search(run):
        return _WORD.sub(r"<span>\g<0></span>", escape(run))
    if _BREAKS.search(run):
        ems = sum(_WIDE if sign.isupper() else _NARROW for sign in run)
        for size, css_class in _SIZES:
            if ems * size <= _LINE:
                return f'<span class="{css_class}">{escape(run)}</span>'
    return escape(run)


#: Points that a cell of a notice's table holds, by the width of its column (notice.css), and the size of its type.
_CELLS = {"number": 61, "most": 140, "more": 84, "rest": 44}
_CELL_SIZE = 9.5
_BEFORE_HYPHEN = re.compile("(?=[-\u2010])")


@register.filter
def set_cell_apart(text: str, width: str) -> SafeString:
    """`set_words_apart` for a cell of a table: a run that the cell cannot hold goes on in the next line, which begins
    with the hyphen; so a reader drops none."""
    if _RIGHT_TO_LEFT.search(text) or _BREAKABLE_SCRIPTS.search(text):
        return set_words_apart(text)
    room = _CELLS[width]
    return mark_safe(_RUN.sub(lambda match: _in_cell(match[0], room), text))  # noqa: S308 - escaped in _in_cell  # nosec B308 B703


def _in_cell(run: str, room: float) -> str:
    if not _BREAKS.search(run) or _fits(run, room):
        return f'<span class="whole">{escape(run)}</span>' if _BREAKS.search(run) else escape(run)
    return "<wbr>".join(_piece(piece, room) for piece in _BEFORE_HYPHEN.split(run) if piece)


def _piece(piece: str, room: float) -> str:
    """A piece that is too long is cut where the cell ends: never right behind its hyphen, nor before an accent."""
    chunks = [""]
    for sign in piece:
        if chunks[-1] and not unicodedata.combining(sign) and not _surely_fits(chunks[-1] + sign, room):
            chunks.append("")
        chunks[-1] += sign
    return "<wbr>".join(f'<span class="whole">{escape(chunk)}</span>' for chunk in chunks)


def _surely_fits(chunk: str, room: float) -> bool:
    """By the widest capitals (W) and more than most small letters."""
    return sum(0.95 if sign.isupper() else 0.6 for sign in chunk) * _CELL_SIZE <= room


def _fits(run: str, room: float) -> bool:
    return sum(_WIDE if sign.isupper() else _NARROW for sign in run.rstrip()) * _CELL_SIZE <= room


_INVISIBLE = "\u200b"


def _complete_maps(fonts: Iterable[Any]) -> None:
    """Give a text to every glyph that WeasyPrint left without one (the second glyph of a cluster).

    The glyph's own character where its font has one, else a character that nobody sees: PDF/A takes no empty text.
    """
    for font in fonts:
        if "" not in font.to_unicode.values():
            continue
        own = _own_characters(font.file_content)
        for glyph, text in font.to_unicode.items():
            if len(text) != 1:
                font.to_unicode[glyph] = own.get(glyph, text or _INVISIBLE)


@lru_cache(maxsize=32)
def _own_characters(file_content: bytes) -> dict[int, str]:
    """Glyph number -> the character that its font shows by it."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(file_content), lazy=True) as font:
        return {font.getGlyphID(name): chr(code) for code, name in font.getBestCmap().items()}


@cache
def speaking_stream() -> Any:
    """WeasyPrint's page stream, whose marked content speaks the typed text of such words (private: tests hold it)."""
    import pydyf
    from weasyprint.pdf.stream import Stream

    class SpeakingStream(Stream):
        @contextmanager
        def marked(self, box: Any, tag: str) -> Iterator[None]:
            with super().marked(box, tag):
                text = getattr(box, "text", "")
                speaks = bool(_WORD.search(text))
                if speaks:
                    self.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(text)}))
                try:
                    yield
                finally:
                    if speaks:
                        self.end_marked_content()
            _complete_maps(self._fonts.values())

    return SpeakingStream
