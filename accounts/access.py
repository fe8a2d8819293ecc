"""Doors: every view says which right opens it; a view that says nothing stays shut (see accounts.middleware)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from accounts.roles import RIGHTS
from common.errors import RightRefusal

View = TypeVar("View", bound=Callable[..., HttpResponse])

#: Markers for doors that no single right guards.
PUBLIC = "public"  # anybody, signed in or not
SIGNED_IN = "signed in"  # any person with an account; the view looks at the object itself


def needs(*rights: str) -> Callable[[View], View]:
    """Open the view to people who hold at least one of `rights` (keys of RIGHTS), or PUBLIC, or SIGNED_IN.

    Raises RightRefusal inside the request, which becomes a page that says so.
    """
    unknown = set(rights) - set(RIGHTS) - {PUBLIC, SIGNED_IN}
    if unknown or not rights:
        raise ValueError(f"unknown rights: {sorted(unknown)}")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if SIGNED_IN not in rights and not any(request.user.has_right(right) for right in rights):
                wanted = " or ".join(RIGHTS[right].lower() for right in rights)
                raise RightRefusal(
                    "access.right", f"Your role does not let you do this. It needs the right to {wanted}."
                )
            return view(request, *args, **kwargs)

        door = view if PUBLIC in rights else login_required(guarded)
        door.door_rights = rights  # type: ignore[union-attr, attr-defined]
        return door  # type: ignore[return-value]

    return decorate
