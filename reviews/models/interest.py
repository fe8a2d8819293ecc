from __future__ import annotations

import pghistory
from django.db import models

from cases.models import Organization
from reviews.models.reviewer import Dated, Reviewer


@pghistory.track(model_name="AffiliationHistory")
class Affiliation(Dated):
    class Role(models.TextChoices):
        EMPLOYEE = "employee", "Employee"
        OWNER = "owner", "Owner"
        PARTNER = "partner", "Partner"
        CONTRACTOR = "contractor", "Contractor"
        OFFICER = "officer", "Officer"
        DIRECTOR = "director", "Director"
        SHAREHOLDER = "shareholder", "Shareholder"
        CONSULTANT = "consultant", "Consultant"
        SPEAKER = "speaker", "Speaker"
        STAFF_PRIVILEGES = "staff_privileges", "Staff privileges"
        FAMILY_MEMBER_WORKS_THERE = "family_member_works_there", "Family member works there"
        FAMILY_MEMBER_OWNS = "family_member_owns", "Family member owns a part"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="affiliations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="affiliations")
    organization_name = models.CharField(max_length=300, help_text="As typed.")
    role = models.CharField(max_length=30, choices=Role)
    income_share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.organization_name}"


@pghistory.track(model_name="RelationHistory")
class Relation(Dated):
    """A person close to the reviewer. Family and care never end; other ties count for a time after theirs."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", "Spouse"
        CHILD = "child", "Child"
        PARENT = "parent", "Parent"
        SIBLING = "sibling", "Sibling"
        PARENT_IN_LAW = "parent_in_law", "Spouse's parent"
        CHILD_IN_LAW = "child_in_law", "Child's spouse"
        GUARDIAN = "guardian", "Guardian"
        HOUSEHOLD = "household", "Same household"
        FORMER_PATIENT = "former_patient", "Former patient"
        BUSINESS_PARTNER = "business_partner", "Business partner"
        CO_AUTHOR = "co_author", "Co-author"
        CO_INVESTIGATOR = "co_investigator", "Co-investigator"
        SUPERVISOR = "supervisor", "Supervisor"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="relations")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=20, choices=Kind)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.first_name} {self.last_name}"


@pghistory.track(model_name="ProductInterestHistory")
class ProductInterest(Dated):
    class Kind(models.TextChoices):
        DEVELOPMENT = "development", "Development"
        ROYALTY = "royalty", "Royalty"
        EQUITY = "equity", "Equity"
        CONSULTING = "consulting", "Consulting"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="product_interests")
    name = models.CharField(max_length=300)
    manufacturer = models.CharField(max_length=300, blank=True)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="The manufacturer."
    )
    kind = models.CharField(max_length=12, choices=Kind)
    income_share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"
