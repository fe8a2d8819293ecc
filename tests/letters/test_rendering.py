from __future__ import annotations

import hashlib
import io
import json
import os
import random
import subprocess
import sys

import pikepdf
import pytest

from letters.models import FrozenDocument, Wording
from letters.rules.compose import UndefinedFactError
from letters.services.conformance import PDF_A, PDF_UA, check_conformance
from letters.services.font_sources import FontsMissing
from letters.services.rendering import _engine, _print, render_letter
from letters.services.templates import render_template
from tests.letters.conftest import NOW, exchange_document, pdf_text, shared, shared_blocks
from tests.letters.test_compose import own_blocks


def render(document, blocks):
    from common.canonical import canonical_json, sha256_of

    text = canonical_json(document)
    return render_letter(
        frozen=FrozenDocument(kind="determination", text=text, sha256=sha256_of(text)),
        wording=Wording(blocks=blocks, sha256="w" * 64),
    )


def printed(document, rationale):
    document["items"][0]["rationale"] = rationale
    return " ".join(pdf_text(render(document, own_blocks("2016"))).split())


# --- refusals -------------------------------------------------------------------------------------------------------


def test_a_template_that_names_something_unknown_is_an_error(tmp_path, monkeypatch):
    from django.template import Engine

    from letters.rules.compose import HeaderLine
    from letters.services import templates

    (tmp_path / "a.html").write_text("{{ known }}{{ misspelt }}")
    (tmp_path / "b.html").write_text("{% for x in misspelt %}{% endfor %}")
    (tmp_path / "c.html").write_text("{{ line.labell }}")
    (tmp_path / "d.html").write_text("{% if line.labell %}{% endif %}")
    (tmp_path / "e.html").write_text("{{ known.attribute }}")
    engine = Engine(dirs=[tmp_path], string_if_invalid=templates._Refused("%s"))
    monkeypatch.setattr(templates, "_engine", lambda: engine)
    for name in "abcde":
        with pytest.raises(UndefinedFactError):
            render_template(f"{name}.html", {"known": "x", "line": HeaderLine("a", "b")})


def test_nothing_is_fetched_from_anywhere(tmp_path):
    from weasyprint.urls import FatalURLFetchingError

    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    fetcher = _engine().fetcher
    for url in (secret.as_uri(), "http://127.0.0.1:9/x.png", "data:text/plain,x", "letter-font:../../etc/passwd"):
        with pytest.raises((FatalURLFetchingError, ValueError, KeyError, OSError)):
            fetcher.fetch(url)
    with pytest.raises(FatalURLFetchingError):
        _print(
            f'<html lang="en"><title>t</title><img src="{secret.as_uri()}">', attachment="{}", moment=NOW, identity="x"
        )


def test_a_missing_font_package_is_named(tmp_path, settings):
    from letters.services.font_sources import han_sources

    settings.LETTER_FONT_PACKAGES = tmp_path
    with pytest.raises(FontsMissing, match="npm ci"):
        han_sources("sc")


# --- what stands on the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "{{ service }} {% if x %} {# no #} {{{{ }}}}",
        "<b>bold</b> &amp; <script>alert(1)</script> & <!-- x --> <img src=x>",
        "office affluent “quotes” — 5 ≤ x ≥ 3 ± ½ µg 37 °C",
        "Nguyễn Thị Phượng", "Αλέξανδρος Παπαδόπουλος", "Наталія Їжакевич", "Արամ Խաչատրյան", "שרה כהן־לוי",
        "فاطمة الزهراء", "प्रिया शर्मा क्षत्रिय ज्ञान र्कि", "สมชาย ใจดี น้ำ ผู้ใหญ่", "សុខ ចាន់ថា ស្រី ខ្មែរ ព្រះ",
        "ສົມສັກ ພົມມະ ນ້ຳ", "王小明 赵丽颖", "陳怡君 鄭", "山田花子 さくら サクラ 𠮷田", "김민준 이서연",
    ],
)  # fmt: skip
def test_typed_text_is_printed_exactly_as_typed_in_an_accessible_file(document, typed):
    document["items"][0]["rationale"] = f"Text {typed}"
    content = render(document, own_blocks("2016"))
    assert " ".join(typed.split()) in " ".join(pdf_text(content).split())
    assert check_conformance(content, PDF_UA).failures == ()
    assert check_conformance(content, PDF_A).failures == ()


def test_the_seed_letter_reads_word_for_word_like_the_published_one():
    row = json.loads(shared("seed/determination-2014.json").read_text(encoding="utf-8"))[0]
    content = render(exchange_document(row, layout="2014"), shared_blocks("2014"))
    assert pdf_text(content).split() == shared("seed/determination-2014.txt").read_text(encoding="utf-8").split()


