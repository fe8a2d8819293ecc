"""What holds for every answer of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from pghistory.middleware import HistoryMiddleware

from accounts.services.access_log import origin_of
from common.errors import InputRefusal, Refusal, RightRefusal

GetResponse = Callable[[HttpRequest], HttpResponse]


class OriginMiddleware(HistoryMiddleware):
    """Everything that a request changes is put down in the history with who asked and from where (ASVS 16.2.1)."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        origin = origin_of(request)
        return {
            **super().get_context(request),
            "url": origin["path"], "ip": origin["ip"], "user_agent": origin["user_agent"],
        }  # fmt: skip


class NoStoreMiddleware:
    """No page of the site may be kept by a browser or proxy (ASVS 14.2.2), static files apart."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AdminPolicyMiddleware:
    """Gives /admin/, and nothing else, the looser content policy that its parts need (settings)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.namespaces[:1] in (["admin"], ["library"]):  # both lie below /admin/
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
        return response


class RefusalMiddleware:
    """A refusal that no view has shown beside its form becomes a page that says the rule and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            # No database and no page holds this sign; forms say so beside their field.
            refusal = InputRefusal("address.nul", "The address holds the NUL character, which is no text. Take it out.")
            return render(request, "refusal.html", {"refusal": refusal}, status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        status = 403 if isinstance(exception, RightRefusal) else 409
        return render(request, "refusal.html", {"refusal": exception}, status=status)
