"""The register of organizations: finding an organization by any of its names, adding what is typed first in a case."""

from __future__ import annotations

from collections.abc import Iterable

from cases.models import Organization
from cases.rules.names import ORGANIZATION_KEY_LENGTH, name_key
from cases.services.alike_names import look_for_pairs
from common.errors import InputRefusal


def find_or_add(names: Iterable[str], *, kinds: dict[str, str] | None = None, source: str) -> dict[str, Organization]:
    """Each name as typed -> its organization; a name that nobody knows becomes an unregistered entry.

    kinds:  name -> kind for a new entry. source: where the name was first typed.
    Names are taken in one fixed order, so that two intakes at once never wait for one another in a ring.
    Raises InputRefusal for a name without a letter or figure.
    """
    found: dict[str, Organization] = {}
    by_key: dict[str, Organization] = {}
    for key, name in sorted((name_key(name), name) for name in set(names)):
        if not key or len(key) > ORGANIZATION_KEY_LENGTH:
            raise InputRefusal("organization.name", f"{name!r} is no name of an organization.")
        if key not in by_key:
            by_key[key] = Organization.objects.named(name).order_by("pk").first() or _add(
                name, key, kinds or {}, source
            )
        found[name] = by_key[key]
    return found


def _add(name: str, key: str, kinds: dict[str, str], source: str) -> Organization:
    organization, created = Organization.objects.get_or_create(
        key=key,
        defaults={"name": name.strip(), "kind": kinds.get(name, Organization.Kind.OTHER), "source": source},
    )
    if created:
        look_for_pairs(organization)
    return organization
