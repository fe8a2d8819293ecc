"""What stands in the fields of a typed application form, found by its printed labels: pure, over words with boxes.

The words come from a PDF's own text or from OCR alike. A value is what stands behind its label on the same line, up to
the next label, or below the label where nothing stands behind it. Labels are compared as OCR misreads them.
The labels are those of the DWC Form IMR; another edition or form only adds names to LABELS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

#: Below this confidence a person is asked to check what was read.
SURE = 80
#: How alike (0-100) printed words must be to a label.
_LABEL_ALIKE = 86
#: A value may stand this many heights of its label below it.
_BELOW = 3.2
#: A line goes on with the value above it when it stands this many heights below at most.
_WRAPPED = 0.8
#: A gap this many times as wide as the line is high begins another column.
_COLUMN_GAP = 4.0


@dataclass(frozen=True)
class Word:
    """A word on a page. Box in shares of the page (0 to 1); confidence 0 to 100, of own text 100."""

    text: str
    left: float
    top: float
    width: float
    height: float
    page: int = 1
    confidence: int = 100

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True)
class Read:
    """What was read for one label: the text as printed, the lowest confidence of its words, and where it stands."""

    text: str
    confidence: int
    page: int
    box: tuple[float, float, float, float]


#: Key of a fact -> its printed labels, folded (small letters and figures). A label may name no fact: it ends a value.
LABELS: dict[str, tuple[str, ...]] = {
    "employee_name": ("employee name", "name of employee", "injured worker name"),
    "birth_date": ("date of birth", "birth date"),
    "address": ("address", "mailing address"),
    "phone": ("phone number", "phone"),
    "claim_number": ("claim number", "claim no"),
    "injury_date": ("date of injury",),
    "adj_number": ("eams case number", "wcab case number"),
    "wcis_number": ("wcis jurisdictional claim number", "wcis number"),
    "employer": ("employer name", "employer"),
    "attorney": ("employee attorney", "attorney name", "attorney"),
    "physician": ("requesting physician name", "requesting physician", "physician name"),
    "physician_practice": ("practice name", "medical group"),
    "physician_specialty": ("specialty",),
    "physician_npi": ("npi",),
    "administrator": ("claims administrator name", "claims administrator", "company name"),
    "adjuster": ("adjuster contact name", "adjuster name", "adjuster"),
    "decision_date": ("date of ur determination letter", "date of utilization review determination letter"),
    "served_date": ("date served",),
    "diagnosis": ("primary diagnosis",),
    "items": ("requested medical services", "disputed medical services", "treatment in dispute"),
    "outcome": ("ur decision", "type of decision"),
    "liability": (
        "is the claims administrator disputing liability",
        "is the claims administrator disputing liability for the requested treatment",
        "disputing liability",
    ),
    "signature": ("signature of employee", "employee signature", "signature"),
    "fax": ("fax number",),
    "heading": ("employee information", "physician information", "administrator information", "disputed treatment"),
}
#: Labels that stand on a form several times: whose they are is said by the name that stands before them.
_OF_WHOM = {"employee_name": "employee", "employer": "employer", "attorney": "attorney", "physician": "physician",
            "administrator": "administrator"}  # fmt: skip
_REPEATED = frozenset({"address", "phone", "fax"})
_LONGEST = max(len(label.split()) for labels in LABELS.values() for label in labels)
#: Facts whose value may take several lines.
_SEVERAL_LINES = frozenset({"items"})


def fold(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def read_form(words: Iterable[Word]) -> dict[str, Read]:
    """Fact -> what was read, for every label found with a value; the first place on the pages counts."""
    found: dict[str, Read] = {}
    whose = "employee"
    for page in _by_page(words):
        lines = lines_of(page)
        labels = [label for line in lines for label in _labels_in(line)]
        for label in labels:
            whose = _OF_WHOM.get(label.fact, whose)
            fact = f"{whose}_{label.fact}" if label.fact in _REPEATED else label.fact
            if fact in found or fact == "heading":
                continue
            if value := _value(label, lines, labels):
                found[fact] = value
    return found


@dataclass(frozen=True)
class _Label:
    fact: str
    line: int
    first: int
    last: int
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Line:
    """Words of one line, from the left. place: which line of the page."""

    place: int
    words: tuple[Word, ...]

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.top + word.height for word in self.words)


def lines_of(words: Sequence[Word]) -> list[Line]:
    """The words of a page as lines: what overlaps in height by half stands on one line."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.middle):
        row = next((row for row in reversed(rows[-3:]) if abs(row[0].middle - word.middle) < _half(row[0], word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return [Line(place, tuple(sorted(row, key=lambda one: one.left))) for place, row in enumerate(rows)]


def _half(one: Word, other: Word) -> float:
    return max(one.height, other.height) / 2


def _by_page(words: Iterable[Word]) -> list[list[Word]]:
    pages: dict[int, list[Word]] = {}
    for word in words:
        if word.text.strip():
            pages.setdefault(word.page, []).append(word)
    return [pages[number] for number in sorted(pages)]


def _labels_in(line: Line) -> list[_Label]:
    """The labels on a line from the left, the longest first where several begin at one word."""
    found: list[_Label] = []
    place = 0
    while place < len(line.words):
        label = _label_at(line, place)
        if label is None:
            place += 1
        else:
            found.append(label)
            place = label.last + 1
    return found


def _label_at(line: Line, place: int) -> _Label | None:
    best: tuple[float, int, str] | None = None
    for count in range(1, min(_LONGEST, len(line.words) - place) + 1):
        words = line.words[place : place + count]
        said = fold(" ".join(word.text for word in words))
        if not said or not fold(words[-1].text):
            continue
        for fact, labels in LABELS.items():
            for label in labels:
                alike = fuzz.ratio(said, label)
                worth = alike * len(label)  # a longer label wins over one inside it
                if alike >= _LABEL_ALIKE and (best is None or worth > best[0]):
                    best = (worth, count, fact)
    if best is None or not _is_printed_label(line, place + best[1] - 1):
        return None
    last = place + best[1] - 1
    return _Label(best[2], line.place, place, last, line.words[place : last + 1])


def _is_printed_label(line: Line, last: int) -> bool:
    """A label ends with a colon, an opening bracket follows it, or it stands alone in its column."""
    end = line.words[last]
    follows = line.words[last + 1] if last + 1 < len(line.words) else None
    if end.text.rstrip().endswith((":", "?", ".", ";")) or follows is None:
        return True
    return follows.text.startswith(("(", ":")) or follows.left - end.right > _COLUMN_GAP * end.height / 2


def _value(label: _Label, lines: Sequence[Line], labels: Sequence[_Label]) -> Read | None:
    behind = _behind(label, lines[label.line], labels)
    below = _below(label, lines, labels, wrapped=bool(behind) and label.fact not in _SEVERAL_LINES)
    return _read([word for word in [*behind, *below] if fold(word.text) or word.text in "-/&#"])


def _behind(label: _Label, line: Line, labels: Sequence[_Label]) -> list[Word]:
    ends = min((one.first for one in labels if one.line == line.place and one.first > label.last), default=None)
    return _without_hint(line.words[label.last + 1 : ends])


def _below(label: _Label, lines: Sequence[Line], labels: Sequence[_Label], *, wrapped: bool) -> list[Word]:
    """The words under a label, in its column, on the next line; several lines for facts that may have them.

    wrapped: the value began behind the label; only what follows close below goes on with it.
    """
    start, height = label.words[0].left, max(word.height for word in label.words)
    same_line = [one.words[0].left for one in labels if one.line == label.line and one.first > label.last]
    end = min(same_line, default=1.0) - height / 2
    found: list[Word] = []
    bottom = label.words[0].top + height
    for line in lines[label.line + 1 :]:
        inside = [word for word in line.words if start - height <= word.left < end]
        labelled = any(one.line == line.place and start - height <= one.words[0].left < end for one in labels)
        if labelled or line.top - bottom > (_WRAPPED if wrapped else _BELOW) * height:
            break
        if inside:
            found += inside
            bottom = line.bottom
            if label.fact not in _SEVERAL_LINES:
                break
    return found if wrapped else _without_hint(found)


def _without_hint(words: Sequence[Word]) -> list[Word]:
    """What is typed, without the printed hint in brackets before it: "(First, MI, Last)", "(MM/DD/YYYY)"."""
    kept = list(words)
    if kept and kept[0].text.startswith("("):
        close = next((place for place, word in enumerate(kept) if ")" in word.text), None)
        if close is not None and close < _LONGEST:
            kept = kept[close + 1 :]
    while kept and not fold(kept[0].text):
        kept = kept[1:]
    return kept


def _read(words: Sequence[Word]) -> Read | None:
    text = re.sub(r"\s*_{2,}\s*", " ", _as_lines(words)).strip()
    if not fold(text):
        return None
    left, top = min(word.left for word in words), min(word.top for word in words)
    right, bottom = max(word.right for word in words), max(word.top + word.height for word in words)
    sure = min(word.confidence for word in words if fold(word.text))
    return Read(text, sure, words[0].page, (left, top, right - left, bottom - top))


def _as_lines(words: Sequence[Word]) -> str:
    said = ""
    for before, word in zip([None, *words], words, strict=False):
        new_line = before is not None and word.top > before.top + before.height / 2
        said += ("\n" if new_line else " ") + word.text if before else word.text
    return said
