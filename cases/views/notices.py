"""The outbox of notices, one notice with its service list, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases import panels
from cases.models import Case, Notice, NoticeCopy
from cases.models.case import ENDED
from cases.panels import Panel
from cases.services.access import open_case
from cases.services.notices import issuing, outbox_page, sending, trouble
from cases.services.notices.previewing import preview_notice
from common.actor import Actor
from common.errors import Refusal
from common.services import files

_A_PAGE = 50
PDF = "application/pdf"
#: State of a copy or notice -> kind of mark (common.templatetags.ui.state).
MARKS: dict[str, str] = {
    "held": "late", "bounced": "late", "returned": "late", "waiting": "waiting", "ordered": "waiting",
    "to_print": "soon", "printed": "soon", "sending": "active", "sent": "done", "mailed": "done", "sealed": "done",
    "cancelled": "stopped",
}  # fmt: skip


@require_GET
@needs("send_notices", "view_cases")
def outbox(request: HttpRequest) -> HttpResponse:
    """Everything that is on its way, by tab; what needs a hand comes first."""
    tab = request.GET.get("tab", "")
    counts = outbox_page.counts()
    if tab not in outbox_page.TABS:
        tab = next((key for key in ("held", "back", "printed", "to_print") if counts[key]), "to_print")
    page = Paginator(outbox_page.copies_of(tab), _A_PAGE).get_page(request.GET.get("page"))
    copies = list(page.object_list) if tab != "printed" else []
    now = timezone.now()
    note_access(act=Act.VIEWED, request=request, now=now, target="Outbox of notices", detail=tab)
    context = {
        "tab": tab,
        "tabs": [
            {"label": label, "url": f"?tab={key}", "active": key == tab, "count": counts.get(key)}
            for key, label in outbox_page.TABS.items()
        ],
        "page": page,
        "rows": rows_of(copies),
        "cut_off": tab == "out" and page.paginator.count >= outbox_page.LATEST,
        "held": list(outbox_page.held_notices()[:_A_PAGE]) if tab == "held" else [],
        "batches": list(outbox_page.open_batches()) if tab == "printed" else [],
        "alarm": outbox_page.alarm(now=now),
        "now": now,
        "may_send": _may_send(request),
    }
    return render(request, "cases/notices/outbox.html", context)


def rows_of(copies: list[NoticeCopy]) -> list[dict[str, Any]]:
    """Copies as the tables show them, with what the mail server said."""
    jobs = sending.mail_jobs(copies)
    return [
        {
            "copy": copy,
            "mark": MARKS[copy.state],
            "job": jobs.get(copy.pk),
            "error": getattr(jobs.get(copy.pk), "last_error", ""),
        }
        for copy in copies
    ]


@require_GET
@needs("send_notices", "view_cases")
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: what it is about, its service list, what may be done."""
    found = get_object_or_404(Notice.objects.select_related("case", "organization", "letter"), pk=pk)
    copies = list(found.copies.select_related("notice__case", "batch", "code", "replaces"))
    _note(request, found)
    context = {
        "notice": found,
        "mark": MARKS[found.state],
        "rows": rows_of(copies),
        "about": issuing.cases_of(found),
        "replaced": {copy.replaces_id for copy in copies},
        "may_send": _may_send(request),
        "gives_up": found.state != Notice.State.CANCELLED and all(copy.served_at is None for copy in copies),
    }
    return render(request, "cases/notices/notice.html", context)


@require_GET
@needs("send_notices", "view_cases")
def notice_file(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Notice.objects.select_related("letter__file", "case"), pk=pk)
    if found.letter is None or found.letter.file is None:
        raise Http404("The notice is not sealed yet.")
    _note(request, found, Act.DOWNLOADED)
    return pdf_answer(files.read(found.letter.file), f"{found.reference}.pdf")


