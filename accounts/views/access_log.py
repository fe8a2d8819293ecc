"""The access log for those who audit."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import needs
from accounts.forms import AccessLogFilter
from accounts.models import AccessLog

PAGE = 100


@needs("view_history")
def access_log(request: HttpRequest) -> HttpResponse:
    form = AccessLogFilter(request.GET or None)
    rows = AccessLog.objects.all()
    if form.is_bound and form.is_valid():
        rows = form.narrow(rows)
    page = Paginator(rows.order_by("-at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/access_log.html", {"form": form, "page": page})
