"""Titles by which records are known anywhere; those of one jurisdiction's own forms come from its file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from cases.rules.bundles.pages import is_prose


@dataclass(frozen=True)
class FormTitle:
    """A title that opens a record: phrase as printed, kind (a value of Document.Kind), name for the index."""

    phrase: str
    kind: str
    name: str


@dataclass(frozen=True)
class FoundTitle:
    """Where on the page the title stands (0 is the first line), and the line as read."""

    form: FormTitle
    line: int
    text: str


_REPORT, _IMAGING, _THERAPY = "medical_report", "imaging", "therapy_notes"
_LETTER, _DECISION, _OTHER = "correspondence", "utilization_review_decision", "other"

#: Most telling first: of two titles on one page the earlier entry names the record.
GENERAL: tuple[FormTitle, ...] = tuple(
    FormTitle(phrase, kind, name)
    for kind, name, phrases in (
        (_REPORT, "Operative report", ("operative report", "operative note", "report of operation", "procedure note")),
        (_REPORT, "Electrodiagnostic study", ("electrodiagnostic", "nerve conduction", "emg/ncv", "emg / ncv",
                                              "electromyography")),
        (_REPORT, "Emergency department report", ("emergency department", "ed provider note", "emergency room record")),
        (_REPORT, "Discharge summary", ("discharge summary", "hospital course summary")),
        (_REPORT, "Laboratory results", ("toxicology", "urine drug", "laboratory report", "lab results", "drug screen",
                                         "pathology report")),
        (_REPORT, "Psychological evaluation", ("psychological evaluation", "psychiatric evaluation",
                                               "behavioral medicine", "behavioral health", "health and behavior")),
        (_IMAGING, "Imaging report", ("diagnostic imaging", "radiology report", "mri of", "mri ", "x-ray", "ct scan",
                                      "ultrasound of", "radiographic", "arthrogram", "exam: ", "examination: mr")),
        (_THERAPY, "Therapy evaluation", ("physical therapy initial", "occupational therapy", "plan of care",
                                          "physical therapy evaluation", "initial evaluation")),
        (_THERAPY, "Therapy note", ("daily treatment note", "physical therapy note", "daily note", "treatment record",
                                    "chiropractic note", "acupuncture", "soap note", "therapy progress note",
                                    "flow sheet")),
        (_DECISION, "Utilization review decision", ("utilization review determination", "non-certification",
                                                    "utilization review decision", "adverse determination",
                                                    "modification of requested treatment", "notice of denial")),
        (_LETTER, "Fax cover", ("fax cover", "facsimile transmittal", "facsimile cover", "fax transmission")),
        (_LETTER, "Proof of service", ("proof of service",)),
        (_OTHER, "Custodian's declaration", ("custodian of records", "certification of records", "records subpoena")),
        (_OTHER, "Deposition", ("deposition of", "transcript of")),
        (_OTHER, "Bill or payment record", ("explanation of review", "explanation of benefits", "claim form", "invoice",
                                            "statement of account", "patient ledger", "payment history",
                                            "billing statement")),
        (_OTHER, "Prescription history", ("prescription history", "medication history", "pharmacy record")),
        (_REPORT, "Consultation", ("consultation", "initial comprehensive", "comprehensive evaluation")),
        (_REPORT, "Medical evaluation", ("medical evaluation", "medical examination", "independent medical exam",
                                         "supplemental report", "re-evaluation")),
        (_REPORT, "Progress note", ("progress report", "progress note", "follow-up visit", "follow up visit",
                                    "office visit", "follow up note", "follow-up note", "follow-up evaluation",
                                    "clinic note", "chart note", "history and physical", "treating physician")),
        (_LETTER, "Prescription", ("prescription for",)),
        (_REPORT, "Final report", ("final report",)),
    )
    for phrase in phrases
)  # fmt: skip

_GENERIC = re.compile(
    r"\b(report|note|notes|evaluation|examination|consultation|form|decision|determination|request|statement|record|"
    r"records|summary|notice|results|prescription|authorization|application|study|declaration|certificate|questionnaire|"
    r"history|survey|assessment)\b",
    re.IGNORECASE,
)
#: Headings inside a report: they open a section of it, not a record.
_SECTION = re.compile(
    r"^\W*(?:(?:review|summary) of (?:medical )?(?:records|systems)|"
    r"(?:past|prior|social|family|occupational|work|medical|job)(?: \w+)? history|history(?: of .*)?|"
    r"physical exam\w*|mental status.*|treatment (?:plan|request).*|clinical summary|guidelines? used|"
    r"diagnos[ei]s|discussion|assessment|plan|findings|impression|conclusion|recommendations?|"
    r"medications?|apportionment|disclosure statement|subjective.*|objective.*|work status.*|requested treatment.*|"
    r"procedure in detail|chief complaint.*|disposition|patient history|functional assessment)\W*$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 90
_LIKE = 88
#: A title has no more words than this, or this share of capitals.
_MOST_WORDS, _RAISED = 9, 0.7
_SMALL_WORD = 3
#: Shorter phrases must open the line; of phrases shorter than the second none is guessed from misread letters.
_SHORT, _SAFE_TO_GUESS = 7, 13


def find_title(lines: Sequence[str], forms: Sequence[FormTitle]) -> FoundTitle | None:
    """The title that opens the page, looked for among `lines`, the page's first ones. Letters may be misread."""
    best: FoundTitle | None = None
    best_place = len(forms)
    for number, line in enumerate(lines):
        text = line.lower()
        if len(line) > _LONGEST_TITLE or line.rstrip().endswith((".", ",", ";")) or is_prose(line) or is_section(line):
            continue
        for place, form in enumerate(forms[:best_place]):
            if _says(text, form.phrase.lower()):
                best, best_place = FoundTitle(form, number, line), place
                break
    return best


def is_section(line: str) -> bool:
    """Whether a line heads a section inside a report."""
    return bool(_SECTION.match(line))


def _says(text: str, phrase: str) -> bool:
    if len(phrase) < _SHORT:
        return text.lstrip(" *-#").startswith(phrase)
    if phrase in text:
        return len(text) <= 3 * len(phrase) + 24
    if len(phrase) < _SAFE_TO_GUESS or len(text) < len(phrase) - 2 or len(text) > 2.5 * len(phrase) + 12:
        return False
    return fuzz.partial_ratio(phrase, text) >= _LIKE


def looks_like_title(line: str) -> bool:
    """Whether a line is set like a title and names some sort of paper, whichever it be."""
    words = line.split()
    letters = [c for c in line if c.isalpha()]
    if not 1 <= len(words) <= _MOST_WORDS or not letters or line.rstrip().endswith((".", ",", ":")) or is_section(line):
        return False
    raised = sum(c.isupper() for c in letters) / len(letters)
    titled = all(word[0].isupper() or len(word) <= _SMALL_WORD or not word[0].isalpha() for word in words)
    return bool(_GENERIC.search(line)) and (raised > _RAISED or titled)
