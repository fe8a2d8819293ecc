"""The virus scanner: ClamAV's daemon, when IMR_CLAMAV names it. Files go over its socket, it needs no disk of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

from common.models import StoredFile
from common.services import files

_SECONDS = 300.0


class ScannerAway(Exception):
    """The scanner is configured and does not answer; trying again later makes sense."""


@dataclass(frozen=True)
class Scanned:
    """virus: the name of what was found; empty for a clean file."""

    virus: str


def scan(row: StoredFile) -> Scanned | None:
    """What the scanner says; None without a scanner, or when the file is larger than it takes. Raises ScannerAway."""
    if not settings.CLAMAV:
        return None
    try:
        with files.open_file(row) as handle:
            answer = _scanner().instream(cast("BinaryIO", _Wider(handle)))
    except BufferTooLongError:
        return None
    except (ClamdError, OSError) as error:
        raise ScannerAway(str(error)) from error
    status, virus = answer.get("stream", ("ERROR", None))
    if status == "ERROR":
        raise ScannerAway(virus or "no answer")
    return Scanned(virus=virus or "" if status == "FOUND" else "")


def _scanner() -> ClamdNetworkSocket:
    address = urlsplit(settings.CLAMAV)
    if address.scheme == "unix":
        return ClamdUnixSocket(path=address.path, timeout=int(_SECONDS))
    return ClamdNetworkSocket(host=address.hostname or "127.0.0.1", port=address.port or 3310, timeout=_SECONDS)


class _Wider:
    """The client asks for 1,024 bytes at a time; half a million packets for a large file would be slow."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def read(self, _size: int) -> bytes:
        return self._handle.read(256 * 1024)  # type: ignore[no-any-return]