def test_with_the_own_wording_every_fact_of_the_seed_stands_in_the_same_order():
    row = json.loads(shared("seed/determination-2014.json").read_text(encoding="utf-8"))[0]
    text = " ".join(pdf_text(render(exchange_document(row, layout="2014"), own_blocks("2014"))).split())
    facts = [
        "Physical Medicine and Rehabilitation", "Interventional Spine", "California",
        row["review"]["clinical_case_summary"], row["items"][0]["service"], "Upheld",
        "Chronic Pain Treatment Guidelines", "474", "Chronic Pain Treatment Guidelines", "Physical Medicine", "98-99",
        row["review"]["items"][0]["rationale"],
    ]  # fmt: skip
    place = 0
    for fact in facts:
        place = text.index(fact, place) + len(fact)


def test_the_header_reads_line_by_line(document):
    text = " ".join(pdf_text(render(document, own_blocks("2016"))).split())
    assert text.startswith(
        "Case Number: CM16-0000042 Date Assigned: 11/18/2016 Date of Injury: 03/07/2014 Decision Date: 12/19/2016 "
        "UR Denial Date: 11/09/2016 Priority: Standard Application Received: 11/14/2016 HOW THIS DECISION"
    )


def test_the_only_repeated_text_is_the_page_line(document):
    document["items"][0]["rationale"] = "Word after word. " * 600
    content = render(document, own_blocks("2014"))
    pages = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    pages = [page.strip() for page in pages.split("\f") if page.strip()]
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert page.endswith(f"Page {number} of {len(pages)}")
        assert "CM16" not in page
        assert "w" * 12 not in page


def test_an_unbroken_word_of_five_hundred_letters_stays_on_the_page(document):
    assert "x" * 500 in printed(document, "x" * 500).replace(" ", "")


def test_no_word_is_taken_apart_at_the_end_of_a_line(document):
    chance = random.Random(16)  # noqa: S311 - the same letters every time
    signs = [
        "59-year-old", "and/or", "C5-C6", "10/325mg", "word(s)(x)", "he/she", "-", "non-MTUS", "(L4-5)", "what?yes",
        "A—B", "https://example.org/a/b-c?d=e", "wow!no", "a", "the", "patient", "degenerative", "50%-60%", "patient's",
        "http://www.example.net/somebody/differences-between-inpatient-rehabilitation-and-skilled-nursing-care", "#60",
        "[a]b", "{x}y", "tab/cap-sule", "Nguyễn-Phượng",
    ]  # fmt: skip
    for _ in range(3):
        typed = " ".join(chance.choice(signs) for _ in range(400)) + " end"
        text = printed(document, typed)
        assert text[text.index("Reasons:") :].split() == ["Reasons:", *typed.split()]


def test_line_breaks_and_paragraphs_stay(document):
    document["items"][0]["rationale"] = "one\ntwo\n\nthree  spaces"
    assert "one\ntwo" in pdf_text(render(document, own_blocks("2016")))


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes_also_in_a_process_that_has_made_no_letter_yet(document):
    _engine.cache_clear()
    first = render(document, own_blocks("2016"))
    assert {render(document, own_blocks("2016")) for _ in range(3)} == {first}


def test_another_process_makes_the_same_bytes(document):
    program = (
        "import os, sys, json, hashlib, django; django.setup(); "
        "from tests.letters.test_rendering import render; from tests.letters.test_compose import own_blocks; "
        "print(hashlib.sha256(render(json.load(sys.stdin), own_blocks('2016'))).hexdigest())"
    )
    out = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(document).encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "imr_site.settings"},
    )
    assert out.stdout.decode().strip() == hashlib.sha256(render(document, own_blocks("2016"))).hexdigest()
    assert out.stderr == b""


def test_the_order_in_which_letters_are_made_does_not_show_in_them(document):
    plain = render(document, own_blocks("2016"))
    document["clinical_case_summary"] = "王小明 and 山田さくら"
    first = render(document, own_blocks("2016"))
    document["clinical_case_summary"] = "김민준"
    render(document, own_blocks("2016"))
    document["clinical_case_summary"] = "王小明 and 山田さくら"
    assert render(document, own_blocks("2016")) == first
    document["clinical_case_summary"] = "The injured worker reports low back pain.\n\nAn examination showed a limp."
    assert render(document, own_blocks("2016")) == plain


def test_the_file_has_title_language_tags_attachment_and_embedded_fonts(document):
    with pikepdf.open(io.BytesIO(render(document, own_blocks("2016")))) as pdf:
        assert str(pdf.docinfo["/Title"]).endswith("CM16-0000042")
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20161219")
        (name,) = pdf.attachments
        attached = pdf.attachments[name]
        assert attached.relationship == pikepdf.Name.Data
        assert json.loads(attached.get_file().read_bytes()) == document
        fonts = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}
        assert fonts
        assert all("+" in font for font in fonts)
        assert float(pdf.pages[0].MediaBox[2]), float(pdf.pages[0].MediaBox[3]) == (612, 792)
