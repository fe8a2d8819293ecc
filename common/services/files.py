"""Files by content hash: store once, open, verify."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage

from common.models import StoredFile


class StoredFileDamaged(Exception):
    """A stored file is missing, or its bytes no longer match its hash."""


def store(content: bytes, *, content_type: str) -> StoredFile:
    """`store_stream` for content that is in memory already."""
    return store_stream(io.BytesIO(content), content_type=content_type)


def store_stream(source: IO[bytes], *, content_type: str) -> StoredFile:
    """Keep what `source` holds under its SHA-256 and return its row; the same bytes give the same row.

    source: opened for reading and seekable; read twice in small pieces, so that a file of any size fits in memory.

    The bytes are written before the row, so that a row never names a file that is not there. A crash between
    the two leaves bytes without a row, which the next filing of the same content finds and uses.
    """
    source.seek(0)
    digest, size = hashlib.file_digest(source, "sha256").hexdigest(), source.seek(0, io.SEEK_END)  # type: ignore[arg-type]
    row = StoredFile(sha256=digest, size=size, content_type=content_type)
    if not default_storage.exists(row.path) or default_storage.size(row.path) != size:
        # A torn write of an earlier crash is replaced; a whole file is never touched.
        default_storage.delete(row.path)
        source.seek(0)
        default_storage.save(row.path, File(source))
    found, _ = StoredFile.objects.get_or_create(sha256=digest, defaults={"size": size, "content_type": content_type})
    return found


def rewrite(row: StoredFile) -> None:
    """Write a stored file anew as the storage writes now: encrypted, or with a new key. Raises StoredFileDamaged.

    The copy is checked before it takes the old one's place; readers see the one or the other.
    """
    with tempfile.TemporaryFile() as copy:
        with open_file(row) as stored:
            shutil.copyfileobj(stored, copy, 1024 * 1024)
        copy.seek(0)
        if hashlib.file_digest(copy, "sha256").hexdigest() != row.sha256:
            raise StoredFileDamaged(f"The file {row.sha256} no longer matches its hash.")
        copy.seek(0)
        default_storage.save(row.path, File(copy))


@contextmanager
def on_disk(row: StoredFile) -> Iterator[Path]:
    """The stored file as a plain file that another program can open, while the context lasts.

    Where the storage keeps plain files on a disk, it is that very file: nobody may write to it. Else a copy that only
    this account can read, gone afterwards. Raises StoredFileDamaged when the bytes are gone.
    """
    if getattr(default_storage, "plain_on_disk", False):
        path = Path(default_storage.path(row.path))
        if not path.exists():
            raise StoredFileDamaged(f"The file {row.sha256} is missing from the storage.")
        yield path
        return
    handle, name = tempfile.mkstemp(prefix="imr-file-")
    try:
        with os.fdopen(handle, "wb") as out, open_file(row) as stored:
            shutil.copyfileobj(stored, out, 1024 * 1024)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


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
