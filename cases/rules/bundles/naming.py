"""What a stretch of pages is: kind and title, who wrote it, of which day. Guesses for a person to look at."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cases.rules.bundles.pages import Sheet, dates_in
from cases.rules.bundles.titles import FormTitle, find_title

_CREDENTIALS = (
    r"(?:M\.?\s?D\.?|D\.?\s?O\.?|D\.?\s?C\.?|Ph\.?\s?D\.?|Psy\.?D\.?|PA-C|N\.?P\.?|DPT|PT|L\.?\s?Ac\.?|Q\.?M\.?E\.?)"
)
_NAME = re.compile(
    r"([A-Z][A-Za-z'’\-]+(?:\s+[A-Z]\.?)?(?:\s+[A-Z][A-Za-z'’\-]+){1,2}),\s*("
    + _CREDENTIALS
    + r"(?:,\s*Q\.?M\.?E\.?)?)"
)
_FIRM = re.compile(
    r"\b(?:medical|center|clinic|hospital|associates|group|law offices?|physical therapy|rehab\w*|services|institute|"
    r"corporation|corp|partners|surgery|imaging|laborator\w+|insurance|mutual|fund)\b",
    re.IGNORECASE,
)
_OWN_DATE = re.compile(
    r"date of (?:exam\w*|service|study|surgery|visit|report)|exam date|visit date|\bdos\b|\beval date|test date|"
    r"report date|collected|\badmit|^\s*date\b|\bday of exam",
    re.IGNORECASE,
)


_WORDS_NEEDED, _ENOUGH_LINES, _FIRM_LENGTH = 2, 15, 60


class Named(NamedTuple):
    kind: str
    title: str
    author: str
    date: dt.date | None
    sure: float  # 0 to 1, of the kind


def name_record(sheets: Sequence[Sheet], forms: Sequence[FormTitle]) -> Named:
    """What the pages of one record say about it. Kind "other" and the title "Unsorted pages" where nothing is known."""
    opening = sheets[0].lines[:16]
    found = find_title(opening, forms)
    if found and found.form.name == "Proof of service" and len(sheets) > 1:
        found = find_title([line for line in opening if line != found.text], forms) or found
    author, date = _author(sheets), _date(sheets)
    if found:
        return Named(found.form.kind, found.form.name, author, date, 0.9)
    text = " ".join(line.lower() for sheet in sheets[:2] for line in sheet.lines)
    for kind, title, words in _BY_TEXT:
        hits = sum(word in text for word in words)
        if hits >= _WORDS_NEEDED:
            return Named(kind, title, author, date, 0.6)
    if author and sum(len(sheet.lines) for sheet in sheets) > _ENOUGH_LINES:
        return Named("medical_report", "Medical report", author, date, 0.5)
    return Named("other", "Unsorted pages", author, date, 0.2)


#: Without a title: words of which two must stand on the first two pages.
_BY_TEXT: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("imaging", "Imaging report", ("technique:", "comparison:", "impression:", "findings:", "sagittal", "axial")),
    ("correspondence", "Letter", ("dear ", "very truly yours", "sincerely", "enclos", "our file", "our client")),
    ("correspondence", "Fax cover", ("including cover", "transmission", "confidential and intended", "pages:")),
    ("therapy_notes", "Therapy note", ("e-stim", "moist heat", "hep ", "therapeutic exercise", "arom", "manual therapy",
                                       "plan of care", "pt reports")),
    ("medical_report", "Medical report", ("physical examination", "range of motion", "on examination", "treatment plan",
                                          "diagnos", "history of present", "straight leg", "follow", "chief complaint",
                                          "medical probability")),
)  # fmt: skip


def _author(sheets: Sequence[Sheet]) -> str:
    """The signer near the end, else the physician or firm of the letterhead."""
    for sheet in (sheets[-1], *reversed(sheets[:-1])):
        names = [found[1] + ", " + found[2].rstrip(",") for line in sheet.lines[-8:] if (found := _NAME.search(line))]
        if names:
            return names[-1]
    head = sheets[0].lines[:7]
    for line in head:
        if found := _NAME.search(line):
            return f"{found[1]}, {found[2]}"
    everywhere = Counter(
        f"{found[1]}, {found[2]}" for sheet in sheets for line in sheet.lines for found in _NAME.finditer(line)
    )
    if everywhere:
        return everywhere.most_common(1)[0][0]
    return next(
        (line.title() if line.isupper() else line for line in head if _FIRM.search(line) and len(line) < _FIRM_LENGTH),
        "",
    )


def _date(sheets: Sequence[Sheet]) -> dt.date | None:
    """The date said to be the record's own, else the first at its head, else the last near its signature."""
    first, last = sheets[0], sheets[-1]
    for line in first.lines[:30]:
        if (label := _OWN_DATE.search(line)) and (days := dates_in(line[label.start() :])):
            return days[0]
    for line in first.lines[:14]:
        if days := dates_in(line):
            return days[0]
    for line in reversed(last.lines[-8:]):
        if days := dates_in(line):
            return days[-1]
    return None
