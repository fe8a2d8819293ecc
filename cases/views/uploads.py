"""tus 1.0 (core, creation, termination, checksum) over HTTP: https://tus.io/protocols/resumable-upload

Staff and outsiders come by doors of their own and are answered alike. A refusal is plain text for people.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tempfile
from collections.abc import Callable
from typing import IO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from cases.models import Arrival, Case
from cases.services import uploads
from cases.services.access import open_case
from cases.services.uploads import Said, Sender
from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, StateRefusal

VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
_CHECKSUMS = ("sha256", "sha1", "md5")
_CHECKSUM_MISMATCH = 460
_COPY = 256 * 1024


@needs("manage_records")
def staff_uploads(request: HttpRequest) -> HttpResponse:
    """OPTIONS: what is offered. POST: begin an upload, for the case that the metadata name, or for none."""
    sender = Sender(actor=Actor.of(request.user))

    def case_of(number: str) -> Case | None:
        if not number:
            return None
        return open_case(request=request, number=number, now=timezone.now(), part="upload", full=False)

    return collection(request, sender=sender, doors=_staff_door, case_of=case_of, address="cases:upload")


@needs("manage_records")
def staff_upload(request: HttpRequest, token: str) -> HttpResponse:
    return one(request, token, Sender(actor=Actor.of(request.user)))


def _staff_door(wanted: str) -> str:
    return Arrival.Door.SCAN if wanted == "scan" else Arrival.Door.STAFF


def collection(
    request: HttpRequest,
    *,
    sender: Sender,
    doors: Callable[[str], str],
    case_of: Callable[[str], Case | None],
    address: str,
) -> HttpResponse:
    """doors: what the metadata ask for -> the door. case_of: number -> case. address: name of an upload's address."""
    if request.method == "OPTIONS":
        return _answer(204, {
            "Tus-Version": VERSION, "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Extension": "creation,termination,checksum", "Tus-Checksum-Algorithm": ",".join(_CHECKSUMS),
        })  # fmt: skip
    if request.method != "POST":
        return _answer(405, {"Allow": "OPTIONS, POST"})
    if wrong := _wrong_version(request):
        return wrong
    try:
        facts = metadata(request.headers.get("Upload-Metadata", ""))
        said = Said(
            name=facts.get("filename", ""), length=_number(request, "Upload-Length"), folder=facts.get("folder", ""),
            changed=facts.get("changed", ""), kind=facts.get("kind", ""), from_role=facts.get("from_role", ""),
        )  # fmt: skip
        case = case_of(facts.get("case", ""))
        upload = uploads.begin(
            sender=sender, said=said, door=doors(facts.get("door", "")), case=case, now=timezone.now()
        )
    except Refusal as refusal:
        return _refused(refusal)
    return _answer(201, {"Location": reverse(address, args=[upload.token]), "Upload-Offset": "0"})


def one(request: HttpRequest, token: str, sender: Sender) -> HttpResponse:
    """HEAD: how much is here. PATCH: the next piece. DELETE: give it up."""
    if wrong := _wrong_version(request):
        return wrong
    try:
        if request.method == "HEAD":
            upload = uploads.find(token=token, sender=sender)
            return _answer(200, {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)})
        if request.method == "PATCH":
            return _take_piece(request, token, sender)
        if request.method == "DELETE":
            uploads.stop(token=token, sender=sender)
            return _answer(204)
    except Refusal as refusal:
        return _refused(refusal)
    return _answer(405, {"Allow": "HEAD, PATCH, DELETE"})


def _take_piece(request: HttpRequest, token: str, sender: Sender) -> HttpResponse:
    if request.content_type != _PIECE:
        return _answer(415, text=f"A piece is sent as {_PIECE}.")
    offset = _number(request, "Upload-Offset")
    known = uploads.find(token=token, sender=sender)
    if known.offset != offset or known.finished_at:
        return _answer(409, {"Upload-Offset": str(known.offset)})
    with tempfile.TemporaryFile(dir=uploads.folder()) as piece:
        whole = _receive(request, piece)
        checksum = request.headers.get("Upload-Checksum")
        if checksum and not (whole and _proved(checksum, piece)):  # half a piece cannot be proved
            return _answer(_CHECKSUM_MISMATCH, text="The piece was damaged on its way. Send it again.")
        upload = uploads.append(token=token, sender=sender, offset=offset, piece=piece, now=timezone.now())
    return _answer(204, {"Upload-Offset": str(upload.offset)})


def _receive(request: HttpRequest, piece: IO[bytes]) -> bool:
    """Write what comes to `piece`; returns whether all of it came. A cut connection leaves what came before the cut."""
    announced = int(request.headers.get("Content-Length") or 0)
    if announced > settings.UPLOAD_PIECE_BYTES:
        raise InputRefusal("upload.piece", f"A piece may have {settings.UPLOAD_PIECE_BYTES} bytes at most.")
    came = 0
    try:
        while came < announced and (part := request.read(min(_COPY, announced - came))):
            piece.write(part)
            came += len(part)
    except (UnreadablePostError, OSError):
        return False
    return came == announced


def _proved(header: str, piece: IO[bytes]) -> bool:
    algorithm, _, value = header.partition(" ")
    if algorithm not in _CHECKSUMS:
        raise InputRefusal("upload.checksum", f"Checksums are taken as {', '.join(_CHECKSUMS)}.")
    piece.seek(0)
    found = hashlib.new(algorithm, usedforsecurity=False)
    while part := piece.read(_COPY):
        found.update(part)
    return base64.b64encode(found.digest()).decode() == value.strip()


def metadata(header: str) -> dict[str, str]:
    """The Upload-Metadata header: pairs of a name and its value in Base64. Raises InputRefusal."""
    facts: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            facts[name] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise InputRefusal("upload.metadata", f"The metadata {name!r} cannot be read.") from None
    return facts


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isascii() or not value.isdigit() or len(value) > 15:  # noqa: PLR2004 - a petabyte
        raise InputRefusal("upload.header", f"The header {header} must be a number of bytes.")
    return int(value)


def _wrong_version(request: HttpRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _answer(412, {"Tus-Version": VERSION})


def _refused(refusal: Refusal) -> HttpResponse:
    status = 422
    if isinstance(refusal, RightRefusal):
        status = 404 if refusal.rule == "upload.unknown" else 403
    elif isinstance(refusal, StateRefusal):
        status = 409
    elif refusal.rule in {"upload.size", "upload.piece", "upload.longer"}:
        status = 413
    return _answer(status, {"X-Rule": refusal.rule}, text=refusal.message)


def _answer(status: int, headers: dict[str, str] | None = None, *, text: str = "") -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    for name, value in {"Tus-Resumable": VERSION, **(headers or {})}.items():
        answer.headers[name] = value
    return answer
