"""From what was read on an application form to the fields of the intake form: pure.

Each field keeps the confidence and the place of what it was read from. What cannot be understood is left out, never
guessed: the person types it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cases.rules.form_fields import Read
from common.forms import read_date

#: The rows of parties as the intake form shows them at first; an attorney comes behind.
ADMINISTRATOR, PHYSICIAN, EMPLOYER, ATTORNEY = "parties-0", "parties-1", "parties-2", "parties-3"
_ZIP = re.compile(r"^(?P<line1>.+?),\s*(?P<city>[^,]+?),?\s+(?P<state>[A-Z]{2})\.?\s+(?P<zip>\d{5}(?:-\d{4})?)$")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[a-z])[.)]\s+", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"\b(?:M\.?D|D\.?O|D\.?C|Esq|Jr|Sr|Dr)\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """A field of the intake form as read. box: left, top, width, height as shares of the page."""

    value: str
    confidence: int
    page: int
    box: tuple[float, float, float, float]


def prefill(reads: Mapping[str, Read], *, today: dt.date) -> dict[str, Field]:
    """Name of the intake form's field -> what to put there."""
    found: dict[str, Field] = {}
    for fact, understand in _UNDERSTOOD.items():
        if read := reads.get(fact):
            for name, value in understand(read.text, today):
                found[name] = Field(value, read.confidence, read.page, read.box)
    return found


Understood = Iterator[tuple[str, str]]
Understand = Callable[[str, dt.date], Understood]


def _plain(name: str) -> Understand:
    def understand(text: str, _today: dt.date) -> Understood:
        yield name, " ".join(text.split())

    return understand


def _number(name: str) -> Understand:
    """Numbers have no spaces; what OCR puts between their parts is dropped."""

    def understand(text: str, _today: dt.date) -> Understood:
        yield name, re.sub(r"\s+", "", text).strip(".,;:")

    return understand


def _date(name: str) -> Understand:
    def understand(text: str, today: dt.date) -> Understood:
        said = re.sub(r"\s*([/-])\s*", r"\1", " ".join(text.split())).strip(" .,;:")
        day = read_date(said, today=today) or read_date(said.partition(" ")[0], today=today)
        if day and day <= today:
            yield name, f"{day:%m/%d/%Y}"

    return understand


def _name(prefix: str) -> Understand:
    """ "First MI Last", or "Last, First"."""

    def understand(text: str, _today: dt.date) -> Understood:
        plain = " ".join(_NOT_A_NAME.sub("", text).split()).strip(" ,.")
        last, comma, first = plain.partition(",")
        if not comma:
            first, _, last = plain.rpartition(" ")
        if first.strip() and last.strip():
            yield f"{prefix}-first_name", first.strip(" ,.")
            yield f"{prefix}-last_name", last.strip(" ,.")

    return understand


def _address(prefix: str) -> Understand:
    def understand(text: str, _today: dt.date) -> Understood:
        if match := _ZIP.match(" ".join(text.split())):
            yield from ((f"{prefix}-{key}", value.strip()) for key, value in match.groupdict().items())

    return understand


def _npi(text: str, _today: dt.date) -> Understood:
    figures = re.sub(r"\D", "", text)
    if len(figures) == 10:  # noqa: PLR2004 - an NPI has ten figures
        yield f"{PHYSICIAN}-npi", figures


def _items(text: str, _today: dt.date) -> Understood:
    """One treatment a line; a line that begins without a number goes on with the one before."""
    items: list[str] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = any(_NUMBERED.match(line) for line in lines)
    for line in lines:
        if _NUMBERED.match(line) or not numbered or not items:
            items.append(_NUMBERED.sub("", line))
        else:
            items[-1] = f"{items[-1]} {line}"
    yield from ((f"items-{place}-service", item) for place, item in enumerate(items))


def _outcome(text: str, _today: dt.date) -> Understood:
    for word in ("denied", "modified"):
        if word in text.lower():
            yield "utilization_review-outcome", word
            return


def _liability(text: str, _today: dt.date) -> Understood:
    if re.match(r"\W*yes\b", text.lower()):
        yield "application-liability_disputed", "on"


def _signature(text: str, _today: dt.date) -> Understood:
    if re.search(r"[A-Za-z]{2}", text):
        yield "application-signed", "yes"
        yield "application-signed_by", "worker"


_UNDERSTOOD: dict[str, Understand] = {
    "employee_name": _name("worker"),
    "birth_date": _date("worker-birth_date"),
    "employee_address": _address("worker"),
    "employee_phone": _plain("worker-phone"),
    "claim_number": _number("claim-claim_number"),
    "injury_date": _date("claim-injury_date"),
    "administrator_address": _address(ADMINISTRATOR),
    "physician_address": _address(PHYSICIAN),
    "employer_address": _address(EMPLOYER),
    "attorney_address": _address(ATTORNEY),
    "adj_number": _number("claim-adj_number"),
    "wcis_number": _number("claim-wcis_number"),
    "administrator": _plain(f"{ADMINISTRATOR}-organization"),
    "physician": _name(PHYSICIAN),
    "physician_practice": _plain(f"{PHYSICIAN}-organization"),
    "physician_specialty": _plain(f"{PHYSICIAN}-specialty"),
    "physician_npi": _npi,
    "employer": _plain(f"{EMPLOYER}-organization"),
    "attorney": _name(ATTORNEY),
    "decision_date": _date("utilization_review-decision_date"),
    "served_date": _date("utilization_review-served_date"),
    "outcome": _outcome,
    "diagnosis": _plain("diagnoses-0-text"),
    "items": _items,
    "liability": _liability,
    "signature": _signature,
}
