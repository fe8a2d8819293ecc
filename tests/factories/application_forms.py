"""Imitations of the typed application form, born digital or scanned, for tests of the intake desk."""

from __future__ import annotations

import io
from html import escape

import img2pdf
import pikepdf
import pypdfium2
from PIL import Image
from weasyprint import HTML

ANA = {
    "Employee Name (First, MI, Last):": "Ana M Quinones", "Date of Birth:": "03/09/1971",
    "Address (Street, City, State, Zip):": "12 Orchard Lane, Fresno, CA 93701", "Phone Number:": "559-555-0134",
    "Employer Name:": "Valley Orchards Inc.", "Claim Number:": "WC-2025-004417",
    "Date of Injury (MM/DD/YYYY):": "02/03/2025", "EAMS Case Number (if applicable):": "ADJ1234567",
    "Requesting Physician Name:": "Peter Okafor, MD", "Practice Name:": "Fresno Spine Group",
    "Specialty:": "Orthopedic Surgery", "Claims Administrator Name:": "Golden Claims Services",
    "Adjuster/Contact Name:": "Dana Whitfield", "Primary Diagnosis (Use ICD Code where practical):": "Lumbar strain",
    "Date of UR Determination Letter:": "10/20/2026", "Type of Decision:": "Denied",
    "Is the Claims Administrator disputing liability for the requested treatment?": "No",
    "Requested medical services:": "1. MRI of the lumbar spine\n2. Physical therapy, 12 visits",
    "Employee Signature:": "Ana Quinones",
}  # fmt: skip
_HEADINGS = {
    "Employee Name (First, MI, Last):": "Employee Information", "Requesting Physician Name:": "Physician Information",
    "Claims Administrator Name:": "Administrator Information",
    "Primary Diagnosis (Use ICD Code where practical):": "Disputed Treatment",
}  # fmt: skip
#: Labels that stand side by side on one line.
_PAIRS = {"Date of Birth:", "Phone Number:", "Claim Number:", "EAMS Case Number (if applicable):", "Specialty:",
          "Adjuster/Contact Name:", "Type of Decision:"}  # fmt: skip
_STYLE = """
@page { size: letter; margin: 0.7in; } body { font: 11pt sans-serif; } h1 { font-size: 15pt; text-align: center; }
h2 { font-size: 11pt; background: #ddd; padding: 3pt; margin: 10pt 0 2pt; }
td { padding: 5pt 4pt; vertical-align: top; }
table { width: 100%; border-collapse: collapse; } td { border: 0.5pt solid #666; } b { font-family: monospace; }
"""


def imr_form(**facts: str) -> bytes:
    """One page of the form, typed. facts: label (spaces as underscores, without hint and colon) -> what is typed."""
    typed = {label: facts.get(_key(label), value) for label, value in ANA.items()}
    rows: list[str] = []
    for label, value in typed.items():
        cell = f"<td>{escape(label)} <b>{escape(value).replace(chr(10), '<br>')}</b></td>"
        if label in _HEADINGS:
            rows.append(f"</table><h2>{_HEADINGS[label]}</h2><table>")
        if label in _PAIRS and rows[-1].endswith("</tr>"):
            rows[-1] = rows[-1].replace(" colspan=2", "").removesuffix("</tr>") + cell + "</tr>"
        else:
            rows.append(f"<tr>{cell.replace('<td>', '<td colspan=2>')}</tr>")
    page = f"<style>{_STYLE}</style><h1>Application for Independent Medical Review</h1><table>{''.join(rows)}</table>"
    made = HTML(string=page).write_pdf()
    assert isinstance(made, bytes)
    return made


def _key(label: str) -> str:
    return label.partition("(")[0].strip(" :?").lower().replace(" ", "_").replace("/", "_")


def scanned(pdf: bytes, *, dpi: int = 200, turn: float = 0.0) -> bytes:
    """The same pages as pictures alone, as a scanner gives them; `turn` degrees askew."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = []
    for page in document:
        picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
        if turn:
            picture = picture.rotate(turn, fillcolor=255, resample=Image.Resampling.BICUBIC)
        kept = io.BytesIO()
        picture.save(kept, "PNG", dpi=(dpi, dpi))
        pictures.append(kept.getvalue())
    made = img2pdf.convert(pictures)
    assert isinstance(made, bytes)
    return made


def stack(*pdfs: bytes) -> bytes:
    """Several PDFs as one, in their order."""
    whole = pikepdf.new()
    for pdf in pdfs:
        with pikepdf.open(io.BytesIO(pdf)) as part:
            whole.pages.extend(part.pages)
            out = io.BytesIO()
            whole.save(out, static_id=True)
            whole = pikepdf.open(io.BytesIO(out.getvalue()))
    out = io.BytesIO()
    whole.save(out, static_id=True)
    return out.getvalue()


def pages_of(pdf: bytes) -> list[bytes]:
    """Each page as a PDF of its own."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        for one in whole.pages:
            single, out = pikepdf.new(), io.BytesIO()
            single.pages.append(one)
            single.save(out, static_id=True)
            found.append(out.getvalue())
    return found
