"""Which edition a change writes into. The one place that knows how editions are written."""

from __future__ import annotations

from django.db.models import QuerySet

from common.actor import Actor
from guidelines.models import Edition


def editions_to_choose() -> QuerySet[Edition]:
    """Editions that lists, headings and moves may be meant for, with their publications."""
    return (
        Edition._base_manager.select_related("publication")
        .defer("publication__vector", "publication__words")
        .order_by("publication__name", "-year")
    )


def edition_to_write(edition: Edition, actor: Actor) -> Edition:  # noqa: ARG001 - who writes decides where
    """The edition that takes the change which was meant for `edition`."""
    return edition
