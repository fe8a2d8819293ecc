from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from guidelines.models.publication import Edition
from guidelines.models.section import Section


class CitationUse(models.Model):
    """What a reviewer cited for a disputed item of an earlier determination: the citation, never the outcome.

    Search learns from it which sections answer a request. One row for each cited section, or for the edition as a whole
    (section empty). The case is known by its number alone: this room does not know cases.
    """

    case_key = models.CharField(max_length=60, help_text="Number of the case.")
    position = models.PositiveSmallIntegerField(help_text="Which disputed item of the case.")
    service = models.TextField(max_length=2000, help_text="The request, as written.")
    diagnoses = models.TextField(blank=True, max_length=2000)
    decided_on = models.DateField()
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="uses")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.CASCADE, related_name="uses")
    vector = models.GeneratedField(
        expression=SearchVector("service", config="english"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        ordering = ["case_key", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_key", "position", "edition", "section"], name="citation_used_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(case_key="") & ~Q(service=""), name="citation_use_says_for_what"),
        ]
        indexes = [GinIndex(fields=["vector"], name="citation_use_vector")]

    def __str__(self) -> str:
        return f"{self.case_key} {self.position}: {self.section or self.edition}"
