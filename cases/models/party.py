from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.organization import Organization
from cases.models.person import Address, Person


@pghistory.track(model_name="PartyHistory")
class Party(Address):
    """An organization or person with a part in the case. Conflicts are found against every one of them."""

    class Role(models.TextChoices):
        EMPLOYER = "employer", "Employer"
        INSURER = "insurer", "Insurer"
        CLAIMS_ADMINISTRATOR = "claims_administrator", "Claims administrator"
        MPN = "mpn", "Medical provider network"
        UTILIZATION_REVIEWER = "utilization_reviewer", "Utilization reviewer"
        REQUESTING_PHYSICIAN = "requesting_physician", "Requesting physician"
        MEDICAL_GROUP = "medical_group", "Medical group"
        FACILITY = "facility", "Facility"
        MANUFACTURER = "manufacturer", "Manufacturer"
        WORKER_ATTORNEY = "worker_attorney", "Worker's attorney"
        REPRESENTATIVE = "representative", "Representative"
        EMPLOYER_OFFICER = "employer_officer", "Officer of the employer"
        WORKER_FAMILY = "worker_family", "Family of the worker"

    class Service(models.TextChoices):
        MAIL = "mail", "Mail"
        ELECTRONIC = "electronic", "Electronic"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=25, choices=Role)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    organization_name = models.CharField(max_length=300, blank=True, help_text="As typed.")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    designated_on = models.DateField(null=True, blank=True)
    serve_by = models.CharField(max_length=12, choices=Service, blank=True)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["person", "case"], name="party_physician_search", condition=Q(role="requesting_physician")
            ),
            models.Index(
                fields=["organization", "case"], name="party_administrator", condition=Q(role="claims_administrator")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(person__isnull=False), name="party_is_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        person = str(self.person) if self.person else ""
        return self.shown_name(person, self.organization_name or str(self.organization or ""))

    @staticmethod
    def shown_name(person: str, organization: str) -> str:
        return ", ".join(filter(None, [person, organization]))
