"""QR and bar codes on the first pages of a stored PDF: cover sheets say whose papers follow."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

from cases.services.page_pictures import picture
from common.errors import Refusal
from common.models import StoredFile

_PAGES, _WIDTH = 2, 1600


def codes_of(file: StoredFile, *, pages: int = _PAGES) -> list[str]:
    """The texts of the codes on the first pages; none where a page cannot be drawn."""
    found: list[str] = []
    for number in range(1, pages + 1):
        try:
            drawn = picture(file=file, number=number, width=_WIDTH)
        except Refusal:
            break
        with Image.open(io.BytesIO(drawn)) as page:
            found += [code.text for code in zxingcpp.read_barcodes(page) if code.text]
    return found
