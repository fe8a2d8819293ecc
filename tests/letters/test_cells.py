"""Long names in the tables of notices stay inside their cells, and are read back as they were typed."""

from __future__ import annotations

import html
import io
import re

import pypdfium2
import pytest

from cases.services.notices.previewing import preview_notice
from letters.services.speaking_text import set_cell_apart
from tests.cases.notices.support import STAFF, with_wording
from tests.cases.test_chasing_pages import owing_case
from tests.factories.cases import NOW

LONG = "Wolfeschlegelstein-hausenbergerdorff-Montgomery-Featherstonehaugh"


@pytest.mark.parametrize("width", ["number", "most", "more", "rest"])
@pytest.mark.parametrize("name", [LONG, f"Maria {LONG}", "A" * 60 + "-" + "b" * 60, "CM26-0000001", "Ana-Lucia <O>"])
def test_a_cell_says_what_was_typed(name, width):
    found = str(set_cell_apart(name, width))
    assert html.unescape(re.sub("<[^>]*>", "", found)) == name


def test_a_short_number_stays_on_one_line_and_a_long_name_may_break_before_its_hyphens():
    assert set_cell_apart("CM26-0000001", "number") == '<span class="whole">CM26-0000001</span>'
    assert str(set_cell_apart(LONG, "most")).count("<wbr>") == LONG.count("-")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [LONG, f"Wolfe{'Q' * 60}-{'b' * 60}haugh"])
def test_a_long_hyphenated_name_does_not_run_past_its_cell_on_the_page(name):
    with_wording()
    case = owing_case()
    row = {"case_number": case.number, "worker": f"Maria {name}", "claim_number": "GCS-2026-000000123",
           "missing": "Reports of the treating physician, last 6 months", "due_on": NOW.date()}  # fmt: skip
    pdf = pypdfium2.PdfDocument(
        io.BytesIO(preview_notice(kind="chaser", case=case, facts={"cases": [row]}, actor=STAFF, now=NOW))
    )
    text = pdf[0].get_textpage()
    whole = text.get_text_range()
    assert name in whole.replace("\r\n", "")
    starts = text.get_charbox(whole.index("Wolfe"))[0]
    begin = whole.index("Wolfe")
    end = whole.index("haugh") + len("haugh")
    signs = [at for at in range(begin, end) if whole[at].strip()]
    assert max(text.get_charbox(at)[2] for at in signs) - starts < 150  # the text of its column
    pdf.close()
