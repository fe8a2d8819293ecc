"""Editions of the table of specialties that are made in the admin site. A published one never changes."""

from __future__ import annotations

import datetime as dt

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

#: A row of a published edition stays as it is. The share lock keeps the edition a draft until the row is written.
_ROWS_STAY = """
    PERFORM 1 FROM reviews_specialtyedition e
        WHERE e.id IN (NEW.edition_id, OLD.edition_id) AND e.published_at IS NOT NULL FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'specialties: a published edition stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_specialties_stay';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


def _rows_stay(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=_ROWS_STAY,
    )


def _words(label: str, help_text: str = "") -> models.TextField[str, str]:
    return models.TextField(label, blank=True, help_text=help_text or "Separated by commas, in the singular.")


class SpecialtyEditionQuerySet(models.QuerySet["SpecialtyEdition"]):
    def in_force(self, on: dt.date) -> SpecialtyEditionQuerySet:
        """The one published edition that holds on the day, if any; the shipped one holds before."""
        return self.filter(published_at__isnull=False, effective_from__lte=on).order_by("-effective_from")[:1]


@pghistory.track(model_name="SpecialtyEditionHistory")
class SpecialtyEdition(models.Model):
    """Which specialties are the same or similar, from a day on. A draft until it is published."""

    name = models.CharField(max_length=100, unique=True)
    effective_from = models.DateField("in force from", null=True, blank=True)
    note = models.TextField(blank=True, help_text="What is changed, and why.")
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.CharField(max_length=254, blank=True, editable=False)

    objects = SpecialtyEditionQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_from", "-pk"]
        verbose_name = "edition of the specialties"
        verbose_name_plural = "editions of the specialties"
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(effective_from__isnull=False),
                name="published_specialties_have_a_day",
            ),
            models.UniqueConstraint(
                fields=["effective_from"], condition=Q(published_at__isnull=False), name="one_specialty_edition_a_day"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_edition_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="SpecialtyNodeHistory")
class SpecialtyNode(models.Model):
    """One of the public list's specialties: how it stands to the others."""

    edition = models.ForeignKey(SpecialtyEdition, on_delete=models.CASCADE, related_name="nodes")
    name = models.CharField(max_length=100, help_text="As it stands in the public decision search.")
    degree = models.CharField(max_length=10, blank=True, help_text="Who holds it, where that is no physician: DC, DPM.")
    generalist = models.BooleanField(default=False, help_text="Stands only where a field names it.")
    near = _words("siblings", "Specialties that may stand in for it, separated by commas.")
    parents = _words("parents", "The specialties that it grew out of, separated by commas.")
    aliases = _words("other names", "As rosters and requests write it, separated by commas.")

    class Meta:
        ordering = ["name"]
        verbose_name = "specialty"
        verbose_name_plural = "specialties"
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="specialty_once_an_edition")]
        triggers = [_rows_stay("specialty_stays")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="SpecialtyFieldHistory")
class SpecialtyField(models.Model):
    """A field of medicine, a service or a class of drugs: who decides it, and the words that tell it."""

    edition = models.ForeignKey(SpecialtyEdition, on_delete=models.CASCADE, related_name="fields")
    key = models.SlugField(max_length=50, help_text="A short name that stays the same from edition to edition.")
    says = models.CharField("what it is", max_length=200, help_text="Stands in the reason: “the eye”.")
    specialties = _words("who decides it", "Best first, separated by commas.")
    surgeons = _words("who operates", "Where others than these; best first.")
    with_injury = _words("who decides it beside an injury", "Of bones, joints or the back, where others than these.")
    everyday = models.BooleanField(
        "for generalists", default=False, help_text="Generalists decide it in any case; operations stay with surgeons."
    )
    beside = models.BooleanField(
        "generalists beside", default=False, help_text="Generalists stand behind for its pictures, tests and visits."
    )
    general = models.BooleanField(
        "says little alone", default=False, help_text="A body part or the diagnoses say more: a visit, a picture."
    )
    kind = models.CharField(max_length=20, blank=True, help_text="For the limits of degrees: drug, injection, psych.")
    parts = _words("body parts")
    conditions = _words("conditions")
    operations = _words("operations")
    services = _words("tests, devices and other services")
    drugs = _words("drugs")
    consults = _words("professions", "Whom one is sent to, separated by commas.")
    roots = _words("beginnings of medical words", "Such as nephr, for nephrectomy and nephritis.")
    stems = _words("endings of drug names", "Such as pril, for lisinopril.")
    categories = _words("categories", "Of the public list, as Category/Subcategory, separated by semicolons.")
    codes = _words("codes", "CPT 65091-68899; ICD H00-H59: separated by semicolons.")

    class Meta:
        ordering = ["says"]
        verbose_name = "field or service"
        verbose_name_plural = "fields and services"
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="specialty_field_once_an_edition")]
        triggers = [_rows_stay("specialty_field_stays")]

    def __str__(self) -> str:
        return self.says


@pghistory.track(model_name="SpecialtyListHistory")
class SpecialtyList(models.Model):
    """A list that belongs to no field: who decides mixed cases, what a degree does not decide, how texts are read."""

    class Group(models.TextChoices):
        SET = "sets", "Who decides"
        BARRED = "degree_not", "What a degree does not decide"
        ONLY = "degree_fields", "The only fields of a degree"
        KIND = "kinds", "Kinds of services, in words"
        READING = "reading", "How a text is read"

    edition = models.ForeignKey(SpecialtyEdition, on_delete=models.CASCADE, related_name="lists")
    group = models.CharField(max_length=20, choices=Group)
    key = models.CharField(max_length=40)
    words = _words("words", "Separated by commas.")

    class Meta:
        ordering = ["group", "key"]
        verbose_name = "list"
        verbose_name_plural = "lists"
        constraints = [models.UniqueConstraint(fields=["edition", "group", "key"], name="specialty_list_once")]
        triggers = [_rows_stay("specialty_list_stays")]

    def __str__(self) -> str:
        return f"{self.get_group_display()}: {self.key}"
