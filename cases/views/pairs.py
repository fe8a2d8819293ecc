"""Applications that look alike: shown beside the intake form, compared on the case's page, decided and undone there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from cases.forms.pairs import read_filing
from cases.models import Case, CasePair
from cases.panels import Panel, register_panel
from cases.services import joining
from cases.services.access import open_case, register_sight
from cases.services.comparing import compare_cases, compare_filings
from cases.services.duplicates import find_alike, pairs_of
from cases.views.case import page_frame
from common.actor import Actor
from common.errors import Refusal

#: Word in the address -> what it does and what is said of it when done.
_ACTS = {
    "merge": (joining.merge, "Case {later} is closed as a duplicate of case {earlier}."),
    "consolidate": (joining.consolidate, "Case {later} is consolidated into case {earlier}."),
    "relate": (joining.relate, "Cases {earlier} and {later} are linked as related."),
    "apart": (joining.tell_apart, "Remembered: cases {earlier} and {later} are no duplicates."),
    "undo": (joining.undo, "Undone. Nothing is decided about cases {earlier} and {later}."),
}
_MARKS = {
    CasePair.Decision.OPEN: "soon", CasePair.Decision.MERGED: "stopped", CasePair.Decision.CONSOLIDATED: "stopped",
    CasePair.Decision.RELATED: "active", CasePair.Decision.DIFFERENT: "done",
}  # fmt: skip


@needs("enter_cases")
@require_POST
def alike_while_typing(request: HttpRequest) -> HttpResponse:
    """The panel beside the intake form: cases that the typed application may be, side by side."""
    filing = read_filing(request.POST)
    found = find_alike(filing)
    for one in found:
        _note_shown(request, one.case, "beside the intake form")
    if not found:
        return HttpResponse("")
    shown = [{"alike": one, "rows": compare_filings(filing, one.filing, one.likeness)} for one in found]
    return render(request, "cases/pairs/while_typing.html", {"shown": shown})


@needs("view_cases")
def alike_cases(request: HttpRequest, number: str) -> HttpResponse:
    """The case beside every application it looks like or was joined with; `?with=` adds one chosen by its number."""
    case = open_case(request=request, number=number, now=timezone.now(), part="alike applications")
    wanted = request.GET.get("with", "").strip().upper()
    return _page(request, case, wanted)


@needs("decide_cases")
@require_POST
def decide(request: HttpRequest, number: str, other: str, act: str) -> HttpResponse:
    """Merge, consolidate, relate, tell apart, or undo: one act about two cases."""
    if act not in _ACTS:
        raise Http404
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"alike {act}", full=False)
    with_case = open_case(request=request, number=other, now=now, part=f"alike {act}", full=False)
    do, said = _ACTS[act]
    try:
        pair = do(case=case, other=with_case, actor=Actor.of(request.user), now=now)
    except Refusal as refusal:
        case = open_case(request=request, number=number, now=now, part="alike applications")
        return _page(request, case, other, refused=refusal.message, status=422)
    messages.success(request, said.format(earlier=pair.earlier.number, later=pair.later.number))
    return redirect("cases:alike", number)


def _page(request: HttpRequest, case: Case, wanted: str, *, refused: str = "", status: int = 200) -> HttpResponse:
    pairs = list(pairs_of(case))
    chosen, missing = _chosen(case, wanted, pairs)
    others = [pair.other(case) for pair in pairs] + ([chosen] if chosen else [])
    for one in others:
        _note_shown(request, one, f"beside case {case.number}")
    may = isinstance(request.user, User) and request.user.has_right("decide_cases")
    context = {
        **page_frame(request, case),
        "shown": [_shown_pair(pair, case, may) for pair in pairs],
        "chosen": {"other": chosen, "rows": compare_cases(case, chosen), "acts": _acts(None) if may else []}
        if chosen else None,
        "wanted": wanted, "missing": missing, "refused": refused,
    }  # fmt: skip
    return render(request, "cases/pairs/page.html", context, status=status)


def _chosen(case: Case, wanted: str, pairs: list[CasePair]) -> tuple[Case | None, str]:
    """The case chosen by number, unless it stands on the page already; and what is said where there is none."""
    if not wanted or any(pair.other(case).number == wanted for pair in pairs):
        return None, ""
    if wanted == case.number:
        return None, "That is this case itself. Type the number of another case."
    found = Case.objects.with_facts().filter(number=wanted).first()
    return found, "" if found else f"There is no case {wanted}. Numbers are written like CM26-0000012."


def _shown_pair(pair: CasePair, case: Case, may: bool) -> dict[str, Any]:
    other = pair.other(case)
    return {
        "pair": pair, "other": other, "mark": _MARKS[CasePair.Decision(pair.decision)],
        "rows": compare_cases(case, other), "acts": _acts(pair) if may else [],
    }  # fmt: skip


_UNDO = {
    "act": "undo", "label": "Undo this decision", "icon": "arrow-counterclockwise",
    "follows": "What was joined goes on where it stood.",
}  # fmt: skip
_CHOICES = [
    {"act": "merge", "label": "Merge as a duplicate", "icon": "files",
     "follows": "The same dispute was sent twice: the later application closes, the earlier case keeps both files."},
    {"act": "consolidate", "label": "Consolidate", "icon": "union",
     "follows": "Two disputes, reviewed together: same worker, physician and date of injury, both found eligible."},
    {"act": "relate", "label": "Link as related", "icon": "link-45deg",
     "follows": "Both go on by themselves, each named on the other's page."},
    {"act": "apart", "label": "Not a duplicate", "icon": "x-lg", "follows": "Nobody is asked about these two again."},
]  # fmt: skip


def _acts(pair: CasePair | None) -> list[dict[str, str]]:
    if pair and pair.decision != CasePair.Decision.OPEN:
        return [_UNDO]
    return _CHOICES


def _note_shown(request: HttpRequest, case: Case, where: str) -> None:
    note_access(
        act=Act.VIEWED, request=request, now=timezone.now(), target=f"Case {case.number}", target_key=case.number,
        detail=f"shown {where}",
    )  # fmt: skip


def show_alike(request: HttpRequest, case: Case) -> Panel | None:
    """On the summary: what the case looks like or is joined with, to people who may read every case."""
    if not isinstance(request.user, User) or not request.user.has_right("view_cases"):
        return None
    pairs = CasePair.objects.of(case).exclude(decision=CasePair.Decision.DIFFERENT).select_related("earlier", "later")
    shown = [
        {
            "other": pair.other(case), "pair": pair, "mark": _MARKS[CasePair.Decision(pair.decision)],
            "word": pair.get_kind_display() if pair.decision == CasePair.Decision.OPEN else pair.get_decision_display(),
        }
        for pair in pairs
    ]  # fmt: skip
    url = reverse("cases:alike", args=[case.number])
    return Panel("cases/pairs/panel.html", {"shown": shown, "url": url}) if shown else None


def show_joined_records(request: HttpRequest, case: Case) -> Panel | None:
    """On the records tab: the records of the applications joined with this one, as they were filed there."""
    if not isinstance(request.user, User) or not request.user.has_right("view_cases"):
        return None
    pairs = CasePair.objects.of(case).joined().select_related("earlier", "later")
    pairs = pairs.prefetch_related("earlier__documents__file", "later__documents__file")
    shown = [{"other": pair.other(case), "pair": pair, "documents": pair.other(case).documents.all()} for pair in pairs]
    return Panel("cases/pairs/records.html", {"shown": shown}) if shown else None


register_sight(joining.open_joined)
register_panel("summary", show_alike, order=10)
register_panel("records", show_joined_records, order=80)
