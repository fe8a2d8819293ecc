"""The door for people without an account: a code from a notice, upload, what is missing, a receipt.

Every view here is public: who comes has no account. What it opens is decided by the code in the session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PUBLIC, is_partial, needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.forms.outside import CodeForm
from cases.models import AccessCode, Arrival, Case
from cases.services import access_codes, outside
from cases.services.receipts import receipt_pdf
from cases.views import uploads as tus
from cases.views.arrivals import uploader
from common.errors import RightRefusal, StateRefusal

#: Session keys: the code's row and the second when it was typed.
_CODE, _SINCE = "records_code", "records_since"
_STAY = dt.timedelta(hours=4)
#: Tries of codes and begun uploads from one address; codes count their own tries besides.
_RATES = {"records_code": "20/10m/ip", "records_upload": "600/h/ip"}

CodeView = Callable[..., HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PUBLIC)
def door(request: HttpRequest) -> HttpResponse:
    """Type the code of the notice."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if answer := _too_many(request, "records_code"):
            return answer
        if form.is_valid() and _come_in(request, form):
            return redirect("outside:files")
    return render(request, "cases/outside_door.html", {"form": form}, status=422 if form.errors else 200)


def _come_in(request: HttpRequest, form: CodeForm) -> bool:
    now = timezone.now()
    try:
        code = access_codes.find(
            code=form.cleaned_data["code"], now=now, address=get_client_ip(request) or "", purpose=access_codes.UPLOAD
        )
    except StateRefusal as refusal:
        note_access(act=Act.SIGN_IN_FAILED, request=request, now=now, target="Door for records", detail=refusal.rule)
        form.add_error("code", refusal.message)
        return False
    remember_code(request, code.pk, now)
    access_codes.note_use(code, now=now)
    note_access(act=Act.SIGNED_IN, request=request, now=now, target="Door for records", target_key=f"code:{code.pk}")
    return True


def remember_code(request: HttpRequest, code_id: int, now: dt.datetime) -> None:
    """The session knows the code from here on; the door of notices hands it over too."""
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[_CODE], request.session[_SINCE] = code_id, now.timestamp()


def with_code(view: CodeView) -> CodeView:
    """Hand the view the live code of the session; without one it leads back to the door."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            code = _code_of(request)
        except RightRefusal as refusal:
            if is_partial(request):
                return HttpResponse(refusal.message, status=403, content_type="text/plain; charset=utf-8")
            return redirect("outside:door")
        return view(request, code, **kwargs)

    return guarded


def _code_of(request: HttpRequest) -> AccessCode:
    now = timezone.now()
    pk, since = request.session.get(_CODE), request.session.get(_SINCE, 0)
    if pk is None or now.timestamp() - since > _STAY.total_seconds():
        raise RightRefusal("outside.code", "Type the code of your notice first.")
    return outside.live_code(pk=pk, now=now)


@require_GET
@needs(PUBLIC)
@with_code
def files(request: HttpRequest, code: AccessCode) -> HttpResponse:
    """Upload; what is missing; what came."""
    missing = outside.missing_for(code)
    numbers = outside.numbers_for(code, missing)
    facts = {"case": code.case.number} if code.case else {}
    upload = uploader(
        outside.sender_of(code), url=reverse("outside:uploads"), facts=facts, folders=code.case is None,
        cases=[] if code.case else numbers,
    )  # fmt: skip
    context = {"code": code, "missing": missing, "uploader": upload, **_sent(code)}
    _note(request, code, "files")
    return render(request, "cases/outside_files.html", context)


@require_GET
@needs(PUBLIC)
@with_code
def sent(request: HttpRequest, code: AccessCode) -> HttpResponse:
    """The list of what came, as it grows."""
    return render(request, "cases/_outside_sent.html", _sent(code))


def _sent(code: AccessCode) -> dict[str, Any]:
    came = outside.sent_with(code)
    good = [one for one in came if one.state not in (Arrival.State.REFUSED, Arrival.State.CHECKING)]
    return {
        "sent": came,
        "busy": any(one.state == Arrival.State.CHECKING for one in came),
        "pages": sum(one.pages or 0 for one in good),
        "good": len(good),
    }


@require_GET
@needs(PUBLIC)
@with_code
def receipt(request: HttpRequest, code: AccessCode) -> HttpResponse:
    """The receipt as a PDF: each file with its time, pages and hash."""
    _note(request, code, "receipt", act=Act.DOWNLOADED)
    content = receipt_pdf(code=code, sent=outside.sent_with(code), now=timezone.now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="receipt.pdf"'
    return answer


@require_POST
@needs(PUBLIC)
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the code on this computer."""
    request.session.pop(_CODE, None)
    return redirect("outside:door")


@needs(PUBLIC)
@with_code
def uploads(request: HttpRequest, code: AccessCode) -> HttpResponse:
    if request.method == "POST" and (answer := _too_many(request, "records_upload")):
        return answer
    missing = outside.missing_for(code)

    def case_of(number: str) -> Case | None:
        return outside.case_for(code=code, number=number, missing=missing)

    return tus.collection(
        request, sender=outside.sender_of(code), doors=lambda _: Arrival.Door.OUTSIDER, case_of=case_of,
        address="outside:upload",
    )  # fmt: skip


@needs(PUBLIC)
@with_code
def upload(request: HttpRequest, code: AccessCode, token: str) -> HttpResponse:
    return tus.one(request, token, outside.sender_of(code))


def _note(request: HttpRequest, code: AccessCode, part: str, *, act: Act = Act.VIEWED) -> None:
    number = code.case.number if code.case else ""
    note_access(
        act=act, request=request, now=timezone.now(), target=f"Door for records, code {code.pk}", target_key=number,
        detail=part,
    )  # fmt: skip


def _too_many(request: HttpRequest, action: str) -> HttpResponse | None:
    answer: HttpResponse | None = ratelimit.consume_or_429(request, app="cases", action=action, config=_RATES)
    return answer
