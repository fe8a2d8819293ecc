"""Invitations: sending them, and the way in for who was invited."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import PUBLIC, needs
from accounts.forms import InvitationForm, JoinForm
from accounts.models import Invitation
from accounts.roles import labels
from accounts.services import invitations
from accounts.views.shared import actor_of, show_refusal
from common.errors import InputRefusal, StateRefusal

_TOKEN = "invitation"  # noqa: S105  # nosec B105 - session key: the token leaves the address at once
_RATES = {"join": "20/m/ip"}


@needs("manage_people")
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = invitations.invite(actor=actor_of(request), now=timezone.now(), **form.cleaned_data)
        except (InputRefusal, StateRefusal) as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{made.name} is invited. The link in the mail works for 7 days.")
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form})


@needs("manage_people")
@require_POST
def send_again(request: HttpRequest, invitation_id: int) -> HttpResponse:
    get_object_or_404(Invitation, pk=invitation_id)
    made = invitations.send_again(actor=actor_of(request), invitation_id=invitation_id, now=timezone.now())
    messages.success(request, f"A new link is on its way to {made.email}. The earlier one is dead.")
    return redirect("accounts:people")


@needs("manage_people")
@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    get_object_or_404(Invitation, pk=invitation_id)
    made = invitations.withdraw(actor=actor_of(request), invitation_id=invitation_id, now=timezone.now())
    messages.success(request, f"The invitation of {made.email} is withdrawn.")
    return redirect("accounts:people")


@needs(PUBLIC)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, so that it stands in no history, log or referrer, and show the form."""
    if (stopped := _too_many(request)) is not None:
        return stopped
    request.session[_TOKEN] = token
    return redirect("accounts:join_form")


@needs(PUBLIC)
@sensitive_post_parameters()
def join_form(request: HttpRequest) -> HttpResponse:
    """GET shows whom the invitation is for and asks for a password; POST makes the account and goes on to enrolment."""
    if (stopped := _too_many(request)) is not None:
        return stopped
    now, token = timezone.now(), request.session.get(_TOKEN, "")
    try:
        invitation = invitations.find(token=token, now=now)
    except StateRefusal as refusal:
        request.session.pop(_TOKEN, None)
        return render(request, "accounts/join_dead.html", {"refusal": refusal}, status=410)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept(token=token, password=form.cleaned_data["password"], now=now)
        except (InputRefusal, StateRefusal) as refusal:
            show_refusal(form, refusal)
        else:
            request.session.flush()
            onward = reverse("accounts:enrol")
            answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=onward)
            reauthenticate_by_password(request)  # the password was typed this minute: enrolment need not ask again
            return answer
    context = {"form": form, "invitation": invitation, "roles": ", ".join(labels(invitation.roles))}
    return render(request, "accounts/join.html", context)


def _too_many(request: HttpRequest) -> HttpResponse | None:
    answer: HttpResponse | None = ratelimit.consume_or_429(
        request, app="accounts", action="join", config=_RATES, limit_get=True
    )
    return answer
