from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models

from guidelines.models.checks import CodesAreRanges, IsWebAddress
from guidelines.models.publication import Edition
from guidelines.models.triggers import (
    LIMIT_BY_A_SECOND_PERSON,
    SECTION_BY_A_SECOND_PERSON,
    SECTION_KEEPS_THE_TREE,
    SECTION_SUMMARY_IS_OWN,
    SECTION_WORDS,
)
from guidelines.rules.icd10 import RANGE_PATTERN, backward
from guidelines.rules.limits import Limit
from guidelines.rules.pages import PAGES_PATTERN, page_range


class SectionQuerySet(models.QuerySet["Section"]):
    def with_edition(self) -> SectionQuerySet:
        return self.select_related("edition__publication")


class PublishedSections(models.Manager.from_queryset(SectionQuerySet)):  # type: ignore[misc]
    """Sections as everybody sees them: none of a draft."""

    def get_queryset(self) -> SectionQuerySet:
        rows: SectionQuerySet = super().get_queryset()
        return rows.filter(edition__state="published")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["vector", "words"],
)
class Section(models.Model):
    """A heading of an edition, as it is cited. Topics, synonyms and drugs are the house's own words, for look-up.

    `objects` leaves sections of drafts out, and so does `edition.sections`; `every` has them all. `origin` is the
    section of the former edition (or of the one corrected) that this one was copied from.
    """

    class Strength(models.TextChoices):
        """The order of 8 CCR 9792.25.1, best first."""

        REVIEW = "1a", "1a: systematic review of randomized trials"
        TRIAL = "1b", "1b: randomized trial, low risk of bias"
        BIASED_TRIAL = "1c", "1c: randomized trial, risk of bias"
        COHORT = "2", "2: non-randomized cohort"
        CASE_CONTROL = "3", "3: case-control study"
        CASE_SERIES = "4", "4: case series"
        OPINION = "5", "5: expert opinion"

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sections")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField(default=0, help_text="Place in the table of contents.")
    heading = models.CharField(max_length=500, help_text="As it is cited.")
    pages = models.CharField(
        max_length=20, blank=True, validators=[RegexValidator(PAGES_PATTERN, 'Pages are written "98" or "98-99".')]
    )
    topics = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Own words: synonyms, abbreviations, drugs (brand and generic).",
    )
    synonyms = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, help_text="Other words for the heading itself."
    )
    drugs = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, help_text="Drugs treated of, brand and generic."
    )
    icd10_ranges = ArrayField(
        models.CharField(
            max_length=20, validators=[RegexValidator(RANGE_PATTERN, 'Codes are written "M54.5" or "M54-M54.9".')]
        ),
        default=list,
        blank=True,
        verbose_name="ICD-10 ranges",
    )
    body_parts = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    service_categories = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    specialties = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    summary = models.TextField(blank=True, max_length=4000, help_text="In own words; never where the text is licensed.")
    strength_of_evidence = models.CharField(
        max_length=2, choices=Strength, blank=True, help_text="The best evidence behind what it recommends."
    )
    deep_link = models.URLField(
        "link to the licensed source",
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="Where a subscriber reads the text; http or https.",
    )
    origin = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    vector = SearchVectorField(null=True, editable=False)
    words = models.TextField(blank=True, editable=False)

    objects = PublishedSections()
    every = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "position", "heading"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "parent", "heading"],
                name="section_heading_once",
                nulls_distinct=False,
                violation_error_message="This edition has that heading already.",
            ),
            models.CheckConstraint(condition=~models.Q(heading=""), name="section_has_a_heading"),
            models.CheckConstraint(
                condition=CodesAreRanges("icd10_ranges"),
                name="section_codes_are_icd10",
                violation_error_message='ICD-10 codes are written "M54.5" or "M54-M54.9".',
            ),
            models.CheckConstraint(
                condition=models.Q(models.Q(deep_link=""), IsWebAddress("deep_link"), _connector=models.Q.OR),
                name="section_link_is_a_web_address",
                violation_error_message="The link begins with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=models.Q(strength_of_evidence__in=["", "1a", "1b", "1c", "2", "3", "4", "5"]),
                name="section_strength_is_known",
            ),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="section_vector"),
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="section_words"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="section_by_a_second_person",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=SECTION_BY_A_SECOND_PERSON,
            ),
            pgtrigger.Trigger(
                name="section_words",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=SECTION_WORDS,
            ),
            pgtrigger.Trigger(
                name="section_summary_is_own",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.summary <> ''"),
                func=SECTION_SUMMARY_IS_OWN,
            ),
            pgtrigger.Trigger(
                name="section_keeps_the_tree",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.parent_id IS NOT NULL"),
                func=SECTION_KEEPS_THE_TREE,
                declare=[("ancestor", "bigint"), ("ancestor_edition", "bigint")],
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    def clean(self) -> None:
        """The same rules as the triggers, said beside the field."""
        problems: dict[str, str] = {}
        edition = self.edition if self.edition_id else None
        if edition and self.summary and edition.publication.licensed_text:
            problems["summary"] = "The text of this publication is licensed: keep topic words, no summary."
        if edition and self.parent and self.parent.edition_id != edition.pk:
            problems["parent"] = "The section above belongs to another edition."
        span = page_range(self.pages)
        if edition and span and edition.pages and span[1] > edition.pages:
            problems["pages"] = f"The edition has {edition.pages} pages; page {span[1]} lies outside."
        if wrong := backward(self.icd10_ranges):
            problems["icd10_ranges"] = f"“{wrong}” ends before it begins."
        if problems:
            raise ValidationError(problems)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SectionLimit(models.Model):
    """A number that a section recommends: "9-10 visits over 8 weeks" for a condition."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="limits")
    condition = models.CharField(max_length=200, blank=True, help_text='"myalgia and myositis"; empty: any.')
    unit = models.CharField(max_length=50, help_text='"visits", "days", "injections".')
    minimum = models.PositiveIntegerField("min", null=True, blank=True)
    maximum = models.PositiveIntegerField("max", null=True, blank=True)
    weeks = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["section", "condition", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["section", "condition", "unit"], name="section_limit_once"),
            models.CheckConstraint(
                condition=models.Q(maximum__gte=models.F("minimum")),
                name="section_limit_min_is_least",
                violation_error_message="The most is less than the least.",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=False) | models.Q(maximum__isnull=False),
                name="section_limit_has_a_number",
                violation_error_message="A limit needs a least or a most.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="limit_by_a_second_person",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=LIMIT_BY_A_SECOND_PERSON,
            )
        ]

    def __str__(self) -> str:
        return self.as_limit.in_words

    @property
    def as_limit(self) -> Limit:
        return Limit(self.unit, self.minimum, self.maximum, self.weeks, self.condition)

    @classmethod
    def of(cls, section_id: int, limit: Limit) -> SectionLimit:
        return cls(
            section_id=section_id, condition=limit.condition, unit=limit.unit, minimum=limit.minimum,
            maximum=limit.maximum, weeks=limit.weeks,
        )  # fmt: skip
