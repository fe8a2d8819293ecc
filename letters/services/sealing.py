"""Render, seal, verify, store: the one way a letter becomes a sealed file."""

from __future__ import annotations

import ctypes
import datetime as dt
from functools import cache
from importlib.metadata import version

from cryptography.hazmat.primitives import serialization
from django.db import transaction
from django.utils import timezone

from common.models import OutboxJob
from common.services import files, outbox
from letters.models import Letter, SealCertificate
from letters.services.ordering import SEAL_JOB
from letters.services.rendering import render_letter
from letters.services.seal_key import SealKey, seal_key
from letters.services.signing import sign_pdf
from letters.services.verification import Verification, verify_pdf
from letters.signals import letter_sealed

CONTENT_TYPE = "application/pdf"


class LetterNotGood(RuntimeError):
    """The sealed letter did not pass its verification and is not issued."""


def seal_letter(*, letter_id: int, now: dt.datetime) -> Letter:
    """Render, seal, verify and store a letter; sealed already, it is handed back as it is.

    One transaction under the letter's row lock: of several processes one does the work, and one that dies leaves the
    letter waiting. Sends `letter_sealed` inside that transaction. Raises LetterNotGood, RenderingError, SealKeyError,
    ConformanceCheckFailed.
    """
    with transaction.atomic():
        # Later versions refer to this row meanwhile, so only its content is locked.
        letter = Letter.objects.select_for_update(no_key=True).get(pk=letter_id)
        if letter.is_sealed:
            return letter
        key = seal_key()
        _remember_certificate(key, now)
        pdf = sign_pdf(pdf=render_letter(frozen=letter.frozen, wording=letter.wording), key=key)
        found = verify_pdf(pdf, released=False)
        _refuse_unless_good(letter, found)
        letter.file = files.store(pdf, content_type=CONTENT_TYPE)
        letter.pdf_sha256, letter.verification, letter.libraries = found.sha256, found.as_dict(), libraries()
        letter.sealed_at = now
        letter.save(update_fields=["file", "pdf_sha256", "verification", "libraries", "sealed_at"])
        letter_sealed.send(sender=Letter, letter=letter)
        OutboxJob.objects.filter(kind=SEAL_JOB, key=str(letter.pk), done_at=None).update(done_at=now, last_error="")
        return letter


@cache
def libraries() -> dict[str, str]:
    """Versions of what makes a letter: the same input with the same ones gives the same bytes."""
    from weasyprint.text.ffi import harfbuzz_subset, pango

    return {
        **{
            name: version(name)
            for name in ("weasyprint", "pydyf", "pikepdf", "pyHanko", "page-validation", "fonttools")
        },
        "pango": str(pango.pango_version()),
        "harfbuzz": _harfbuzz_version(),
        "harfbuzz-subset": "present" if harfbuzz_subset else "absent",
    }


def _harfbuzz_version() -> str:
    try:
        library = ctypes.CDLL("libharfbuzz.so.0")
    except OSError:
        return "unknown"
    library.hb_version_string.restype = ctypes.c_char_p
    return str(library.hb_version_string().decode())


def _refuse_unless_good(letter: Letter, found: Verification) -> None:
    problems = list(found.problems)
    if found.content_sha256 != letter.frozen.sha256:
        problems.append("The attachment is not the frozen determination.")
    if problems or not found.good:
        raise LetterNotGood(" ".join(problems))


def _remember_certificate(key: SealKey, now: dt.datetime) -> None:
    """Note the certificate on its first use, so that its letters stay good when the key is replaced."""
    SealCertificate.objects.get_or_create(
        sha256=key.sha256,
        defaults={
            "pem": key.certificate.public_bytes(serialization.Encoding.PEM).decode(),
            "subject": key.certificate.subject.rfc4514_string(),
            "not_after": key.certificate.not_valid_after_utc,
            "first_used_at": now,
        },
    )


@outbox.handler(SEAL_JOB)
def _run(job: OutboxJob) -> None:
    seal_letter(letter_id=int(job.key), now=timezone.now())
