"""The days that the house closes or opens against the rules of the calendars."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from cases.forms.holidays import HolidayOverrideForm
from cases.models import HolidayOverride
from cases.services.deadlines.recomputing import notice_changed_rules
from guidelines.admin_base import LibraryAdmin


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(LibraryAdmin):
    """Every open clock is worked out again after each change."""

    form = HolidayOverrideForm
    list_display = ("day", "name", "kind", "calendar", "jurisdiction", "source")
    list_filter = ("jurisdiction", "calendar", "kind")
    search_fields = ("name", "source")
    date_hierarchy = "day"

    def _may(self, request: HttpRequest) -> bool:
        return bool(request.user.has_right("manage_rules"))  # type: ignore[union-attr]

    def save_model(self, request: HttpRequest, obj: HolidayOverride, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        notice_changed_rules(now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: HolidayOverride) -> None:
        super().delete_model(request, obj)
        notice_changed_rules(now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        notice_changed_rules(now=timezone.now())
