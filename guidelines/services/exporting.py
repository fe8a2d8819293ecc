"""The library as a file: sections as CSV or XLSX, whole publications in the exchange format. All of it reads back."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.roles import require
from common.actor import Actor
from common.rules.csv_cells import csv_lines, safe_cell
from guidelines.models import Edition, Publication, Section
from guidelines.rules.cells import shown
from guidelines.rules.columns import COLUMNS
from guidelines.rules.places import Path, name_above
from guidelines.rules.tree import outline
from guidelines.services.upkeep.snapshot import FIELDS, paths_of, values_of

_BATCH = 500
HEADERS: tuple[str, ...] = tuple(
    column.key for column in COLUMNS if column.key in (*FIELDS, "publication", "year", "parent", "limits")
)


def export_csv(*, editions: Sequence[int], actor: Actor) -> Iterator[str]:
    """Lines of CSV, cells that a spreadsheet would take for formulas made harmless."""
    require(actor, "edit_guidelines")
    return csv_lines([HEADERS, *_rows(editions)])


def export_xlsx(*, editions: Sequence[int], actor: Actor) -> bytes:
    require(actor, "edit_guidelines")
    return workbook("Sections", [HEADERS, *_rows(editions)])


def workbook(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet; every cell is text, so that “9-10” stays pages and nothing is a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", safe_cell(value)))
            cell.data_type, cell.number_format = "s", "@"
            cells.append(cell)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def export_exchange(*, editions: Sequence[int], actor: Actor) -> str:
    """Publications with these editions as `import_guidelines` reads them."""
    require(actor, "edit_guidelines")
    publications: dict[int, dict[str, Any]] = {}
    for edition in _editions(editions):
        entry = publications.setdefault(edition.publication_id, _publication(edition.publication))
        entry["editions"].append(_edition(edition))
    return json.dumps(list(publications.values()), ensure_ascii=False, indent=1)


def _editions(ids: Sequence[int]) -> QuerySet[Edition]:
    rows = Edition.every.filter(pk__in=ids).select_related("publication")
    return rows.order_by("publication__name", "year")


def _rows(editions: Sequence[int]) -> Iterator[list[str]]:
    for edition in _editions(editions):
        for path, above, values in _sections(edition):
            place = {
                "publication": edition.publication.name, "year": edition.year, "heading": path[-1], "parent": above,
            }  # fmt: skip
            yield [shown(key, place.get(key, values.get(key))) for key in HEADERS]


def _sections(edition: Edition) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Path, what stands above it in words, and values, in the order of the table of contents."""
    path_of = {pk: path for path, pk in paths_of(edition.pk).items()}
    names = Counter(path[-1] for path in path_of.values())
    order = [
        section.pk for _, section in outline(Section.every.filter(edition=edition).only("pk", "parent_id", "position"))
    ]
    for start in range(0, len(order), _BATCH):
        ids = order[start : start + _BATCH]
        values = values_of(ids)
        for pk in ids:
            yield path_of[pk], name_above(path_of[pk], names), values[pk]


def _publication(publication: Publication) -> dict[str, Any]:
    return {
        "publication": publication.name,
        "aliases": publication.aliases,
        "basis": publication.basis,
        "issuer": publication.issuer or None,
        "licensed_text": publication.licensed_text,
        "topics": publication.topics,
        "body_parts": publication.body_parts,
        "service_categories": publication.service_categories,
        "url": publication.url or None,
        "accessed_on": publication.accessed_on.isoformat() if publication.accessed_on else None,
        "editions": [],
    }


def _edition(edition: Edition) -> dict[str, Any]:
    sections = []
    for path, above, values in _sections(edition):
        row = {"heading": path[-1], **({"parent": above} if above else {})}
        row |= {key: value for key, value in values.items() if key not in ("heading", "position")}
        sections.append({key: None if value == "" else value for key, value in row.items()})
    return {
        "year": edition.year,
        "effective_from": edition.effective_from.isoformat() if edition.effective_from else None,
        "effective_to": edition.effective_to.isoformat() if edition.effective_to else None,
        "pages": edition.pages,
        "source": edition.source or None,
        "dates_confirmed": edition.dates_confirmed,
        "sections": sections,
    }
