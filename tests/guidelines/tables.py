"""Lists of sections as people give them: CSV and XLSX, in memory."""

from __future__ import annotations

import io

from openpyxl import Workbook


def csv_file(text: str, *, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def xlsx_file(*rows) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    held.seek(0)
    return held
