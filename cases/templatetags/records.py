"""Parts about records that pages of rooms above include."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case
from cases.services.late_records import unseen_of

register = template.Library()


@register.inclusion_tag("cases/late_banner.html", takes_context=True)
def late_banner(context: template.Context, case: Case) -> dict[str, Any]:
    """What came while the reviewer has the case and nobody has looked at yet; nothing where there is none."""
    request = context.get("request")
    return {
        "late": unseen_of(case),
        "case": case,
        "csrf_token": context.get("csrf_token"),
        "back": request.path if request else "",
    }
