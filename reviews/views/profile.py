"""The reviewer's own profile: credentials as staff verified them, days away, the cap, interests, the attestation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.models import User
from common.actor import Actor
from common.days import california_date
from common.errors import Refusal
from reviews.forms.credentials import AdverseForm
from reviews.forms.profile import FORMS, AttestForm, AwayForm, CapacityForm, CertificationForm, EndForm, LicenseForm
from reviews.models import Reviewer
from reviews.rules.credentials import Standing, standing
from reviews.services import profile as service
from reviews.services.credential_file import file_of, with_file
from reviews.services.credential_reminders import months_after
from reviews.services.credentialing import report_adverse
from reviews.services.interests import lines_of
from reviews.services.proposals import describe
from reviews.services.proposals import propose as propose_change
from reviews.services.reference import panel_numbers
from reviews.views.acting import act
from reviews.views.credentials import STATES, state_of

GET_AND_POST = ["GET", "POST"]
BACK = "reviews:profile"


@require_GET
@needs("review_cases")
def profile(request: HttpRequest) -> HttpResponse:
    own = _own(request)
    person = with_file(Reviewer.objects.with_gate_facts()).get(pk=own.pk)
    file = file_of(person, on=_today())
    attested = _attested(person)
    context = {
        "person": person,
        "lines": [(one, state_of(one)) for one in file.lines if one.kind in ("license", "certification")],
        "others": [(one, state_of(one)) for one in file.others],
        "proposals": [(one, describe(one)) for one in person.proposed_changes.all() if one.decided_at is None],
        "away": [one for one in person.away_periods.all() if one.to_date >= _today()],
        "addresses": [one for one in person.practice_addresses.all() if one.to_date is None],
        "interests": lines_of(person),
        "attested": attested,
        "kinds": [(kind, heading) for kind, (_, heading) in FORMS.items() if kind != "address"],
        "adverse": [one for one in person.adverse_changes.all() if one.settled_at is None],
    }
    return render(request, "reviews/profile.html", context)


def _attested(person: Reviewer) -> dict[str, Any]:
    """Until when the last attestation is good, with its standing."""
    signed, numbers = person.interests_attested_on, panel_numbers()
    if signed is None:
        return {"state": ("late", "Never attested"), "until": None, "signed": None}
    until = months_after(signed, numbers.gate.attestation_months)
    word = standing(
        expires_on=until, verified_on=signed, on=_today(), verification_months=numbers.gate.attestation_months,
        expiring_days=numbers.credentials.expiring_days,
    )  # fmt: skip
    words = {Standing.VERIFIED: "Attested", Standing.EXPIRING: "Due again soon"}
    return {"state": (STATES[word], words.get(word, "Out of date")), "until": until, "signed": signed}


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def away(request: HttpRequest) -> HttpResponse:
    own = _own(request)
    return act(
        request, AwayForm(request.POST or None),
        lambda given: service.add_away(
            reviewer=own, since=given["since"], until=given["until"], actor=_actor(request), now=timezone.now()
        ),
        done="Your days away are on the calendar.", back=reverse(BACK), heading="Days away", button="Save",
        consequence="Cases due in these days are not offered to you. Cases in hand stay with you.",
    )  # fmt: skip


@require_POST
@needs("review_cases")
def remove_away(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        service.remove_away(reviewer=_own(request), period=pk, actor=_actor(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "These days are free again.")
    return redirect(BACK)


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def capacity(request: HttpRequest) -> HttpResponse:
    own = _own(request)
    first = {"per_week": own.capacity_per_week, "open_cases": own.capacity_open_cases}
    return act(
        request, CapacityForm(request.POST or None, initial=first),
        lambda given: service.set_capacity(reviewer=own, actor=_actor(request), now=timezone.now(), **given),
        done="Your cap is saved.", back=reverse(BACK), heading="How much work", button="Save",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def declare(request: HttpRequest, kind: str) -> HttpResponse:
    own = _own(request)
    if kind not in FORMS:
        raise Http404
    form, heading = FORMS[kind]
    return act(
        request, form(request.POST or None),
        lambda given: service.declare(
            reviewer=own, kind=kind, facts=given, actor=_actor(request), now=timezone.now()
        ),
        done="It is on your list.", back=reverse(BACK), heading=heading, button="Add it",
        consequence="It is never deleted; when it is over, say so and it keeps its end.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def end(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    own = _own(request)
    model = service.INTERESTS.get(kind)
    found = model.objects.filter(pk=pk, reviewer=own, to_date=None).first() if model else None
    if found is None:
        raise Http404
    return act(
        request, EndForm(request.POST or None, initial={"until": _today()}),
        lambda given: service.end_interest(
            reviewer=own, kind=kind, row=pk, until=given["until"], actor=_actor(request), now=timezone.now(),
            today=_today(),
        ),
        done="It has its end now.", back=reverse(BACK), heading="It is over", button="Save", quote=str(found),
        consequence="It stays on the list with its end, because some ties count for years after they are over.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def attest(request: HttpRequest) -> HttpResponse:
    own = Reviewer.objects.with_gate_facts().get(pk=_own(request).pk)
    return act(
        request, AttestForm(request.POST or None),
        lambda given: service.attest(
            reviewer=own, complete=given["complete"], signed_name=given["signed_name"], actor=_actor(request),
            now=timezone.now(), today=_today(),
        ),
        done="Your interests are attested.", back=reverse(BACK), heading="Attest your interests", button="Sign",
        interests=lines_of(own), asks_interests=True, consequence=service.MEANING,
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def propose(request: HttpRequest, kind: str, row: int) -> HttpResponse:
    own = _own(request)
    forms: dict[str, tuple[type[LicenseForm | CertificationForm], Any]] = {
        "license": (LicenseForm, own.licenses),
        "certification": (CertificationForm, own.certifications),
    }
    if kind not in forms:
        raise Http404
    form, rows = forms[kind]
    found: Any = rows.filter(pk=row).first()
    if row and found is None:
        raise Http404
    first = {name: getattr(found, name) for name in form.base_fields if hasattr(found, name)} if found else {}
    return act(
        request, form(request.POST or None, request.FILES or None, initial=first),
        lambda given: propose_change(
            reviewer=own, kind=kind, row=row or None, note_=given.pop("note"), paper=given.pop("document"), facts=given,
            actor=_actor(request), now=timezone.now(),
        ),
        done="Staff look it up and take it over.", back=reverse(BACK), button="Send to staff",
        heading=f"{'Renew or correct' if row else 'Add'} a {'licence' if kind == 'license' else 'certification'}",
        consequence="Nothing changes until staff have verified it at its source.",
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@needs("review_cases")
def adverse(request: HttpRequest) -> HttpResponse:
    own = _own(request)
    return act(
        request, AdverseForm(request.POST or None),
        lambda given: report_adverse(
            reviewer=own, actor=_actor(request), now=timezone.now(), today=_today(), **given
        ),
        done="Thank you. Staff look into it.", back=reverse(BACK), heading="Report an adverse change",
        button="Report it",
        consequence="Until staff have settled it, no case is offered to you and your cases in hand are stopped.",
    )  # fmt: skip


def _own(request: HttpRequest) -> Reviewer:
    assert isinstance(request.user, User)  # noqa: S101 - the door lets nobody else in
    return service.reviewer_of(request.user)


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)


def _today() -> Any:
    return california_date(timezone.now())
