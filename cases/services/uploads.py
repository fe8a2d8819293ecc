"""Files that come in pieces, over lines that break: tus 1.0 without its HTTP, which is in `cases.views.uploads`.

    begin   an upload of a stated length    append  the next piece, at the offset that both sides agree on
    sweep   what was left behind            resumable  what a person may go on with

A piece is written whole and synced before the offset moves, under the upload's row lock. The last byte makes it an
arrival in the same transaction: an upload is never half an arrival.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from cases.models import AccessCode, Case, Document, Party, Upload
from cases.rules.filenames import clean_folder, clean_name
from cases.services import arrivals
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal

ABANDONED = dt.timedelta(days=3)
KEPT_AFTER_THE_END = dt.timedelta(days=1)
#: Unfinished uploads of one sender at a time; a staff member may drop hundreds.
MOST_OF_USER, MOST_OF_CODE = 2000, 100
#: Disk that stays free beside an upload: the pieces and the stored file lie side by side for a moment.
_SPARE = 512 * 1024**2
_COPY = 1024 * 1024


@dataclass(frozen=True)
class Sender:
    """Who uploads: a person signed in, or whoever holds an access code. Sees and continues its own uploads alone."""

    actor: Actor
    access_code: AccessCode | None = None

    @property
    def owned(self) -> dict[str, object]:
        return {"access_code": self.access_code} if self.access_code else {"user_id": self.actor.user_id}


@dataclass(frozen=True)
class Said:
    """What the sender says of the file."""

    name: str
    length: int
    folder: str = ""
    changed: str = ""
    kind: str = ""
    from_role: str = ""


def begin(*, sender: Sender, said: Said, door: str, case: Case | None, now: dt.datetime) -> Upload:
    """Open an upload. Raises InputRefusal for what is refused before a byte is sent: size, ending, no room."""
    name = clean_name(said.name)
    refuse_unfit(name, said)
    _refuse_without_room(said.length)
    most = MOST_OF_CODE if sender.access_code else MOST_OF_USER
    if Upload.objects.unfinished().filter(**sender.owned).count() >= most:
        raise InputRefusal("upload.many", f"{most} uploads are unfinished. Finish or stop some of them first.")
    return Upload.objects.create(
        token=secrets.token_urlsafe(32),
        door=door,
        case=case,
        name=name,
        folder=clean_folder(said.folder),
        changed=said.changed[:20] if said.changed.isascii() else "",
        from_role=said.from_role,
        kind=said.kind,
        length=said.length,
        began_at=now,
        touched_at=now,
        **sender.owned,
    )


def refuse_unfit(name: str, said: Said) -> None:
    """Raises InputRefusal for a file that would be refused however well it came."""
    most, endings = settings.UPLOAD_MAX_BYTES, settings.UPLOAD_ENDINGS
    if said.length <= 0:
        raise InputRefusal("upload.empty", f"“{name}” is empty: it has no bytes. Send the whole file.")
    if said.length > most:
        raise InputRefusal(
            "upload.size",
            f"“{name}” has {said.length / 1024**2:,.0f} MB; a file may have {most // 1024**2:,} MB at most. Split it "
            "into smaller PDFs and send those.",
        )
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in endings:
        raise InputRefusal(
            "upload.ending",
            f"“{name}” is not taken: records come as {', '.join(one.upper() for one in endings)}. Save or scan it "
            "as PDF and send that.",
        )
    if said.kind and said.kind not in Document.Kind.values:
        raise InputRefusal("upload.kind", "The kind of record is not known. Choose one of the list.")
    if said.from_role and said.from_role not in {*Party.Role.values, "worker"}:
        raise InputRefusal("upload.from_role", "The sender is not known. Choose one of the list.")


def _refuse_without_room(length: int) -> None:
    room = folder()
    if shutil.disk_usage(room).free < 2 * length + _SPARE:
        raise InputRefusal(
            "upload.room", "There is no room for this file now. Nothing is lost: try again in an hour, or call us."
        )


def find(*, token: str, sender: Sender) -> Upload:
    """The sender's own upload. Raises RightRefusal alike for one that is not there and one of somebody else."""
    upload = Upload.objects.filter(token=token, **sender.owned).first()
    if upload is None:
        raise RightRefusal("upload.unknown", "This upload is not known any more. Choose the file again.")
    return upload


