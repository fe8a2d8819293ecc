"""Credential files of a random sample of the panel as one ZIP with an index, for an inspection (UR-12)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import re
import zipfile
from typing import IO, Any

from django.template.loader import render_to_string

from common.rules.csv_cells import safe_cell
from common.services import files
from reviews.models import CredentialCheck, Reviewer, TrainingRecord
from reviews.services.credential_file import CredentialFile, file_of, with_file
from reviews.services.interests import lines_of

_EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def chosen(*, count: int, seed: int) -> list[int]:
    """The sample: the same seed and panel give the same people, in the order they were drawn; active ones only."""
    people = list(Reviewer.objects.filter(active=True).order_by("reviewer_id", "pk").values_list("pk", flat=True))
    return random.Random(seed).sample(people, min(count, len(people)))  # noqa: S311 - a sample to repeat, no secret


def write_zip(target: IO[bytes], *, count: int, seed: int, on: dt.date) -> list[CredentialFile]:
    """Write the archive into `target` and return the files in it. Raises StoredFileDamaged when a paper is gone:
    an archive that lacks something is not handed out."""
    picked = chosen(count=count, seed=seed)
    rows = {row.pk: row for row in with_file(Reviewer.objects.with_gate_facts().filter(pk__in=picked))}
    found = [file_of(rows[pk], on=on) for pk in picked]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        index: list[tuple[Any, ...]] = [("Number", "Reviewer id", "Name", "Folder", "Papers", "Complete", "Missing")]
        for number, file in enumerate(found, start=1):
            folder = f"{number:02d}-{_plain(file.reviewer.reviewer_id)}"
            papers = _write_file(archive, folder, file)
            index.append(
                (number, file.reviewer.reviewer_id, str(file.reviewer), folder, papers,
                 "yes" if file.complete else "no", " ".join(file.missing))
            )  # fmt: skip
        archive.writestr("index.csv", _csv(index))
        about = {"on": on.isoformat(), "seed": seed, "asked": count, "files": len(found)}
        archive.writestr("index.json", json.dumps(about, indent=1) + "\n")
    return found


def _write_file(archive: zipfile.ZipFile, folder: str, file: CredentialFile) -> int:
    """The file as a page to read, and every paper of it; how many papers."""
    named: list[tuple[str, CredentialCheck | TrainingRecord]] = []
    proofs: list[tuple[str, CredentialCheck | TrainingRecord]] = [
        (check.get_kind_display(), check) for check in file.reviewer.checks.all()
    ]
    proofs += [(training.get_what_display(), training) for training in file.reviewer.trainings.all()]
    for word, proof in proofs:
        if proof.document is None:
            continue
        ending = _EXTENSIONS.get(proof.document.content_type, "bin")
        name = f"{len(named) + 1:02d}-{_plain(word)}.{ending}"
        archive.writestr(f"{folder}/papers/{name}", files.read(proof.document))
        named.append((name, proof))
    context = {"file": file, "interests": lines_of(file.reviewer), "papers": named}
    archive.writestr(f"{folder}/credential-file.html", render_to_string("reviews/credential_file.html", context))
    return len(named)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower() or "file"


def _csv(rows: list[tuple[Any, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
