"""Which edition a change writes into: a draft, which a second person publishes; words for look-up go in at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from common.actor import Actor
from guidelines.models import ChangeRow, ChangeSet, Edition
from guidelines.rules.comparing import WORDS
from guidelines.services.drafts import draft_for_writing, start_correction


def editions_to_choose() -> QuerySet[Edition]:
    """Editions that lists and headings may be meant for: published ones, and drafts of new ones."""
    return (
        Edition.every.filter(Q(state=Edition.State.PUBLISHED) | Q(state=Edition.State.DRAFT, corrects=None))
        .select_related("publication")
        .defer("publication__vector", "publication__words")
        .order_by("publication__name", "-year")
    )


def edition_to_write(edition: Edition, actor: Actor) -> Edition:
    """The draft that takes a change meant for `edition`: itself, or the correction of a published one."""
    if edition.state != Edition.State.PUBLISHED:
        return edition
    draft = start_correction(edition_id=edition.pk, actor=actor)
    draft.publication = edition.publication
    return draft


def open_for_writing(change: ChangeSet, editions: Iterable[int], actor: Actor) -> None:
    """The actor becomes an author of every draft that the change writes in; the caller holds the transaction.

    Raises StateRefusal when a draft was published or given up meanwhile, or when more than words for look-up would
    change in a published edition.
    """
    for edition in Edition.every.filter(pk__in=list(editions)).order_by("pk"):
        if edition.state != Edition.State.PUBLISHED or not _words_alone(change, edition.pk):
            draft_for_writing(edition.pk, actor)


def _words_alone(change: ChangeSet, edition_id: int) -> bool:
    rows = change.rows.filter(edition_id_there=edition_id)
    if rows.exclude(outcome=ChangeRow.Outcome.CHANGED).exists():
        return False
    return all(key in WORDS for changed in rows.values_list("differences", flat=True) for key, *_ in changed)
