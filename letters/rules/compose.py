"""The words of a determination letter: frozen document + wording blocks -> what stands on the page, in order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from letters.rules.citations import compose_citations
from letters.rules.placeholders import Piece, fill, is_absent, names, parse
from letters.rules.wording_keys import text_of

_BEFORE_DECISION = " :;,–—-\n"


class UndefinedFactError(LookupError):
    """A letter template names something that a letter does not have."""


class Said:
    """What templates may read by name; anything else is an error instead of a blank."""

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self, name)
        except AttributeError:
            raise UndefinedFactError(name) from None


@dataclass(frozen=True)
class HeaderLine(Said):
    """One line of the header table."""

    label: str
    value: str


@dataclass(frozen=True)
class Labelled(Said):
    """Paragraphs that begin with a label ("Decision rationale:"); the first one is what follows the label."""

    label: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Item(Said):
    """One disputed item: heading with its decision, how several decided it, both sides' guidelines, the strength of
    evidence where it was weighed and the wording has a place for it, the reasons."""

    heading: str
    voices: Labelled | None
    administrator_guideline: Labelled
    reviewer_guideline: Labelled
    evidence: Labelled | None
    rationale: Labelled

    @property
    def parts(self) -> tuple[Labelled, ...]:
        parts = (self.voices, self.administrator_guideline, self.reviewer_guideline, self.evidence, self.rationale)
        return tuple(part for part in parts if part is not None)


@dataclass(frozen=True)
class LetterText(Said):
    """Everything a letter says. Paragraphs are plain text; a line break inside one is a line break on the page."""

    header: tuple[HeaderLine, ...]
    how_made_heading: str
    how_made: tuple[str, ...]
    summary_heading: str
    summary_lead: tuple[str, ...]
    summary: tuple[str, ...]
    issues_heading: str
    issues_lead: tuple[str, ...]
    items: tuple[Item, ...]


class MissingFact(ValueError):
    """The wording prints a fact that the document does not have; `fact` names it."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


def compose(document: Mapping[str, Any], blocks: Mapping[str, str]) -> LetterText:
    """The letter's text.

    document: docs/determination-document.md; blocks: a wording without faults. Raises MissingFact.
    """
    return LetterText(
        header=_header(document, blocks),
        how_made_heading=blocks["how_made_heading"],
        how_made=paragraphs(fill(blocks["how_made"], {"qualifications": _everybody(document, blocks)})),
        summary_heading=blocks["summary_heading"],
        summary_lead=paragraphs(blocks["summary_lead"]),
        summary=paragraphs(document["clinical_case_summary"]),
        issues_heading=blocks["issues_heading"],
        issues_lead=paragraphs(blocks["issues_lead"]),
        items=tuple(_item(item, blocks) for item in document["items"]),
    )


