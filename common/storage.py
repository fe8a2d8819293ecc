"""File storage for content-addressed files on a disk: whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage

from common.encryption import CHUNK, HEADER_SIZE, DecryptedFile, encrypted, is_encrypted, plain_size


class WholeFileStorage(FileSystemStorage):
    """Writes beside the target, syncs, then renames: no reader and no crash ever sees half a file.

    Names are content hashes, so replacing a file replaces it by the same bytes.
    """

    #: Other programs may open the files where they lie (common.services.files.on_disk).
    plain_on_disk = True

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).chmod(0o600)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return name


class EncryptedFileStorage(WholeFileStorage):
    """The same, encrypted at rest with FILE_KEYS: the first key writes, each of them reads.

    Files from before encryption are read as they are; `manage.py encrypt_files` rewrites them.
    """

    plain_on_disk = False

    def _save(self, name: str, content: File[bytes]) -> str:
        key_id, key = next(iter(settings.FILE_KEYS.items()))
        return super()._save(name, _Sealed(encrypted(iter(content.chunks()), key_id=key_id, key=key)))

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        handle = open(self.path(name), mode)  # noqa: SIM115 - whoever asked closes it
        if not is_encrypted(handle.read(HEADER_SIZE)):
            handle.seek(0)
            return File(handle, name)
        handle.seek(0)
        return File(io.BufferedReader(DecryptedFile(handle, settings.FILE_KEYS), CHUNK), name)

    def size(self, name: str) -> int:
        with open(self.path(name), "rb") as handle:
            header = handle.read(HEADER_SIZE)
        on_disk = super().size(name)
        return plain_size(on_disk, header) if is_encrypted(header) else on_disk


class _Sealed(File):
    """What `_save` writes, chunk by chunk."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__(None)
        self._pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self._pieces
