"""Record files for tests: born-digital pages, scans, and the kinds of bad files that are refused."""

from __future__ import annotations

import io

import img2pdf
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageDraw, ImageFont


def new_pdf(pages: list[str]) -> pikepdf.Pdf:
    """A PDF with one page of Helvetica for each text, a line for each line."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for text in pages:
        page = pdf.add_blank_page(page_size=(612, 792))
        lines = "".join(f"({_escaped(line)}) Tj T* " for line in text.split("\n"))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 14 TL 72 720 Td {lines}ET".encode("latin-1"))
    return pdf


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, static_id="encryption" not in options, **options)
    return out.getvalue()


def text_pdf(*pages: str) -> bytes:
    return saved(new_pdf(list(pages)))


def scan(text: str, *, form: str = "PNG", size: tuple[int, int] = (1275, 1650)) -> bytes:
    """A picture of a page with the text, as a scanner at 150 dpi gives it."""
    picture = Image.new("L", size, "white")
    ImageDraw.Draw(picture).multiline_text((120, 160), text, fill=0, font=_font(36), spacing=18)
    out = io.BytesIO()
    picture.save(out, form, dpi=(150, 150))
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def scan_pdf(*pages: str) -> bytes:
    """A PDF of pictures alone."""
    made = img2pdf.convert([scan(text) for text in pages])
    assert isinstance(made, bytes)
    return made
