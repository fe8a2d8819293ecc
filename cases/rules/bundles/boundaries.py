"""Where one record ends and the next begins: signs for and against, weighed and said in words.

Each sign is a sentence with a weight; the sum goes through the logistic function, so that 0 is even odds. A person who
looks at a proposal sees the signs.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from cases.rules.bundles.pages import Count, Sheet, dates_in, is_prose
from cases.rules.bundles.titles import FormTitle, find_title, is_section, looks_like_title

#: Most pages continue the record before them.
_PRIOR = -1.3
#: How alike (0 to 100) two lines are that stand for the same text, letters misread.
_SAME_LINE, _SAME_TITLE = 82, 88
_OPENING, _HIGH = 14, 8  # lines of a page's head; a title within the first of them weighs more
_LETTERHEAD, _MARKS = 7, 2  # lines of a letterhead; marks that make one
_LABELS_OF_A_HEAD = 3
_SHORT_PAGE, _REMNANT = 20, 3  # a page, a rest of a page: lines
_LONGEST_HEAD_LINE, _DATE_LINE, _OPENING_LINE = 90, 32, 60
_PAGE_TWO = 2


class Sign(NamedTuple):
    weight: float
    says: str


class Judged(NamedTuple):
    """The probability that a record begins here, with its signs, strongest first."""

    probability: float
    signs: tuple[Sign, ...]


_ADDRESS = re.compile(r"\b(?:[A-Z]{2}|C[A4o0])\.?\s+[\dOolI]{5}(?:-\d{4})?\b")
_PHONE = re.compile(r"\(?\d{3}\)?[-.\s]\s?[\dOl]{3}[-.\s][\dOl]{4}")
_CREDENTIAL = re.compile(r"\b(?:M\.?\s?D\.?|D\.?O\.|D\.?C\.|Ph\.?\s?D|P\.?A\.?-C|Q\.?M\.?E|Esq|Diplomate|Board)\b")
_FIRM = re.compile(
    r"\b(?:medical|center|clinic|hospital|associates|group|law offices?|physical therapy|rehab\w*|services|institute|"
    r"corporation|corp|partners|health|surgery|imaging|laborator\w+|department|division|insurance|mutual)\b",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\b(?:patient(?: name)?|claimant|employee|applicant|examinee|re|dob|d\.o\.b\.?|date of birth|"
    r"claim(?: no| number| #)?|employer|doi|date of injury|date of (?:exam|service|study|surgery|visit)|dos|visit date|"
    r"exam date|collected|attn|to|from|insurer|referring|mrn|chart|account|our file)\s*[:#.]",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"^\s*(?:dear\b|to whom it may|gentlemen|attention:|via (?:fax|us mail|facsimile|email))", re.IGNORECASE
)
_CLOSING = re.compile(
    r"sincerely|truly yours|respectfully|signed by|signature|perjury|^cc:|c\.c\.|dictated|transcri|thank you for|"
    r"end of report|interpreted by|therapist:|_{6,}|reviewed by|regards|l\.?\s?ac\.?$",
    re.IGNORECASE,
)
_CREDENTIALED_NAME = re.compile(
    r"^.{4,40},\s*(?:M\.?D|D\.?O|D\.?C|Ph\.?D|PA-C|PT|DPT|L\.?Ac|Q\.?M\.?E)\b", re.IGNORECASE
)
_CONTINUED = re.compile(r"\(?\s*cont(?:inued|['’]?d)\b", re.IGNORECASE)


def judge(sheets: Sequence[Sheet], forms: Sequence[FormTitle]) -> list[Judged]:
    """For every page, how likely a record begins on it. The first page always begins one."""
    judged: list[Judged] = []
    for number, sheet in enumerate(sheets):
        if number == 0:
            judged.append(Judged(1.0, (Sign(9.0, "first page of the file"),)))
            continue
        if sheet.empty:
            judged.append(Judged(0.05, (Sign(-3.0, "empty page"),)))
            continue
        signs = sorted(_signs(sheets, number, forms), key=lambda sign: -abs(sign.weight))
        total = _PRIOR + sum(sign.weight for sign in signs)
        judged.append(Judged(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), tuple(signs)))
    return judged


def _signs(sheets: Sequence[Sheet], number: int, forms: Sequence[FormTitle]) -> Iterator[Sign]:
    here = sheets[number]
    before = next((sheets[place] for place in range(number - 1, -1, -1) if not sheets[place].empty), sheets[0])
    after = next((sheet for sheet in sheets[number + 1 : number + 3] if not sheet.empty), None)
    yield from _by_count(here, before, after, _two_back(sheets, number))
    yield from _by_opening(here, before, forms)
    yield from _by_ending(here, before)
    if here.fax and here.fax.page == 1:
        yield Sign(1.5, "a fax begins")
    if sheets[number - 1].empty:
        yield Sign(1.0, "behind an empty page")


def _two_back(sheets: Sequence[Sheet], number: int) -> Count | None:
    return sheets[number - 2].count if number > 1 else None


def _by_count(here: Sheet, before: Sheet, after: Sheet | None, two_back: Count | None) -> Iterator[Sign]:
    """What the printed page numbers say."""
    now, last = here.count, before.count
    if now and now.page == 1:
        yield Sign(2.0 if now.bare else 4.0 if now.of else 3.5, _said(now))
    elif now and last and now.page == last.page + 1 and _same_of(now, last):
        yield Sign(-3.5 if now.bare else -5.0, f"{_said(now)} follows page {last.page}")
    elif now and last is None:
        yield Sign(-1.5 if now.bare else -3.0, f"{_said(now)}, page 1 is behind it")
    elif now and two_back and now.page == two_back.page + 2 and _same_of(now, two_back):
        yield Sign(-3.0, f"{_said(now)} goes on")
    elif now and last and not now.bare:
        yield Sign(-1.0, _said(now))
    yield from _by_last_count(now, last)
    yield from _by_next_count(now, last, after.count if after else None)


def _by_last_count(now: Count | None, last: Count | None) -> Iterator[Sign]:
    if last and last.of and last.page == last.of:
        yield Sign(3.0, f"the page before is {_said(last).lower()}")
    elif last and last.of and last.page < last.of and now is None:
        yield Sign(-2.0, f"the page before is {_said(last).lower()}")
    elif last and now is None:
        yield Sign(1.2, "the page numbers stop")


def _by_next_count(now: Count | None, last: Count | None, coming: Count | None) -> Iterator[Sign]:
    if now is not None or coming is None:
        return
    if not (last and coming.page == last.page + 1):
        if coming.page == _PAGE_TWO:
            yield Sign(2.0 if coming.bare else 3.0, "the next page is page 2")
        elif coming.page > _PAGE_TWO:
            yield Sign(-1.5 if coming.bare else -2.5, f"the next page is page {coming.page}")
    elif coming.page == 1:
        yield Sign(-0.3, "the next page is page 1")


def _same_of(one: Count, other: Count) -> bool:
    return one.of is None or other.of is None or one.of == other.of


def _said(count: Count) -> str:
    return f"Page {count.page} of {count.of}" if count.of else f"Page {count.page}"


class Heads(NamedTuple):
    """Two pages' heads compared: whether their lines are alike, their dates, and whether those differ."""

    alike: bool
    days: frozenset[dt.date]
    earlier: frozenset[dt.date]

    @property
    def other_day(self) -> bool:
        return bool(self.days and self.earlier and self.days.isdisjoint(self.earlier))


