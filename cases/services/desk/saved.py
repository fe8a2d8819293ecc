"""Lists that somebody comes back to."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from accounts.models import User
from cases.models import SavedFilter
from cases.services.desk.notes import clean_words
from common.errors import InputRefusal

#: What an address may carry: keys, never names.
KEPT = ("tab", "state", "priority", "owner", "administrator", "older", "received", "why", "missed", "missing")
MOST = 20


def kept_query(given: Mapping[str, str]) -> dict[str, str]:
    """The parts of an address that make a list, without the page."""
    return {key: str(given[key])[:60] for key in KEPT if given.get(key)}


def save_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """Keep a list under a name; the same name is written over. Raises InputRefusal beyond MOST lists."""
    words = clean_words("name", name, "Give the list a name.")[:60]
    kept = urlencode(kept_query(dict(parse_qsl(query))))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        known = SavedFilter.objects.filter(user=user)
        if known.exclude(name=words).count() >= MOST:
            raise InputRefusal("desk.filters", f"{MOST} lists are saved already. Remove one first.")
        saved, _ = known.update_or_create(user=user, name=words, defaults={"query": kept})
        return saved


def forget_filter(*, user: User, pk: int) -> None:
    """Remove one of the person's own lists; one that is gone already is no error."""
    SavedFilter.objects.filter(user=user, pk=pk).delete()
