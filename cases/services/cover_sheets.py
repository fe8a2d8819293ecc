"""Cover sheets that stand before each application in a scan: a page with a QR code that the worker finds again."""

from __future__ import annotations

import secrets
from typing import Any

import segno
from django.template.loader import render_to_string

from cases.rules.scan_split import COVER_CODE

MOST_SHEETS = 200


def cover_sheets(count: int) -> bytes:
    """A PDF of `count` (1 to MOST_SHEETS) cover sheets, each with a code of its own, to be used again."""
    sheets = [_sheet() for _ in range(max(1, min(count, MOST_SHEETS)))]
    page = render_to_string("cases/letters/cover_sheets.html", {"sheets": sheets})
    from weasyprint import HTML

    made = HTML(string=page, url_fetcher=_fetch_nothing).write_pdf()
    assert isinstance(made, bytes)  # noqa: S101 - without a target it gives the bytes
    return made


def _sheet() -> dict[str, str]:
    serial = secrets.token_hex(4).upper()
    code = segno.make(f"{COVER_CODE}{serial}", error="q", micro=False)
    return {"serial": serial, "code": code.svg_inline(scale=9, border=4, svgclass=None, lineclass=None)}


def _fetch_nothing(url: str, *_arguments: Any, **_options: Any) -> dict[str, Any]:
    raise ValueError(f"A cover sheet needs nothing from elsewhere: {url}")
