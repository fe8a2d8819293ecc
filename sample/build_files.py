"""Prints the papers of the sample cases: reports, utilization review decisions and application forms, all invented.

    python -m sample.build_files

Text of the reports and reasons stands in `papers.json`, everything else comes from the cases themselves. Clinics and
administrators type names in Latin letters, so the papers do too. Run again after a change of a case; the bytes change
only where the text does.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import os
import sys
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

FOLDER = Path(__file__).resolve().parent

STYLE = """
@page { size: letter; margin: 1in; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }
body { font-family: "Liberation Serif", "Source Serif 4", serif; font-size: 11pt; line-height: 1.4 }
h1 { font-size: 15pt; margin: 0 0 6pt } h2 { font-size: 11.5pt; margin: 12pt 0 3pt }
p, li { margin: 0 0 6pt } table { border-collapse: collapse; width: 100%; margin: 6pt 0 12pt }
td { padding: 2pt 6pt 2pt 0; vertical-align: top } td:first-child { width: 38% }
.head { border-bottom: 1pt solid; padding-bottom: 6pt; margin-bottom: 12pt }
"""


def printed_files() -> list[Path]:
    """Writes every file that a document of `cases.json` names. Returns the paths."""
    cases = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
    papers = json.loads((FOLDER / "papers.json").read_text(encoding="utf-8"))
    fonts = FontConfiguration()
    style = CSS(string=STYLE, font_config=fonts)
    written = []
    for case in cases:
        for document in case["documents"]:
            if document["path"] is None:
                continue
            os.environ["SOURCE_DATE_EPOCH"] = str(int(_day(document["date"]).timestamp()))
            body = _body(case, document, papers)
            target = FOLDER / document["path"]
            target.parent.mkdir(exist_ok=True)
            page = f'<!doctype html><html lang="en"><title>{_safe(document["title"])}</title><body>{body}</body></html>'
            HTML(string=page).write_pdf(target, stylesheets=[style], font_config=fonts)
            written.append(target)
    return written


def _body(case: dict[str, Any], document: dict[str, Any], papers: dict[str, Any]) -> str:
    name = papers["clinic_names"].get(case["external_id"]) or "{first_name} {last_name}".format(**case["worker"])
    match document["kind"]:
        case "utilization_review_decision":
            return _decision(case, name, papers["utilization_review_reasons"][case["external_id"]])
        case "application_form":
            return _application(case, document, name)
        case _:
            return _report(case, document, name, papers["reports"][document["path"]])


def _decision(case: dict[str, Any], name: str, reasons: list[str]) -> str:
    review = case["utilization_review"]
    items = "".join(f"<li>{_safe(_answer(item))}</li>" for item in case["items"])
    sources = {
        entry["publication"] + (f", {', '.join(entry['sections'])}" if entry["sections"] else "")
        for item in case["items"]
        for entry in item["claims_administrator_guidelines"]
    }
    guidelines = "".join(f"<li>{_safe(source)}</li>" for source in sorted(sources)) or "<li>None named.</li>"
    return (
        _head(_organization(case, "utilization_reviewer"), "Utilization review decision")
        + _table(
            ("Date of decision", _us(review["decision_date"])),
            ("Request for authorization received", _us(review["rfa_date"])),
            ("Injured worker", name),
            ("Claim number", case["claim"]["claim_number"]),
            ("Date of injury", _us(case["claim"]["injury_date"])),
            ("Claims administrator", _organization(case, "claims_administrator")),
            ("Kind of review", review["kind"].capitalize()),
        )
        + f"<h2>Decision</h2><ol>{items}</ol><h2>Reasons</h2>"
        + "".join(f"<p>{_safe(reason)}</p>" for reason in reasons)
        + f"<h2>Guidelines used</h2><ul>{guidelines}</ul>"
        + "<h2>If you disagree</h2><p>You may ask for an independent medical review. The application form is enclosed. "
        "It must be signed and sent with a complete copy of this decision in the time stated on the form. The decision "
        "was sent to the injured worker, the requesting physician and, where there is one, the attorney.</p>"
        '<h2 style="break-before: page">Records looked at</h2><ul><li>Request for authorization of '
        f"{_us(review['rfa_date'])}</li>"
        + "".join(
            f"<li>{_safe(other['title'])}, {_us(other['date'])}</li>"
            for other in case["documents"]
            if other["kind"] in {"medical_report", "imaging", "therapy_notes"}
            and other["date"] <= review["decision_date"]
        )
        + "</ul>"
    )


def _answer(item: dict[str, Any]) -> str:
    if item["authorized_by_claims_administrator"]:
        return f"{item['original_request']}: modified, certified: {item['authorized_by_claims_administrator']}"
    return f"{item['service']}: not certified"


def _application(case: dict[str, Any], document: dict[str, Any], name: str) -> str:
    review, form = case["utilization_review"], case["application"]
    signer = {
        "worker": "injured worker",
        "worker_attorney": "attorney of the injured worker",
        "representative": "representative",
    }
    physician = next(party["person"] for party in case["parties"] if party["role"] == "requesting_physician")
    items = "".join(f"<li>{_safe(item['service'])}</li>" for item in case["items"])
    return (
        _head("To the independent medical review organization", document["title"])
        + _table(
            ("Injured worker", name),
            ("Date of birth", _us(case["worker"]["birth_date"])),
            ("Claim number", case["claim"]["claim_number"]),
            ("Date of injury", _us(case["claim"]["injury_date"])),
            ("Employer", _organization(case, "employer")),
            ("Claims administrator", _organization(case, "claims_administrator")),
            ("Requesting physician", f"{physician['first_name']} {physician['last_name']}, {physician['specialty']}"),
            ("Date of the utilization review decision", _us(review["decision_date"])),
            ("Kind of application", "Expedited" if case["priority"] == "expedited" else "Regular"),
            ("Decision enclosed", "Yes" if form["ur_decision_attached"] else "No"),
        )
        + f"<h2>Disputed treatment</h2><ol>{items}</ol>"
        + f"<h2>Signature</h2><p>Signed by the {signer[form['signed_by']]} on {_us(document['date'])}.</p>"
    )


def _report(case: dict[str, Any], document: dict[str, Any], name: str, report: dict[str, Any]) -> str:
    return (
        _head(_organization(case, "requesting_physician"), report["title"])
        + _table(
            ("Patient", name),
            ("Claim number", case["claim"]["claim_number"]),
            ("Date of injury", _us(case["claim"]["injury_date"])),
            ("Date of report", _us(document["date"])),
            ("Author", document["author"] or ""),
        )
        + "".join(f"<h2>{_safe(part['heading'])}</h2><p>{_safe(part['text'])}</p>" for part in report["paragraphs"])
    )


def _head(organization: str, title: str) -> str:
    return f'<div class="head">{_safe(organization)}</div><h1>{_safe(title)}</h1>'


def _table(*rows: tuple[str, str]) -> str:
    return (
        "<table>"
        + "".join(f"<tr><td>{_safe(label)}</td><td>{_safe(value)}</td></tr>" for label, value in rows)
        + "</table>"
    )


def _organization(case: dict[str, Any], role: str) -> str:
    return next(
        (party["organization"] for party in case["parties"] if party["role"] == role and party["organization"]), ""
    )


def _safe(value: str) -> str:
    return html.escape(value)


def _day(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)


def _us(value: str) -> str:
    return dt.date.fromisoformat(value).strftime("%m/%d/%Y")


if __name__ == "__main__":
    paths = printed_files()
    sys.stdout.write(f"{len(paths)} files, {sum(path.stat().st_size for path in paths) // 1024} KiB\n")
