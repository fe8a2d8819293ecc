"""Pictures of pages, drawn when first asked for and kept beside the files."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cases.services.reading.runner import Unreadable, read_child
from common.errors import InputRefusal, StateRefusal
from common.models import StoredFile
from common.services import files

#: Widths that are drawn: others are rounded up, so that nobody fills the disk by asking.
WIDTHS = (160, 400, 900, 1600)
CONTENT_TYPE = "image/webp"
_SECONDS = 30


def picture(*, file: StoredFile, number: int, width: int) -> bytes:
    """A page of a stored PDF as WebP, at least `width` pixels wide (at most 1,600). number: counted from 1.

    Raises InputRefusal for a page that cannot be one, StateRefusal when the page cannot be drawn.
    """
    if number < 1:
        raise InputRefusal("pages.number", "Pages are counted from 1.")
    width = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
    name = f"pictures/{file.sha256[:2]}/{file.sha256}/{number}-{width}.webp"
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as kept:
            return kept.read()  # type: ignore[no-any-return]
    try:
        with files.on_disk(file) as path:
            drawn = read_child("draw", path, number, width, "WEBP", seconds=_SECONDS)
    except (Unreadable, files.StoredFileDamaged) as error:
        raise StateRefusal("pages.picture", f"Page {number} cannot be drawn. Open the file instead.") from error
    default_storage.save(name, ContentFile(drawn))
    return drawn
