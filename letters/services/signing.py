"""The seal itself: a certifying PAdES B-B signature in the field that rendering left for it."""

from __future__ import annotations

import io

from letters.services.loops import beside_any_loop
from letters.services.pdf_structure import SIGNATURE_FIELD
from letters.services.seal_key import SealKey

_BESIDE_CERTIFICATES = 3000  # bytes; an RSA-4096 signature with its signed attributes takes about 1,000

#: What the signature says it is.
MEANING = "Sealed by the independent medical review organization"


def sign_pdf(*, pdf: bytes, key: SealKey) -> bytes:
    """The PDF with its signature; nothing else of it changes.

    DocMDP allows form filling (P=2), so that a reserved time-stamp field could be filled later.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    class KeepsMetadata(IncrementalPdfFileWriter):
        """pyHanko rewrites the XMP on every save and spoils its PDF/A extension schema; tests hold this to work."""

        def _update_meta(self) -> None:
            pass

    metadata = PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=MEANING,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    signer, writer = PdfSigner(metadata, signer=key.signer), KeepsMetadata(io.BytesIO(pdf))
    signed: io.BytesIO = beside_any_loop(
        lambda: signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_room_for(key))
    )
    return signed.getvalue()


def _room_for(key: SealKey) -> int:
    """Hexadecimal digits to leave for the signature: its certificates and some thousand bytes beside them.

    Left to itself pyHanko signs twice, once to see how long the signature is.
    """
    certificates = {bytes(each.dump()) for each in (key.signer.signing_cert, *key.signer.cert_registry)}
    return 2 * (sum(map(len, certificates)) + _BESIDE_CERTIFICATES)
