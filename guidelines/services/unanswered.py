"""Look-ups that found nothing, for the editor's desk: their words alone, in one form, counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection

from django.db.models import F
from django.db.models.functions import Greatest

from accounts.roles import require
from common.actor import Actor
from guidelines.models import UnansweredSearch
from guidelines.services.search import search

KEEP = dt.timedelta(days=180)
MAX_KEPT = 5_000
_MAX_WORDS, _LONGEST = 8, 100
#: Letters only: counts, dates, case and telephone numbers and addresses of mail never get here.
_WORD = re.compile(r"(?<![\w@./-])[^\W\d_]{2,30}(?:-[^\W\d_]{2,30})*(?![\w@/]|\.\w)")

#: Rooms above that keep names of people say which of some words are names.
_names: list[Callable[[Collection[str]], set[str]]] = []


def register_names(finder: Callable[[Collection[str]], set[str]]) -> None:
    """finder: words in small letters -> those that are a name of somebody; they are not kept."""
    if finder not in _names:
        _names.append(finder)


def words_to_keep(text: str) -> str:
    """The words of a look-up in one form: small letters, no numbers, no names, each once; "" when nothing is left."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(text[:2000])))[:_MAX_WORDS]
    hidden: set[str] = set()
    for finder in _names:
        hidden |= finder(words)
    kept = ""
    for word in (word for word in words if word not in hidden):
        longer = f"{kept} {word}".strip()
        if len(longer) > _LONGEST:
            break
        kept = longer
    return kept


def note_unanswered(*, text: str, now: dt.datetime) -> bool:
    """Count a look-up that finds nothing; says whether it was kept. Looked up here once more: nobody's word is taken.

    A look-up is asked without a day, so that an edition that has ended is no reason to add a word.
    """
    words = words_to_keep(text)
    if not words or search(text=text, limit=1):
        return False
    if UnansweredSearch.objects.count() >= MAX_KEPT and not UnansweredSearch.objects.filter(words=words).exists():
        return False
    row, made = UnansweredSearch.objects.get_or_create(words=words, defaults={"first_seen": now, "last_seen": now})
    if not made:
        UnansweredSearch.objects.filter(pk=row.pk).update(times=F("times") + 1, last_seen=Greatest("last_seen", now))
    return True


def unanswered(*, limit: int = 30) -> list[UnansweredSearch]:
    """What was looked for in vain and not set aside, the most wanted first: one query."""
    return list(UnansweredSearch.objects.filter(set_aside_at=None)[:limit])


def set_aside(*, pk: int, actor: Actor, now: dt.datetime) -> None:
    """The editor wants to see these words no more; they are still counted."""
    require(actor, "edit_guidelines")
    UnansweredSearch.objects.filter(pk=pk, set_aside_at=None).update(set_aside_at=now)


def forget_old(*, now: dt.datetime) -> int:
    """Delete what nobody has looked for during KEEP. Returns how many."""
    return UnansweredSearch.objects.filter(last_seen__lt=now - KEEP).delete()[0]
