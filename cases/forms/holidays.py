from __future__ import annotations

from typing import Any

from django import forms

from cases.models import HolidayOverride
from cases.services import jurisdictions
from common.errors import Refusal


class HolidayOverrideForm(forms.ModelForm):
    """Only calendars that the jurisdiction has."""

    class Meta:
        model = HolidayOverride
        fields = ("jurisdiction", "calendar", "day", "kind", "name", "source")

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("jurisdiction") and typed.get("calendar"):
            try:
                jurisdictions.calendar(jurisdictions.jurisdiction(typed["jurisdiction"]), typed["calendar"])
            except Refusal as refusal:
                field = "calendar" if refusal.rule == "clock.calendar" else "jurisdiction"
                self.add_error(field, refusal.message)
        return typed
