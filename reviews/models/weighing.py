from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from reviews.models.look_up import only_while_open
from reviews.models.review import ItemReview


class Weighing(models.Model):
    """Whether the recommendations cited for an item disagree, and how strong the evidence of each is (9792.25.1).

    Written anew with each answer and never changed; the newest counts.
    """

    item_review = models.ForeignKey(ItemReview, on_delete=models.PROTECT, related_name="weighings")
    disagree = models.BooleanField()
    sources = models.JSONField(
        default=dict, help_text="Source as labelled -> answers to the questions of reviews.rules.evidence, in order."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="weighing_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            only_while_open("weighing_while_open"),
        ]

    def __str__(self) -> str:
        return f"{'Disagree' if self.disagree else 'Agree'}: {', '.join(self.sources) or 'nothing weighed'}"
