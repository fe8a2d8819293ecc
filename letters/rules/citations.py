"""Citations of one side of an item as the sentences that the letter prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from letters.rules.placeholders import fill, is_absent
from letters.rules.wording_keys import text_of

Side = Literal["administrator", "reviewer"]


def compose_citations(citations: Sequence[Mapping[str, Any]], *, side: Side, blocks: Mapping[str, str]) -> str:
    """The citations of one side in words: MTUS sentence first, then the others; said so when outside or none.

    citations: CITATION objects of docs/determination-document.md; blocks: a checked wording.
    """
    who = blocks[side]
    if not citations:
        return fill(blocks["cite_none"], {"who": who})
    mtus = [citation for citation in citations if citation["basis"] == "MTUS"]
    other = [citation for citation in citations if citation["basis"] != "MTUS"]
    sentences = []
    if mtus:
        entries = text_of(blocks, "cite_mtus_separator").join(_mtus_entry(citation, blocks) for citation in mtus)
        sentences.append(fill(blocks["cite_mtus"], {"entries": entries}))
    else:
        sentences.append(fill(blocks["cite_outside_lead"], {"who": who}))
    if other:
        entries = text_of(blocks, "cite_other_separator").join(_other_entry(citation, blocks) for citation in other)
        sentences.append(fill(blocks["cite_other"], {"entries": entries}))
    return " ".join(sentences)


def compose_entry(citation: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    """One citation as it stands among the others in the printed sentence: what a reviewer is shown before citing."""
    return _mtus_entry(citation, blocks) if citation["basis"] == "MTUS" else _other_entry(citation, blocks)


def _mtus_entry(citation: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    if not is_absent(citation.get("text")):
        return str(citation["text"])
    values = _values(citation, blocks)
    has_sections, has_pages = not is_absent(values["sections"]), not is_absent(values["pages"])
    variant = {
        (True, True): "cite_mtus_entry",
        (True, False): "cite_mtus_entry_no_pages",
        (False, True): "cite_mtus_entry_no_section",
        (False, False): "cite_mtus_entry_bare",
    }[has_sections, has_pages]
    return fill(text_of(blocks, variant), values)


def _other_entry(citation: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    if not is_absent(citation.get("text")):
        return str(citation["text"])
    return fill(text_of(blocks, "cite_other_entry"), _values(citation, blocks))


def _values(citation: Mapping[str, Any], blocks: Mapping[str, str]) -> dict[str, str | None]:
    year = citation.get("year")
    sections = [section for section in citation.get("sections") or [] if not is_absent(section)]
    return {
        "publication": citation["publication"],
        "year": None if year is None else str(year),
        "sections": text_of(blocks, "sections_separator").join(sections),
        "pages": citation.get("pages"),
    }
