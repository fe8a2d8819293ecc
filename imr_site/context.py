"""What every page of the site may read besides its own facts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from imr_site.theme import COOKIE, THEMES


def theme(request: HttpRequest) -> dict[str, Any]:
    """`theme`: "light", "dark" or "auto" (as the system says), as remembered in the cookie."""
    remembered = request.COOKIES.get(COOKIE, "")
    return {"theme": remembered if remembered in THEMES else "auto"}
