"""Desks and links: what each room offers to whom. Rooms above register theirs in AppConfig.ready."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.roles import RIGHTS, ROLE_ORDER, ROLES


@dataclass(frozen=True)
class Desk:
    """Where the people of a role begin."""

    role: str
    url_name: str
    label: str


@dataclass(frozen=True)
class Link:
    """One entry of the navigation, for those who hold `right`."""

    right: str
    label: str
    url_name: str
    group: str
    key: str = ""
    beside: tuple[str, ...] = ()


#: Groups of links as they stand in the bar; a group that is not named here comes first.
GROUP_ORDER = ("Reviews", "Letters", "Guidelines", "Accounts", "Site")

_DESKS: dict[str, Desk] = {}
_LINKS: dict[str, Link] = {}


def register_desk(role: str, url_name: str, label: str) -> None:
    """Make `url_name` (without arguments) the desk of `role`; a second call replaces the first."""
    if role not in ROLES:
        raise ValueError(f"unknown role: {role}")
    _DESKS[role] = Desk(role, url_name, label)


def register_link(
    right: str, label: str, url_name: str, group: str = "", key: str = "", beside: tuple[str, ...] = ()
) -> None:
    """Show a link to `url_name` (without arguments) to everybody who holds `right`, under the heading `group`.

    key: the letter that opens it after g on the keyboard. beside: pages (without arguments) that one comes to from
    there although their address begins otherwise; on them and below them the link is where one is.
    """
    if right not in RIGHTS:
        raise ValueError(f"unknown right: {right}")
    _LINKS[url_name] = Link(right, label, url_name, group, key, beside)


def desks_of(roles: frozenset[str]) -> list[Desk]:
    """The desks of these roles in the order of `ROLE_ORDER`; roles without a desk so far are left out."""
    return [_DESKS[role] for role in ROLE_ORDER if role in roles and role in _DESKS]


def links_of(rights: frozenset[str]) -> list[Link]:
    """The links that these rights open: what is worked on first, the house's own upkeep last."""
    opened = [link for link in _LINKS.values() if link.right in rights]
    return sorted(opened, key=lambda link: GROUP_ORDER.index(link.group) if link.group in GROUP_ORDER else -1)
