from __future__ import annotations

import uuid
from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from cases.rules.names import name_key


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def named(self, name: str) -> OrganizationQuerySet:
        """Organizations whose name or alias is exactly `name`, case, punctuation and spacing apart."""
        key = name_key(name)
        return self.standing().filter(Q(key=key) | Q(aliases__key=key)).distinct()

    def standing(self) -> OrganizationQuerySet:
        """Those that were not merged into another one."""
        return self.filter(merged_into=None)


#: Whatever changes what a name means changes this stamp, so that a process knows when to read the register anew.
_NEW_STAMP = """
    INSERT INTO cases_registerstamp (id, stamp) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;
"""


def _stamps(name: str, operation: Any, *, among: str = "", **rows: str) -> pgtrigger.Trigger:
    """Once a statement, not once a row. among: only when one of these rows is the register's."""
    func = f"IF {among} THEN {_NEW_STAMP} END IF; RETURN NULL;" if among else f"{_NEW_STAMP} RETURN NULL;"
    return pgtrigger.Trigger(
        name=name, operation=operation, when=pgtrigger.After, level=pgtrigger.Statement, func=func,
        referencing=pgtrigger.Referencing(**rows) if rows else None,  # type: ignore[no-untyped-call]
    )  # fmt: skip


_NEW_ONE = "EXISTS (SELECT 1 FROM new_rows WHERE registered OR merged_into_id IS NOT NULL)"
_OLD_ONE = "EXISTS (SELECT 1 FROM old_rows WHERE registered OR merged_into_id IS NOT NULL)"


@pghistory.track(model_name="OrganizationHistory")
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
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged",
        help_text="The organization that this one turned out to be; the row stays, so that it can be undone.",
    )  # fmt: skip

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(OpClass(F("key"), "gin_trgm_ops"), name="organization_key_alike"),
            models.Index(fields=["id"], name="organization_registered", condition=Q(registered=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="organization_not_merged_into_itself"),
        ]
        triggers = [
            _stamps("register_new_entry", pgtrigger.Insert, among=_NEW_ONE, new="new_rows"),
            _stamps(
                "register_entry_changes",
                pgtrigger.Update,
                among=f"{_NEW_ONE} OR {_OLD_ONE}",
                old="old_rows",
                new="new_rows",
            ),
            _stamps("register_entry_goes", pgtrigger.Delete, among=_OLD_ONE, old="old_rows"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="OrganizationAliasHistory")
class OrganizationAlias(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300, unique=True)

    class Meta:
        indexes = [GinIndex(OpClass(F("key"), "gin_trgm_ops"), name="alias_key_alike")]
        triggers = [
            _stamps("register_alias", pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name


#: One writer of parents at a time, else two that each see no ring could close one together.
_NO_RING = """
    PERFORM pg_advisory_xact_lock(hashtextextended('cases.organization_parents', 0));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT link.parent_id FROM cases_organizationparent link JOIN above ON link.child_id = above.id
            WHERE link.id <> NEW.id
        )
        SELECT 1 FROM above WHERE id = NEW.child_id
    ) THEN
        RAISE EXCEPTION 'organization % would belong to itself', NEW.child_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_parents_form_no_ring';
    END IF;
    RETURN NEW;
"""


@pghistory.track(model_name="OrganizationParentHistory")
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
        triggers = [
            pgtrigger.Trigger(
                name="parents_form_no_ring", operation=pgtrigger.Insert | pgtrigger.Update, when=pgtrigger.Before,
                func=_NO_RING,
            ),
            _stamps("register_parent", pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.child} of {self.parent}"


class RegisterStamp(models.Model):
    """One row; its stamp changes with every change of the register."""

    stamp = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.stamp)
