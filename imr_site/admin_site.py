"""The admin site: the guideline library, the holidays, the table of specialties; nothing else, and no case data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.sites import UnfoldAdminSite

#: Rooms whose models may be kept here. Libraries register theirs by themselves (groups, addresses, sessions,
#: factors): those have pages of the house, with its rules, and stay out.
ROOMS = frozenset({"guidelines"})
#: Single models of other rooms that are kept here.
KEPT = frozenset(
    {
        "cases.HolidayOverride", "reviews.SpecialtyEdition", "reviews.SpecialtyNode", "reviews.SpecialtyField",
        "reviews.SpecialtyList",
    }
)  # fmt: skip
#: One of these rights, and `is_staff`, opens the admin site.
RIGHTS = ("edit_guidelines", "publish_guidelines", "manage_people", "manage_rules")


class HouseAdminSite(UnfoldAdminSite):
    """Opens by right and takes the library's models only. Sign-in and passwords are allauth's (accounts.admin)."""

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        kept = [model for model in models if model._meta.app_label in ROOMS or model._meta.label in KEPT]
        if kept:
            super().register(kept, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(
            user.is_active and getattr(user, "is_staff", False) and any(user.has_right(right) for right in RIGHTS)
        )

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_logout")
