"""Editions for tests, published as the site's own set-up publishes them: by an act."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from guidelines.models import Edition, PublishingAct


def published_edition(**facts: Any) -> Edition:
    """Its sections are written within the same transaction; later on a second person publishes what it says."""
    with transaction.atomic():
        now = timezone.now()
        edition = Edition.objects.create(published_at=now, **facts)
        PublishingAct.objects.create(kind=PublishingAct.Kind.IMPORT, edition=edition, at=now)
    return edition
