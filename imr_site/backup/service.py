"""A backup is a folder: the database, every stored file under its hash, the public certificates, and a manifest.

    DIR/manifest.json      written last: a folder without it is no backup
    DIR/database.dump      PostgreSQL's custom format
    DIR/files.sha256       one line a stored file, as `sha256sum --check` reads it
    DIR/files/ab/cd/...    the files
    DIR/certificates/      those that sealed the letters; never a private key

The database and the list of files are read in one snapshot, so that they agree while people work on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from common.errors import InputRefusal, StateRefusal
from common.models import StoredFile
from common.services.files import StoredFileDamaged, open_file, read
from imr_site.backup import database
from letters.models import Letter, SealCertificate
from letters.services.verification import verify_pdf

FORMAT = 1
_CHUNK = 1024 * 1024
Say = Callable[[str], None]


@dataclass
class Report:
    """What a backup or a restore found: counts, and each thing that is not as it should be."""

    files: int = 0
    size: int = 0
    letters: int = 0
    rows: int = 0
    wrong: tuple[str, ...] = ()


def write_backup(*, folder: Path, now: dt.datetime, say: Say) -> Report:
    """Write a backup into `folder`, which must be new or empty. Raises StateRefusal, InputRefusal, DumpFailed.

    A damaged stored file ends the backup: a backup that lacks a file must not look like one.
    """
    _refuse_unless_new(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        folder.chmod(0o700)  # everything about every worker is in it
    except OSError:
        say(f"{folder} cannot be closed to other users of this machine. Close it by hand.")
    (folder / "files").mkdir()
    with transaction.atomic():
        snapshot = _open_snapshot()
        say("Writing the database ...")
        database.dump(to=folder / "database.dump", snapshot=snapshot)
        counts = _count_rows()
        report = Report(letters=Letter.objects.sealed().count(), rows=sum(counts.values()))
        _copy_files_out(folder, report, say)
        certificates = _write_certificates(folder / "certificates")
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "database": {"sha256": _hash_of(folder / "database.dump"), "server": connection.pg_version},  # type: ignore[attr-defined]
        "files": {"count": report.files, "bytes": report.size, "sha256": _hash_of(folder / "files.sha256")},
        "letters": report.letters,
        "certificates": certificates,
        "rows": counts,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return report


def restore_backup(*, folder: Path, say: Say) -> Report:
    """Fill an empty database and an empty file storage from a backup, then check all of it.

    Raises StateRefusal when anything is there already and InputRefusal when the folder is no whole backup; what is
    found wrong after that is in the report.
    """
    manifest = _read_manifest(folder)
    database.refuse_unless_empty()
    _refuse_stored_files()
    say("Filling the database ...")
    database.load(path=folder / "database.dump")
    report = Report()
    wrong = _copy_files_in(folder, say)
    wrong += _check_files(report, say)
    wrong += _check_letters(report, say)
    counts = _count_rows()
    report.rows = sum(counts.values())
    wrong += [
        f"{table}: {counts.get(table, 0)} rows, the manifest says {number}"
        for table, number in manifest["rows"].items()
        if counts.get(table, 0) != number
    ]
    if report.files != manifest["files"]["count"]:
        wrong.append(f"{report.files} stored files, the manifest says {manifest['files']['count']}")
    if report.letters != manifest["letters"]:
        wrong.append(f"{report.letters} sealed letters, the manifest says {manifest['letters']}")
    report.wrong = tuple(wrong)
    return report


# --- writing -------------------------------------------------------------------------------------------------------
def _refuse_unless_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StateRefusal(
            "backup.folder", f"{folder} is not empty. A backup needs a folder of its own: name a new one."
        )
    if folder.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise StateRefusal("backup.folder", f"{folder} lies inside the files to back up. Name a folder elsewhere.")


def _open_snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _copy_files_out(folder: Path, report: Report, say: Say) -> None:
    with open(folder / "files.sha256", "w", encoding="ascii") as listing:
        for row in StoredFile.objects.order_by("pk").iterator(chunk_size=1000):
            target = folder / row.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with open_file(row) as source, open(target, "wb") as out:
                found = _copy(source, out)
            if found != row.sha256:
                raise StoredFileDamaged(f"The stored file {row.sha256} no longer matches its hash.")
            listing.write(f"{row.sha256}  {row.path}\n")
            report.files += 1
            report.size += row.size
            if report.files % 1000 == 0:
                say(f"{report.files:,} files copied ...")


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy all bytes and return their SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _write_certificates(folder: Path) -> list[str]:
    """The certificates that sealed letters here, so that letters can be verified without the database too."""
    folder.mkdir(mode=0o700)
    names = []
    for certificate in SealCertificate.objects.order_by("pk"):
        names.append(f"{certificate.sha256}.pem")
        (folder / names[-1]).write_text(certificate.pem, encoding="ascii")
    return names


def _count_rows() -> dict[str, int]:
    """Rows of every table of the site, sessions apart."""
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.app_label != "sessions"
    }


# --- restoring -----------------------------------------------------------------------------------------------------
def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputRefusal("restore.manifest", f"{folder} has no manifest.json: it is no finished backup.") from None
    except ValueError:
        raise InputRefusal("restore.manifest", f"{folder / 'manifest.json'} is damaged: it is not JSON.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputRefusal(
            "restore.format", f"{folder} was written in another format. Restore it with its own release."
        )
    for name, digest in (
        ("database.dump", manifest["database"]["sha256"]),
        ("files.sha256", manifest["files"]["sha256"]),
    ):
        if not (folder / name).is_file() or _hash_of(folder / name) != digest:
            raise InputRefusal("restore.damaged", f"{folder / name} is missing or damaged. Use another backup.")
    return manifest


def _refuse_stored_files() -> None:
    try:
        folders, files = default_storage.listdir("files")
    except FileNotFoundError:
        return
    if folders or files:
        raise StateRefusal(
            "restore.files_not_empty",
            "The file storage already holds files. Restore only fills an empty one: name another folder with IMR_VAR.",
        )


def _copy_files_in(folder: Path, say: Say) -> list[str]:
    wrong = []
    with open(folder / "files.sha256", encoding="ascii") as listing:
        for number, line in enumerate(listing, 1):
            digest, _, path = line.rstrip("\n").partition("  ")
            try:
                if _hash_of(folder / path) != digest:
                    wrong.append(f"{path}: the backup's file does not match its hash")
                    continue
                with open(folder / path, "rb") as source:
                    default_storage.save(path, File(source))
            except FileNotFoundError:
                wrong.append(f"{path}: missing in the backup")
            if number % 1000 == 0:
                say(f"{number:,} files copied ...")
    return wrong


def _check_files(report: Report, say: Say) -> list[str]:
    say("Checking every stored file against its hash ...")
    wrong = []
    for row in StoredFile.objects.order_by("pk").iterator(chunk_size=1000):
        try:
            read(row)
        except StoredFileDamaged as error:
            wrong.append(str(error))
        else:
            report.files += 1
            report.size += row.size
    return wrong


def _check_letters(report: Report, say: Say) -> list[str]:
    say("Verifying every sealed letter ...")
    wrong = []
    for letter in Letter.objects.sealed().select_related("file").order_by("pk").iterator(chunk_size=100):
        if problem := _letter_problem(letter):
            wrong.append(f"letter {letter}: {problem}")
        else:
            report.letters += 1
    return wrong


def _letter_problem(letter: Letter) -> str:
    """What is wrong with a sealed letter, in sentences, or an empty text."""
    if letter.file is None or letter.file.sha256 != letter.pdf_sha256:
        return "its file is not the one that was sealed"
    try:
        return " ".join(verify_pdf(read(letter.file)).problems)
    except StoredFileDamaged as error:
        return str(error)


def _hash_of(path: Path) -> str:
    with open(path, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
