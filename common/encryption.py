"""Files encrypted at rest: AES-256-GCM in chunks, so that any stretch can be read without the rest.

    8 bytes   magic "IMRENC01"       16 bytes  id of the key, padded with NUL
    4 bytes   chunk size             12 bytes  base nonce
    chunks    ciphertext and 16 bytes of tag each; the last may be shorter (a whole-chunk file ends with an empty one)

Chunk n is sealed with the base nonce whose last four bytes are counted up by n, and with the header, n and "last or
not" as additional data: no chunk can be moved, left out, or taken from another file unnoticed, and a torn end shows.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator, Mapping
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"IMRENC01"
_HEADER = struct.Struct(">8s16sI12s")
_TAG = 16
CHUNK = 64 * 1024


class Tampered(OSError):
    """The bytes are not those that were written, or the key is not the one they were written with."""


def encrypted(source: Iterator[bytes], *, key_id: str, key: bytes, chunk: int = CHUNK) -> Iterator[bytes]:
    """The file as it is written: header, then sealed chunks. key: 32 bytes; key_id: at most 16 ASCII characters."""
    header = _HEADER.pack(MAGIC, key_id.encode("ascii"), chunk, os.urandom(8) + bytes(4))
    cipher, waiting, number = AESGCM(key), bytearray(), 0
    yield header
    for piece in source:
        waiting += piece
        while len(waiting) > chunk:
            yield cipher.encrypt(_nonce(header, number), bytes(waiting[:chunk]), _bound(header, number, last=False))
            del waiting[:chunk]
            number += 1
    yield cipher.encrypt(_nonce(header, number), bytes(waiting), _bound(header, number, last=True))


def is_encrypted(beginning: bytes) -> bool:
    return beginning.startswith(MAGIC)


def plain_size(size: int, header: bytes) -> int:
    """Bytes of the plain file, from the size on the disk and the header."""
    chunk = int(_HEADER.unpack(header[: _HEADER.size])[2])
    body = size - _HEADER.size
    chunks = max(-(-body // (chunk + _TAG)), 1)
    return body - chunks * _TAG


HEADER_SIZE = _HEADER.size


class DecryptedFile(io.RawIOBase):
    """A sealed file, read like a plain one, with seek. Raises Tampered for whatever is not as it was written."""

    def __init__(self, handle: IO[bytes], keys: Mapping[str, bytes]) -> None:
        super().__init__()
        self._handle = handle
        self._header = handle.read(_HEADER.size)
        _, name, self._chunk, _ = _HEADER.unpack(self._header)
        key_id = name.rstrip(b"\0").decode("ascii")
        if key_id not in keys:
            handle.close()
            raise Tampered(f"The key {key_id!r} that the file was written with is not configured.")
        self._cipher = AESGCM(keys[key_id])
        self._size = plain_size(handle.seek(0, io.SEEK_END), self._header)
        self._last = max(-(-self._size // self._chunk) - 1, 0)
        self._place = 0
        self._kept: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(base + offset, 0)
        return self._place

    def readinto(self, target: object) -> int:
        view = memoryview(target).cast("B")  # type: ignore[arg-type]
        if self._place >= self._size:
            if not self._size:
                self._opened(0)  # an empty file has one sealed chunk too, which proves that it is empty
            return 0
        number, inside = divmod(self._place, self._chunk)
        part = self._opened(number)[inside : inside + len(view)]
        view[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _opened(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._handle.seek(_HEADER.size + number * (self._chunk + _TAG))
            sealed = self._handle.read(self._chunk + _TAG)
            bound = _bound(self._header, number, last=number == self._last)
            try:
                self._kept = (number, self._cipher.decrypt(_nonce(self._header, number), sealed, bound))
            except InvalidTag:
                raise Tampered("The file was changed after it was written.") from None
        return self._kept[1]

    def close(self) -> None:
        if not self.closed:
            self._handle.close()
        super().close()


def _nonce(header: bytes, number: int) -> bytes:
    return header[28:36] + struct.pack(">I", number)


def _bound(header: bytes, number: int, *, last: bool) -> bytes:
    return header + struct.pack(">I?", number, last)
