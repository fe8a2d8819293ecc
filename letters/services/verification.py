"""Is this file one of our sealed letters, whole and unchanged?

Never judged by `valid` alone: bytes appended after sealing leave that true. Good needs the bottom line, a signature
over the entire file, a certificate that sealed letters here, the frozen document attached in canonical form, PDF/UA and
PDF/A.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from common.canonical import canonical_json, sha256_of
from letters.models import Letter, SealCertificate
from letters.services.conformance import PDF_A, PDF_UA, check_conformance
from letters.services.kinds import KINDS
from letters.services.loops import beside_any_loop
from letters.services.pdf_structure import SIGNATURE_FIELD

_ATTACHMENTS = frozenset(kind.attachment for kind in KINDS.values())
_SUBFILTER = "/ETSI.CAdES.detached"


@dataclass
class Verification:
    """What was found in a file. good: everything holds; problems: what does not, in sentences for people."""

    sha256: str
    size: int
    good: bool = False
    problems: list[str] = field(default_factory=list)
    signed: bool = False
    bottom_line: bool = False
    covers_entire_file: bool = False
    signature_bytes_plain: bool = False
    certificate: str | None = None
    certificate_known: bool = False
    signed_at: str | None = None
    content_sha256: str | None = None
    issued: bool | None = None
    case_number: str | None = None
    version: int | None = None
    pdf_ua: bool = False
    pdf_a: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def verify_pdf(content: bytes, *, released: bool = True) -> Verification:
    """Everything that can be told from the file, the certificates known here and the letters issued here.

    released=False: the letter is about to be issued, so it cannot be among the issued ones yet.
    Raises ConformanceCheckFailed when the PDF/UA and PDF/A validator breaks down.
    """
    found = Verification(sha256=sha256(content).hexdigest(), size=len(content))
    reader = _open(content, found)
    if reader is not None:
        _look_at(_signature, reader, content, found)
        _look_at(_attachment, reader, content, found)
        _conformance(content, found)
        if released:
            _issue(found)
    found.good = not found.problems
    return found


def _look_at(look: Any, reader: Any, content: bytes, found: Verification) -> None:
    """Run one part on a file that may be built to break it: whatever it stumbles over is a problem of the file."""
    try:
        look(reader, content, found)
    except Exception as error:  # noqa: BLE001
        found.problems.append(
            f"The file's {look.__name__.strip('_')} cannot be read ({type(error).__name__}: {error})."
        )


def _open(content: bytes, found: Verification) -> Any:
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(content), strict=True)
        reader.root["/Pages"]
    except Exception as error:  # noqa: BLE001 - a hostile file may break the reader anywhere
        found.problems.append(f"The file is no readable PDF ({type(error).__name__}: {error}).")
        return None
    return reader


def _signature(reader: Any, content: bytes, found: Verification) -> None:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signatures = reader.embedded_signatures
    if not signatures:
        found.problems.append("The file bears no seal.")
        return
    found.signed = True
    if len(signatures) > 1 or signatures[0].field_name != SIGNATURE_FIELD:
        found.problems.append("The file bears signatures beside the seal.")
        return
    signature = signatures[0]
    context = _trust(signature, found)
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    status = beside_any_loop(
        lambda: validate_pdf_signature(signature, signer_validation_context=context, key_usage_settings=usage)
    )
    found.bottom_line = bool(status.bottom_line)
    found.covers_entire_file = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if signature.self_reported_timestamp is not None:
        found.signed_at = signature.self_reported_timestamp.astimezone(dt.UTC).isoformat()
    kind = (signature.sig_object.get("/SubFilter"), signature.docmdp_level) == (_SUBFILTER, MDPPerm.FILL_FORMS)
    found.signature_bytes_plain = _signature_bytes_plain(signature, content)
    for holds, problem in (
        (status.intact, "The sealed bytes were changed."),
        (status.valid, "The seal's signature is not valid."),
        (found.certificate_known, "The seal was made with a certificate that is not this organization's."),
        (found.covers_entire_file, "The seal does not cover the entire file: something was added after sealing."),
        (found.signature_bytes_plain, "The bytes that hold the seal's signature were changed."),
        (status.modification_level in (None, ModificationLevel.NONE), "The file was changed after sealing."),
        (kind, "The seal is not of the kind that this organization makes."),
    ):
        if not holds:
            found.problems.append(problem)
    if not found.bottom_line and not found.problems:
        found.problems.append("The seal does not hold.")


def _trust(signature: Any, found: Verification) -> Any:
    """Trust in the certificates that sealed letters here, at the moment of sealing; nothing is fetched."""
    from asn1crypto import pem, x509
    from pyhanko_certvalidator import ValidationContext

    certificate = signature.signer_cert
    found.certificate = certificate.subject.human_friendly
    known = SealCertificate.objects.filter(sha256=sha256(certificate.dump()).hexdigest()).first()
    found.certificate_known = known is not None
    roots = [x509.Certificate.load(pem.unarmor(known.pem.encode())[2])] if known else []
    return ValidationContext(
        trust_roots=roots, allow_fetching=False, moment=signature.self_reported_timestamp, revocation_mode="soft-fail"
    )


def _signature_bytes_plain(signature: Any, content: bytes) -> bool:
    """Whether the gap in the signed range holds the signature alone: capital digits, zeros after it, nothing added.

    No signature covers its own bytes, so whatever they could hide must be looked for.
    """
    from asn1crypto import parser

    _, start, end, _ = (int(number) for number in signature.sig_object["/ByteRange"])
    held = signature.pkcs7_content
    signer_info = signature.signed_data["signer_infos"][0]
    return (
        content[start:end] == b"<" + held.hex().upper().encode() + b">"
        and not any(held[parser.peek(held) :])
        and not signer_info["unsigned_attrs"].native
    )


def _attachment(reader: Any, _content: bytes, found: Verification) -> None:
    files = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names = [str(name) for name in list(files)[::2]]
    if len(names) != 1 or names[0] not in _ATTACHMENTS:
        found.problems.append("The file has other attachments than the document that it was made from.")
        return
    text = files[1]["/EF"]["/F"].data.decode("utf-8")
    facts = json.loads(text)
    if canonical_json(facts) != text:
        found.problems.append("The attached determination is not in canonical form.")
    found.content_sha256 = sha256_of(text)
    found.case_number, found.version = facts.get("case_number"), facts.get("version")
    if f"content {found.content_sha256}," not in str(reader.trailer["/Info"].get("/Keywords", "")):
        found.problems.append("The attached determination is not the one that the letter was made from.")


def _issue(found: Verification) -> None:
    """Compare with the file that was issued for this determination, where that was here (`issued` stays None if not).

    A signature does not protect every byte of its own envelope; the stored hash does.
    """
    letters = Letter.objects.sealed().filter(frozen__sha256=found.content_sha256)
    if stored := set(letters.values_list("pdf_sha256", flat=True)):
        found.issued = found.sha256 in stored
        if not found.issued:
            found.problems.append("This is not the file that was issued for this determination.")


def _conformance(content: bytes, found: Verification) -> None:
    for profile, name in ((PDF_UA, "PDF/UA-1"), (PDF_A, "PDF/A-3a")):
        checked = check_conformance(content, profile)
        if profile == PDF_UA:
            found.pdf_ua = checked.conforms
        else:
            found.pdf_a = checked.conforms
        if not checked.conforms:
            found.problems.append(f"The file does not follow {name}: {'; '.join(checked.failures)}.")
