"""Taking in record files: only whole, readable PDFs, and only from where they may come."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings

from cases.rules.arrival_words import words
from cases.rules.intake import Problem, refuse_problems
from cases.services.reading.runner import Unreadable, ask_inspector
from cases.services.virus_scan import ScannerAway, scan
from common.errors import InputRefusal
from common.models import StoredFile
from common.services import files

MAX_BYTES = 100 * 1024 * 1024
PDF = "application/pdf"
_MAGIC = b"%PDF-"
#: Somebody waits for the answer: a file that takes longer goes through the upload, where the worker looks at it.
_INSPECT_SECONDS = 60
_DROP_IT = "Drop it on the desk instead: it is kept, and filed as soon as the scanner answers."


@dataclass(frozen=True)
class Filed:
    """A stored record file and the number of its pages."""

    file: StoredFile
    pages: int


def count_pages(content: bytes, *, name: str) -> int:
    """The number of pages of a PDF. Raises InputRefusal for anything that is no readable, open PDF.

    name: how the file is called in the message.
    """
    if not content:
        raise InputRefusal("document.pdf", f"{name} is empty. Send the whole PDF.")
    if len(content) > MAX_BYTES:
        raise InputRefusal(
            "document.size", f"{name} is larger than {MAX_BYTES // 1024 // 1024} MB. Split it into smaller PDFs."
        )
    if not content.startswith(_MAGIC):
        raise InputRefusal("document.pdf", f"{name} is no PDF. Save or scan it as PDF and send that.")
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        raise InputRefusal(
            "document.pdf", f"{name} is locked by a password. Send it without one, so that the reviewer can open it."
        ) from None
    except Exception:  # noqa: BLE001 - whatever the parser trips over, the file cannot be read
        raise InputRefusal("document.pdf", f"{name} is a damaged PDF: it cannot be opened. Send it again.") from None
    if pages == 0:
        raise InputRefusal("document.pdf", f"{name} is a PDF without pages. Send the whole file.")
    return pages


def store_pdf(content: bytes, *, name: str) -> Filed:
    """Check and keep a PDF that is filed at once. Raises InputRefusal."""
    check_pdf(content, name=name)
    return _stored(content, name=name)


def check_pdf(content: bytes, *, name: str) -> None:
    """The checks that a file passes which comes in by an upload: no program, no bomb, no packed files, not too long.

    Raises InputRefusal with what is wrong and what to do.
    """
    count_pages(content, name=name)
    bare = name.strip("“”'")
    with tempfile.NamedTemporaryFile(prefix="imr-document-", suffix=".pdf") as kept:
        kept.write(content)
        kept.flush()
        try:
            said = ask_inspector("inspect", kept.name, settings.UPLOAD_MAX_PAGES, seconds=_INSPECT_SECONDS)
        except Unreadable as error:
            raise InputRefusal("document.too_hard", words("too_hard", name=bare)) from error
    if rule := said.get("rule"):
        facts = said["facts"] if isinstance(said.get("facts"), dict) else {}
        raise InputRefusal(f"document.{rule}", words(str(rule), name=bare, **facts))


def _stored(content: bytes, *, name: str) -> Filed:
    """Keep a checked PDF, once the virus scanner has nothing against it."""
    filed = Filed(file=files.store(content, content_type=PDF), pages=count_pages(content, name=name))
    bare = name.strip("“”'")
    try:
        found = scan(filed.file)
    except ScannerAway:
        found = None
    if found is None and not settings.OPEN_UNSCANNED:
        raise InputRefusal("document.unscanned", f"The virus scanner cannot look at “{bare}” now. {_DROP_IT}")
    if found is not None and found.virus:
        raise InputRefusal("document.infected", words("infected", name=bare, virus=found.virus))
    return filed


def file_named(row: dict[str, Any], base: Path | None) -> dict[int, Filed]:
    """The files that an exchange row's documents name, checked and stored: index of the document -> file.

    Raises one InputRefusal with every file that cannot be taken.
    """
    filed, refused = files_named({0: row}, base)
    if refused:
        raise refused[0]
    return filed[0]


def files_named(
    rows: Mapping[int, dict[str, Any]], base: Path | None
) -> tuple[dict[int, dict[int, Filed]], dict[int, InputRefusal]]:
    """`file_named` for many rows, each under a key of its own: the files by key, and by key why none was taken.

    Files are stored in the order of their hashes, so that two intakes with the same files never wait for one another
    in a ring.
    """
    filed: dict[int, dict[int, Filed]] = {key: {} for key in rows}
    refused: dict[int, InputRefusal] = {}
    good: list[tuple[str, int, int, str]] = []
    for key, row in rows.items():
        try:
            good += [(digest, key, index, path) for digest, index, path in _readable(row, base)]
        except InputRefusal as refusal:
            refused[key] = refusal
            del filed[key]
    for _, key, index, path in sorted(good):
        if key in refused:
            continue
        try:
            filed[key][index] = _stored(_read(base, path), name=repr(path))
        except InputRefusal as refusal:
            refused[key] = refusal
            del filed[key]
    return filed, refused


def _readable(row: dict[str, Any], base: Path | None) -> list[tuple[str, int, str]]:
    """Hash, index and path of every file that the row's documents name. Raises one InputRefusal for all that fail."""
    problems: list[Problem] = []
    good: list[tuple[str, int, str]] = []
    for index, document in enumerate(row.get("documents") or []):
        if path := document.get("path"):
            try:
                content = _read(base, path)
                check_pdf(content, name=repr(path))
            except InputRefusal as refusal:
                problems.append(Problem(f"documents[{index}].path", refusal.message))
            else:
                good.append((hashlib.sha256(content).hexdigest(), index, path))
    refuse_problems(problems)
    return good


def _read(base: Path | None, path: str) -> bytes:
    if base is None:
        raise InputRefusal("document.path", "files are not looked up here. Upload the file instead.")
    return read_beside(base, path)


def read_beside(base: Path, path: str) -> bytes:
    """The bytes of a file named in an exchange row, relative to the exchange file's folder `base`.

    Raises InputRefusal for a path that leads out of the folder (absolute, `..`, a link) or to nothing.
    """
    wanted = Path(path)
    root = base.resolve()
    inside = (root / wanted).resolve() if "\x00" not in path else root
    if wanted.is_absolute() or ".." in wanted.parts or "\\" in path or not inside.is_relative_to(root):
        raise InputRefusal(
            "document.path", f"{path!r} leads out of the folder of the exchange file. Name a file inside that folder."
        )
    if not inside.is_file():
        raise InputRefusal("document.path", f"there is no file {path!r} in the folder of the exchange file.")
    if inside.stat().st_size > MAX_BYTES:
        raise InputRefusal("document.size", f"{path!r} is larger than {MAX_BYTES // 1024 // 1024} MB. Split it.")
    return inside.read_bytes()
