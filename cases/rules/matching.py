"""Which case a file belongs to: numbers in its name or codes, and how well a case fits what its pages say. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from cases.rules.bundles.pages import dates_in
from cases.rules.duplicates import claim_key

#: From this score on a case is suggested; a file goes to a case by itself only when claim and name agree.
SUGGESTED, MOST_SUGGESTED = 40, 3
_NAME_AGREES, _NAME_LIKELY = 90, 75
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-/.]{4,30}")
_LABELLED_NAME = re.compile(
    r"\b(?i:patient(?: name)?|employee(?: name)?(?: \([^)]*\))?|claimant|applicant|examinee|worker|"
    r"name(?: \([^)]*\))?|re)"
    r"[ \t]*[:.][ \t]*([A-Z][\w'’\-]+,?[ \t]+[A-Z][\w'’\-.]*(?:[ \t]+[A-Z][\w'’\-]+)?)"
)
_MOST_TOKENS, _LEAST_CLAIM = 400, 5


@dataclass(frozen=True)
class Said:
    """What the first pages of a file say: keys that may be claim numbers, names with a label, every date, the text."""

    claims: frozenset[str]
    names: tuple[str, ...]
    dates: frozenset[dt.date]
    text: str


@dataclass(frozen=True)
class Fit:
    """How well a case fits, 0 to 100, and why in words. sure: claim number and name both agree."""

    score: int
    why: str
    sure: bool


def numbers_in(text: str, forms: Sequence[str]) -> list[str]:
    """Case numbers written in a text, in the form that they are kept in. forms: "CMyy-nnnnnnn".

    Spaces, dashes and underscores may stand for the form's own signs, or be left out; case does not matter.
    """
    found: list[str] = []
    for form in forms:
        parts = re.findall(r"y+|n+|[^yn]", form)
        pattern = "".join(
            rf"(\d{{{len(part)}}})" if part[0] in "yn" else f"({re.escape(part)})" if part.isalnum() else r"[-_ .]?"
            for part in parts
        )
        for match in re.finditer(rf"(?<![A-Za-z0-9]){pattern}(?!\d)", text, re.IGNORECASE | re.ASCII):
            groups = iter(match.groups())
            number = "".join(next(groups) if part[0] in "yn" or part.isalnum() else part for part in parts).upper()
            if number not in found:
                found.append(number)
    return found


def said_by(pages: Sequence[str]) -> Said:
    """What is looked for in the text of a file's first pages."""
    text = "\n".join(pages)
    tokens = (claim_key(word) for word in _WORDS.findall(text))
    claims = [key for key in tokens if len(key) >= _LEAST_CLAIM and any(c.isdigit() for c in key)]
    names = [match[1].strip(" ,.") for match in _LABELLED_NAME.finditer(text)]
    dates = {day for line in text.splitlines() for day in _all_dates(line)}
    return Said(frozenset(claims[:_MOST_TOKENS]), tuple(dict.fromkeys(names))[:8], frozenset(dates), text)


def _all_dates(line: str) -> list[dt.date]:
    return dates_in(re.sub(r"[A-Za-z.#:]{3,}", " ", line))


def fit(
    said: Said, *, first_name: str, last_name: str, claim_number: str, birth_date: dt.date | None = None,
    injury_date: dt.date | None = None,
) -> Fit:  # fmt: skip
    """How well a case's facts fit what the pages say."""
    why: list[str] = []
    key = claim_key(claim_number)
    claim = bool(key) and len(key) >= _LEAST_CLAIM and key in said.claims
    near = (
        not claim
        and len(key) >= _LEAST_CLAIM
        and any(len(one) == len(key) and sum(a != b for a, b in zip(one, key, strict=True)) == 1 for one in said.claims)
    )
    name = _name(said, first_name, last_name)
    score = 55 if claim else 30 if near else 0
    if claim:
        why.append(f"claim number {claim_number}")
    elif near:
        why.append(f"claim number {claim_number} but for one sign")
    if name >= _NAME_LIKELY:
        score += round(35 * name / 100)
        why.append("name" if name >= _NAME_AGREES else f"name alike ({name} %)")
    for day, word in ((birth_date, "birth date"), (injury_date, "date of injury")):
        if day is not None and day in said.dates:
            score += 10
            why.append(word)
    return Fit(min(score, 100), ", ".join(why), claim and name >= _NAME_AGREES)


def _name(said: Said, first: str, last: str) -> int:
    if not first or not last:
        return 0
    wanted = f"{first} {last}".lower()
    labelled = [round(fuzz.token_sort_ratio(wanted, name.lower().replace(",", " "))) for name in said.names]
    text = said.text.lower()
    plain = 92 if f"{first} {last}".lower() in text or f"{last}, {first}".lower() in text else 0
    return max([plain, *labelled])
