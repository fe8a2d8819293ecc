"""The words of a notice: frozen notice document + wording blocks -> what stands on the page, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from letters.rules.compose import HeaderLine, MissingFact, Said, paragraphs, us_date
from letters.rules.notice_keys import DATES, DEFAULTS, SECTIONS, TABLE, Section, kind_of, list_key
from letters.rules.placeholders import fill, is_absent, names


@dataclass(frozen=True)
class Table(Said):
    """A table of facts: its column heads, and rows with as many cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """Each column's head with its width: "number" for the first, "most" and "more" for the two
        others that hold most text, "rest"."""
        others = sorted(range(1, len(self.columns)), key=lambda place: -sum(len(row[place]) for row in self.rows))
        widths = {0: "number", **dict(zip(others, ("most", "more"), strict=False))}
        return tuple((head, widths.get(place, "rest")) for place, head in enumerate(self.columns))

    @property
    def lines(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Each row's cells with the width of their column."""
        widths = [width for _, width in self.heads]
        return tuple(tuple(zip(row, widths, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Part(Said):
    """A section as it is printed; heading may be empty, entries and table absent."""

    heading: str
    paragraphs: tuple[str, ...]
    entries: tuple[str, ...]
    table: Table | None


@dataclass(frozen=True)
class NoticeText(Said):
    """Everything a notice says. Paragraphs are plain text; a line break inside one is a line break on the page."""

    letterhead: tuple[str, ...]
    title: str
    facts: tuple[HeaderLine, ...]
    opening: tuple[str, ...]
    parts: tuple[Part, ...]
    closing: tuple[str, ...]
    copies_heading: str
    copies_lead: tuple[str, ...]
    copies: tuple[str, ...]


def compose_notice(document: Mapping[str, Any], blocks: Mapping[str, str]) -> NoticeText:
    """The notice's text. document: docs/notices.md; blocks: a wording without faults. Raises MissingFact."""
    values = document["facts"]
    return NoticeText(
        letterhead=tuple(blocks["letterhead"].splitlines()),
        title=_fill(blocks["title"], values),
        facts=_facts(_text(blocks, "re"), values),
        opening=paragraphs(_fill(blocks["opening"], values)),
        parts=_parts(document, blocks),
        closing=paragraphs(_fill(blocks["closing"], values)),
        copies_heading=blocks["copies_heading"],
        copies_lead=paragraphs(_fill(_text(blocks, "copies_lead"), values)),
        copies=tuple(_copy(one, blocks) for one in document["recipients"]),
    )


def _copy(recipient: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    values = {
        "name": recipient["name"],
        "role": recipient["role"],
        "method": _text(blocks, f"by_{recipient['method']}"),
    }
    return fill(blocks["copy_entry"], values)


def _parts(document: Mapping[str, Any], blocks: Mapping[str, str]) -> tuple[Part, ...]:
    kind = kind_of(document["layout"]) or ""
    found = (_part(section, document, blocks) for section in SECTIONS[kind] if section.name in blocks)
    return tuple(part for part in found if part is not None)


def _part(section: Section, document: Mapping[str, Any], blocks: Mapping[str, str]) -> Part | None:
    """None for a section whose list the notice leaves empty."""
    rows: Sequence[Mapping[str, str | None]] = document["lists"].get(section.name, ())
    if section.entries and not rows:
        return None
    expedited = f"{section.name}_expedited"
    hurried = document["priority"] == "expedited" and expedited in blocks
    text = blocks[expedited if hurried else section.name]
    entry = blocks.get(list_key(section), "") if section.entries else ""
    return Part(
        heading=blocks.get(f"{section.name}_heading", ""),
        paragraphs=paragraphs(_fill(text, document["facts"])),
        entries=() if section.shape == TABLE or not entry else tuple(fill(entry, _shown(row)) for row in rows),
        table=_table(entry, rows) if section.shape == TABLE else None,
    )


def _table(columns: str, rows: Sequence[Mapping[str, str | None]]) -> Table:
    parsed = [_label_and_value(line) for line in columns.splitlines() if line.strip()]
    return Table(
        columns=tuple(label for label, _ in parsed),
        rows=tuple(tuple(fill(value, _shown(row)).strip() for _, value in parsed) for row in rows),
    )


def _facts(lines: str, values: Mapping[str, str | None]) -> tuple[HeaderLine, ...]:
    """The lines whose facts are known; a fact that the case lacks leaves its line out."""
    parsed = [_label_and_value(line) for line in lines.splitlines() if line.strip()]
    shown = [(label, fill(value, _shown(values)).strip()) for label, value in parsed]
    return tuple(HeaderLine(label, value) for label, value in shown if value)


def _label_and_value(line: str) -> tuple[str, str]:
    label, _, value = line.partition(":")
    return label.strip(), value.strip()


def _fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with its facts. A fact that a sentence names and the notice lacks is an error, never a gap."""
    for name in names(text):
        if is_absent(values.get(name)):
            raise MissingFact(name)
    return fill(text, _shown(values))


def _shown(values: Mapping[str, str | None]) -> dict[str, str | None]:
    return {
        name: us_date(value, name) if name in DATES and not is_absent(value) else value
        for name, value in values.items()
    }


def _text(blocks: Mapping[str, str], key: str) -> str:
    return blocks.get(key, DEFAULTS[key])