def append(*, token: str, sender: Sender, offset: int, piece: IO[bytes], now: dt.datetime) -> Upload:
    """Add a piece at `offset`; with the last byte the file arrives, received `now`.

    piece: opened for reading, at its beginning. Raises RightRefusal, StateRefusal ("upload.offset": ask for the offset
    and go on from there), InputRefusal for more bytes than were announced.
    """
    with transaction.atomic():
        owned = Upload.objects.select_for_update(of=("self",), no_key=True).filter(token=token, **sender.owned)
        upload = owned.select_related("case").first()
        if upload is None:
            raise RightRefusal("upload.unknown", "This upload is not known any more. Choose the file again.")
        if upload.finished_at is not None or offset != upload.offset:
            raise StateRefusal("upload.offset", f"{upload.offset} bytes are here; the piece begins at {offset}.")
        size = piece.seek(0, os.SEEK_END)
        if upload.offset + size > upload.length:
            raise InputRefusal("upload.longer", f"“{upload.name}” is longer than was announced. Send it again.")
        _write(upload, piece)
        upload.offset, upload.touched_at = upload.offset + size, now
        if upload.offset == upload.length:
            _arrive(upload, sender, now)
        upload.save()
        return upload


def _write(upload: Upload, piece: IO[bytes]) -> None:
    """Put the piece behind the bytes that count, and let it reach the disk."""
    piece.seek(0)
    handle = os.open(_path(upload), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as out:
        if out.seek(0, os.SEEK_END) < upload.offset:
            raise StateRefusal("upload.lost", f"The beginning of “{upload.name}” is lost here. Send it again.")
        out.truncate(upload.offset)
        out.seek(upload.offset)
        shutil.copyfileobj(piece, out, _COPY)
        out.flush()
        os.fsync(out.fileno())


def _arrive(upload: Upload, sender: Sender, now: dt.datetime) -> None:
    path, code = _path(upload), sender.access_code
    with path.open("rb") as content:
        upload.arrival = arrivals.receive(
            content=content,
            name=upload.name,
            folder=upload.folder,
            door=upload.door,
            case=upload.case,
            party=code.party if code and code.party and code.party.case_id == upload.case_id else None,
            access_code=code,
            from_role=upload.from_role,
            kind=upload.kind,
            received_at=now,
            actor=sender.actor,
        )
    upload.finished_at = now
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def stop(*, token: str, sender: Sender) -> None:
    """Give an unfinished upload up. One that has arrived stays."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update(no_key=True).filter(token=token, **sender.owned).first()
        if upload is not None and upload.finished_at is None:
            path = _path(upload)
            upload.delete()
            transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def resumable(sender: Sender) -> list[Upload]:
    """What the sender began and may go on with, newest first."""
    return list(Upload.objects.unfinished().filter(**sender.owned).order_by("-began_at")[:MOST_OF_CODE])


def sweep(*, now: dt.datetime) -> int:
    """Remove uploads that nobody has gone on with for three days, and finished ones a day later; returns how many."""
    removed = 0
    left = Upload.objects.unfinished().untouched_since(now - ABANDONED)
    for pk in left.values_list("pk", flat=True):
        with transaction.atomic():
            # Asked again under the lock: somebody may go on at this moment.
            upload = left.select_for_update(no_key=True, skip_locked=True).filter(pk=pk).first()
            if upload is not None:
                _path(upload).unlink(missing_ok=True)
                upload.delete()
                removed += 1
    Upload.objects.filter(finished_at__lt=now - KEPT_AFTER_THE_END).delete()
    _remove_strays(now)
    return removed


def _remove_strays(now: dt.datetime) -> None:
    """Files without a row: the process died between the commit and the removal."""
    known = set(Upload.objects.unfinished().values_list("token", flat=True))
    for path in folder().iterdir():
        old = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < now - KEPT_AFTER_THE_END
        if old and path.name not in known:
            path.unlink(missing_ok=True)


def folder() -> Path:
    """Where pieces lie; made when missing."""
    place = Path(settings.UPLOAD_FOLDER)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _path(upload: Upload) -> Path:
    return folder() / upload.token
