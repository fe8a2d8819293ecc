"""Which edition a change writes into: a draft, which a second person publishes; words for look-up go in at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from common.actor import Actor
from guidelines.models import ChangeRow, ChangeSet, Edition, Section
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
    """The draft that takes a change meant for `edition`: itself, or the correction of a published one, begun if need
    be.
    """
    if edition.state != Edition.State.PUBLISHED:
        return edition
    draft = start_correction(edition_id=edition.pk, actor=actor)
    draft.publication = edition.publication
    return draft


def edition_to_compare(edition: Edition) -> Edition:
    """What a change meant for `edition` is held against: its open correction, if there is one, else itself. Nothing is
    begun by looking.
    """
    if edition.state != Edition.State.PUBLISHED:
        return edition
    draft = Edition.every.filter(corrects=edition, state=Edition.State.DRAFT).first()
    if draft is None:
        return edition
    draft.publication = edition.publication
    return draft


def begin_drafts(change: ChangeSet, actor: Actor) -> None:
    """Corrections for the published editions that a list or contents was held against; its rows point there then.

    The caller holds the transaction and has checked the base, and that nobody has begun one since.
    """
    for edition in _published(change):
        draft = start_correction(edition_id=edition.pk, actor=actor)
        _point_at(change, edition.pk, draft)
        if change.edition_id == edition.pk:
            change.edition = draft
            change.save(update_fields=["edition"])


def begun_since(change: ChangeSet) -> list[int]:
    """Corrections that somebody has begun of published editions that the change was held against."""
    rows = Edition.every.filter(corrects__in=_published(change), state=Edition.State.DRAFT)
    return list(rows.values_list("pk", flat=True))


def _published(change: ChangeSet) -> QuerySet[Edition]:
    ids = change.rows.exclude(edition_id_there=None).values_list("edition_id_there", flat=True).distinct()
    rows: QuerySet[Edition] = Edition.objects.filter(pk__in=list(ids)).order_by("pk")
    return rows


def _point_at(change: ChangeSet, edition_id: int, draft: Edition) -> None:
    copy = dict(Section.every.filter(edition=draft).values_list("origin", "pk"))
    rows = list(change.rows.filter(edition_id_there=edition_id))
    for row in rows:
        row.edition_id_there, row.object_id = draft.pk, copy.get(row.object_id)
        row.differences = [
            [*one[:3], copy.get(one[3])] if one[0] == "parent" and len(one) > _PARENT else one
            for one in row.differences
        ]  # fmt: skip
    ChangeRow.objects.bulk_update(rows, ["edition_id_there", "object_id", "differences"], batch_size=500)


_PARENT = 3  # where the difference "parent" keeps the id of the section that stood above


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
