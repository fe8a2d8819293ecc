from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from reviews.models.person_pair import PersonPair
from reviews.models.reviewer import Reviewer


@pghistory.track(model_name="PersonAliasHistory")
class PersonAlias(models.Model):
    """Another spelling of a reviewer's or a relation's name: maiden name, nickname, other script. As good as the name.

    subject: folded name of the relation, "" where the reviewer is meant. pair: the decision that brought it; its undo
    takes it away again.
    """

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="other_names")
    subject = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=200, help_text="The name folded for comparing.")
    pair = models.ForeignKey(PersonPair, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["subject", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reviewer", "subject", "key"], name="person_alias_once"),
            models.CheckConstraint(condition=~Q(key=""), name="person_alias_is_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
