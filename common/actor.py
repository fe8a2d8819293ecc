"""Who acts, and why: handed to every service, written into the history by `acting`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pghistory

#: The role of commands and tasks. No person can hold it.
SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """A person signed in, or a command or task of the site.

    name is what the history shows; roles are keys of `accounts.roles` (or SYSTEM alone).
    """

    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    user_id: int | None = None

    @classmethod
    def of(cls, user: Any) -> Actor:
        """The actor for a signed-in user (needs `email` and `role_names`)."""
        return cls(name=user.email, roles=frozenset(user.role_names), user_id=user.pk)

    @classmethod
    def system(cls, name: str) -> Actor:
        """The actor for a command or task, named as in the history: "import_cases"."""
        return cls(name=name, roles=frozenset({SYSTEM}))

    def has_any(self, roles: frozenset[str] | set[str]) -> bool:
        return SYSTEM in self.roles or bool(self.roles & roles)


@contextmanager
def acting(actor: Actor, cause: str) -> Iterator[None]:
    """Everything that the database writes inside is put down in the history to `actor` for `cause`.

    pghistory's context is thread-local: commands, tasks and threads each open their own.
    """
    with pghistory.context(actor=actor.name, user=actor.user_id, cause=cause):
        yield
