"""Codes for people without an account: printed in groups, stored as keyed hashes, tried a limited number of times.

The code is an HMAC of the row's id and a nonce of 256 random bits under the site's secret key, spelled in signs that
nobody confuses. It can be printed again (a lost page, a second mail), while the database alone gives none away.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Collection
from hashlib import sha256

from django.db.models import F
from django.utils.crypto import salted_hmac

from cases.models import AccessCode, AccessCodeTry, Case, Organization, Party
from common.errors import StateRefusal

DOWNLOAD, UPLOAD = "download", "upload"
#: No vowels (no words come about) and nothing that looks like another sign: 0 O Q, 1 I L, 2 Z, 5 S, 8 B, 6 G, U V.
ALPHABET = "CDFHJKMNPRTWXY34679"
LENGTH, GROUP = 12, 4
VALID_FOR = dt.timedelta(days=180)

#: Failed tries within WINDOW after which no code is looked at any more: from one address, and from all together.
WINDOW = dt.timedelta(hours=1)
TRIES_OF_ADDRESS, TRIES_IN_ALL = 10, 1000

_NOT_KNOWN = (
    "This code opens nothing: it is mistyped, withdrawn or too old. Look at the notice it stands on and type it again, "
    "or ask us for a new one."
)


def make(
    *,
    purposes: Collection[str],
    now: dt.datetime,
    case: Case | None = None,
    party: Party | None = None,
    role: str = "",
    organization: Organization | None = None,
    because: str = "",
    valid_for: dt.timedelta = VALID_FOR,
    max_uses: int | None = None,
) -> str:
    """Make a code and return it as it is printed ("CDFH-JKMN-PRTW"). Takes what `make_row` takes."""
    return printed(
        make_row(
            purposes=purposes, now=now, case=case, party=party, role=role, organization=organization, because=because,
            valid_for=valid_for, max_uses=max_uses,
        )
    )  # fmt: skip


def make_row(
    *,
    purposes: Collection[str],
    now: dt.datetime,
    case: Case | None = None,
    party: Party | None = None,
    role: str = "",
    organization: Organization | None = None,
    because: str = "",
    valid_for: dt.timedelta = VALID_FOR,
    max_uses: int | None = None,
) -> AccessCode:
    """The row of a new code; `printed` spells it.

    purposes: DOWNLOAD, UPLOAD or both. case, party, role, organization: whom it is for. max_uses: None for any number.
    """
    if not purposes or set(purposes) - {DOWNLOAD, UPLOAD}:
        raise ValueError(f"unknown purposes: {sorted(purposes)}")
    row = AccessCode.objects.create(
        case=case, party=party, role=role or (party.role if party else ""), organization=organization,
        may_download=DOWNLOAD in purposes, may_upload=UPLOAD in purposes, because=because[:200],
        nonce=secrets.token_hex(32), code_hash=secrets.token_hex(32), made_at=now, expires_at=now + valid_for,
        max_uses=max_uses,
    )  # fmt: skip
    row.code_hash = _hash(_signs(row))
    row.save(update_fields=["code_hash"])
    return row


def printed(code: AccessCode) -> str:
    """The code in groups, as people read and type it."""
    signs = _signs(code)
    return "-".join(signs[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def find(*, code: str, now: dt.datetime, address: str = "", purpose: str = "") -> AccessCode:
    """The live code that was typed, whatever its case, dashes and spaces.

    address: where the request came from; tries are counted by it and in all together. purpose: DOWNLOAD or UPLOAD that
    the code must serve. Call it outside a transaction, so that a failed try stays counted. Raises StateRefusal, in the
    same words for every code that opens nothing.
    """
    origin = _origin(address)
    attempt = AccessCodeTry.objects.create(at=now, address=origin)
    _refuse_too_many(attempt, now)
    found = AccessCode.objects.live(now).select_related("case", "party", "organization")
    row = found.filter(code_hash=_hash(fold(code))).first()
    if row is None or (purpose and not serves(row, purpose)):
        raise StateRefusal("access_code.unknown", _NOT_KNOWN, fields={"code": _NOT_KNOWN})
    attempt.delete()
    return row


def serves(code: AccessCode, purpose: str) -> bool:
    return {DOWNLOAD: code.may_download, UPLOAD: code.may_upload}[purpose]


def note_use(code: AccessCode, *, now: dt.datetime) -> None:
    """Count that the code opened something; `find` alone counts nothing."""
    AccessCode.objects.filter(pk=code.pk).update(used=F("used") + 1, last_used_at=now)


def withdraw(code: AccessCode, *, now: dt.datetime) -> None:
    """The code opens nothing any more; withdrawn already, it stays as it was."""
    AccessCode.objects.filter(pk=code.pk, withdrawn_at=None).update(withdrawn_at=now)


def forget_old_tries(*, now: dt.datetime) -> int:
    """Remove tries that no limit counts any more; returns how many."""
    return AccessCodeTry.objects.filter(at__lt=now - 24 * WINDOW).delete()[0]


def fold(code: str) -> str:
    """What was typed as the signs that count: capitals and digits alone."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())[:100]


def _refuse_too_many(attempt: AccessCodeTry, now: dt.datetime) -> None:
    others = AccessCodeTry.objects.filter(at__gt=now - WINDOW).exclude(pk=attempt.pk)
    if others.filter(address=attempt.address).count() >= TRIES_OF_ADDRESS or others.count() >= TRIES_IN_ALL:
        attempt.delete()  # waiting ends the limit; trying on does not lengthen it
        raise StateRefusal(
            "access_code.tries", "Too many codes were tried in vain. Wait an hour, then type it again, or ask us."
        )


def _origin(address: str) -> str:
    """The address as it is kept: told apart, not readable."""
    return salted_hmac("cases.access_code.address", address, algorithm="sha256").hexdigest() if address else ""


def _signs(code: AccessCode) -> str:
    key = salted_hmac("cases.access_code", "", algorithm="sha256").digest()
    number = int.from_bytes(hmac.new(key, f"{code.pk}:{code.nonce}".encode(), sha256).digest())
    signs = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs += ALPHABET[place]
    return signs


def _hash(signs: str) -> str:
    return salted_hmac("cases.access_code.hash", signs, algorithm="sha256").hexdigest()
