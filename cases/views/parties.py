"""Adding a party that the application did not name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import needs
from cases.forms.parties import AddPartyForm
from cases.services.access import open_case
from cases.services.parties import add_party
from cases.views.case import page_frame
from common.actor import Actor
from common.errors import InputRefusal


@needs("correct_cases")
def add(request: HttpRequest, number: str) -> HttpResponse:
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part="parties")
    form = AddPartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.part()
        reason = facts.pop("reason") or ""
        try:
            party = add_party(case=case, facts=facts, reason=reason, actor=Actor.of(request.user), now=now)
        except InputRefusal as refusal:
            for path, message in refusal.fields.items():
                form.add_error(form.field_of(path), message)
            if not refusal.fields:
                form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Added: {party.display_name}.")
            return redirect("cases:tab", number=number, tab="parties")
    context = {**page_frame(request, case, "parties"), "form": form}
    return render(request, "cases/add_party.html", context, status=422 if form.errors else 200)
