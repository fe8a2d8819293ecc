"""Names of files from outside, as they may be kept and shown."""

from __future__ import annotations

import unicodedata

LONGEST, LONGEST_FOLDER = 200, 300
NAMELESS = "file without a name"
#: Categories of characters that steer a screen or a text instead of showing: controls, directions, private use.
_STEERING = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction characters, at most 200 characters; never empty."""
    last = _shown(name.replace("\\", "/").rstrip("/").rpartition("/")[2]).strip(". ")
    if len(last) > LONGEST:
        stem, dot, ending = last.rpartition(".")
        keeps_ending = bool(dot) and len(ending) <= 10  # noqa: PLR2004 - a longer one is no ending
        last = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if keeps_ending else last[:LONGEST]
    return last or NAMELESS


def clean_folder(path: str) -> str:
    """The folders that a file was dropped with, without steps upwards: "box 3/CM26-0000012"."""
    parts = [_shown(part).strip() for part in path.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part.strip("."))[-LONGEST_FOLDER:]


def _shown(text: str) -> str:
    folded = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(sign) in _STEERING else sign for sign in folded).split())
