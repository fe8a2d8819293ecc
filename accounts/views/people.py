"""People: who has an account, and what an administrator may do with it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.forms import ResetForm, RolesForm
from accounts.models import AccessLog, FactorReset, Invitation, User
from accounts.roles import labels
from accounts.services import factor_resets
from accounts.services import people as people_service
from accounts.views.shared import actor_of, person_of, show_refusal
from common.errors import InputRefusal, StateRefusal
from common.templatetags.ui import day

PAGE = 50
SHOWN = {"open": Q(is_active=True), "closed": Q(is_active=False)}


@needs("manage_people")
def people(request: HttpRequest) -> HttpResponse:
    """The list, with open invitations and resets that wait for a second person on top."""
    shown = request.GET.get("shown", "open")
    shown = shown if shown in SHOWN else "open"
    typed = request.GET.get("q", "").strip()
    found = _accounts().filter(SHOWN[shown])
    if typed:
        found = found.filter(Q(name__icontains=typed) | Q(email__icontains=typed))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    invitations = list(Invitation.objects.open().select_related("invited_by").order_by("-invited_at"))
    return render(
        request,
        "accounts/people.html",
        {
            "page": page,
            "rows": [(row, ", ".join(labels(group.name for group in row.groups.all()))) for row in page],
            "typed": typed,
            "shown": shown,
            "tabs": [
                {"label": label, "url": f"?shown={key}", "active": key == shown}
                for key, label in (("open", "Open accounts"), ("closed", "Closed accounts"))
            ],
            "invitations": [
                {
                    "row": row,
                    "roles": ", ".join(labels(row.roles)),
                    "state": row.state(now),
                    "until": f"Works until {day(row.expires_at)}",
                }
                for row in invitations
            ],
            "resets": FactorReset.objects.open().select_related("person", "requested_by").order_by("requested_at"),
        },
    )


@needs("manage_people")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    return _show(request, get_object_or_404(_accounts(), pk=user_id))


@needs("manage_people")
@require_POST
def change_roles(request: HttpRequest, user_id: int) -> HttpResponse:
    get_object_or_404(User, pk=user_id)
    form = RolesForm(request.POST)
    if form.is_valid():
        try:
            people_service.set_roles(
                actor=actor_of(request), user_id=user_id, roles=form.cleaned_data["roles"], now=timezone.now()
            )
        except (InputRefusal, StateRefusal) as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "The roles are set. The person signs in again to work with them.")
            return redirect("accounts:person", user_id)
    return _show(request, get_object_or_404(_accounts(), pk=user_id), roles=form)


@needs("manage_people")
@require_POST
def close(request: HttpRequest, user_id: int) -> HttpResponse:
    get_object_or_404(User, pk=user_id)
    user = people_service.deactivate(actor=actor_of(request), user_id=user_id, now=timezone.now())
    messages.success(request, f"The account of {user} is closed and its sessions have ended.")
    return redirect("accounts:person", user_id)


@needs("manage_people")
@require_POST
def reopen(request: HttpRequest, user_id: int) -> HttpResponse:
    get_object_or_404(User, pk=user_id)
    user = people_service.reactivate(actor=actor_of(request), user_id=user_id, now=timezone.now())
    messages.success(request, f"The account of {user} is open again, with the roles it had.")
    return redirect("accounts:person", user_id)


@needs("manage_people")
@require_POST
def end_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    get_object_or_404(User, pk=user_id)
    people_service.end_sessions(actor=actor_of(request), user_id=user_id, now=timezone.now())
    messages.success(request, "The person is signed out everywhere.")
    return redirect("accounts:person", user_id)


@needs("manage_people")
@require_POST
def ask_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    get_object_or_404(User, pk=user_id)
    form = ResetForm(request.POST)
    if form.is_valid():
        try:
            factor_resets.request_reset(
                actor=actor_of(request), user_id=user_id, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except (InputRefusal, StateRefusal) as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "Asked. Nothing is taken away until a second administrator approves.")
            return redirect("accounts:person", user_id)
    return _show(request, get_object_or_404(_accounts(), pk=user_id), reset=form)


@needs("approve_resets")
@require_POST
def decide_reset(request: HttpRequest, reset_id: int) -> HttpResponse:
    get_object_or_404(FactorReset, pk=reset_id)
    decision = request.POST.get("decision")
    if decision not in ("approve", "decline"):
        raise InputRefusal("reset.decision", "Say whether the reset is approved or declined.")
    approve = decision == "approve"
    reset = factor_resets.decide_reset(actor=actor_of(request), reset_id=reset_id, approve=approve, now=timezone.now())
    done = "The factors are taken away and the sessions ended." if approve else "The reset is declined."
    messages.success(request, f"{done} The request of {reset.requested_by} is answered.")
    return redirect("accounts:people")


def _accounts() -> QuerySet[User]:
    factor = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return User.objects.annotate(has_factor=Exists(factor)).prefetch_related("groups").order_by("name", "email")


def _show(request: HttpRequest, user: User, *, roles: RolesForm | None = None, reset: Any = None) -> HttpResponse:
    open_reset = FactorReset.objects.open().filter(person=user).select_related("requested_by").first()
    return render(
        request,
        "accounts/person.html",
        {
            "person": user,
            "is_oneself": user.pk == person_of(request).pk,
            "role_labels": labels(user.role_names),
            "roles_form": roles or RolesForm(initial={"roles": sorted(user.role_names)}),
            "reset_form": reset or ResetForm(),
            "open_reset": open_reset,
            "may_decide": open_reset is not None
            and person_of(request).has_right("approve_resets")
            and person_of(request).pk not in {open_reset.requested_by_id, user.pk},
            "lines": AccessLog.objects.concerning(user).order_by("-at", "-pk")[:10],
        },
    )
