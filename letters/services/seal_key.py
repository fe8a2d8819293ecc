"""The key that seals letters: PKCS#11 or PKCS#12 by setting, else a development key made on first use."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings

from common.errors import RuleRefusal

DEVELOPMENT_NAME = "imr-site development seal"
SMALLEST_RSA = 3072  # bits; 128-bit strength
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_DEVELOPMENT_YEARS = 10


class SealKeyError(RuntimeError):
    """The seal key cannot be opened; the message says which setting to look at."""


@dataclass(frozen=True)
class SealKey:
    """The signer (pyHanko) and its certificate. source: "pkcs11", "pkcs12" or "development"."""

    source: str
    signer: Any
    certificate: x509.Certificate

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@cache
def seal_key() -> SealKey:
    """The key in use, opened once per process.

    Raises SealKeyError when it cannot be opened, RuleRefusal when it is too weak.
    """
    if settings.SEAL_PKCS11_MODULE:
        key = _from_pkcs11()
    elif settings.SEAL_PKCS12:
        key = _from_pkcs12(Path(settings.SEAL_PKCS12), settings.SEAL_PKCS12_PASSPHRASE)
    else:
        key = _development_key(Path(settings.SEAL_DEVELOPMENT_FOLDER))
    if weakness := weakness_of(key.certificate):
        raise RuleRefusal("seal.key_strength", weakness)
    return key


def certificate_expiry() -> dt.datetime | None:
    """When the certificate in use ends (aware); None while no key was used yet. Raises as `seal_key`."""
    given = settings.SEAL_PKCS12 or settings.SEAL_PKCS11_MODULE
    if not given and not _development_file(Path(settings.SEAL_DEVELOPMENT_FOLDER)).exists():
        return None
    return seal_key().certificate.not_valid_after_utc


def weakness_of(certificate: x509.Certificate) -> str | None:
    """Why the key is not strong enough to seal letters, or None (RSA from 3072 bits, P-256 and larger curves)."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SMALLEST_RSA:
            return f"The seal key is RSA with {key.key_size} bits; at least {SMALLEST_RSA} are needed."
        return None
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return None
    return "The seal key must be RSA with at least 3072 bits or on the curve P-256, P-384 or P-521."


def _from_pkcs12(path: Path, passphrase: str) -> SealKey:
    from pyhanko.sign.signers import SimpleSigner

    signer: Any = SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        str(path), passphrase=passphrase.encode() or None
    )
    if signer is None:
        raise SealKeyError(f"The seal key {path} could not be opened. Check SEAL_PKCS12 and SEAL_PKCS12_PASSPHRASE.")
    return SealKey("pkcs12", signer, _certificate_of(signer))


def _from_pkcs11() -> SealKey:
    try:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError:
        raise SealKeyError("SEAL_PKCS11_MODULE needs the package python-pkcs11. Install pyHanko[pkcs11].") from None
    token = TokenCriteria(label=settings.SEAL_PKCS11_TOKEN) if settings.SEAL_PKCS11_TOKEN else None
    session = open_pkcs11_session(
        settings.SEAL_PKCS11_MODULE, token_criteria=token, user_pin=settings.SEAL_PKCS11_PIN or None
    )
    signer = PKCS11Signer(session, cert_label=settings.SEAL_PKCS11_LABEL, key_label=settings.SEAL_PKCS11_LABEL)
    return SealKey("pkcs11", signer, _certificate_of(signer))


def _development_key(folder: Path) -> SealKey:
    """The development key of this data folder; of several processes that make one, the first wins."""
    from pyhanko.sign.signers import SimpleSigner

    path = _development_file(folder)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".making-")  # readable by its owner alone
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(_new_development_key())
                out.flush()
                os.fsync(out.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            Path(temporary).unlink()
    signer: Any = SimpleSigner.load_pkcs12(str(path))  # type: ignore[no-untyped-call]
    if signer is None:
        raise SealKeyError(f"The development seal {path} could not be opened. Remove it to have a new one made.")
    return SealKey("development", signer, _certificate_of(signer))


def _development_file(folder: Path) -> Path:
    return folder / "development-seal.p12"


def _new_development_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEVELOPMENT_NAME)])
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * _DEVELOPMENT_YEARS))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return serialization.pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )


def _certificate_of(signer: Any) -> x509.Certificate:
    if signer.signing_cert is None:
        raise SealKeyError("The seal key has no certificate beside it.")
    return x509.load_der_x509_certificate(signer.signing_cert.dump())
