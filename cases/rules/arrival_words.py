"""What people are told about a file that is not taken: what is wrong with it, and what to do."""

from __future__ import annotations

from typing import Any

from cases.rules.file_kinds import ADVICE

#: Rule of the inspector -> words; {name}, {pages:,} and {most:,} are filled in.
_WORDS: dict[str, str] = {
    "damaged": "“{name}” is a damaged PDF: it cannot be opened. Save or scan it anew and send it again.",
    "password": "“{name}” is locked by a password. Save it without one and send it again: the reviewer must open it.",
    "no_pages": "“{name}” is a PDF without pages. Send the whole file.",
    "too_many_pages": "“{name}” has {pages:,} pages; a file may have {most:,} at most. Split it and send the parts.",
    "bomb": "“{name}” unpacks to far more than a record can hold: it was not opened. Print it to a new PDF.",
    "javascript": "“{name}” carries a program (JavaScript), so it is not opened. Print it to a new PDF and send that.",
    "acts": "“{name}” would start a program or send data when opened. Print it to a new PDF and send that.",
    "forms": "“{name}” is a form of the kind XFA, which is a program. Print it to a new PDF and send that.",
    "media": "“{name}” holds sound, film or a moving model. Print it to a new PDF and send that.",
    "embedded": "“{name}” has other files packed into it. Send each of them as a file of its own, and this one printed "
    "to a new PDF.",
    "picture": "“{name}” is a damaged picture: it cannot be opened. Scan it anew or save it as PDF, and send that.",
    "empty": "“{name}” is empty: it has no bytes. Send the whole file.",
    "too_hard": "“{name}” could not be opened within the limits of time and memory. Print it to a new PDF, in "
    "parts if it is large, and send that.",
    "infected": "The virus scanner found “{virus}” in “{name}”. It is locked away and nobody can open it. Send a "
    "clean copy from another computer.",
    "unscanned": "“{name}” could not be looked at by the virus scanner, and files may be opened only after that. "
    "Nothing needs to be sent again: it is looked at as soon as the scanner answers.",
}  # fmt: skip


def words(rule: str, *, name: str, **facts: Any) -> str:
    """The sentence for a rule. Raises KeyError for an unknown one."""
    return _WORDS[rule].format(name=name, **facts)


def wrong_kind(kind: str, *, name: str) -> str:
    """The sentence for a file of a kind that is not taken; kind: content type by its first bytes."""
    what, advice = ADVICE.get(kind, ("no PDF and no picture", "Save or scan it as PDF and send that."))
    return f"“{name}” is {what}. PDF, TIFF, JPEG and PNG files are taken. {advice}"
