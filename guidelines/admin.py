"""The library in the admin site: plain upkeep, guarded by the models' constraints and triggers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.decorators import display

from common.actor import Actor
from common.errors import Refusal
from guidelines import admin_drugs  # noqa: F401 - the drug list
from guidelines.admin_base import ByRight, LibraryAdmin, ServedAdmin
from guidelines.forms.admin import EditionForm, PublicationForm, SectionForm
from guidelines.models import Edition, Publication, Section
from guidelines.rules.comparing import WORDS
from guidelines.services.drafts import remove_section

_SECTION_WORDS = ("synonyms", "topics", *(name for name in WORDS if name not in ("synonyms", "topics")))


class EditionInline(ByRight, TabularInline):
    """What is published, to read; it changes by a draft."""

    model = Edition
    fields = ("year", "effective_from", "effective_to", "pages", "source", "dates_confirmed")
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return False


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
        return rows.defer("vector", "words").annotate(
            edition_total=Count("editions", filter=Q(editions__state="published"))
        )

    @admin.display(description="editions", ordering="edition_total")
    def edition_count(self, row: Any) -> int:
        return int(row.edition_total)

    def view_on_site(self, row: Publication) -> str:
        return reverse("guidelines:publication", args=[row.pk])


@admin.register(Edition)
class EditionAdmin(ServedAdmin):
    """Adding one begins a draft; a published one can be read only, and is corrected from its page in the library."""

    form = EditionForm
    history_page = "guidelines:edition_history"
    list_display = (
        "publication", "year", "state_word", "effective_from", "effective_to", "pages", "dates_confirmed",
    )  # fmt: skip
    list_filter = ("state", "dates_confirmed", "publication__basis", "year")
    list_select_related = ("publication",)
    search_fields = ("publication__name", "year", "source")
    autocomplete_fields = ("publication",)
    date_hierarchy = "effective_from"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return Edition.every.select_related("publication")

    @display(
        description="state",
        label={"Draft": "warning", "Published": "success", "Applied correction": "info", "Withdrawn draft": "danger"},
    )
    def state_word(self, row: Edition) -> str:
        return row.get_state_display()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ["year", "effective_from", "effective_to", "pages", "source", "dates_confirmed", "note"]
        if obj is None:
            return ["publication", "copy_of", *facts]
        return ["publication", *facts, *(["seen"] if obj.state == Edition.State.DRAFT else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("publication",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and (obj is None or obj.state == Edition.State.DRAFT)

    def response_add(self, request: HttpRequest, obj: Edition, post_url_continue: Any = None) -> HttpResponse:
        return redirect("guidelines:draft", obj.pk)

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        return redirect("guidelines:draft", obj.pk)

    def view_on_site(self, row: Edition) -> str:
        if row.state != Edition.State.PUBLISHED:
            return reverse("guidelines:draft", args=[row.pk])
        return f"{reverse('guidelines:publication', args=[row.publication_id])}#edition-{row.pk}"


@admin.register(Section)
class SectionAdmin(ServedAdmin):
    """A section of a draft is edited whole; of a published edition the words for look-up alone."""

    form = SectionForm
    history_page = "guidelines:section_history"
    change_form_template = "admin/guidelines/section/change_form.html"
    list_display = ("heading", "edition", "pages", "topic_words")
    list_filter = ("edition__state", "edition__publication", "edition__year")
    list_select_related = ("edition__publication",)
    search_fields = ("heading", "topics__icontains", "synonyms__icontains", "drugs__icontains")
    search_help_text = "Heading, topic, synonym or drug"
    actions = ["take_out"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        label = ["edition", "parent", "position", "heading", "pages"]
        content = ["summary", "strength_of_evidence", "limits"]
        if obj is not None and obj.edition.state != Edition.State.DRAFT:
            return [*label, *_SECTION_WORDS, "summary", "strength_of_evidence", "recommends", "seen", "base"]
        return [*label, *_SECTION_WORDS, *content, *(["seen", "base"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        if obj.edition.state == Edition.State.DRAFT:
            return ("edition",)
        return (
            "edition", "parent", "position", "heading", "pages", "summary", "strength_of_evidence", "recommends",
        )  # fmt: skip

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Limits of a published section are read, not typed."""
        form = super().get_form(request, obj, change=change, **options)
        if obj is not None and obj.edition.state != Edition.State.DRAFT:
            form.base_fields.pop("limits", None)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        closed = (Edition.State.APPLIED, Edition.State.WITHDRAWN)
        return self._may(request) and (obj is None or obj.edition.state not in closed)

    @display(description="recommends")
    def recommends(self, row: Section) -> str:
        return "; ".join(str(limit) for limit in row.limits.all()) or "–"

    @admin.action(description="Take the chosen sections out of their draft")
    def take_out(self, request: HttpRequest, queryset: QuerySet[Section]) -> None:
        for row in queryset:
            try:
                remove_section(section_id=row.pk, actor=Actor.of(request.user))
            except Refusal as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, f"“{row}” is taken out; its history can bring it back.", messages.SUCCESS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        rows: QuerySet[Section] = Section.every.select_related("edition__publication")
        return rows.defer("vector", "words")

    @admin.display(description="topics")
    def topic_words(self, row: Section) -> str:
        shown = 5
        return ", ".join(row.topics[:shown]) + (" …" if len(row.topics) > shown else "")

    def view_on_site(self, row: Section) -> str:
        if row.edition.state != Edition.State.PUBLISHED:
            return reverse("guidelines:draft_preview", args=[row.edition_id]) + f"#section-{row.pk}"
        return f"{reverse('guidelines:publication', args=[row.edition.publication_id])}#section-{row.pk}"
