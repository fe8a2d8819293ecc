"""The page of one case for support, and who looked at it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import needs
from accounts.models import AccessLog, User
from cases.models import Case
from cases.panels import Panel, register_panel
from cases.services.access import open_case
from cases.services.desk.explaining import KINDS, explain

_PER_PAGE = 200
_LOOKS_SHOWN = 50
_ICONS = {
    "event": "arrow-right", "clock": "clock", "job": "gear", "letter": "envelope", "arrival": "inbox",
    "trouble": "exclamation-triangle", "view": "eye",
}  # fmt: skip


@needs("view_cases")
def explain_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything in one order of time, newest first; kinds narrow it."""
    case = open_case(request=request, number=number, now=timezone.now(), part="explain", full=False)
    wanted = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
    page = Paginator(explain(case, kinds=wanted)[::-1], _PER_PAGE).get_page(request.GET.get("page"))
    lines: list[dict[str, Any]] = [{"line": line, "icon": _ICONS[line.kind], "word": KINDS[line.kind]} for line in page]
    context = {"case": case, "page": page, "lines": lines, "kinds": KINDS.items(), "wanted": wanted}
    return render(request, "cases/explain.html", context)


def who_looked(request: HttpRequest, case: Case) -> Panel | None:
    """The latest views of the case, for those who may judge them."""
    user = request.user
    if not isinstance(user, User) or not (user.has_right("view_history") or user.has_right("decide_cases")):
        return None
    looks = list(AccessLog.objects.filter(target_key=case.number).order_by("-at", "-pk")[: _LOOKS_SHOWN + 1])
    context = {"case": case, "looks": looks[:_LOOKS_SHOWN], "more": len(looks) > _LOOKS_SHOWN, "most": _LOOKS_SHOWN}
    return Panel("cases/_who_looked.html", context)


register_panel("history", who_looked, order=80)
