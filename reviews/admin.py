"""The table of specialties in the admin site: a draft is edited here, then published. No case data."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from common.actor import Actor
from common.errors import Refusal
from guidelines.admin_base import LibraryAdmin
from reviews.forms.specialties import NodeForm, SpecialtyFieldForm, SpecialtyListForm
from reviews.models import SpecialtyEdition, SpecialtyField, SpecialtyList, SpecialtyNode
from reviews.services.specialty_editions import RIGHT, publish, start_draft


class SpecialtyAdmin(LibraryAdmin):
    """Who may change the rules may edit drafts; a published edition can be read only."""

    def _may(self, request: HttpRequest) -> bool:
        return bool(request.user.has_right(RIGHT))  # type: ignore[union-attr]


@admin.register(SpecialtyEdition)
class SpecialtyEditionAdmin(SpecialtyAdmin):
    """Adding one copies all that is in force today; the draft is published by an action of the list."""

    list_display = ("name", "state", "effective_from", "published_at", "published_by")
    readonly_fields = ("published_at", "published_by")
    actions = ["publish_draft"]

    @display(description="state", label={"Draft": "warning", "Published": "success"})
    def state(self, row: SpecialtyEdition) -> str:
        return "Published" if row.published_at else "Draft"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the deleting of many: a published one would be among them."""
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request: HttpRequest, obj: SpecialtyEdition, form: Any, change: Any) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            start_draft(edition=obj, actor=Actor.of(request.user), now=timezone.now())

    @admin.action(description="Publish the chosen draft")
    def publish_draft(self, request: HttpRequest, queryset: QuerySet[SpecialtyEdition]) -> None:
        for row in queryset:
            try:
                publish(edition_id=row.pk, actor=Actor.of(request.user), now=timezone.now())
            except Refusal as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
            else:
                self.message_user(request, f"{row} is published.", messages.SUCCESS)


class RowAdmin(SpecialtyAdmin):
    """A row of an edition; only drafts take rows."""

    list_filter: tuple[str, ...] = ("edition",)
    list_select_related = ("edition",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and (obj is None or obj.edition.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any) -> Any:
        options["queryset"] = SpecialtyEdition.objects.filter(published_at=None)
        return super().formfield_for_foreignkey(db_field, request, **options)


@admin.register(SpecialtyNode)
class SpecialtyNodeAdmin(RowAdmin):
    form = NodeForm
    list_display = ("name", "edition", "degree", "generalist", "near", "parents")
    search_fields = ("name", "aliases")


@admin.register(SpecialtyField)
class SpecialtyFieldAdmin(RowAdmin):
    form = SpecialtyFieldForm
    list_display = ("says", "edition", "specialties", "surgeons", "everyday")
    search_fields = ("says", "key", "specialties", "parts", "conditions", "operations", "services", "drugs", "consults")
    search_help_text = "A word of the field, a drug, a specialty"
    fieldsets = (
        (None, {"fields": ("edition", "key", "says", "specialties", "surgeons", "with_injury")}),
        ("How it is decided", {"fields": ("everyday", "beside", "general", "kind")}),
        ("Words", {"fields": ("parts", "conditions", "operations", "services", "drugs", "consults")}),
        ("Forms of words and codes", {"fields": ("roots", "stems", "categories", "codes")}),
    )


@admin.register(SpecialtyList)
class SpecialtyListAdmin(RowAdmin):
    form = SpecialtyListForm
    list_display = ("key", "group", "edition", "shown")
    list_filter = ("edition", "group")
    search_fields = ("key", "words")

    @display(description="words")
    def shown(self, row: SpecialtyList) -> str:
        most = 80
        return row.words[:most] + (" …" if len(row.words) > most else "")