@require_GET
@needs("send_notices")
def preview(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The notice as it would go out today."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"preview of a notice: {kind}", full=False)
    pages = preview_notice(kind=kind, case=case, actor=Actor.of(request.user), now=now)
    return pdf_answer(pages, f"preview-{case.number}.pdf")


@require_POST
@needs("send_notices")
def write(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Notice, pk=pk)
    found = issuing.write_again(notice_id=pk, actor=Actor.of(request.user), now=timezone.now())
    if found.state == Notice.State.HELD:
        messages.error(request, f"{found.reference} is still held: {found.held_because}")
    else:
        messages.success(request, f"{found.reference} is written and is being sealed.")
    return redirect("cases:notice", pk)


@require_POST
@needs("send_notices")
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Notice, pk=pk)
    because = request.POST.get("because", "")
    return _done(request, pk, "It is not sent.", lambda actor, now: issuing.cancel(
        notice_id=pk, because=because, actor=actor, now=now))  # fmt: skip


@require_POST
@needs("send_notices")
def copy_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on one copy: came-back, reach-again, let-be, send-again."""
    copy = get_object_or_404(NoticeCopy, pk=pk)
    because, method = request.POST.get("because", ""), request.POST.get("method", "")
    acts: dict[str, tuple[str, Callable[..., object]]] = {
        "came-back": ("It is put down. Send the notice again, or leave it so.",
                      lambda actor, now: trouble.came_back(copy_id=pk, because=because, actor=actor, now=now)),
        "reach-again": ("The address is read again.",
                        lambda actor, now: trouble.reach_again(copy_id=pk, method=method, actor=actor, now=now)),
        "let-be": ("This copy is not sent.",
                   lambda actor, now: trouble.let_be(copy_id=pk, because=because, actor=actor, now=now)),
        "send-again": ("The mail is tried again.", lambda _actor, now: sending.send_again(copy_id=pk, now=now)),
    }  # fmt: skip
    if act not in acts:
        raise Http404
    return _done(request, copy.notice_id, *acts[act])


def case_notices(request: HttpRequest, case: Case) -> Panel | None:
    """The notices of a case, for its letters tab."""
    about = Notice.objects.about_case(case).select_related("answer__notice", "answer__document")
    found = list(about.prefetch_related("copies").order_by("-issued_at", "-pk"))
    may_preview = _may_send(request) and case.state == "eligibility" and not case.imported
    if not found and not may_preview:
        return None
    rows = [
        {
            "notice": one,
            "mark": MARKS[one.state],
            "out": sum(copy.served_at is not None for copy in one.copies.all()),
            "of": len(one.copies.all()),
            **_answering(one, request, case),
        }
        for one in found
    ]
    return Panel("cases/notices/_case.html", {"rows": rows, "case": case, "may_preview": may_preview})


def _answering(notice: Notice, request: HttpRequest, case: Case) -> dict[str, Any]:
    """What stands beside a request to one party: the answer and the notice that sends it on, or that it is awaited."""
    if notice.kind != Notice.Kind.REQUEST or notice.state == Notice.State.CANCELLED:
        return {}
    answer = getattr(notice, "answer", None)
    if answer is not None and answer.notice.state != Notice.State.CANCELLED:
        return {"answer": answer}
    out = any(copy.answers and copy.served_at for copy in notice.copies.all())
    going_on = not case.imported and case.state not in ENDED
    return {"awaited": out and going_on, "may_answer": out and going_on and _may_send(request)}


panels.register_panel("letters", case_notices, order=60)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=PDF, headers={"Content-Disposition": f'inline; filename="{name}"'})


def _done(request: HttpRequest, notice_id: int, word: str, do: Callable[..., object]) -> HttpResponse:
    try:
        do(Actor.of(request.user), timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, word)
    return redirect(reverse("cases:notice", args=[notice_id]))


def _note(request: HttpRequest, found: Notice, act: Act = Act.VIEWED) -> None:
    for case in issuing.cases_of(found):
        target = f"Notice {found.reference}, case {case.number}"
        note_access(act=act, request=request, now=timezone.now(), target=target, target_key=case.number)


def _may_send(request: HttpRequest) -> bool:
    return bool(request.user.has_right("send_notices"))  # type: ignore[union-attr]
