"""The library in the admin site: plain upkeep, guarded by the models' constraints and triggers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, JSON
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from common.actor import Actor, acting
from guidelines.forms.admin import EditionFormSet, PublicationForm, SectionForm
from guidelines.models import Edition, Publication, Section, SectionLimit
from guidelines.resources import SectionResource


class ByRight:
    """Who may edit the library may do so here; Django's own permissions are not asked."""

    def _may(self, request: HttpRequest) -> bool:
        return bool(request.user.has_right("edit_guidelines"))  # type: ignore[union-attr]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._may(request)


class LibraryAdmin(ByRight, ModelAdmin):
    """What is common: the history says who, filters apply by a button, unsaved typing is asked about."""

    list_filter_submit = True
    warn_unsaved_form = True
    list_per_page = 50

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        with acting(Actor.of(request.user), "admin site"):
            return super().changeform_view(request, *args, **options)  # type: ignore[no-any-return]

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        with acting(Actor.of(request.user), "admin site"):
            return super().delete_view(request, *args, **options)  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        with acting(Actor.of(request.user), "admin site"):
            return super().changelist_view(request, *args, **options)  # type: ignore[no-any-return]


class EditionInline(ByRight, TabularInline):
    model = Edition
    formset = EditionFormSet
    fields = ("year", "effective_from", "effective_to", "pages", "source", "dates_confirmed")
    extra = 0
    show_change_link = True


class SectionInline(ByRight, TabularInline):
    model = Section
    fields = ("position", "heading", "pages")
    extra = 0
    show_change_link = True


class LimitInline(ByRight, TabularInline):
    model = SectionLimit
    fields = ("condition", "unit", "minimum", "maximum", "weeks")
    extra = 0


@admin.register(Publication)
class PublicationAdmin(LibraryAdmin):
    form = PublicationForm
    inlines = [EditionInline]
    list_display = ("name", "basis", "issuer", "licensed_text", "edition_count")
    list_filter = ("basis", "issuer", "licensed_text")
    search_fields = ("name", "words")
    search_help_text = "Name, alias or topic"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        rows: QuerySet[Publication] = super().get_queryset(request)
        return rows.defer("vector", "words").annotate(edition_total=Count("editions"))

    @admin.display(description="editions", ordering="edition_total")
    def edition_count(self, row: Any) -> int:
        return int(row.edition_total)

    def view_on_site(self, row: Publication) -> str:
        return reverse("guidelines:publication", args=[row.pk])


@admin.register(Edition)
class EditionAdmin(LibraryAdmin):
    inlines = [SectionInline]
    list_display = ("publication", "year", "effective_from", "effective_to", "pages", "dates_confirmed")
    list_filter = ("dates_confirmed", "publication__basis", "year")
    list_select_related = ("publication",)
    search_fields = ("publication__name", "year", "source")
    autocomplete_fields = ("publication",)
    date_hierarchy = "effective_from"

    def view_on_site(self, row: Edition) -> str:
        return f"{reverse('guidelines:publication', args=[row.publication_id])}#edition-{row.pk}"


@admin.register(Section)
class SectionAdmin(LibraryAdmin, ImportExportModelAdmin):
    """Import: first a dry run that shows every difference or error, then the confirmation writes all rows or none."""

    resource_classes = [SectionResource]
    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = [CSV, JSON]
    form = SectionForm
    inlines = [LimitInline]
    list_display = ("heading", "edition", "pages", "topic_words")
    list_filter = ("edition__publication", "edition__year")
    list_select_related = ("edition__publication",)
    search_fields = ("heading", "words")
    search_help_text = "Heading or topic"
    autocomplete_fields = ("edition", "parent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        rows: QuerySet[Section] = super().get_queryset(request)
        return rows.defer("vector", "words")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def import_action(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        with acting(Actor.of(request.user), "admin site: dry run"):
            return super().import_action(request, *args, **options)  # type: ignore[no-any-return]

    def process_import(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        with acting(Actor.of(request.user), "admin site: import"):
            return super().process_import(request, *args, **options)  # type: ignore[no-any-return]

    @admin.display(description="topics")
    def topic_words(self, row: Section) -> str:
        shown = 5
        return ", ".join(row.topics[:shown]) + (" …" if len(row.topics) > shown else "")

    def view_on_site(self, row: Section) -> str:
        return f"{reverse('guidelines:publication', args=[row.edition.publication_id])}#section-{row.pk}"
