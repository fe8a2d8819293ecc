"""Staff's side of the panel: the roster with its report, one reviewer's credential file, what the self-audit found."""

from __future__ import annotations

import secrets
import tempfile
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from common.days import california_date
from common.errors import StateRefusal
from common.rules.csv_cells import csv_lines
from common.services import files
from common.templatetags.ui import day
from reviews.models import (
    Assignment,
    AuditFinding,
    AuditRun,
    CredentialCheck,
    ProfileChange,
    Reviewer,
    TrainingRecord,
    Waiver,
)
from reviews.models.credentialing import Kind
from reviews.rules.credentials import Standing
from reviews.services.credential_file import Line, file_of, with_file
from reviews.services.credential_reminders import due_soon
from reviews.services.credential_zip import write_zip
from reviews.services.interests import lines_of
from reviews.services.late_conflicts import IS_LATE
from reviews.services.person_aliases import other_names
from reviews.services.proposals import describe
from reviews.services.reference import panel_numbers
from reviews.services.roster_report import RosterLine, roster_lines, roster_rows, word_of
from reviews.services.seats import cases_with_a_free_place

PAGE = 50
SAMPLE = 30
STATES = {
    Standing.VERIFIED: "done", Standing.EXPIRING: "soon", Standing.EXPIRED: "late", Standing.UNVERIFIED: "unknown",
    Standing.FAILED: "late", Standing.CHANGED: "unknown",
}  # fmt: skip
#: Short for the roster, which shows only what is not verified of these.
OTHERS: dict[str, str] = {Kind.PRACTICE: "Practice", Kind.TRAINING: "Training", Kind.SANCTIONS: "Sanctions"}
AVAILABILITY = {"Available": "done", "Away": "waiting", "Suspended": "late", "Not active": "stopped"}


@require_GET
@needs("view_panel")
def panel(request: HttpRequest) -> HttpResponse:
    """The roster: availability and the standing of every credential (UR-4)."""
    typed, shown = request.GET.get("q", "").strip(), request.GET.get("shown", "active")
    rows = Reviewer.objects.filter(active=shown != "inactive")
    if typed:
        rows = rows.filter(
            Q(first_name__icontains=typed) | Q(last_name__icontains=typed) | Q(reviewer_id__iexact=typed)
            | Q(certifications__specialty__icontains=typed)
        ).distinct()  # fmt: skip
    counts = Reviewer.objects.aggregate(here=Count("pk", filter=Q(active=True)), everybody=Count("pk"))
    page = Paginator(rows.order_by("last_name", "first_name", "pk").values_list("pk", flat=True), PAGE).get_page(
        request.GET.get("page")
    )
    lines = {line.file.reviewer.pk: line for line in roster_lines(on=_today(), reviewers=list(page))}
    context = {
        "page": page,
        "rows": [_row(lines[pk]) for pk in page],
        "typed": typed,
        "shown": shown,
        "open_findings": AuditFinding.objects.filter(gone_on=None).count(),
        "due_soon": len(due_soon(on=_today())),
        "open_waivers": Waiver.objects.open().count(),
        "tabs": [
            {"label": "Active", "url": "?shown=active", "active": shown != "inactive", "count": counts["here"]},
            {"label": "Not active", "url": "?shown=inactive", "active": shown == "inactive",
             "count": counts["everybody"] - counts["here"]},
        ],
    }  # fmt: skip
    return render(request, "reviews/panel.html", context)


def _row(line: RosterLine) -> dict[str, Any]:
    return {
        "line": line,
        "person": line.file.reviewer,
        "availability": (AVAILABILITY[line.standing], line.standing),
        "licenses": [(one, state_of(one)) for one in line.file.lines if one.kind == "license"],
        "certifications": [(one, state_of(one)) for one in line.file.lines if one.kind == "certification"],
        "others": [(OTHERS[one.kind], state_of(one)) for one in line.file.others if one.standing != Standing.VERIFIED],
    }


def state_of(line: Line) -> tuple[str, str]:
    """A credential's standing as icon kind and word."""
    return ("stopped", line.stopped) if line.stopped else (STATES[line.standing], word_of(line))


TABS = {
    "credentials": "Credentials", "interests": "Interests", "work": "Calendar and work", "training": "Training",
    "history": "History",
}  # fmt: skip


@require_GET
@needs("view_panel")
def reviewer(request: HttpRequest, pk: int) -> HttpResponse:
    """One reviewer's file, a tab at a time."""
    rows = with_file(Reviewer.objects.with_gate_facts().select_related("user"))
    person = get_object_or_404(rows, pk=pk)
    tab = request.GET.get("tab", "credentials")
    tab = tab if tab in TABS else "credentials"
    (line,) = roster_lines(on=_today(), reviewers=[pk])
    context = {
        "person": person,
        "line": line,
        "availability": (AVAILABILITY[line.standing], line.standing),
        "tab": tab,
        "tabs": [{"label": label, "url": f"?tab={key}", "active": key == tab} for key, label in TABS.items()],
        **_PARTS[tab](person),
    }
    return render(request, "reviews/reviewer.html", context)


