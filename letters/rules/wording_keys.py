"""The closed lists of letter wording: which keys there are, which must be given, which placeholders each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from letters.rules import notice_keys
from letters.rules.placeholders import MalformedText, names

_HEADER = frozenset(
    {
        "case_number", "assigned_on", "injury_date", "determined_on", "ur_decision_date", "priority",
        "application_received_on",
    }
)  # fmt: skip
_QUALIFICATIONS = frozenset({"certifications", "subspecialties", "licensed_states", "place"})
_VOICES = frozenset({"reviewers", "upheld", "overturned"})
_HEADING = frozenset({"service", "decision", "original_request", "authorized"})
_ENTRY = frozenset({"publication", "year", "sections", "pages"})
_NONE: frozenset[str] = frozenset()

#: Key -> the placeholders its text may hold.
PLACEHOLDERS: dict[str, frozenset[str]] = {
    "header": _HEADER,
    "how_made_heading": _NONE,
    "how_made": frozenset({"qualifications"}),
    "qualifications": _QUALIFICATIONS,
    "qualifications_no_subspecialty": _QUALIFICATIONS,
    "certifications_separator": _NONE,
    "subspecialties_separator": _NONE,
    "licensed_states_separator": _NONE,
    "summary_heading": _NONE,
    "summary_lead": _NONE,
    "issues_heading": _NONE,
    "issues_lead": _NONE,
    "item_heading": _HEADING,
    "item_heading_remainder": _HEADING,
    "decision_upheld": _NONE,
    "decision_overturned": _NONE,
    "administrator_guideline": frozenset({"citations"}),
    "reviewer_guideline": frozenset({"citations"}),
    "evidence": frozenset({"evidence"}),
    "rationale": frozenset({"rationale"}),
    "voices_unanimous": _VOICES,
    "voices_majority": _VOICES,
    "voices_even_split": _VOICES,
    "administrator": _NONE,
    "reviewer": _NONE,
    "cite_outside_lead": frozenset({"who"}),
    "cite_none": frozenset({"who"}),
    "cite_mtus": frozenset({"entries"}),
    "cite_mtus_separator": _NONE,
    "cite_mtus_entry": _ENTRY,
    "cite_mtus_entry_bare": _ENTRY,
    "cite_mtus_entry_no_section": _ENTRY,
    "cite_mtus_entry_no_pages": _ENTRY,
    "sections_separator": _NONE,
    "cite_other": frozenset({"entries"}),
    "cite_other_separator": _NONE,
    "cite_other_entry": _ENTRY,
}

REQUIRED: tuple[str, ...] = (
    "how_made_heading", "how_made", "qualifications", "summary_heading", "summary_lead", "issues_heading",
    "issues_lead", "item_heading", "decision_upheld", "decision_overturned", "administrator_guideline",
    "reviewer_guideline", "rationale", "administrator", "reviewer", "cite_outside_lead", "cite_none", "cite_mtus",
    "cite_mtus_entry", "cite_other",
)  # fmt: skip

#: A layout of this ending is for cases that more than one reviewer decided; it must say how they decided.
SEVERAL = "-several"
REQUIRED_OF_SEVERAL: tuple[str, ...] = (*REQUIRED, "voices_unanimous", "voices_majority", "voices_even_split")

#: What stands in for an optional key that a wording leaves out. Keys missing here too: see `Wording.text`.
DEFAULTS: dict[str, str] = {
    "certifications_separator": ", ",
    "subspecialties_separator": ", ",
    "licensed_states_separator": ", ",
    "sections_separator": ", ",
    "cite_mtus_separator": "; ",
    "cite_other_separator": "; ",
    "cite_other_entry": "{{ publication }}, {{ sections }}, {{ pages }}",
}

#: An optional key -> the key whose text it takes over.
FALLBACKS: dict[str, str] = {
    "qualifications_no_subspecialty": "qualifications",
    "item_heading_remainder": "item_heading",
    "cite_mtus_entry_bare": "cite_mtus_entry",
    "cite_mtus_entry_no_section": "cite_mtus_entry",
    "cite_mtus_entry_no_pages": "cite_mtus_entry",
}


@dataclass(frozen=True)
class WordingFault:
    """One thing wrong with a wording. rule: short name; message: for people, naming the key or placeholder."""

    rule: str
    key: str
    message: str


def text_of(blocks: Mapping[str, str], key: str) -> str:
    """The text of `key`: as given, by fallback, or the default. Raises KeyError for a key without any."""
    if key in blocks:
        return blocks[key]
    if key in FALLBACKS:
        return text_of(blocks, FALLBACKS[key])
    return DEFAULTS[key]


def faults(blocks: Mapping[str, object], layout: str = "") -> list[WordingFault]:
    """Everything that forbids using these blocks, each named: unknown keys, missing keys, unknown placeholders.

    layout: "notice.<kind>" for a notice; every other name is a layout of determinations.
    """
    kind = notice_keys.kind_of(layout)
    if kind is None:
        return _faults(blocks, PLACEHOLDERS, REQUIRED_OF_SEVERAL if layout.endswith(SEVERAL) else REQUIRED)
    if kind not in notice_keys.KINDS:
        kinds = ", ".join(sorted(notice_keys.KINDS))
        return [WordingFault("wording.unknown_kind", layout, f"There is no kind of notice “{kind}”, only {kinds}.")]
    return _faults(blocks, notice_keys.placeholders(kind), notice_keys.required(kind))


def _faults(
    blocks: Mapping[str, object], placeholders: Mapping[str, frozenset[str]], required: tuple[str, ...]
) -> list[WordingFault]:
    found = [
        WordingFault("wording.unknown_key", key, f"Unknown wording key “{key}”.")
        for key in sorted(set(blocks) - set(placeholders))
    ]
    found += [
        WordingFault("wording.missing_key", key, f"The required wording key “{key}” is missing.")
        for key in required
        if key not in blocks
    ]
    for key in sorted(set(blocks) & set(placeholders)):
        found += _text_faults(key, blocks[key], placeholders[key], needed=key in required)
    return found


def _text_faults(key: str, text: object, allowed: frozenset[str], *, needed: bool) -> list[WordingFault]:
    if not isinstance(text, str):
        return [WordingFault("wording.not_text", key, f"The wording key “{key}” must be text.")]
    if needed and not text.strip():
        return [WordingFault("wording.missing_key", key, f"The required wording key “{key}” is empty.")]
    try:
        used = names(text)
    except MalformedText as error:
        return [WordingFault("wording.malformed", key, f"The text of “{key}” has {error}.")]
    may = f"It may hold {', '.join(sorted(allowed))}." if allowed else "It may hold none."
    return [
        WordingFault(
            "wording.unknown_placeholder", key, f"Unknown placeholder “{name}” in the wording key “{key}”. {may}"
        )
        for name in dict.fromkeys(used)
        if name not in allowed
    ]
