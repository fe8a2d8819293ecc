"""What the admin site's pages of the library have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from common.actor import Actor, acting


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


class ServedAdmin(LibraryAdmin):
    """The form's service has written when the form is valid; the admin site writes and deletes nothing itself."""

    history_page = ""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        form.actor = Actor.of(request.user)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        obj.pk = form.saved.pk
        obj.refresh_from_db()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history of the house, with its undo; the admin site keeps none."""
        if not self._may(request) or not object_id.isdigit():
            return super().history_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        return redirect(self.history_page, int(object_id))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """No rows beside the form."""

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return False
