"""What came: the staff's drop page, the arrivals of a case with their state, taking one out again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SIGNED_IN, needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from cases.models import Arrival, Case, Document, Party
from cases.panels import Panel, register_panel
from cases.services import arrivals, uploads
from cases.services.access import look_again, open_case
from cases.services.uploads import Sender
from common.actor import Actor

_RECENT = dt.timedelta(days=1)
_MOST = 200


@require_GET
@needs("manage_records")
def drop(request: HttpRequest) -> HttpResponse:
    """Files for any case, hundreds at once."""
    context = {"uploader": uploader(Sender(actor=Actor.of(request.user)), folders=True), **_own_arrivals(request)}
    return render(request, "cases/drop.html", context)


@require_GET
@needs("manage_records")
def dropped(request: HttpRequest) -> HttpResponse:
    """The list under the drop zone, as it grows."""
    return render(request, "cases/_arrivals.html", _own_arrivals(request))


def _own_arrivals(request: HttpRequest) -> dict[str, Any]:
    """What the person sent in the last day, newest first."""
    now = timezone.now()
    recent = Arrival.objects.filter(user_id=request.user.pk, received_at__gt=now - _RECENT)
    found = list(recent.select_related("case", "file__reading").order_by("-received_at", "-pk")[:_MOST])
    if "X-Background" not in request.headers:
        note_access(act=Act.VIEWED, request=request, now=now, target="Own uploads")
    caption = "What you sent in the last day"
    return {"arrivals_show_case": True, **listed(found, url=reverse("cases:dropped"), caption=caption)}


@require_GET
@needs(SIGNED_IN)
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The arrivals of a case; the page asks again while something is under way."""
    case = look_again(request=request, number=number, now=timezone.now())
    return render(request, "cases/_arrivals.html", case_arrivals(request, case))


def case_arrivals(request: HttpRequest, case: Case) -> dict[str, Any]:
    found = list(Arrival.objects.of_case(case).select_related("case")[:_MOST])
    may = isinstance(request.user, User) and request.user.has_right("manage_records")
    url = reverse("cases:arrivals", args=[case.number])
    return {"may_take_out": may, **listed(found, url=url, caption="What came for this case")}


def listed(found: Sequence[Arrival], *, url: str, caption: str) -> dict[str, Any]:
    """What the list of arrivals needs; busy: something in it is still under way."""
    return {
        "arrivals": found,
        "arrivals_url": url,
        "arrivals_caption": caption,
        "arrivals_busy": any(one.state == Arrival.State.CHECKING or _being_read(one) for one in found),
    }


def _being_read(arrival: Arrival) -> bool:
    reading = getattr(arrival.file, "reading", None)
    return reading is not None and reading.done_at is None


def arrivals_panel(request: HttpRequest, case: Case) -> Panel | None:
    """For the records tab: what came, for staff."""
    if not isinstance(request.user, User) or not request.user.has_right("view_cases"):
        return None
    return Panel("cases/_arrivals_panel.html", case_arrivals(request, case))


register_panel("records", arrivals_panel, order=40)


@require_POST
@needs("manage_records")
def take_out(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a filed arrival out of the case again; it waits to be matched."""
    case = open_case(request=request, number=number, now=timezone.now(), part="take a record out", full=False)
    arrival = get_object_or_404(Arrival, pk=pk, case=case)
    arrivals.unlink(arrival=arrival, actor=Actor.of(request.user), now=timezone.now())
    messages.success(request, f"Taken out: {arrival.name}. It waits to be matched.")
    return redirect("cases:tab", case.number, "records")


def uploader(
    sender: Sender,
    *,
    url: str = "",
    facts: dict[str, str] | None = None,
    folders: bool = False,
    cases: Sequence[str] = (),
    says_more: bool = False,
) -> dict[str, Any]:
    """What the upload part of a page needs. facts: what every file of this page is sent with."""
    begun = uploads.resumable(sender)
    name = "outside:upload" if sender.access_code else "cases:upload"
    return {
        "url": url or reverse("cases:uploads"),
        "facts": json.dumps(facts or {}),
        "folders": folders,
        "cases": cases,
        "kinds": Document.Kind.choices if says_more else (),
        "roles": Party.Role.choices if says_more else (),
        "accept": ",".join(f".{ending}" for ending in settings.UPLOAD_ENDINGS),
        "max_megabytes": f"{settings.UPLOAD_MAX_BYTES // 1024**2:,}",
        "piece": min(settings.UPLOAD_PIECE_BYTES, 5 * 1024**2),
        "resumable": [
            {
                "name": one.name, "length": one.length, "changed": one.changed, "url": reverse(name, args=[one.token]),
                "percent": 100 * one.offset // one.length,
            }
            for one in begun
        ],
    }  # fmt: skip
