"""Pages in the look of the admin site."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def admin_page(request: HttpRequest, template: str, *, title: str, status: int = 200, **page: Any) -> HttpResponse:
    """A page of ours inside the admin site's frame."""
    return render(
        request, f"guidelines/admin/{template}.html", {**admin.site.each_context(request), "title": title, **page},
        status=status,
    )  # fmt: skip
