"""The pages of a document as a PDF of their own: cut once, kept beside the stored whole, which nobody touches."""

from __future__ import annotations

import io
from typing import IO, Any

import pikepdf
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cases.models import Document
from common.models import StoredFile
from common.services import files


def open_pages(document: Document) -> tuple[IO[bytes], int]:
    """The document's bytes, opened for reading, and how many they are.

    A document that is its whole file is that file; a page range is cut out on first asking, the same
    bytes for everybody. Raises StoredFileDamaged when the file is gone or its pages are not there.
    """
    if document.file is None:
        raise files.StoredFileDamaged(f"The record {document.title!r} is listed only; it has no file.")
    if document.first_page is None or document.last_page is None:
        return files.open_file(document.file), document.file.size
    path = cut_path(document.file, document.first_page, document.last_page)
    if not default_storage.exists(path):
        content = cut(document.file, document.first_page, document.last_page)
        default_storage.save(path, ContentFile(content))
    return default_storage.open(path, "rb"), default_storage.size(path)


def cut_path(file: StoredFile, first: int, last: int) -> str:
    return f"cuts/{file.sha256[:2]}/{file.sha256[2:4]}/{file.sha256}-{first}-{last}.pdf"


def cut(file: StoredFile, first: int, last: int) -> bytes:
    """Pages `first` to `last` (from 1) of a stored PDF as a PDF. Raises StoredFileDamaged.

    Nothing of the other pages comes along: bookmarks, attachments and the forms of the whole are left behind, and
    pictures and fonts that these pages only share a list with are taken off.
    """
    with files.open_file(file) as handle, _opened(handle, file) as whole, pikepdf.new() as part:
        if last > len(whole.pages):
            raise files.StoredFileDamaged(f"The file {file.sha256} has {len(whole.pages)} pages, not {last}.")
        for number in range(first - 1, last):
            part.pages.append(whole.pages[number])
        part.remove_unreferenced_resources()
        out = io.BytesIO()
        part.save(out, deterministic_id=True)
        return out.getvalue()


def _opened(handle: Any, file: StoredFile) -> pikepdf.Pdf:
    try:
        return pikepdf.open(handle)
    except pikepdf.PdfError as error:
        raise files.StoredFileDamaged(f"The file {file.sha256} cannot be read as a PDF.") from error
