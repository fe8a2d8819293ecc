"""`check --deploy`: the seal key that a production installation must have (imr.E02x)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils import timezone

from common.errors import Refusal
from letters.services.seal_key import DEVELOPMENT_NAME, seal_key

_HINT = "Set SEAL_PKCS12 and SEAL_PKCS12_PASSPHRASE, or SEAL_PKCS11_MODULE and what belongs to it (docs/operate.md)."


@register(Tags.security, deploy=True)
def check_seal_key(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Errors for the development key, a key that cannot be opened or is too weak, and a certificate that has ended."""
    if not (settings.SEAL_PKCS12 or settings.SEAL_PKCS11_MODULE):
        return [Error("Letters would be sealed with the development key.", hint=_HINT, id="imr.E020")]
    try:
        key = seal_key()
    except Refusal as weak:
        return [Error(weak.message, hint="Have a new key and certificate made.", id="imr.E021")]
    except Exception as error:  # noqa: BLE001 - whatever a key file or token does, it is a finding here
        return [Error(f"The seal key cannot be opened: {error}", hint=_HINT, id="imr.E022")]
    findings: list[CheckMessage] = []
    if DEVELOPMENT_NAME in key.certificate.subject.rfc4514_string():
        findings.append(Error("The seal key given is the development key.", hint=_HINT, id="imr.E020"))
    if not _runs(key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc):
        findings.append(Error("The seal certificate is not valid today.", hint="Install a new one.", id="imr.E023"))
    return findings


def _runs(first: dt.datetime, last: dt.datetime) -> bool:
    return first <= timezone.now() <= last
