from __future__ import annotations

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F
from django.db.models.functions import Upper

from cases.models.past import past_only


class Address(models.Model):
    """Postal address; every part may be unknown."""

    line1 = models.CharField("street", max_length=200, blank=True)
    line2 = models.CharField("street, second line", max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip = models.CharField("ZIP", max_length=10, blank=True)

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        town = " ".join(
            filter(None, [f"{self.city}," if self.city and self.state else self.city, self.state, self.zip])
        )
        return [line for line in (self.line1, self.line2, town) if line]


@pghistory.track(*past_only(), model_name="WorkerHistory")
class Worker(Address):
    """The injured worker of one case. The same person in another case is another row until identities are joined."""

    class Sex(models.TextChoices):
        MALE = "male", "Male"
        FEMALE = "female", "Female"
        OTHER = "other", "Other"

    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    language = models.CharField(max_length=10, default="en")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["birth_date"], name="worker_birth_date"),
            GinIndex(OpClass(Upper("last_name"), "gin_trgm_ops"), name="worker_last_name_alike"),
            GinIndex(OpClass(Upper("first_name"), "gin_trgm_ops"), name="worker_first_name_alike"),
        ]

    def __str__(self) -> str:
        return self.full_name or "Name not known"

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, [self.first_name, self.last_name]))


@pghistory.track(*past_only(), model_name="PersonHistory")
class Person(models.Model):
    """A person who is a party: physician, attorney, representative, officer, family."""

    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    npi = models.CharField("NPI", max_length=10, blank=True, db_index=True)
    specialty = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=200, db_index=True, help_text="The name folded for comparing.")

    class Meta:
        indexes = [
            GinIndex(
                OpClass(Upper("first_name"), name="gin_trgm_ops"),
                OpClass(Upper("last_name"), name="gin_trgm_ops"),
                name="person_name_search",
            ),
            GinIndex(OpClass(F("key"), "gin_trgm_ops"), name="person_key_alike"),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.first_name, self.last_name]))
