"""The staff page of letters: which are sealed, which wait, which are held and why."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from common.actor import Actor
from common.errors import Refusal, RightRefusal, StateRefusal
from common.services import files
from letters.models import Letter
from letters.services.sight import may_open
from letters.services.upkeep import HELD, SEALED, WAITING, lines_of, retry_letter

_A_PAGE = 50


@require_GET
@needs("view_letters")
def desk(request: HttpRequest) -> HttpResponse:
    chosen, number = request.GET.get("state", ""), request.GET.get("q", "").strip()
    kinds = {
        HELD: ("Held", Letter.objects.held()),
        WAITING: ("Waiting", Letter.objects.waiting()),
        SEALED: ("Sealed", Letter.objects.sealed()),
    }
    letters = kinds[chosen][1] if chosen in kinds else Letter.objects.all()
    if number:
        letters = letters.filter(key__icontains=number)
    page = Paginator(letters.newest_first(), _A_PAGE).get_page(request.GET.get("page"))
    tabs = [{"label": "All", "url": reverse("letters:desk"), "active": chosen not in kinds}]
    tabs += [
        {"label": label, "url": f"?state={key}", "count": found.count(), "active": key == chosen}
        for key, (label, found) in kinds.items()
    ]
    lines = lines_of(page.object_list)
    may_retry = request.user.has_right("retry_letters")  # type: ignore[union-attr]
    context = {"page": page, "lines": lines, "tabs": tabs, "state": chosen, "q": number, "may_retry": may_retry}
    return render(request, "letters/desk.html", context)


@require_GET
@needs("view_letters", "check_quality")
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed file, named by its case number and checked against its hash."""
    letter = get_object_or_404(Letter.objects.select_related("file"), pk=pk)
    if not isinstance(request.user, User) or not may_open(request.user, letter):
        raise RightRefusal("letter.sight", f"The letter of case {letter.key} is not open to you.")
    if letter.file is None:
        raise Http404("The letter is not sealed yet.")
    try:
        content = files.read(letter.file)
    except files.StoredFileDamaged as damaged:
        raise StateRefusal("letter.damaged", f"{damaged} Tell an administrator: it must be restored.") from damaged
    note_access(
        act=Act.DOWNLOADED,
        now=timezone.now(),
        request=request,
        target=f"Letter {letter.key} version {letter.version}",
        target_key=letter.key,
    )
    name = content_disposition_header(as_attachment=True, filename=f"{letter.key}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name or "attachment"})


@require_POST
@needs("retry_letters")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Letter, pk=pk)
    try:
        letter = retry_letter(letter_id=pk, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Letter {letter.key} is tried again.")
    return redirect("letters:desk")
