"""Pages in the wrong file: moving them, and the incidents that follow."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.forms.sorting import SettleForm, WrongCaseForm
from cases.models import Incident
from cases.services.access import open_case
from cases.services.moving import close_incident, move_record, who_opened
from cases.views.case import page_frame
from common.actor import Actor
from common.errors import Refusal

_A_PAGE = 50


@needs("manage_records")
def wrong_case(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """GET says what will follow and who opened it; POST takes the pages out."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"record {pk} wrong case")
    document = case.documents.filter(pk=pk, file__isnull=False).first()
    if document is None:
        raise Http404
    form = WrongCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = form.cleaned_data["number"].strip().upper()
            to = open_case(request=request, number=wanted, now=now, part="pages move here") if wanted else None
            incident = move_record(
                document=document, to=to, why=form.cleaned_data["why"], first=form.cleaned_data["first"],
                last=form.cleaned_data["last"], actor=Actor.of(request.user), now=now,
            )  # fmt: skip
        except Refusal as refusal:
            for name, says in (refusal.fields or {"": refusal.message}).items():
                form.add_error(name if name in form.fields else None, says)
        else:
            where = f"to {incident.to_case.number}" if incident.to_case else "to the files without a case"
            messages.success(request, f"Taken out and moved {where}. Incident {incident.pk} is open.")
            return redirect("cases:tab", case.number, "records")
    context = {
        **page_frame(request, case, "records"), "form": form, "document": document, "opened": who_opened(document),
    }  # fmt: skip
    return render(request, "cases/incidents/wrong_case.html", context, status=422 if form.errors else 200)


@needs("settle_incidents")
def incident_list(request: HttpRequest) -> HttpResponse:
    """Every incident, open ones first. Numbers and names of staff; no health facts."""
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="Incidents")
    rows = Incident.objects.select_related("from_case", "to_case").annotate(seen=Count("viewers"))
    page = Paginator(rows.order_by("closed_at", "-opened_at", "-pk"), _A_PAGE).get_page(request.GET.get("page"))
    open_now = Incident.objects.filter(closed_at=None).count()
    return render(request, "cases/incidents/list.html", {"page": page, "open_now": open_now})


@needs("settle_incidents")
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident: what, whose, who saw it; settled here."""
    now = timezone.now()
    found = get_object_or_404(
        Incident.objects.select_related("from_case", "to_case__worker", "document").prefetch_related("viewers"), pk=pk
    )
    note_access(act=Act.VIEWED, request=request, now=now, target=f"Incident {pk}", target_key=found.from_case.number)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_incident(incident=found, outcome=form.cleaned_data["outcome"], actor=Actor.of(request.user), now=now)
        except Refusal as refusal:
            form.add_error("outcome" if refusal.fields else None, refusal.message)
        else:
            messages.success(request, f"Incident {pk} is settled.")
            return redirect("cases:incidents")
    context = {"incident": found, "form": form}
    return render(request, "cases/incidents/incident.html", context, status=422 if form.errors else 200)
