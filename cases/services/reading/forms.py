"""A program of its own that looks at scanned pages: codes, blank pages, and where the words of a page stand.

Run by `cases.services.reading.runner` with a limit of memory and time; it knows nothing of the site and its database.

    look PATH FIRST LAST     one JSON object a line: {number, codes, blank}
    words PATH NUMBER        {picture, words: [[text, left, top, width, height], ...]}, boxes in shares of the page;
                             picture: the page is a scan whose words are not in its text
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

DAMAGED = 3
#: Pixels across a page for reading codes: enough for a code an inch wide.
_LOOK_WIDTH = 1000
#: A page is blank when fewer of its pixels are dark; a speck or a punched hole is no writing.
_DARK, _INK = 128, 0.0006
_EDGE = 0.04
_FEW_WORDS = 8


def main(arguments: list[str]) -> int:
    limit = int(os.environ.get("IMR_CHILD_MEMORY", "0"))
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    command, path, *more = arguments
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return DAMAGED
    if command == "look":
        for number in range(int(more[0]), min(int(more[1]), len(pdf)) + 1):
            sys.stdout.write(json.dumps(look(pdf, number)) + "\n")
    else:
        sys.stdout.write(json.dumps(words(pdf, int(more[0]))))
    return 0


def look(pdf: Any, number: int) -> dict[str, Any]:
    import zxingcpp

    page = pdf[number - 1]
    across = max(page.get_size()[0], 1.0)
    picture = page.render(scale=_LOOK_WIDTH / across, grayscale=True).to_pil()
    page.close()
    codes = [found.text for found in zxingcpp.read_barcodes(picture)]
    return {"number": number, "codes": codes, "blank": is_blank(picture)}


def is_blank(picture: Any) -> bool:
    """Whether next to nothing is printed inside the margins, where scanners leave shadows."""
    across, down = picture.size
    inner = picture.crop((across * _EDGE, down * _EDGE, across * (1 - _EDGE), down * (1 - _EDGE)))
    dark = sum(inner.histogram()[:_DARK])
    return bool(dark < _INK * inner.size[0] * inner.size[1])


def words(pdf: Any, number: int) -> dict[str, Any]:
    """The page's own words with their boxes."""
    page = pdf[number - 1]
    across, down = page.get_size()
    text = page.get_textpage()
    found: list[list[Any]] = []
    said: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []

    def finish() -> None:
        if said:
            left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
            bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
            box = [left / across, 1 - top / down, (right - left) / across, (top - bottom) / down]
            found.append(["".join(said), *box])
            said.clear()
            boxes.clear()

    for place in range(text.count_chars()):
        sign = text.get_text_range(place, 1)
        if not sign.strip() or not sign.isprintable():
            finish()
            continue
        box = text.get_charbox(place, loose=True)
        if boxes and (abs(box[1] - boxes[-1][1]) > (boxes[-1][3] - boxes[-1][1]) or box[0] < boxes[-1][0] - 1):
            finish()
        said.append(sign)
        boxes.append(box)
    finish()
    return {"picture": len(found) < _FEW_WORDS, "words": found}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
