from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PUBLIC, needs
from imr_site.health.readings import limits, read
from imr_site.health.rules import Level, Sign, judge, troubles
from imr_site.models import HealthAlert

#: Level -> kind and word of the state shown beside a sign.
SHOWN = {
    Level.GOOD: ("done", "Working"),
    Level.SOON: ("soon", "Needs care"),
    Level.BAD: ("late", "Trouble"),
    Level.UNKNOWN: ("unknown", "Not known"),
}
_ALERTS_SHOWN = 20


@require_safe
@needs(PUBLIC)
def health(_request: HttpRequest) -> HttpResponse:
    """For machines: whether anything is in trouble and which part, and nothing else about the inside."""
    bad = troubles(_signs())
    answer = {"status": "trouble" if bad else "ok", "problems": [sign.key for sign in bad]}
    return JsonResponse(answer, status=503 if bad else 200)


@require_safe
@needs("view_health")
def status(request: HttpRequest) -> HttpResponse:
    """For staff: every part with its limit and what to do, and when limits were passed lately."""
    signs = _signs()
    rows = [{"sign": sign, "kind": SHOWN[sign.level][0], "word": SHOWN[sign.level][1]} for sign in signs]
    return render(
        request,
        "health/status.html",
        {
            "rows": rows,
            "troubles": troubles(signs),
            "alerts": HealthAlert.objects.all()[:_ALERTS_SHOWN],
            "now": timezone.now(),
        },
    )


def _signs() -> list[Sign]:
    return judge(read(now=timezone.now()), limits())
