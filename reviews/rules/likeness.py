"""Names that may mean one organization although they are not equal: a careful measure that only raises a question."""

from __future__ import annotations

from functools import lru_cache

from cases.rules.names import name_key

#: Words that a company's name may carry or not; abbreviations with what they stand for.
_IDLE = frozenset({
    "inc", "incorporated", "llc", "llp", "lp", "corp", "corporation", "co", "company", "ltd", "limited", "the", "of",
    "and", "pc", "apc", "plc",
})  # fmt: skip
_SHORT = {
    "ins": "insurance", "assn": "association", "dept": "department", "med": "medical", "ctr": "center",
    "centre": "center", "grp": "group", "svcs": "services", "svc": "service", "hosp": "hospital", "univ": "university",
    "natl": "national", "intl": "international", "mgmt": "management", "admin": "administrators", "calif": "california",
}  # fmt: skip


@lru_cache(maxsize=16384)
def core_of(key: str) -> str:
    """A folded name without its idle words, abbreviations written out."""
    words = [_SHORT.get(word, word) for word in key.split()]
    return " ".join(word for word in words if word not in _IDLE) or key


@lru_cache(maxsize=16384)
def address_key(line1: str, zip_code: str) -> str:
    """Street and ZIP folded, suite apart; "" where either is unknown."""
    street = name_key(line1)
    return f"{street} {zip_code.strip()[:5]}" if street and zip_code.strip() else ""
