"""The drug list in the admin site: found, filtered, typed; files and the history have pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from common.actor import Actor
from guidelines.admin_base import ServedAdmin
from guidelines.forms.drug_list import DrugForm, DrugListForm
from guidelines.models import FormularyDrug, FormularyEdition
from guidelines.services.drug_list.editing import LIST_FACTS, remove_drug


class ToBeConfirmed(admin.SimpleListFilter):
    """A line counts as read when it is marked, or the whole list is."""

    title = "to be confirmed"
    parameter_name = "unread"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "To be confirmed"), ("no", "Confirmed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FormularyDrug]) -> QuerySet[FormularyDrug]:
        read = Q(confirmed=True) | Q(edition__dates_confirmed=True)
        if self.value() == "yes":
            return queryset.exclude(read)
        return queryset.filter(read) if self.value() == "no" else queryset


@admin.register(FormularyDrug)
class FormularyDrugAdmin(ServedAdmin):
    form = DrugForm
    history_page = "library:drug_history"
    list_display = ("name", "brands", "status_word", "special", "perioperative", "reference_guideline", "read")
    list_filter = ("status", ToBeConfirmed, "special_fill", "perioperative_fill", "edition")
    list_select_related = ("edition",)
    search_fields = ("ingredient", "brand_names__icontains", "drug_class", "dosage_form", "reference_guideline")
    search_help_text = "Ingredient, brand, class, form or guideline"
    actions = ["take_out"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            "edition", "ingredient", "brand_names", "dosage_form", "drug_class", "status", "special_fill",
            "special_fill_days", "perioperative_fill", "perioperative_fill_days", "reference_guideline", "dosage_note",
            "confirmed", *(["seen"] if obj else []),
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("edition",) if obj else ()

    @display(description="drug", ordering="ingredient")
    def name(self, row: FormularyDrug) -> str:
        return str(row)

    @display(description="brands")
    def brands(self, row: FormularyDrug) -> str:
        return ", ".join(row.brand_names) or "–"

    @display(
        description="status", ordering="status",
        label={"Exempt": "success", "Non-exempt": "warning", "Unlisted": "danger"},
    )  # fmt: skip
    def status_word(self, row: FormularyDrug) -> str:
        return row.get_status_display()

    @display(description="special fill")
    def special(self, row: FormularyDrug) -> str:
        return _fill(row.special_fill, row.special_fill_days)

    @display(description="perioperative fill")
    def perioperative(self, row: FormularyDrug) -> str:
        return _fill(row.perioperative_fill, row.perioperative_fill_days)

    @display(description="confirmed", boolean=True)
    def read(self, row: FormularyDrug) -> bool:
        return row.confirmed or row.edition.dates_confirmed

    @admin.action(description="Take the chosen drugs out of their list")
    def take_out(self, request: HttpRequest, queryset: QuerySet[FormularyDrug]) -> None:
        total = len(queryset)
        for row in queryset:
            remove_drug(pk=row.pk, actor=Actor.of(request.user))
        told = f"Taken out: {total}. The history of the list can bring them back."
        self.message_user(request, told, messages.SUCCESS)


def _fill(given: bool, days: int | None) -> str:
    return f"{days} days" if given and days else "yes" if given else "–"


@admin.register(FormularyEdition)
class FormularyEditionAdmin(ServedAdmin):
    form = DrugListForm
    history_page = "library:drugs_history"
    list_display = ("name", "effective_from", "effective_to", "source", "dates_confirmed")
    search_fields = ("name", "source")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*LIST_FACTS, *(["seen"] if obj else [])]
