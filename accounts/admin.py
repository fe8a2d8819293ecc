"""The admin site's door: sign-in and passwords stay with allauth, accounts stay with their services."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# The admin site's own form would let people past the second factor and the counted tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def _to_own_password_page(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG001
    return redirect("account_change_password")


admin.site.password_change = _to_own_password_page  # type: ignore[method-assign, assignment]

# Roles, addresses, factors and sessions have rules of their own (services): no row of them is edited by hand.
for model in (Group, EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class AdminByRight:
    """Put first among the bases of a ModelAdmin: whoever holds `right` sees, adds and changes; nobody deletes."""

    right: str

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _may(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has_right(self.right)
