"""Numbers and lists of the library for its pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch

from guidelines.models import Edition, Publication, Section


@dataclass(frozen=True)
class Counts:
    """How large the library is on a day."""

    publications: int
    editions: int
    in_force: int
    sections: int
    unconfirmed: int


def counts(*, on: dt.date) -> Counts:
    """Five counts; `unconfirmed` are editions whose effective dates nobody has read in the primary text."""
    return Counts(
        publications=Publication.objects.count(),
        editions=Edition.objects.count(),
        in_force=Edition.objects.in_force(on).count(),
        sections=Section.objects.count(),
        unconfirmed=Edition.objects.filter(dates_confirmed=False).count(),
    )


def without_edition_in_force(*, on: dt.date) -> list[Publication]:
    """Publications that nobody can cite as in force on the day, by name."""
    current = Edition.objects.in_force(on).filter(publication=OuterRef("pk"))
    return list(Publication.objects.filter(~Exists(current)).only("name"))


def publications_with_editions() -> list[Publication]:
    """Every publication with its editions, newest first, each with `section_count`: two queries."""
    editions = Edition.objects.annotate(section_count=Count("sections")).order_by("-year")
    return list(Publication.objects.defer("vector", "words").prefetch_related(Prefetch("editions", queryset=editions)))


def publication_with_sections(pk: int) -> Publication | None:
    """One publication with editions, sections and limits: four queries."""
    sections = Section.objects.defer("vector", "words").prefetch_related("limits")
    editions = Edition.objects.order_by("-year").prefetch_related(Prefetch("sections", queryset=sections))
    rows = Publication.objects.defer("vector", "words").prefetch_related(Prefetch("editions", queryset=editions))
    return rows.filter(pk=pk).first()
