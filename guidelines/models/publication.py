from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Lower

from guidelines.models.checks import IsWebAddress
from guidelines.models.triggers import (
    EDITION_BY_A_SECOND_PERSON,
    LICENSED_KEEPS_NO_SUMMARY,
    PUBLICATION_WORDS,
    PUBLISHED_BY_AN_ACT,
)


class EffectiveRange(models.Func):
    """Both days of an edition's effective range belong to it; an unknown end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


class PublicationQuerySet(models.QuerySet["Publication"]):
    def called(self, name: str) -> PublicationQuerySet:
        """Publications of that name or alias, however it is capitalized."""
        return self.filter(models.Q(name__iexact=name) | models.Q(alias_keys__contains=[name.lower()]))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["vector", "words", "alias_keys"],
)
class Publication(models.Model):
    """A guideline as people name it, whatever its edition: "Low Back Complaints".

    topics, body_parts and service_categories belong to the publication as a whole and serve look-up only.
    """

    class Basis(models.TextChoices):
        MTUS = "MTUS", "MTUS"
        NON_MTUS = "Non-MTUS", "Other source"

    name = models.CharField(max_length=300, help_text="As it is cited.")
    aliases = ArrayField(
        models.CharField(max_length=300), default=list, blank=True, help_text="Other names found in citations."
    )
    alias_keys = ArrayField(models.CharField(max_length=300), default=list, editable=False)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.MTUS)
    issuer = models.CharField(max_length=200, blank=True, help_text="DWC, ACOEM, ...")
    licensed_text = models.BooleanField(
        "text is licensed",
        default=False,
        help_text="The text belongs to somebody else: only headings, pages and own topic words may be kept.",
    )
    topics = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    body_parts = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    service_categories = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    url = models.URLField(
        "web address",
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="Of a source outside the MTUS: where it is read; http or https.",
    )
    accessed_on = models.DateField(
        "last read on", null=True, blank=True, help_text="The day on which somebody of the house read it there."
    )
    vector = SearchVectorField(null=True, editable=False)
    words = models.TextField(blank=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="publication_name_once",
                violation_error_message="There is a publication of this name already.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="publication_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(models.Q(url=""), IsWebAddress("url"), _connector=models.Q.OR),
                name="publication_url_is_a_web_address",
                violation_error_message="The address begins with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=models.Q(accessed_on=None) | ~models.Q(url=""),
                name="publication_read_somewhere",
                violation_error_message="A day on which it was read needs the web address, too.",
            ),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="publication_vector"),
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="publication_words"),
            GinIndex(fields=["alias_keys"], name="publication_alias_keys"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="publication_words",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=PUBLICATION_WORDS,
            ),
            pgtrigger.Trigger(
                name="licensed_keeps_no_summary",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.licensed_text AND NOT OLD.licensed_text"),
                func=LICENSED_KEEPS_NO_SUMMARY,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_force(self, on: dt.date) -> EditionQuerySet:
        """Editions whose effective range holds the day; an end that is not set is open."""
        return self.filter(
            models.Q(effective_from__isnull=True) | models.Q(effective_from__lte=on),
            models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=on),
        )


class PublishedEditions(models.Manager.from_queryset(EditionQuerySet)):  # type: ignore[misc]
    """Editions as everybody sees them: no drafts."""

    def get_queryset(self) -> EditionQuerySet:
        rows: EditionQuerySet = super().get_queryset()
        return rows.filter(state="published")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Edition(models.Model):
    """One edition of a publication with the days on which it is (or was) in force, both included.

    A draft is a row of its own: of a new edition (`based_on` the one that it was copied from), which is published as it
    stands, or a correction of a published one (`corrects`), which is applied to that one and kept. `objects` leaves
    drafts out, and so does `publication.editions`; `every` has them all. Once `published_at` is set, what the edition
    is cited by changes by an act of publishing alone (triggers).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        APPLIED = "applied", "Applied correction"
        WITHDRAWN = "withdrawn", "Withdrawn draft"

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="editions")
    year = models.PositiveSmallIntegerField(help_text="The year by which it is cited.")
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True, help_text="Last day in force; empty: still in force.")
    pages = models.PositiveIntegerField("page count", null=True, blank=True)
    source = models.CharField(max_length=500, blank=True, help_text="Order or regulation that adopted it.")
    dates_confirmed = models.BooleanField(default=False, help_text="The effective dates were read in the primary text.")
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED, editable=False)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies", editable=False
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", editable=False
    )
    authors = ArrayField(
        models.BigIntegerField(), default=list, editable=False, help_text="Everybody who wrote in the draft."
    )
    note = models.TextField("what is changed, and why", max_length=2000, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublishedEditions()
    every = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["publication__name", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "year"],
                condition=models.Q(state="published"),
                name="edition_year_once",
                violation_error_message="This publication has an edition of that year already.",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_to__gte=models.F("effective_from")),
                name="edition_begins_before_it_ends",
                violation_error_message="The last day in force lies before the first.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=1900, year__lte=2100),
                name="edition_year_is_a_year",
                violation_error_message="The year lies between 1900 and 2100.",
            ),
            models.CheckConstraint(
                condition=models.Q(pages__gte=1),
                name="edition_has_pages",
                violation_error_message="The page count is 1 or more; leave it empty when it is not known.",
            ),
            ExclusionConstraint(
                name="editions_never_overlap",
                expressions=[
                    (
                        EffectiveRange(
                            "effective_from",
                            "effective_to",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("publication", RangeOperators.EQUAL),
                ],
                condition=models.Q(state="published"),
                deferrable=models.Deferrable.IMMEDIATE,  # an import may move two neighbours in one step
                violation_error_message="Another edition of this publication is in force in part of that time.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "published", "applied", "withdrawn"]),
                name="edition_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="published") | ~models.Q(authors=[]), name="draft_edition_has_an_author"
            ),
            models.CheckConstraint(
                condition=models.Q(corrects=None) | ~models.Q(state="published"), name="correction_is_applied"
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=models.Q(state="draft"), name="one_open_correction_an_edition"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="edition_by_a_second_person",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=EDITION_BY_A_SECOND_PERSON,
            ),
            pgtrigger.Trigger(
                name="published_by_an_act",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=PUBLISHED_BY_AN_ACT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication}, {self.year}"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """What decides whether a constraint holds for drafts is no field of any form, and is looked at nevertheless."""
        super().validate_constraints(exclude=set(exclude or ()) - {"state", "authors", "corrects"})
