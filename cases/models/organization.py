from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.rules.names import name_key


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def named(self, name: str) -> OrganizationQuerySet:
        """Organizations whose name or alias is exactly `name`, case, punctuation and spacing apart."""
        key = name_key(name)
        return self.filter(Q(key=key) | Q(aliases__key=key)).distinct()


class Organization(models.Model):
    """A company or public body, one row each, known by its name and aliases."""

    class Kind(models.TextChoices):
        CARRIER = "carrier", "Insurance carrier"
        ADMINISTRATOR = "administrator", "Claims administrator"
        EMPLOYER = "employer", "Employer"
        HEALTH_SYSTEM = "health_system", "Health system"
        HOSPITAL = "hospital", "Hospital"
        MEDICAL_GROUP = "medical_group", "Medical group"
        MANUFACTURER = "manufacturer", "Manufacturer"
        LAW_FIRM = "law_firm", "Law firm"
        PUBLIC_ENTITY = "public_entity", "Public entity"
        OTHER = "other", "Other"

    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300, unique=True, help_text="The name folded for comparing.")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    npi = models.CharField("NPI", max_length=10, blank=True)
    addresses = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=500, help_text="Where the entry comes from.")
    registered = models.BooleanField(
        default=False, help_text="From the register; otherwise first typed in a case or profile and not yet confirmed."
    )

    objects = OrganizationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class OrganizationAlias(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.name


class OrganizationParent(models.Model):
    """`child` belonged to `parent` in a period; no end means it still does."""

    child = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="child_links")
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(child=F("parent")), name="organization_is_not_its_own_parent"),
            models.UniqueConstraint(fields=["child", "parent"], name="organization_parent_once"),
            models.CheckConstraint(
                condition=Q(from_date=None) | Q(to_date=None) | Q(to_date__gte=F("from_date")),
                name="organization_parent_period_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} of {self.parent}"
