"""The approval of more than one reviewer: put on file, withdrawn, opened."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.models import Act
from cases.services.access import open_case
from common.actor import Actor
from common.errors import StateRefusal
from common.services import files
from reviews.forms.approval import ApprovalForm
from reviews.forms.assignment import ReasonForm
from reviews.models import ReviewerApproval
from reviews.services.reviewer_approvals import record_approval, withdraw_approval
from reviews.views.acting import act


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def record(request: HttpRequest, number: str) -> HttpResponse:
    case = open_case(request=request, number=number, now=timezone.now(), part="approval", full=False)
    return act(
        request, ApprovalForm(request.POST or None, request.FILES or None),
        lambda given: record_approval(
            case=case, reviewers=given["reviewers"], approved_by=given["approved_by"],
            approved_on=given["approved_on"], came_by=given["came_by"], paper=given["document"],
            actor=Actor.of(request.user), now=timezone.now(),
        ),
        done="The approval is on file. Offer the free place to a reviewer.", back=_board(number),
        heading="Approval of more than one reviewer", about=f"Case {number}", button="Put it on file",
        consequence="Each reviewer reads the file and decides alone. The majority decides each item; an even split "
        "gives the treatment. The case goes to the quality check when every one of them has submitted.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ReviewerApproval.objects.select_related("case"), pk=pk)
    number = found.case.number
    open_case(request=request, number=number, now=timezone.now(), part="approval", full=False)
    return act(
        request, ReasonForm(request.POST or None),
        lambda given: withdraw_approval(
            approval_id=pk, reason=given["reason"], actor=Actor.of(request.user), now=timezone.now()
        ),
        done="The approval is withdrawn.", back=_board(number),
        heading="Withdraw the approval", about=f"Case {number}: {found.reviewers} reviewers, signed by "
        f"{found.approved_by}", button="Withdraw it",
        consequence="It stays on file with your reason. No further place can be offered under it.",
    )  # fmt: skip


@require_GET
@needs("assign_reviewers")
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The approval as it came; every opening is noted."""
    found = get_object_or_404(ReviewerApproval.objects.select_related("case", "document"), pk=pk)
    open_case(
        request=request, number=found.case.number, now=timezone.now(), part=f"approval {pk}", act=Act.DOWNLOADED,
        full=False,
    )  # fmt: skip
    if found.document is None:
        raise Http404
    try:
        handle = files.open_file(found.document)
    except files.StoredFileDamaged as damaged:
        raise StateRefusal("approval.damaged", f"{damaged} Tell an administrator: it must be restored.") from damaged
    return FileResponse(
        handle, as_attachment=True, filename=found.document_name, content_type=found.document.content_type
    )


def _board(number: str) -> str:
    return reverse("reviews:candidates", args=[number])
