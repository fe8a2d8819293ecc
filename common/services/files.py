"""Files by content hash: store once, open, verify."""

from __future__ import annotations

import hashlib
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from common.models import StoredFile


class StoredFileDamaged(Exception):
    """A stored file is missing, or its bytes no longer match its hash."""


def store(content: bytes, *, content_type: str) -> StoredFile:
    """Keep `content` under its SHA-256 and return its row; the same bytes give the same row.

    The bytes are written before the row, so that a row never names a file that is not there. A crash between
    the two leaves bytes without a row, which the next filing of the same content finds and uses.
    """
    digest = hashlib.sha256(content).hexdigest()
    row = StoredFile(sha256=digest, size=len(content), content_type=content_type)
    if not default_storage.exists(row.path) or default_storage.size(row.path) != len(content):
        # A torn write of an earlier crash is replaced; a whole file is never touched.
        default_storage.delete(row.path)
        default_storage.save(row.path, ContentFile(content))
    found, _ = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"size": len(content), "content_type": content_type}
    )
    return found


def open_file(row: StoredFile) -> IO[bytes]:
    """The stored bytes, opened for reading. Raises StoredFileDamaged when they are gone."""
    try:
        return default_storage.open(row.path, "rb")
    except FileNotFoundError as error:
        raise StoredFileDamaged(f"The file {row.sha256} is missing from the storage.") from error


def read(row: StoredFile) -> bytes:
    """All bytes of a stored file, checked against its hash. Raises StoredFileDamaged."""
    with open_file(row) as handle:
        content = handle.read()
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise StoredFileDamaged(f"The file {row.sha256} no longer matches its hash.")
    return content