def _everybody(document: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    """The qualifications of the reviewer, or of each of several, a paragraph each."""
    reviewers = document["reviewers"] if "reviewers" in document else [document["reviewer"]]
    return "\n\n".join(qualifications(one, blocks, place=place) for place, one in enumerate(reviewers, start=1))


def qualifications(reviewer: Mapping[str, Any], blocks: Mapping[str, str], *, place: int = 1) -> str:
    """Who the reviewer is, by certification and licensure alone: the one place that renders a reviewer outward."""
    certifications = reviewer["certifications"]
    subspecialties = [each["subspecialty"] for each in certifications if not is_absent(each.get("subspecialty"))]
    key = "qualifications" if subspecialties else "qualifications_no_subspecialty"
    return fill(
        text_of(blocks, key),
        {
            "certifications": text_of(blocks, "certifications_separator").join(
                each["specialty"] for each in certifications
            ),
            "subspecialties": text_of(blocks, "subspecialties_separator").join(subspecialties),
            "licensed_states": text_of(blocks, "licensed_states_separator").join(reviewer["licensed_states"]),
            "place": str(place),
        },
    )


def item_heading(item: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    """The heading of an item, ending with the decision word.

    The item's own heading replaces everything before the decision; a colon it already ends with is not doubled.
    """
    values = {
        "service": item["service"],
        "decision": blocks[f"decision_{item['decision']}"],
        "original_request": item.get("original_request"),
        "authorized": item.get("authorized"),
    }
    own = item.get("heading")
    if not is_absent(own):
        return _own_heading(str(own), values, blocks)
    remainder = not is_absent(values["authorized"]) and not is_absent(values["original_request"])
    return fill(text_of(blocks, "item_heading_remainder" if remainder else "item_heading"), values)


def paragraphs(text: str) -> tuple[str, ...]:
    """Text at its blank lines; line breaks inside a paragraph stay."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(part.strip("\n") for part in re.split(r"\n[ \t]*(?:\n[ \t]*)+", whole) if part.strip())


def us_date(value: str | None, fact: str) -> str:
    """A stored date as letters print it, MM/DD/YYYY. Raises MissingFact."""
    if value is None:
        raise MissingFact(fact)
    return dt.date.fromisoformat(value).strftime("%m/%d/%Y")


def _header(document: Mapping[str, Any], blocks: Mapping[str, str]) -> tuple[HeaderLine, ...]:
    return tuple(_header_line(line, document) for line in blocks.get("header", "").splitlines() if line.strip())


def _header_line(line: str, document: Mapping[str, Any]) -> HeaderLine:
    label, value = _split_label(line)
    return HeaderLine(
        label.strip(), fill(value, {name: _header_value(name, document) for name in names(value)}).strip()
    )


def _header_value(name: str, document: Mapping[str, Any]) -> str:
    if name == "case_number":
        return str(document[name])
    if name == "priority":
        return str(document[name]).capitalize()
    return us_date(document[name], name)


def _item(item: Mapping[str, Any], blocks: Mapping[str, str]) -> Item:
    administrator = compose_citations(item["administrator_guidelines"], side="administrator", blocks=blocks)
    reviewer = compose_citations(item["reviewer_guidelines"], side="reviewer", blocks=blocks)
    return Item(
        heading=item_heading(item, blocks),
        voices=_voices(item.get("voices"), blocks),
        administrator_guideline=_labelled(blocks["administrator_guideline"], {"citations": administrator}),
        reviewer_guideline=_labelled(blocks["reviewer_guideline"], {"citations": reviewer}),
        evidence=_evidence(item.get("evidence"), blocks),
        rationale=_labelled(blocks["rationale"], {"rationale": item["rationale"]}),
    )


def _evidence(evidence: Mapping[str, Any] | None, blocks: Mapping[str, str]) -> Labelled | None:
    if evidence is None or "evidence" not in blocks:
        return None
    return _labelled(blocks["evidence"], {"evidence": evidence["line"]})


def _voices(voices: Mapping[str, Any] | None, blocks: Mapping[str, str]) -> Labelled | None:
    if voices is None:
        return None
    counts = {"upheld": voices["upheld"], "overturned": voices["overturned"]}
    said = {"reviewers": str(sum(counts.values())), **{name: str(count) for name, count in counts.items()}}
    return _labelled(blocks[f"voices_{voices['how']}"], said)


def _labelled(text: str, values: Mapping[str, str | None]) -> Labelled:
    label = _split_label(text)[0].strip()
    first, *others = paragraphs(fill(text, values)) or ("",)
    if not first.startswith(label):  # the wording sets the label apart as a paragraph of its own
        return Labelled("", (first, *others))
    return Labelled(label, (first[len(label) :], *others))


def _split_label(text: str) -> tuple[str, str]:
    """The literal before the first placeholder, and the rest."""
    first = text.find("{{")
    return ("", text) if first < 0 else (text[:first], text[first:])


def _own_heading(own: str, values: Mapping[str, str | None], blocks: Mapping[str, str]) -> str:
    """The item's own words, the punctuation that the wording sets before the decision, the decision, and its rest."""
    pieces = parse(blocks["item_heading"])
    place = next((i for i, piece in enumerate(pieces) if piece == Piece("decision", placeholder=True)), len(pieces))
    before = pieces[place - 1].text if place and not pieces[place - 1].placeholder else ""
    between = before[len(before.rstrip(_BEFORE_DECISION)) :] or ": "
    after = "".join(str(values[piece.text] or "") if piece.placeholder else piece.text for piece in pieces[place + 1 :])
    own = own.strip()
    if own.endswith(":"):
        between = between.replace(":", "") or " "
    return f"{own}{between}{values['decision']}{after}"
