"""What goes out with a notice: the record that it speaks of, behind it on paper and beside it at the code's door."""

from __future__ import annotations

from cases.models import Document, Notice


def enclosed(notice: Notice) -> Document | None:
    """The record that goes with a notice; None for most kinds, and for a record that was taken out of the case."""
    if notice.kind != Notice.Kind.ANSWER:
        return None
    found = Document.everything.select_related("file").filter(answers_requests__notice=notice).first()
    if found is None or found.case_id != notice.case_id or found.withdrawn_why == Document.Withdrawn.MOVED:
        return None
    return found


def enclosed_pages(notice: Notice) -> int:
    """How many pages it adds to the piece."""
    found = enclosed(notice)
    return (found.pages or 0) if found else 0
