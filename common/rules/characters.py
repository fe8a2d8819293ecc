"""Which characters the site can print: everything else is refused where it is typed or filed, by name.

The table beside this file lists what the letter fonts have glyphs for in the scripts that letters print. It is made
from the fonts (`manage.py letter_characters --write`), and a test holds it equal to them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common.errors import InputRefusal

_TABLE = Path(__file__).with_name("letter_characters.txt")
_LAYOUT = "\n\r\t"  # line breaks and tabs lay text out and are not printed

_UNNAMED = {
    "Cc": "a control character",
    "Cs": "half of a character (an unpaired surrogate)",
    "Co": "a private-use character",
    "Cn": "an unassigned code point",
}


@dataclass(frozen=True)
class Unprintable:
    """The first character of a text that cannot be printed. position: index in the text."""

    character: str
    position: int

    @property
    def code_point(self) -> str:
        return f"U+{ord(self.character):04X}"

    @property
    def name(self) -> str:
        """Its Unicode name, or what it is when it has none."""
        unnamed = _UNNAMED.get(unicodedata.category(self.character), "an unnamed character")
        return unicodedata.name(self.character, unnamed)

    @property
    def spoken(self) -> str:
        """Name and code point for people; the sign itself where it can be shown."""
        category = unicodedata.category(self.character)
        if category in _UNNAMED:
            what = self.name
        else:
            what = (
                f"the character “{self.character}” {self.name}"
                if category[0] in "LNPS"
                else f"the character {self.name}"
            )
        return f"{what} ({self.code_point}), which letters cannot print"


def first_unprintable(text: str) -> Unprintable | None:
    """The first character that no letter can print, or None."""
    match = _unprintable().search(text)
    return None if match is None else Unprintable(match[0], match.start())


def refuse_unprintable(text: str, *, field: str) -> None:
    """Raise InputRefusal (rule text.character) naming the character and `field` when letters cannot print the text."""
    if bad := first_unprintable(text):
        message = f"{field} holds {bad.spoken}, at place {bad.position + 1}. Take it out or write it in words."
        raise InputRefusal("text.character", message, fields={field: message})


@cache
def _unprintable() -> re.Pattern[str]:
    ranges = []
    for line in _TABLE.read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        ranges.append(f"\\U{int(first, 16):08x}-\\U{int(last or first, 16):08x}")
    return re.compile(f"[^{re.escape(_LAYOUT)}{''.join(ranges)}]")
