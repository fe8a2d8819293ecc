"""The register of organizations: finding an organization by any of its names, adding what is typed first in a case."""

from __future__ import annotations

from collections.abc import Iterable

from cases.models import Organization, OrganizationAlias
from cases.rules.names import ORGANIZATION_KEY_LENGTH, name_key
from cases.services.alike_names import look_for_pairs
from common.errors import InputRefusal


def find_or_add(names: Iterable[str], *, kinds: dict[str, str] | None = None, source: str) -> dict[str, Organization]:
    """Each name as typed -> its organization; a name that nobody knows becomes an unregistered entry.

    kinds:  name -> kind for a new entry. source: where the name was first typed.
    New names are added in one fixed order, so that two intakes at once never wait for one another in a ring.
    Constant statements, however many names. Raises InputRefusal for a name without a letter or figure.
    """
    keys = {name: key_of(name) for name in names}
    if not keys:
        return {}
    found = _by_key(set(keys.values()))
    new: dict[str, Organization] = {}
    for name, key in sorted(keys.items(), key=lambda one: (one[1], one[0])):
        if key not in found and key not in new:
            kind = (kinds or {}).get(name, Organization.Kind.OTHER)
            new[key] = Organization(key=key, name=name.strip(), kind=kind, source=source)
    if new:
        # Somebody else may be adding the same name: this waits for the other and takes what is there then.
        Organization.objects.bulk_create(new.values(), ignore_conflicts=True)
        found |= _by_key(set(new))
        look_for_pairs([found[key] for key in new])
    return {name: found[key] for name, key in keys.items()}


def key_of(name: str) -> str:
    """The name folded. Raises InputRefusal for a name without a letter or figure."""
    key = name_key(name)
    if not key or len(key) > ORGANIZATION_KEY_LENGTH:
        raise InputRefusal("organization.name", f"{name!r} is no name of an organization.")
    return key


def _by_key(keys: set[str]) -> dict[str, Organization]:
    """The organizations that go by one of the names; the earliest where an alias and a name meet."""
    found = [(one.key, one) for one in Organization.objects.standing().filter(key__in=keys)]
    aliases = OrganizationAlias.objects.filter(key__in=keys).select_related("organization")
    found += [(alias.key, alias.organization) for alias in aliases]
    return dict(sorted(found, key=lambda one: -one[1].pk))