def _by_opening(here: Sheet, before: Sheet, forms: Sequence[FormTitle]) -> Iterator[Sign]:
    """Title, letterhead, addressee, date: what stands at the head of a record, not at that of the page before."""
    heads = Heads(heads_alike(here, before), here.top_dates, before.top_dates)
    yield from _by_title(here, before, forms, heads)
    yield from _by_letterhead(here, heads)
    yield from _by_labels(here, before, heads)
    if heads.other_day:
        yield Sign(1.3, "another date at the head")
    elif heads.days & heads.earlier:
        yield Sign(-1.2, "same date as the page before")
    elif heads.days and _has_date_line(here):
        yield Sign(0.9, "a date line")
    if any(_SALUTATION.search(line) for line in here.lines[:18]):
        yield Sign(1.6, "addressed to somebody")
    if any(_CONTINUED.search(line) for line in here.lines[:4]):
        yield Sign(-3.5, "says “continued”")


def _by_title(here: Sheet, before: Sheet, forms: Sequence[FormTitle], heads: Heads) -> Iterator[Sign]:
    title = find_title(here.lines[:_OPENING], forms)
    if title is None:
        if any(looks_like_title(line) for line in here.lines[:6]) and not heads.alike:
            yield Sign(1.6, "set like a title")
        return
    repeated = any(fuzz.ratio(title.text, line) > _SAME_TITLE for line in before.lines[:_OPENING])
    if title.form.name == "Proof of service":
        yield Sign(-2.0, "a proof of service goes with the paper before it")
    elif not repeated:
        yield Sign(3.2 if title.line <= _HIGH else 2.2, f"title “{title.form.name}”")
    elif heads.other_day:
        yield Sign(2.6, f"title “{title.form.name}” with another date")
    elif not heads.alike and any(looks_like_title(line) for line in here.lines[:6]):
        yield Sign(1.6, "set like a title")


