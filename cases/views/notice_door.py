"""Reading a notice with the code that came in a mail or on a cover sheet, without an account.

Public: whoever holds the code was sent it. The code itself is not kept; the session remembers which one was typed, for
half an hour.
"""

from __future__ import annotations

import datetime as dt

from allauth.core.internal.httpkit import get_client_ip
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PUBLIC, needs
from cases.forms.notices import CodeForm
from cases.models import AccessCode
from cases.services.access_codes import find
from cases.services.notices.enclosures import enclosed
from cases.services.notices.sending import notices_behind, read_enclosed, read_notice
from cases.views.outside import remember_code
from common.errors import Refusal

#: What the session keeps: the code's id, and when it was typed.
SESSION_KEY = "notice_code"
_REMEMBERED_FOR = dt.timedelta(minutes=30)


@needs(PUBLIC)
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """GET asks for the code, POST opens."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            code = find(code=form.cleaned_data["code"], now=now, address=get_client_ip(request) or "")
        except Refusal as refusal:
            form.add_error("code", refusal.message)
        else:
            if code.may_upload:
                remember_code(request, code.pk, now)
            elif not request.user.is_authenticated:
                request.session.cycle_key()
            request.session[SESSION_KEY] = {"code": code.pk, "at": now.isoformat()}
            return redirect("notice_door:papers" if code.may_download else "outside:files")
    return render(request, "cases/notices/door.html", {"form": form}, status=422 if form.errors else 200)


@needs(PUBLIC)
@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """The notices behind the code that was typed in this session."""
    code = remembered_code(request)
    if code is None:
        return redirect("notice_door:door")
    copies = notices_behind(code)
    with_record = {copy.pk for copy in copies if enclosed(copy.notice)}
    return render(request, "cases/notices/papers.html", {"code": code, "copies": copies, "with_record": with_record})


@needs(PUBLIC)
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    code = remembered_code(request)
    if code is None:
        return redirect("notice_door:door")
    copy, content = read_notice(code=code, copy_id=pk, now=timezone.now())
    name = content_disposition_header(as_attachment=True, filename=f"{copy.notice.reference}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name or "attachment"})


@needs(PUBLIC)
@require_GET
def download_enclosed(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The record that goes with a notice."""
    code = remembered_code(request)
    if code is None:
        return redirect("notice_door:door")
    copy, handle = read_enclosed(code=code, copy_id=pk, now=timezone.now())
    name = f"{copy.notice.reference}-answer.pdf"
    return FileResponse(handle, as_attachment=True, filename=name, content_type="application/pdf")


@needs(PUBLIC)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    return redirect("notice_door:door")


def remembered_code(request: HttpRequest) -> AccessCode | None:
    """The code typed in this session, while it is remembered and still opens something."""
    kept = request.session.get(SESSION_KEY)
    now = timezone.now()
    if not kept or now - dt.datetime.fromisoformat(kept["at"]) > _REMEMBERED_FOR:
        return None
    return AccessCode.objects.live(now).filter(pk=kept["code"]).first()
