"""Completing organizations and persons while they are typed."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from accounts.access import needs
from cases.models import Party
from cases.services.directory import find_organizations, find_persons


@needs("enter_cases")
@require_POST
def complete(request: HttpRequest) -> JsonResponse:
    """Entries for what is typed (`text`): organizations, or persons in the part `role`. Names travel in the body."""
    text = request.POST.get("text", "").replace("\x00", "")[:100]
    role = request.POST.get("role", "")
    if request.POST.get("kind") == "person":
        found = find_persons(text, role=role) if role in Party.Role.values else []
    else:
        found = find_organizations(text)
    return JsonResponse({"entries": [asdict(one) for one in found]})
