from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from reviews.models.review import ItemReview

#: A look-up belongs to a review that is being written; the share lock keeps its submission waiting until this is in.
_REVIEW_IS_OPEN = """
    PERFORM 1 FROM reviews_review r JOIN reviews_itemreview i ON i.review_id = r.id
        WHERE i.id = NEW.item_review_id AND r.submitted_at IS NULL FOR SHARE OF r;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'look-ups: the review is submitted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'look_ups_while_the_review_is_open';
    END IF;
    RETURN NEW;
"""


def only_while_open(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(name=name, operation=pgtrigger.Insert, when=pgtrigger.Before, func=_REVIEW_IS_OPEN)


class LookUp(models.Model):
    """One step of the search really made for an item (8 CCR 9792.21.1(d)). Never changed.

    searched: words and the number of results of that step's sources; opened and cited: what it was, as labelled then;
    outside: a source that the library does not hold, told by the reviewer (`about`: the step it was copied from);
    taken back: that a step told so (`about`) does not count.
    """

    class Step(models.IntegerChoices):
        MTUS = 1, "MTUS"
        ACOEM_ODG = 2, "Current ACOEM or ODG"
        OTHER_GUIDELINES = 3, "Other nationally recognized guidelines"
        STUDIES = 4, "Peer-reviewed studies"

    class Kind(models.TextChoices):
        SEARCHED = "searched", "Searched"
        OPENED = "opened", "Opened"
        CITED = "cited", "Cited"
        OUTSIDE = "outside", "Looked up outside the library"
        TAKEN_BACK = "taken_back", "Taken back"

    item_review = models.ForeignKey(ItemReview, on_delete=models.PROTECT, related_name="look_ups")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    step = models.PositiveSmallIntegerField(choices=Step)
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.CharField(max_length=2000, blank=True)
    results = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=1000, blank=True)
    section_id_in_library = models.BigIntegerField(null=True, blank=True)
    place = models.CharField(max_length=500, blank=True, help_text="Outside the library: address, database or edition.")
    looked_on = models.DateField(null=True, blank=True)
    gave = models.CharField(max_length=2000, blank=True, help_text="Outside the library: what it gave.")
    about = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(kind="searched") & ~models.Q(words=""))
                | (models.Q(kind__in=["opened", "cited"]) & ~models.Q(label=""))
                | (
                    models.Q(kind="outside", looked_on__isnull=False)
                    & ~models.Q(label="")
                    & ~models.Q(place="")
                    & ~models.Q(gave="")
                )
                | models.Q(kind="taken_back", about__isnull=False),
                name="look_up_says_what",
            ),
            models.UniqueConstraint(
                fields=["about"], condition=models.Q(kind="taken_back"), name="look_up_taken_back_once"
            ),
            models.CheckConstraint(condition=models.Q(step__in=[1, 2, 3, 4]), name="look_up_step_is_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="look_up_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            only_while_open("look_up_while_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words or self.label}"


class ConfirmedSequence(models.Model):
    """The search sequence of an item as its reviewer confirmed it, beside what the record proposed; newest counts."""

    item_review = models.ForeignKey(ItemReview, on_delete=models.PROTECT, related_name="sequences")
    proposed = models.TextField(blank=True, help_text="Told from the look-ups, before the reviewer's changes.")
    text = models.TextField(help_text="As confirmed; goes into the determination's document.")
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="confirmed_sequence_says_something"),
        ]
        triggers = [
            pgtrigger.Protect(name="confirmed_sequence_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            only_while_open("sequence_while_open"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_amended(self) -> bool:
        return self.text != self.proposed
