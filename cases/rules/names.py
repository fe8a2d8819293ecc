"""Names folded so that the same name always compares equal, however it was typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Folding can make a name longer ("&" becomes "and"). Longer names of persons are compared by their beginning; no
#: organization is called so.
PERSON_KEY_LENGTH = 200
ORGANIZATION_KEY_LENGTH = 300


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """`"Acme  Health, Inc."` -> `"acme health inc"`: no case, accents, punctuation or double spaces.

    Letters of other scripts stay; only combining marks fall away with decomposition.
    """
    plain = name.replace("&", " and ")
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", plain.casefold()).strip()


def person_key(first_name: str, last_name: str) -> str:
    """First and last name as one comparable key: `"ana lopez"`, as much of it as is kept (PERSON_KEY_LENGTH)."""
    return name_key(f"{first_name} {last_name}")[:PERSON_KEY_LENGTH].rstrip()
