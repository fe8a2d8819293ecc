# ruff: noqa: E501 - the lines of a paper read best whole
"""Kinds of papers that lie in a worker's file, each as its lines: written from what such papers look like in life.

A paper function takes (rng, facts of the bundle, the physician, its date in words) and gives a Paper: title lines, body
lines, a closing. `held_out` papers appear only in bundles of seeds above 20, on which the rules were never tuned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.factories.bundle_words import CARE, DRUGS, FINDINGS, PARTS, paragraph, short_note, some_day, wrapped

Facts = dict[str, str]


@dataclass
class Paper:
    kind: str  # as cases.models.Document.Kind
    title: list[str]
    body: list[str]
    closing: list[str] = field(default_factory=list)
    head: str = "clinic"  # clinic | doctor | insurer | law | none: whose letterhead
    own_pages: list[list[str]] = field(default_factory=list)  # pages that follow as they are: a proof of service
    dense: bool = True  # runs on over pages; else every page is filled loosely


MakePaper = Callable[[Random, Facts, str, str], Paper]
PAPERS: list[tuple[float, bool, MakePaper]] = []


def paper(weight: float, *, held_out: bool = False) -> Callable[[MakePaper], MakePaper]:
    def register(make: MakePaper) -> MakePaper:
        PAPERS.append((weight, held_out, make))
        return make

    return register


def _text(rng: Random, facts: Facts, paragraphs: int, headings: tuple[str, ...] = ()) -> list[str]:
    lines: list[str] = []
    for place in range(paragraphs):
        if headings and rng.random() < 0.7:
            lines += [rng.choice((headings[place % len(headings)].upper() + ":", headings[place % len(headings)])), ""]
        lines += [*paragraph(rng, facts, rng.randint(2, 7)), ""]
    return lines


def _signed(rng: Random, doctor: str) -> list[str]:
    return rng.choice(
        (
            ["Sincerely,", "", doctor],
            ["Respectfully submitted,", "", "", doctor],
            [f"Electronically signed by {doctor}"],
            ["_________________________", doctor],
            ["Thank you for the courtesy of this referral.", "", doctor],
            [f"Signature on file   {doctor}"],
            [],
        )
    )


@paper(14)
def progress_report_form(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    body = [
        "Periodic Report   Change in treatment plan   Released from care" if rng.random() < 0.5 else "[X] Periodic  [ ] Other",
        f"Patient: {facts['name']}   Sex: {rng.choice('MF')}   D.O.B. {facts['dob']}",
        f"Claims Administrator: {facts['insurer']}   Claim No. {facts['claim']}   Date of Injury {facts['doi']}",
        f"Date of exam: {day}", "", "Subjective complaints:", *paragraph(rng, facts, rng.randint(3, 9)),
        "Objective findings:", *paragraph(rng, facts, rng.randint(3, 8)), "Diagnoses:",
        f"1. {rng.choice(PARTS)} strain   ICD-9 847.2", f"2. {rng.choice(PARTS)} sprain   ICD-9 840.9", "Treatment Plan:",
        *_text(rng, facts, rng.randint(1, 9)), "Work Status: This patient has been instructed to remain off-work until",
    ]  # fmt: skip
    title = rng.choice(
        (["State of California", "Division of Workers' Compensation", "PRIMARY TREATING PHYSICIAN'S PROGRESS REPORT (PR-2)"],
         ["PRIMARY TREATING PHYSICIAN'S PROGRESS REPORT"], ["Primary Treating Physician's Progress Report (PR-2)"])
    )  # fmt: skip
    closing = [
        "I declare under penalty of perjury that this report is true and correct",
        f"Signature: {doctor}   Cal. Lic. # A{rng.randint(10000, 99999)}",
    ]
    return Paper("medical_report", title, body, closing, head=rng.choice(("none", "clinic", "doctor")))


@paper(14)
def narrative(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = rng.choice(([f"RE: {facts['name']}", f"Date of Service: {day}", "FOLLOW-UP VISIT"], [day, "", "Follow Up Note", f"Patient Name: {facts['name']}"],
                        ["OFFICE VISIT", f"{facts['name']}   DOB {facts['dob']}   Visit date {day}"], [f"Date: {day}", f"Re: {facts['name']}", f"DOI: {facts['doi']}", "To whom it may concern:"]))  # fmt: skip
    heads = ("History of present illness", "Physical examination", "Assessment", "Plan", "Medications")
    return Paper(
        "medical_report",
        title,
        _text(rng, facts, rng.randint(2, 14), heads),
        _signed(rng, doctor),
        head=rng.choice(("clinic", "doctor")),
    )


@paper(4)
def medical_legal(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = rng.choice(
        ([day, "", facts["insurer"], "Attn: Claims", "", f"RE: {facts['name']}", f"Employer: {facts['employer']}", f"Claim: {facts['claim']}", "", "PANEL QUALIFIED MEDICAL EVALUATION"],
         ["AGREED MEDICAL EXAMINATION IN ORTHOPEDICS", "", f"EXAMINEE: {facts['name']}", f"EXAM DATE: {day}"])
    )  # fmt: skip
    heads = ("Introduction", "History of injury", "Occupational history", "Review of records", "Physical examination", "Diagnoses",
             "Discussion", "Apportionment", "Future medical care", "Disclosure statement")  # fmt: skip
    body = _text(rng, facts, rng.randint(22, 60), heads)
    closing = [
        "I declare under penalty of perjury that the information in this report is true and correct.",
        "",
        f"Date of report {day}",
        doctor,
    ]
    own = [_proof(rng, facts)] if rng.random() < 0.4 else []
    return Paper("medical_report", title, body, closing, head=rng.choice(("doctor", "clinic")), own_pages=own)


def _proof(rng: Random, facts: Facts) -> list[str]:
    return [
        "PROOF OF SERVICE BY MAIL", "", "I am employed in the County of Los Angeles. I am over the age of eighteen and not a party.",
        f"On {some_day(rng)} I served the foregoing on the parties below by placing a copy in the mail:", "",
        facts["insurer"], facts["employer"], "I declare under penalty of perjury that the foregoing is true.", "", "_______________",
    ]  # fmt: skip


@paper(6)
def review_decision(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [
        day, "", rng.choice((doctor, facts["name"])), rng.choice(("Via fax", "Via US Mail")), "",
        f"Claimant: {facts['name']}", f"Claim #: {facts['claim']}", f"Date of Injury: {facts['doi']}", "",
        rng.choice(("NOTICE OF UTILIZATION REVIEW NON-CERTIFICATION", "UTILIZATION REVIEW DETERMINATION", "RE: Modification of requested treatment")),
    ]  # fmt: skip
    body = [
        *wrapped(f"We received a request for {rng.choice(CARE)} on {some_day(rng)}. Following review by a physician the request is not certified.", 90),
        "", "Clinical summary:", *_text(rng, facts, rng.randint(3, 8)), "Guidelines used:",
        *_text(rng, facts, rng.randint(1, 4)), "If you disagree you may ask for an independent medical review within 30 days.",
        *_text(rng, facts, rng.randint(0, 2)),
    ]  # fmt: skip
    own = [_proof(rng, facts)] if rng.random() < 0.3 else []
    return Paper(
        "utilization_review_decision",
        title,
        body,
        ["Reviewed by", doctor, "cc: applicant attorney"],
        head="insurer",
        own_pages=own,
    )


@paper(7)
def treatment_request(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = rng.choice(
        (
            ["REQUEST FOR AUTHORIZATION", "DWC Form RFA"],
            ["State of California", "Request for Authorization for Medical Treatment (DWC Form RFA)"],
            ["Division of Workers' Compensation", "REQUEST FOR AUTHORIZATION"],
        )
    )
    body = [
        "[ ] New Request   [ ] Resubmission - Change in Material Facts", f"Name (Last, First, Middle): {facts['name']}",
        f"Date of Injury: {facts['doi']}   Date of Birth: {facts['dob']}", f"Claim Number: {facts['claim']}   Employer: {facts['employer']}",
        "Requesting Physician Information", f"Name: {doctor}", "Claims Administrator Information", f"Company Name: {facts['insurer']}",
        "Requested Treatment", *[f"{rng.choice(PARTS)} strain   847.2   {rng.choice(CARE)}   9711{rng.randint(0, 9)}" for _ in range(rng.randint(1, 5))],
        f"Requesting Physician Signature: {doctor}   Date: {day}", "Claims Administrator/Utilization Review Organization Response",
        "[ ] Approved  [ ] Denied or Modified (See separate decision letter)",
    ]  # fmt: skip
    return Paper("request_for_authorization", title, body, head="none", dense=False)


@paper(2)
def application(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    body = [
        "TO REQUEST INDEPENDENT MEDICAL REVIEW: 1. Sign and date this application", f"Employee Name (First, MI, Last): {facts['name']}", f"Claim Number: {facts['claim']}",
        f"Date of UR Determination Letter: {some_day(rng)}", f"Date of Injury (MM/DD/YYYY): {facts['doi']}", f"Employer Name: {facts['employer']}",
        f"Requesting Physician: {doctor}", "Disputed Medical Treatment (complete below section)", f"1. {rng.choice(CARE)}", f"2. {rng.choice(CARE)}",
        "Consent to Obtain Medical Records", f"Employee Signature: ____________   Date: {day}",
        *_text(rng, facts, rng.randint(0, 3)),
    ]  # fmt: skip
    return Paper(
        "application_form",
        ["State of California", "Application for Independent Medical Review", "DWC Form IMR"],
        body,
        head="none",
        dense=False,
    )


@paper(5)
def imaging(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    part = rng.choice(PARTS)
    title = rng.choice(([f"MRI OF THE {part.upper()} WITHOUT CONTRAST", f"Patient: {facts['name']}", f"Exam date: {day}"], [f"Patient {facts['name']}", f"Referring: {doctor}", f"DOS {day}", f"EXAM: X-RAY {part.upper()} 3 VIEWS"],
                        ["DIAGNOSTIC IMAGING REPORT", f"Name: {facts['name']}   Date of Study: {day}"]))  # fmt: skip
    body = ["Technique: sagittal and axial sequences.", "Comparison: none.", "Findings:", *_text(rng, facts, rng.randint(1, 4)), "IMPRESSION:",
            f"1. {rng.randint(2, 5)} mm disc bulge.", f"2. {rng.choice(FINDINGS)}."]  # fmt: skip
    return Paper(
        "imaging",
        title,
        body,
        [f"Interpreted by {doctor}, radiologist", f"Dictated {day}"],
        head=rng.choice(("clinic", "none")),
    )


@paper(3)
def surgery(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [
        rng.choice(("OPERATIVE REPORT", "Operative Note", "REPORT OF OPERATION")),
        f"Patient: {facts['name']}",
        f"Date of surgery: {day}",
        f"Surgeon: {doctor}",
    ]
    body = [
        "PREOPERATIVE DIAGNOSIS: tear",
        "POSTOPERATIVE DIAGNOSIS: same",
        "ANESTHESIA: general",
        "PROCEDURE IN DETAIL:",
        *_text(rng, facts, rng.randint(3, 9)),
    ]
    return Paper("medical_report", title, body, _signed(rng, doctor), head="clinic")


@paper(10)
def therapy_visit(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = rng.choice(
        (
            ["DAILY TREATMENT NOTE", f"{facts['name']}", f"Date: {day}   Visit # {rng.randint(1, 24)}"],
            [f"Physical Therapy Note   {facts['name']}   {day}"],
            [f"Patient: {facts['name']}", f"DOS: {day}", "S:"],
        )
    )
    body = [short_note(rng) for _ in range(rng.randint(8, 30))]
    return Paper(
        "therapy_notes",
        title,
        body,
        rng.choice(([f"Therapist: {doctor[:-5]}, PT"], [], ["PT signature ______"])),
        head=rng.choice(("clinic", "clinic", "none")),
        dense=False,
    )


@paper(3)
def therapy_evaluation(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [
        rng.choice(
            ("PHYSICAL THERAPY INITIAL EVALUATION", "Initial Evaluation - Occupational Therapy", "PLAN OF CARE")
        ),
        f"Patient {facts['name']}   Eval date {day}",
    ]
    body = [
        *_text(rng, facts, rng.randint(2, 6)),
        *[short_note(rng) for _ in range(rng.randint(5, 30))],
        "Goals: decrease pain, increase ROM",
    ]
    return Paper("therapy_notes", title, body, ["Physician signature ____________  Date ______"], head="clinic")


@paper(4)
def laboratory(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    rows = [
        f"{rng.choice(('Opiates', 'Benzodiazepine', 'Hydrocodone', 'Creatinine', 'Glucose', 'THC', 'ALT', 'Sodium'))}   {rng.choice(('NEG', 'POS', '14.2', '0.9'))}   ng/mL   {rng.randint(1, 300)}"
        for _ in range(rng.randint(15, 110))
    ]
    title = [
        rng.choice(("Toxicology Report", "URINE DRUG SCREEN RESULTS", "FINAL REPORT")),
        f"Patient: {facts['name']}  Collected: {day}",
        f"Ordering: {doctor}",
        "Test   Result   Units   Cutoff",
    ]
    return Paper(
        "medical_report", title, rows, ["End of report"] if rng.random() < 0.4 else [], head="clinic", dense=False
    )


@paper(5)
def fax_cover(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [rng.choice(("FAX", "FACSIMILE TRANSMITTAL SHEET", "Fax Cover Sheet"))]
    body = [f"TO: {facts['insurer']}", f"FROM: {doctor}", f"DATE: {day}", f"PAGES: {rng.randint(2, 40)} including cover", f"RE: {facts['name']}", "",
            "The information in this transmission is confidential and intended only for the addressee."]  # fmt: skip
    return Paper("correspondence", title, body, head=rng.choice(("clinic", "none")), dense=False)


@paper(5)
def letter(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [
        day,
        "",
        facts["insurer"],
        "P.O. Box 9200",
        "",
        f"Re: {facts['name']} v. {facts['employer']}",
        f"Our file {rng.randint(1000, 9999)}",
        "",
        rng.choice(("Dear Sir or Madam:", "Dear Claims Examiner:", "Dear Doctor:", "Gentlemen:")),
    ]
    return Paper(
        "correspondence",
        title,
        _text(rng, facts, rng.randint(1, 5)),
        rng.choice((["Very truly yours,", "", "LAW OFFICES"], ["Sincerely,", "Claims Examiner"], ["cc: file"])),
        head=rng.choice(("law", "insurer")),
    )


@paper(3)
def nerve_study(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    rows = [
        f"{rng.choice(('Median', 'Ulnar', 'Peroneal', 'Tibial', 'Sural'))} {rng.choice('LR')}  {rng.randint(2, 6)}.{rng.randint(0, 9)} ms  {rng.randint(30, 60)} m/s"
        for _ in range(rng.randint(10, 60))
    ]
    title = [
        rng.choice(("ELECTRODIAGNOSTIC STUDY", "EMG / NCV Report", "Nerve Conduction Studies")),
        f"{facts['name']}   Test date {day}",
    ]
    return Paper(
        "medical_report",
        title,
        [*_text(rng, facts, 2), *rows, *_text(rng, facts, rng.randint(0, 2))],
        _signed(rng, doctor),
        head="clinic",
    )


@paper(4)
def scrawl(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    body = [
        "".join(rng.choice("aeilnotrsv .,~|'-/1") for _ in range(rng.randint(3, 40))) for _ in range(rng.randint(4, 25))
    ]
    return Paper("other", [], body, head="none", dense=False)


@paper(2)
def ledger(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    rows = [
        f"{some_day(rng)}  {rng.choice(DRUGS)}  qty {rng.randint(10, 120)}  {rng.randint(10, 400)}.00"
        for _ in range(rng.randint(20, 150))
    ]
    return Paper(
        "other",
        [rng.choice(("PRESCRIPTION HISTORY", "Patient Ledger", "Payment history")), f"{facts['name']}", f"As of {day}"],
        rows,
        head="clinic",
        dense=False,
    )


@paper(3)
def hospital_print(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [
        rng.choice(("Emergency Department Report", "ED Provider Notes", "Discharge Summary")),
        f"Patient: {facts['name']}  MRN {rng.randint(100000, 999999)}",
        f"Admit: {day}",
    ]
    return Paper(
        "medical_report",
        title,
        _text(rng, facts, rng.randint(3, 20), ("Chief complaint", "Course", "Disposition")),
        [f"Electronically signed by {doctor}"],
        head="clinic",
    )


@paper(4, held_out=True)
def psychology(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    title = [
        rng.choice(("Psychological Evaluation", "BEHAVIORAL MEDICINE CONSULTATION", "Health and behavior assessment")),
        f"{facts['name']}",
        day,
    ]
    return Paper(
        "medical_report",
        title,
        _text(rng, facts, rng.randint(6, 25), ("Mental status", "Testing", "Axis I", "Prognosis")),
        _signed(rng, doctor.split(",", maxsplit=1)[0] + ", Ph.D."),
        head="doctor",
    )


@paper(4, held_out=True)
def first_report(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    body = [f"1. INSURER NAME AND ADDRESS {facts['insurer']}", f"2. EMPLOYER NAME {facts['employer']}", f"5. PATIENT NAME {facts['name']}", f"13. Date and hour of first examination {day}",
            *_text(rng, facts, rng.randint(1, 4)), "25. If unable to work, estimated date of return"]  # fmt: skip
    return Paper(
        "medical_report",
        ["STATE OF CALIFORNIA", "DOCTOR'S FIRST REPORT OF OCCUPATIONAL INJURY OR ILLNESS"],
        body,
        [f"Doctor's Signature {doctor}"],
        head="none",
        dense=False,
    )


@paper(4, held_out=True)
def bill(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    rows = [
        f"{some_day(rng)}  9921{rng.randint(1, 5)}  {rng.randint(50, 400)}.00  {rng.randint(20, 200)}.00  G{rng.randint(1, 99)}"
        for _ in range(rng.randint(4, 40))
    ]
    return Paper(
        "other",
        [
            rng.choice(("EXPLANATION OF REVIEW", "HEALTH INSURANCE CLAIM FORM", "Statement of Account")),
            facts["name"],
            day,
        ],
        rows,
        head=rng.choice(("insurer", "none", "clinic")),
        dense=False,
    )


@paper(3, held_out=True)
def acupuncture(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    body = ["Points: LI4, ST36, BL23, GB34", *[short_note(rng) for _ in range(rng.randint(4, 18))]]
    return Paper(
        "therapy_notes",
        [f"Acupuncture Treatment Record   {day}", facts["name"]],
        body,
        ["L.Ac."],
        head=rng.choice(("clinic", "none")),
        dense=False,
    )


@paper(2, held_out=True)
def deposition(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    lines = [
        f"{place % 25 + 1:2}  {rng.choice(('Q.', 'A.', '  '))} {text}"
        for place, text in enumerate(_text(rng, facts, rng.randint(20, 50)))
    ]
    return Paper(
        "other",
        [
            "BEFORE THE WORKERS' COMPENSATION APPEALS BOARD",
            facts["name"],
            "vs.",
            facts["employer"],
            "DEPOSITION OF APPLICANT",
            day,
        ],
        lines,
        head="none",
    )


@paper(3, held_out=True)
def custodian(rng: Random, facts: Facts, doctor: str, day: str) -> Paper:
    body = [
        "I, the undersigned, being the duly authorized custodian of records, declare that the copy is a true copy of all the records",
        f"described in the subpoena regarding {facts['name']}",
        f"Executed on {day} at",
        "____________",
    ]
    return Paper("other", ["DECLARATION OF CUSTODIAN OF RECORDS"], body, head=rng.choice(("law", "none")), dense=False)
