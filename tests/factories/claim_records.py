"""What a claims administrator sends for Ana Quinones of tests/factories/application_forms.py, as pictures alone."""

from __future__ import annotations

from tests.factories.files import scan_pdf

#: Stands on the second page of the records and nowhere else, as a picture alone.
WORD = "spondylolisthesis"
_PAGES = (
    """GOLDEN CLAIMS SERVICES
400 Harbor Way
Oakland, CA 94607

UTILIZATION REVIEW DECISION

Claim number: WC-2025-004417
Injured worker: Ana Quinones

The request was reviewed and is denied.
You may ask for an independent
medical review within 30 days.""",
    f"""FRESNO SPINE GROUP
77 Clinic Street
Fresno, CA 93720

PRIMARY TREATING PHYSICIAN'S
PROGRESS REPORT (PR-2)

Patient: Ana Quinones
Date of exam: {{seen}}

The pictures show a {WORD}
of the lowest lumbar joint.

Page 1 of 2""",
    """Therapy twice weekly for six weeks
is asked for.

Sincerely,
Peter Okafor, M.D.

Page 2 of 2""",
)


def scanned_records(*, seen: str) -> bytes:
    """A UR decision of one page and a report of two. seen: the day of the exam, as printed."""
    return scan_pdf(*(text.format(seen=seen) for text in _PAGES))
