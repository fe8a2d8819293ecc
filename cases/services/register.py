"""The register of organizations as the rules of names use it: read once, and again after every change of it."""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict

from cases.models import Organization, OrganizationAlias, OrganizationParent, RegisterStamp
from cases.rules.naming.register import Entry, Link, Register

_lock = threading.Lock()
_kept: tuple[uuid.UUID | None, Register] | None = None


def current_register() -> Register:
    """The register of this moment; one statement while nothing changed. Organizations merely typed are not in it."""
    global _kept  # noqa: PLW0603 - one register per process
    stamp = RegisterStamp.objects.values_list("stamp", flat=True).first()
    with _lock:
        if _kept is None or stamp is None or _kept[0] != stamp:
            _kept = (stamp, _read())
        return _kept[1]


def _read() -> Register:
    names: dict[int, list[str]] = defaultdict(list)
    for organization, alias in OrganizationAlias.objects.order_by("pk").values_list("organization_id", "name"):
        names[organization].append(alias)
    rows = Organization.objects.standing().filter(registered=True).order_by("pk")
    entries = [
        Entry(pk, name, kind, (name, *names.get(pk, ()))) for pk, name, kind in rows.values_list("pk", "name", "kind")
    ]
    links = OrganizationParent.objects.order_by("pk").values_list("child_id", "parent_id", "from_date", "to_date")
    merged = Organization.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")
    return Register(entries, (Link(*link) for link in links), dict(merged))
