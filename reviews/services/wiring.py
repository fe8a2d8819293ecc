"""Everything of this app that registers itself with a lower room; imported once, when the app is ready.

Each line is a module whose import registers guards of the workflow, outbox handlers, signal receivers or sights.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from letters.models import Letter
from letters.signals import letter_sealed
from reviews.services import accounts_link, determination, guards

__all__ = ["accounts_link", "guards"]


@receiver(letter_sealed)
def _letter_sealed(*, letter: Letter, **signal: Any) -> None:  # noqa: ARG001 - signals may carry more
    determination.issue(letter=letter, now=timezone.now())
