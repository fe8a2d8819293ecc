"""A program of its own that opens files from outside, so that a hostile one harms nobody but itself.

Run by `cases.services.reading.runner` with a limit of memory and time; it knows nothing of the site and its database.

    text PATH FIRST LAST     one JSON object a line: {number, text, picture} for pages FIRST to LAST, counted from 1;
                             picture: the page is a scan whose words are not in its text
    count PATH               {pages}
    draw PATH NUMBER WIDTH FORMAT    the page as a picture, WIDTH pixels wide, on standard output

Ends with 3 when the file cannot be opened, 4 when it is locked by a password; with anything else after a crash.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from typing import Any

DAMAGED, LOCKED = 3, 4
#: A page is drawn with at most so many pixels, whatever its paper size claims.
MAX_PIXELS = 40_000_000
#: With fewer letters than this a page that shows pictures or drawings is taken for a scan.
FEW_LETTERS = 8
#: A picture over half of the page with no more letters than a fax line or a stamp has: a scan.
STAMP_LETTERS, COVERING = 150, 0.5
MAX_TEXT = 200_000
_TEXT, _IMAGE = 1, 3  # FPDF_PAGEOBJ_*

_BROKEN_WORD = re.compile("(?<=\\w)[\x02\xad\ufffe](?:\r?\n)?(?=\\w)")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000\ue001\ufffe\uffff]")


def main(arguments: list[str]) -> int:
    _limit_memory()
    command, path, *more = arguments
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return LOCKED if "password" in str(error).lower() else DAMAGED
    if command == "count":
        print(json.dumps({"pages": len(pdf)}))  # noqa: T201
    elif command == "text":
        for number in range(int(more[0]), min(int(more[1]), len(pdf)) + 1):
            sys.stdout.write(json.dumps(page_text(pdf, number)) + "\n")
    elif command == "draw":
        sys.stdout.buffer.write(draw(pdf, number=int(more[0]), width=int(more[1]), form=more[2]))
    return 0


def page_text(pdf: Any, number: int) -> dict[str, Any]:
    page = pdf[number - 1]
    try:
        words = page.get_textpage()
        text = cleaned(words.get_text_range())
        words.close()
        return {"number": number, "text": text, "picture": _is_picture(page, sum(map(str.isalnum, text)))}
    finally:
        page.close()


def cleaned(text: str) -> str:
    """Text as it can be stored and searched: words broken at a line's end joined, no control characters."""
    joined = _BROKEN_WORD.sub("", text[:MAX_TEXT]).replace("\r\n", "\n")
    return _CONTROLS.sub(" ", joined).strip()


def _is_picture(page: Any, letters: int) -> bool:
    if letters >= STAMP_LETTERS:
        return False
    width, height = page.get_size()
    covered, drawn, written = 0.0, False, False
    for thing in page.get_objects(max_depth=3):
        written = written or thing.type == _TEXT
        drawn = drawn or thing.type != _TEXT
        if thing.type == _IMAGE:
            left, bottom, right, top = thing.get_bounds()
            covered += max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(top, height) - max(bottom, 0))
    # Written without a single letter: a font that does not say which letters it draws.
    return (drawn and letters < FEW_LETTERS) or (written and not letters) or covered > COVERING * width * height


def draw(pdf: Any, *, number: int, width: int, form: str) -> bytes:
    """One page as a picture of `width` pixels (fewer where it would be too large), in Pillow's format `form`."""
    import io

    page = pdf[number - 1]
    across, down = (max(side, 1.0) for side in page.get_size())
    scale = min(width / across, (MAX_PIXELS / (across * down)) ** 0.5)
    picture = page.render(scale=scale, grayscale=form == "PNG").to_pil()
    out = io.BytesIO()
    picture.save(out, format=form, **({"quality": 80} if form == "WEBP" else {"compress_level": 1}))
    return out.getvalue()


def _limit_memory() -> None:
    limit = int(os.environ.get("IMR_CHILD_MEMORY", "0"))
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
