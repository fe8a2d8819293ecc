"""Which characters a typed fact may hold: what a letter cannot print is refused at entry, and named."""

from __future__ import annotations

import unicodedata

#: Beginnings of Unicode names of the scripts that the letters' fonts hold.
_SCRIPTS = (
    "LATIN", "FEMININE", "MASCULINE", "MODIFIER", "GREEK", "CYRILLIC", "ARMENIAN", "HEBREW", "ARABIC", "DEVANAGARI",
    "THAI", "KHMER", "LAO", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "FULLWIDTH",
    "HALFWIDTH", "IDEOGRAPHIC", "COMBINING", "MICRO", "OHM", "KELVIN", "ANGSTROM",
)  # fmt: skip
_LAST_SIGN = 0x2BFF  # above lie pictures and scripts that no letter is set in
_BREAKS = "\n\t"


def first_unprintable(text: str, *, lines: bool = True) -> str | None:
    """The first character that cannot be taken, named for people ("U+0007, BELL"), or None.

    lines: whether line breaks and tabs may stand in the text.
    """
    for sign in text:
        if sign in _BREAKS:
            if not lines:
                return "a line break or tab"
        elif not _printable(sign):
            return f"U+{ord(sign):04X}, {unicodedata.name(sign, 'a control character').lower()}"
    return None


def _printable(sign: str) -> bool:
    if sign.isascii():
        return sign.isprintable()
    group = unicodedata.category(sign)
    if group in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
        return False
    if group == "Cf":
        return sign in "\u200c\u200d\u200e\u200f\u00ad"
    if group[0] in "LM":
        return unicodedata.name(sign, "").startswith(_SCRIPTS)
    return ord(sign) <= _LAST_SIGN or unicodedata.name(sign, "").startswith(_SCRIPTS)