def _credentials(person: Reviewer) -> dict[str, Any]:
    file = file_of(person, on=_today())
    open_changes = [one for one in person.proposed_changes.select_related("document") if one.decided_at is None]
    return {
        "facts": _facts(person),
        "lines": [(one, state_of(one)) for one in file.lines],
        "missing": file.missing,
        "sanctions": person.sanctions.all(),
        "proposals": [(one, describe(one)) for one in open_changes],
        "adverse": person.adverse_changes.all(),
    }


def _work(person: Reviewer) -> dict[str, Any]:
    live = Assignment.objects.live().filter(reviewer=person).select_related("case").order_by("pk")
    return {"live": live, "away": person.away_periods.all(), "capacity": _capacity(person)}


_PARTS: dict[str, Any] = {
    "credentials": _credentials,
    "interests": lambda person: {
        "interests": lines_of(person), "other_names": other_names(person),
        "attestations": person.attestations.all()[:5], "addresses": person.practice_addresses.all(),
    },
    "work": _work,
    "training": lambda person: {"trainings": person.trainings.all()},
    "history": lambda person: {"notes": person.notes.all()[:100]},
}  # fmt: skip


def _facts(person: Reviewer) -> list[tuple[str, Any]]:
    return [
        ("Roster id", person.reviewer_id),
        ("Degree", person.degree),
        ("E-mail", person.email),
        ("NPI", person.npi),
        ("In practice since", day(person.practice_since)),
        ("Hours a week", person.practice_hours_per_week),
        ("Expertise", ", ".join(str(word) for word in person.expertise)),
        ("Account", person.user or ""),
    ]


def _capacity(person: Reviewer) -> list[tuple[str, Any]]:
    return [("Cases a week, at most", person.capacity_per_week), ("Open cases, at most", person.capacity_open_cases)]


@require_GET
@needs("view_panel")
def roster_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The roster report as CSV; noted, and for use inside the organization."""
    now = timezone.now()
    note_access(act=Act.EXPORTED, request=request, now=now, target="Roster report")
    name = f"roster-{california_date(now).isoformat()}.csv"
    return StreamingHttpResponse(
        csv_lines(roster_rows(on=california_date(now))), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


@require_POST
@needs("view_panel")
def sample(request: HttpRequest) -> FileResponse:
    """Thirty random credential files as one ZIP; a seed in the form draws the same people again."""
    typed = request.POST.get("seed", "")
    seed = int(typed) if typed.isdecimal() and len(typed) <= len("999999") else secrets.randbelow(1_000_000)
    now = timezone.now()
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        found = write_zip(out, count=SAMPLE, seed=seed, on=california_date(now))
    except files.StoredFileDamaged as damaged:
        out.close()
        raise StateRefusal("panel.damaged", f"{damaged} Tell an administrator: it must be restored.") from damaged
    note_access(
        act=Act.EXPORTED, request=request, now=now, target="Credential files", detail=f"{len(found)} files, seed {seed}"
    )
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=f"credential-files-{seed}.zip", content_type="application/zip"
    )


@require_GET
@needs("view_panel")
def to_verify(request: HttpRequest) -> HttpResponse:
    """What ends soon for active reviewers, or whose check grows too old, the soonest first."""
    page = Paginator(due_soon(on=_today()), PAGE).get_page(request.GET.get("page"))
    people = Reviewer.objects.in_bulk({one.reviewer for one in page})
    rows = [(one, people[one.reviewer]) for one in page if one.reviewer in people]
    context = {"page": page, "rows": rows, "days": max(panel_numbers().credentials.reminder_days)}
    return render(request, "reviews/panel_to_verify.html", context)


@require_GET
@needs("view_panel")
def findings(request: HttpRequest) -> HttpResponse:
    """What the last self-audit found, and the cases in hand that must go to somebody else."""
    rows = AuditFinding.objects.filter(gone_on=None).annotate(late=IS_LATE).select_related("reviewer", "case")
    context = {
        "run": AuditRun.objects.first(),
        "page": Paginator(rows.order_by("-late", "reviewer__reviewer_id", "rule", "pk"), PAGE).get_page(
            request.GET.get("page")
        ),
        "stopped": Assignment.objects.stopped().select_related("case", "reviewer").order_by("stopped_at", "pk"),
        "waiting": cases_with_a_free_place(),
        "proposals": ProfileChange.objects.filter(decided_at=None).select_related("reviewer"),
    }
    return render(request, "reviews/panel_findings.html", context)


_PAPERS: dict[str, Any] = {"check": CredentialCheck, "training": TrainingRecord, "proposal": ProfileChange}


@require_GET
@needs("view_panel")
def paper(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """A paper of a credential file; every opening is noted."""
    if kind not in _PAPERS:
        raise Http404
    found = get_object_or_404(_PAPERS[kind].objects.select_related("document", "reviewer"), pk=pk)
    if found.document is None:
        raise Http404
    note_access(
        act=Act.DOWNLOADED, request=request, now=timezone.now(), target=f"Credential file {found.reviewer.reviewer_id}",
        detail=f"{kind} {pk}",
    )  # fmt: skip
    try:
        handle = files.open_file(found.document)
    except files.StoredFileDamaged as damaged:
        raise StateRefusal("panel.damaged", f"{damaged} Tell an administrator: it must be restored.") from damaged
    return FileResponse(
        handle, as_attachment=True, filename=found.document_name, content_type=found.document.content_type
    )


def _today() -> Any:
    return california_date(timezone.now())