def _by_letterhead(here: Sheet, heads: Heads) -> Iterator[Sign]:
    letterhead = _letterhead(here)
    if letterhead >= _MARKS and not heads.alike:
        yield Sign(2.6, "letterhead")
    elif letterhead >= _MARKS and heads.other_day:
        yield Sign(1.8, "letterhead with another date")
    elif letterhead and not heads.alike:
        yield Sign(0.8, "looks like a letterhead")
    if heads.alike and not heads.other_day and not (here.count and here.count.page == 1):
        yield Sign(-1.6, "same head as the page before")


def _by_labels(here: Sheet, before: Sheet, heads: Heads) -> Iterator[Sign]:
    labels, labels_before = (
        sum(len(_LABELS.findall(line)) for line in sheet.lines[:_OPENING]) for sheet in (here, before)
    )
    if labels >= _LABELS_OF_A_HEAD:
        yield Sign(1.6 if labels > labels_before else 0.8, "names patient and claim at the head")
    elif labels and not heads.alike:
        yield Sign(0.6, "names the patient at the head")


def heads_alike(here: Sheet, before: Sheet) -> bool:
    """Whether both pages carry the same first lines."""
    pairs = list(zip(here.lines[:3], before.lines[:3], strict=False))
    return bool(pairs) and sum(fuzz.ratio(a, b) > _SAME_LINE for a, b in pairs) * 2 > len(pairs)


def _without_repeated_head(here: Sheet, before: Sheet) -> tuple[str, ...]:
    """The page's lines after those that stand at the head of the page before as well."""
    earlier = before.lines[:6]
    place = 0
    while place < min(6, len(here.lines)) and any(fuzz.ratio(here.lines[place], line) > _SAME_LINE for line in earlier):
        place += 1
    return here.lines[place:]


def _letterhead(sheet: Sheet) -> int:
    """How many marks of a letterhead its first lines bear: firm, physician, address, telephone."""
    lines = [line for line in sheet.lines[:_LETTERHEAD] if len(line) < _LONGEST_HEAD_LINE and not is_prose(line)]
    marks = (_ADDRESS, _PHONE, _CREDENTIAL, _FIRM)
    return sum(any(mark.search(line) for line in lines) for mark in marks)


def _has_date_line(sheet: Sheet) -> bool:
    return any(len(line) < _DATE_LINE and dates_in(line) for line in sheet.lines[:8])


def _by_ending(here: Sheet, before: Sheet) -> Iterator[Sign]:
    """How the page before ends, and whether this one takes its sentence up."""
    last_lines = before.lines[-6:]
    if any(_CLOSING.search(line) or _CREDENTIALED_NAME.search(line) for line in last_lines):
        yield Sign(1.8, "the page before ends with a signature")
    elif len(before.lines) < _SHORT_PAGE:
        yield Sign(0.9, "the page before ends early")
    own = _without_repeated_head(here, before)
    opening = own[0] if own else ""
    if opening[:1].islower():
        yield Sign(-2.8, "begins within a sentence")
    elif is_prose(opening) or is_section(opening):
        yield Sign(-1.8, "begins with running text")
    elif is_prose(own[1] if len(own) > 1 else "") and len(opening) < _OPENING_LINE and not _LABELS.search(opening):
        yield Sign(-0.6, "running text near its head")
    if len(here.lines) <= _REMNANT and not any(_SALUTATION.search(line) for line in here.lines):
        yield Sign(-2.4, "only a few lines: the rest of the page before")
    ending = before.lines[-1] if before.lines else ""
    if is_prose(ending) and not ending.rstrip().endswith((".", ":", "!", "?")):
        yield Sign(-1.2, "the page before breaks off within a sentence")
