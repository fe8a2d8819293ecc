"""Papers of a credential file: a stored file beside a check, a training or a proposal."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from cases.rules import file_kinds
from cases.services.virus_scan import ScannerAway, scan
from common.errors import InputRefusal
from common.models import StoredFile
from common.services import files

LARGEST = 10 * 1024 * 1024
_KINDS = {
    file_kinds.PDF: "application/pdf", file_kinds.JPEG: "image/jpeg", file_kinds.PNG: "image/png",
}  # fmt: skip


@dataclass(frozen=True)
class NewPaper:
    """A file as it was sent."""

    name: str
    content: bytes


def keep(paper: NewPaper | None) -> dict[str, object]:
    """The fields of a row that has a paper: kept by content hash. Raises InputRefusal (field "document")."""
    if paper is None:
        return {}
    if len(paper.content) > LARGEST:
        raise _refused(f"At most {LARGEST // 1024**2} MB; this has {len(paper.content) / 1024**2:.1f}.")
    kind = _KINDS.get(file_kinds.kind_of(paper.content[: file_kinds.ENOUGH]))
    if kind is None:
        raise _refused("A PDF, JPEG or PNG file, please: this is none by its content.")
    row = files.store(paper.content, content_type=kind)
    _refuse_malware(row)
    return {"document": row, "document_name": paper.name[-200:]}


def _refuse_malware(row: StoredFile) -> None:
    try:
        found = scan(row)
    except ScannerAway:
        if settings.OPEN_UNSCANNED:
            return
        raise _refused("The virus scanner does not answer. Try again in a few minutes.") from None
    if found is not None and found.virus:
        raise _refused("The virus scanner stopped this file. It was not filed.")


def _refused(said: str) -> InputRefusal:
    return InputRefusal("paper.file", said, fields={"document": said})
