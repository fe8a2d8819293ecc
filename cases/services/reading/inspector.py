"""A program of its own that says what a file from outside holds, and turns pictures into a PDF.

Run by `cases.services.reading.runner` with a limit of memory and time; it knows nothing of the site and its database.

    inspect PATH MOST_PAGES         {pages} for a PDF that may be opened, else {rule, facts}
    convert PATH OUT MOST_PAGES     writes the PDF of a TIFF, JPEG or PNG to OUT; {pages} or {rule, facts}

Rules: damaged, password, no_pages, too_many_pages, bomb, javascript, acts, forms, media, embedded, picture.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any

#: A content stream that unpacks to more is no page of a record; nor are all of them together.
MOST_IN_STREAM, MOST_IN_ALL = 256 * 1024**2, 2 * 1024**3
#: Pixels of a picture: 600 dpi on a sheet of E size.
MOST_PIXELS = 600_000_000

#: What a PDF can do besides being read (ISO 32000-1: 12.6.4 actions, 12.5.6 annotations, 7.11.4 embedded files).
_ACTIVE: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("javascript", re.compile(rb"/S\s*/JavaScript\b|/JS\s*[(<\d]")),
    ("acts", re.compile(rb"/S\s*/(?:Launch|ImportData|GoToE|SubmitForm)\b")),
    ("forms", re.compile(rb"/XFA\s*[\[\d]")),
    ("media", re.compile(rb"/Subtype\s*/(?:RichMedia|Movie|Sound|Screen|3D)\b")),
    ("embedded", re.compile(rb"/EF\s*<<|/Type\s*/EmbeddedFile\b|/Subtype\s*/FileAttachment\b")),
)
_CHUNK = 1024 * 1024


class Found(Exception):
    """Something that stands against opening the file."""

    def __init__(self, rule: str, **facts: Any) -> None:
        super().__init__(rule)
        self.rule, self.facts = rule, facts


def inspect(path: str, most_pages: int) -> dict[str, Any]:
    import pikepdf

    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        raise Found("password") from None
    except pikepdf.PdfError:
        raise Found("damaged") from None
    with pdf:
        try:
            claimed = int(pdf.Root.Pages.get("/Count", 0))
            if claimed > most_pages:
                raise Found("too_many_pages", pages=claimed, most=most_pages)
            pages = len(pdf.pages)
        except (AttributeError, TypeError, ValueError, pikepdf.PdfError):
            raise Found("damaged") from None
        if pages == 0:
            raise Found("no_pages")
        if pages > most_pages:
            raise Found("too_many_pages", pages=pages, most=most_pages)
        if pdf.get_warnings() and (claimed != pages or _is_torn(path)):
            raise Found("damaged")  # the reader could mend it, but not bring back what is missing
        _look_at_objects(pdf)
        return {"pages": pages}


def _is_torn(path: str) -> bool:
    """Whether the end of the file is missing."""
    with open(path, "rb") as content:
        content.seek(0, os.SEEK_END)
        content.seek(max(content.tell() - 2048, 0))
        return b"%%EOF" not in content.read()


def _look_at_objects(pdf: Any) -> None:
    import pikepdf

    left = MOST_IN_ALL
    for thing in pdf.objects:
        is_stream = isinstance(thing, pikepdf.Stream)
        if not is_stream and not isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
            continue
        written = (thing.stream_dict if is_stream else thing).unparse(resolved=True)
        for rule, pattern in _ACTIVE:
            if pattern.search(written):
                raise Found(rule)
        if is_stream:
            left -= _unpacked_size(thing)
            if left < 0:
                raise Found("bomb")


def _unpacked_size(stream: Any) -> int:
    """Bytes that a stream unpacks to, counted without keeping them; 0 for pictures, whose own measures are checked."""
    if stream.get("/Subtype") == "/Image":
        pixels = int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))
        if pixels > MOST_PIXELS:
            raise Found("bomb")
        return 0
    import pikepdf

    filters = stream.get("/Filter")
    several = isinstance(filters, pikepdf.Array)
    names = [str(one) for one in filters] if several else [str(filters)] if filters is not None else []
    if not names or any(name not in {"/FlateDecode", "/Fl"} for name in names):
        return 0
    pieces: Iterator[bytes] = iter([stream.read_raw_bytes()])
    for _ in names:
        pieces = _inflated(pieces)
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > MOST_IN_STREAM:
                raise Found("bomb")
    except zlib.error:
        return size  # a torn stream: the reader will make of it what it can
    return size


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpack.eof:
            yield unpack.decompress(rest, _CHUNK)
            rest = unpack.unconsumed_tail


def convert(path: str, out: str, most_pages: int) -> dict[str, Any]:
    import img2pdf
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses at twice this number
    try:
        with Image.open(path) as picture:
            frames = getattr(picture, "n_frames", 1)
            if frames > most_pages:
                raise Found("too_many_pages", pages=frames, most=most_pages)
            picture.load()
    except Image.DecompressionBombError:
        raise Found("bomb") from None
    except (OSError, SyntaxError, ValueError):
        raise Found("picture") from None
    with open(out, "wb") as target:
        try:
            img2pdf.convert(path, outputstream=target, rotation=img2pdf.Rotation.ifvalid)
        except Exception:  # noqa: BLE001 - a kind of picture that goes into a PDF only after it was painted anew
            target.seek(0)
            target.truncate()
            img2pdf.convert(list(_repainted(path)), outputstream=target)
    return {"pages": frames}


def _repainted(path: str) -> Iterator[bytes]:
    """Every frame on white, in colours and depth that a PDF knows."""
    from PIL import Image, ImageOps, ImageSequence

    with Image.open(path) as picture:
        for frame in ImageSequence.Iterator(picture):
            upright = ImageOps.exif_transpose(frame).convert("RGBA")
            white = Image.new("RGB", upright.size, "white")
            white.paste(upright, mask=upright.getchannel("A"))
            kept = io.BytesIO()
            white.save(kept, "PNG")
            yield kept.getvalue()


def main(arguments: list[str]) -> int:
    limit = int(os.environ.get("IMR_CHILD_MEMORY", "0"))
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    command, path, *more = arguments
    try:
        said = inspect(path, int(more[0])) if command == "inspect" else convert(path, more[0], int(more[1]))
    except Found as found:
        said = {"rule": found.rule, "facts": found.facts}
    except MemoryError:
        said = {"rule": "bomb", "facts": {}}
    print(json.dumps(said))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
