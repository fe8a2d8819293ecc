"""The receipt for what somebody sent with a code: a PDF with every file, its time, its pages and its hash."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence

from django.template.loader import render_to_string

from cases.models import AccessCode, Arrival
from letters.services.fonts import use_letter_fonts

_ONE_AT_A_TIME = threading.Lock()  # Pango's font map takes one thread at a time


def receipt_pdf(*, code: AccessCode, sent: Sequence[Arrival], now: dt.datetime) -> bytes:
    """The receipt as PDF/UA. It says case numbers and names of files, nothing else of a case."""
    from weasyprint import HTML

    good = [one for one in sent if one.state not in (Arrival.State.REFUSED, Arrival.State.CHECKING)]
    page = render_to_string(
        "cases/letters/receipt.html",
        {"code": code, "sent": sent, "now": now, "good": len(good), "pages": sum(one.pages or 0 for one in good)},
    )
    use_letter_fonts()
    with _ONE_AT_A_TIME:
        made: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _nothing(url: str, **_: object) -> dict[str, object]:
    """The page names nothing to fetch; a name of a file must not make it so."""
    raise ValueError(f"nothing is fetched for a receipt: {url}")
