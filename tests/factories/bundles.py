# ruff: noqa: E501, S311 - the lines of a paper read best whole; the chance is seeded on purpose
"""Invented bundles: hundreds of pages of a worker's file in one scan, with the truth of where each record begins.

    bundle = make_bundle(seed=7, pages=300)
    bundle.pages        # the text of every page, as a scanner's OCR or the born-digital file gives it
    bundle.truth        # the records: first page (from 1), kind, author, date in words

Seeded: the same seed gives the same bundle. Seeds above 20 also hold papers and layouts that no lower seed has, so that
what the rules score there says something about papers nobody tuned them on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.factories import bundle_papers
from tests.factories.bundle_papers import Facts, Paper
from tests.factories.bundle_words import CLINICS, DEGREES, FIRST, LAST, SPECIALTIES, STREETS, TOWNS, some_day

TUNED_UP_TO = 20


@dataclass(frozen=True)
class TrueRecord:
    first: int
    last: int
    kind: str
    author: str
    day: str
    what: str
    bare: bool  # its first page lost head, title and date


@dataclass(frozen=True)
class Bundle:
    pages: list[str]
    truth: list[TrueRecord]

    @property
    def boundaries(self) -> set[int]:
        """First pages of all records but the first."""
        return {record.first for record in self.truth[1:]}


#: Lines above the body from page 2 on: (rng facts paper day page of) -> lines.
Running = Callable[[Facts, str, str, int, int], list[str]]
_HEADERS: list[tuple[bool, Running]] = [
    (False, lambda f, d, day, k, n: []),
    (False, lambda f, d, day, k, n: []),
    (False, lambda f, d, day, k, n: [f"RE: {f['name']}", day, f"Page {k}", ""]),
    (False, lambda f, d, day, k, n: [f"{f['name']}", f"Page {k} of {n}", ""]),
    (False, lambda f, d, day, k, n: [f"Patient: {f['name']}   DOB: {f['dob']}   {day}"]),
    (False, lambda f, d, day, k, n: [f"{f['last'].upper()}, {f['first'].upper()}   {day}   page {k}"]),
    (False, lambda f, d, day, k, n: ["(continued)", ""]),
    (True, lambda f, d, day, k, n: [f"{f['first']} {f['last']}  |  {d}  |  {day}", ""]),
    (True, lambda f, d, day, k, n: [f"{d}", f"Report on {f['name']}", f"{k}"]),
]
_FOOTERS: list[tuple[bool, Running]] = [
    (False, lambda f, d, day, k, n: []),
    (False, lambda f, d, day, k, n: []),
    (False, lambda f, d, day, k, n: [f"Page {k} of {n}"]),
    (False, lambda f, d, day, k, n: [f"{k}"]),
    (False, lambda f, d, day, k, n: [f"- {k} -"]),
    (False, lambda f, d, day, k, n: [f"Page {k}"]),
    (False, lambda f, d, day, k, n: [f"{k}/{n}"]),
    (False, lambda f, d, day, k, n: [f"Printed by ADMIN on {day}   Page {k} of {n}"]),
    (True, lambda f, d, day, k, n: [f"{f['claim']}   p. {k}"]),
    (True, lambda f, d, day, k, n: [f"{day}    [{k}|{n}]"]),
    (True, lambda f, d, day, k, n: ["Confidential medical information", f"Pg {k} of {n}"]),
]


def make_bundle(*, seed: int, pages: int = 300) -> Bundle:
    rng, made = Random(seed), []
    facts, stamp = _facts(rng), _stamps(rng)
    offices = [_office(rng) for _ in range(rng.randint(4, 10))]
    truth: list[TrueRecord] = []
    run: tuple[Callable[[], Paper], tuple[str, ...], int] | None = None
    while len(made) < pages:
        office = rng.choice(offices)
        if run is None or run[2] == 0:
            run = _next_run(rng, facts, office, held_out=seed > TUNED_UP_TO)
        make, layout_key, left = run
        run = (make, layout_key, left - 1)
        record, sheets = _record(rng, facts, make, layout_key, len(made) + 1, held_out=seed > TUNED_UP_TO)
        sheets = sheets[: pages - len(made)]
        truth.append(TrueRecord(**{**record, "last": len(made) + len(sheets)}))
        made += sheets
    return Bundle([stamp(number, sheet) for number, sheet in enumerate(made, 1)], truth)


def _facts(rng: Random) -> Facts:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return {
        "first": first, "last": last, "name": rng.choice((f"{first} {last}", f"{last}, {first}")),
        "dob": f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/19{rng.randint(50, 90)}", "doi": some_day(rng, 2011),
        "claim": f"{rng.choice('WCXA')}C{rng.randint(100000, 999999)}", "insurer": rng.choice(("Golden Claims Services", "Westfall Mutual", "State Fund")),
        "employer": rng.choice(("Valley Orchards Inc.", "Bayline Freight", "County of Kern", "Starlight Hotels")),
    }  # fmt: skip


def _office(rng: Random) -> tuple[str, ...]:
    """Clinic, street, town line, phone line, doctor, specialty."""
    town, code = rng.choice(TOWNS)
    doctor = f"{rng.choice(FIRST)} {rng.choice('ABCDEGHJKLMR')}. {rng.choice(LAST)}, {rng.choice(DEGREES)}"
    clinic = rng.choice(CLINICS).format(town=town, last=rng.choice(LAST))
    phone = f"{rng.choice(('Tel', 'Phone', 'T'))}: ({rng.randint(209, 951)}) 555-{rng.randint(1000, 9999)}  Fax: ({rng.randint(209, 951)}) 555-{rng.randint(1000, 9999)}"
    return (
        clinic,
        f"{rng.randint(100, 9900)} {rng.choice(STREETS)}",
        f"{town}, CA {code}",
        phone,
        doctor,
        rng.choice(SPECIALTIES),
    )


def _next_run(rng: Random, facts: Facts, office: tuple[str, ...], *, held_out: bool):
    """A paper, and how many of its kind follow one another from the same office: visits of a therapist come in runs."""
    papers = [(weight, make) for weight, hidden, make in bundle_papers.PAPERS if held_out or not hidden]
    make = rng.choices([one for _, one in papers], [weight for weight, _ in papers])[0]
    often = make.__name__ in ("therapy_visit", "acupuncture", "progress_report_form", "narrative", "bill", "imaging")
    return make, office, rng.choice((1, 2, 3, 5, 8)) if often and rng.random() < 0.5 else 1


def _record(rng: Random, facts: Facts, make, office: tuple[str, ...], first: int, *, held_out: bool):
    day, doctor = some_day(rng), office[4]
    made: Paper = make(rng, facts, doctor, day)
    head, bare = _letterhead(rng, made.head, office, facts), rng.random() < 0.04
    lines = ([] if bare else [*head, "", *made.title, ""]) + made.body + ["", *made.closing]
    sheets = _paged(rng, lines, rng.randint(34, 56)) + made.own_pages
    count = len(sheets)
    # The choice of a layout belongs to the office and the kind of paper: the same office prints the same way.
    style = Random(f"{office[0]}{make.__name__}{made.head}")
    header = style.choice([one for hidden, one in _HEADERS if held_out or not hidden])
    footer = style.choice([one for hidden, one in _FOOTERS if held_out or not hidden])
    heads_all, counted = style.random() < 0.12, rng.random() < 0.75
    pages = []
    for k, sheet in enumerate(sheets, 1):
        own = k > count - len(made.own_pages)
        above = [] if k == 1 or own else head if heads_all else header(facts, doctor, day, k, count)
        below = footer(facts, doctor, day, k, count) if counted and not own else []
        pages.append([*above, *sheet, *below])
    if rng.random() < 0.05:
        pages.append([])  # the empty back of the last sheet
    if count > 2 and rng.random() < 0.03:
        pages.insert(rng.randint(1, count - 1), [])
    noise = rng.choices((0.0, 0.004, 0.02, 0.08), (35, 42, 18, 5))[0]
    record = {
        "first": first,
        "last": first,
        "kind": made.kind,
        "author": doctor,
        "day": day,
        "what": make.__name__,
        "bare": bare,
    }
    return record, ["\n".join(_noisy(rng, lines, noise)) for lines in pages]


def _letterhead(rng: Random, head: str, office: tuple[str, ...], facts: Facts) -> list[str]:
    clinic, street, town, phone, doctor, specialty = office
    if head == "none" or rng.random() < 0.12:  # a logo is a picture: no text
        return []
    if head == "insurer":
        return [facts["insurer"], "Utilization Management", "P.O. Box 14321, Lexington, KY 40512", "1-800-555-0142"]
    if head == "law":
        return ["LAW OFFICES OF BRANDT & YEE", "A Professional Corporation", f"{street}", town, phone]
    if head == "doctor":
        return [doctor, f"Diplomate, American Board of {specialty}", street, town, phone]
    return [clinic.upper() if len(clinic) % 2 else clinic, specialty, f"{street}, {town}", phone]


def _paged(rng: Random, lines: list[str], height: int) -> list[list[str]]:
    return [lines[start : start + height] for start in range(0, len(lines), height)]


def _noisy(rng: Random, lines: list[str], level: float) -> list[str]:
    """What a scanner reads: letters mistaken, words run together, lines lost."""
    if level == 0:
        return lines
    mistaken = {
        "l": "1",
        "I": "l",
        "O": "0",
        "o": "c",
        "e": "c",
        "m": "rn",
        "S": "5",
        "B": "8",
        "g": "q",
        "a": "o",
        "t": "f",
        "1": "l",
        "0": "O",
        "P": "F",
        "u": "ii",
    }
    kept = [line for line in lines if rng.random() > level * 1.2]
    return [
        "".join(
            "" if c == " " and rng.random() < level / 3 else mistaken.get(c, "~") if rng.random() < level else c
            for c in line
        )
        for line in kept
    ]


def _stamps(rng: Random) -> Callable[[int, str], str]:
    """What whoever sent the bundle printed on every page: a fax machine's line, the administrator's numbers, nothing."""
    kind, start, number = (
        rng.choice(("none", "none", "fax", "bates", "both", "scan")),
        rng.randint(1, 4000),
        rng.randint(2, 28),
    )
    fax = f"10/{number}/2013 09:{number + 10} FAX 559555{number + 1000:04}  GOLDEN CLAIMS"
    every = rng.choice((40, 75, 300))  # a long file is faxed in several calls

    def stamped(page: int, text: str) -> str:
        k = (page - 1) % every + 1
        above = [f"{fax}   {rng.choice(('P.', '@'))}{k:03}/{every:03}"] if kind in ("fax", "both") else []
        below = (
            [f"GCS{start + page:06}"]
            if kind in ("bates", "both")
            else [f"Page {page} of 300"]
            if kind == "scan"
            else []
        )
        return "\n".join([*above, text, *below])

    return stamped
