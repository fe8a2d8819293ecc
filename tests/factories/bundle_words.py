# ruff: noqa: E501 - the lines of a paper read best whole
"""Words of invented medical papers: sentences as physicians, therapists, insurers and laboratories write them.

Written from what such papers look like in life; `cases/rules/bundles.py` has its own words, and neither reads the other.
"""

from __future__ import annotations

from random import Random

PARTS = (
    "lumbar spine", "cervical spine", "right shoulder", "left knee", "right wrist", "left ankle", "thoracic spine",
    "right hip", "left elbow", "bilateral hands", "low back", "neck",
)  # fmt: skip
DRUGS = (
    "Norco 10/325", "gabapentin 600 mg", "tramadol 50 mg", "naproxen 550 mg", "cyclobenzaprine 7.5 mg",
    "omeprazole 20 mg", "Lyrica 75 mg", "ibuprofen 800 mg", "Cymbalta 60 mg", "Terocin patches", "Butrans 10 mcg",
)  # fmt: skip
CARE = (
    "physical therapy twice weekly for six weeks", "an MRI without contrast", "a transforaminal epidural injection",
    "acupuncture for eight visits", "a functional capacity evaluation", "electrodiagnostic studies", "aquatic therapy",
    "a home exercise kit", "an orthopedic consultation", "chiropractic manipulation", "arthroscopy", "a TENS unit trial",
)  # fmt: skip
FINDINGS = (
    "tenderness to palpation over the paraspinal muscles", "decreased sensation in the L5 dermatome", "full strength",
    "a positive straight leg raise at 45 degrees", "negative Spurling sign", "guarding and spasm", "no effusion",
    "limited flexion by pain", "a normal gait", "an antalgic gait", "two plus reflexes throughout", "mild atrophy",
)  # fmt: skip
_HE = ("The patient", "He", "She", "The applicant", "Mr. {last}", "Ms. {last}", "The injured worker", "The claimant")
_FORMS = (
    "{he} reports pain in the {part} rated {n} out of 10, worse with prolonged sitting and lifting.",
    "{he} was last seen in this office on {day}, at which time {care} was requested.",
    "On examination of the {part} there is {find}, with {find}.",
    "Range of motion of the {part} shows flexion {deg} degrees and extension {deg} degrees.",
    "{he} has been taking {drug} with partial relief and denies side effects.",
    "{he} states that symptoms began on {doi} while lifting a box weighing about {n}0 pounds.",
    "I recommend {care} in order to restore function of the {part}.",
    "Prior treatment has included {care}, {drug}, and {care}.",
    "There is no history of diabetes, hypertension, or prior injury to the {part}.",
    "{he} remains temporarily totally disabled for {n} weeks.",
    "The medical necessity of {care} has been questioned, although the guidelines support a trial.",
    "{he} was advised to continue with {drug} as needed and to return in four weeks.",
    "Sleep is disturbed and {he_low} wakes {n} times a night because of the {part}.",
    "An earlier study of the {part} dated {day} was read as showing a {n} mm protrusion.",
    "{he} works as a warehouse associate and has not returned to usual and customary duties.",
    "Causation is industrial to a reasonable degree of medical probability.",
    "The impression is chronic strain of the {part} with radicular complaints.",
    "Activities of daily living such as dressing and driving are limited.",
    "Blood pressure was 1{n}4/8{n} and pulse 7{n}.",
    "It is my opinion that {he_low} has not reached maximum medical improvement.",
    "Deep tendon reflexes are symmetrical, and there is {find}.",
    "Work restrictions are no lifting over {n}0 pounds and no repeated bending.",
    "{he} received {care} on {day} with {n}0 percent improvement that lasted {n} weeks.",
    "Neurological testing of the extremities shows {find}.",
    "Dr. {other} saw {he_low} on {day} and prescribed {drug}.",
    "The records of {day} describe {find} of the {part}.",
)
_QUIET = (
    "Tolerated treatment well.", "Continue plan of care.", "Moist heat 15 min, e-stim 15 min, therapeutic exercise.",
    "Pt reports {n}/10 pain today.", "AROM improved by {n} deg.", "Gait training x {n} min.", "HEP reviewed.",
    "Manual therapy to {part} x {n} min.", "Reassess next visit.", "Less stiffness after last session.",
    "Ultrasound 1.5 w/cm2 to {part}.", "Pt fatigued quickly with strengthening.", "Posture education given.",
)  # fmt: skip
FIRST = (
    "Maria", "John", "Rosa", "David", "Luis", "Karen", "Anh", "Peter", "Gloria", "Samuel", "Teresa", "Victor", "Lena",
    "Omar", "Grace", "Hector", "Nadia", "Walter", "Irene", "Felix",
)  # fmt: skip
LAST = (
    "Alvarez", "Nguyen", "Okafor", "Peterson", "Castellanos", "Hale", "Brandt", "Mendoza", "Sato", "Whitfield", "Quiroz",
    "Abrams", "Lindqvist", "Dhaliwal", "Ferris", "Montoya", "Yee", "Garrison", "Papadakis", "Ruiz", "Tran", "Bauer",
)  # fmt: skip
TOWNS = (
    ("Fresno", "93721"), ("Bakersfield", "93301"), ("Riverside", "92501"), ("Oakland", "94612"), ("Downey", "90241"),
    ("San Diego", "92103"), ("Modesto", "95354"), ("Van Nuys", "91405"), ("Sacramento", "95814"), ("Salinas", "93901"),
)  # fmt: skip
STREETS = ("N. Fresno St.", "Wilshire Blvd., Suite 410", "E. 17th Street", "Truxtun Ave", "Mission Inn Ave", "Broadway")
CLINICS = (
    "{town} Spine and Joint Center", "{last} Orthopaedic Associates", "Pacific Occupational Health", "Sierra Pain Clinic",
    "{town} Industrial Medicine", "Westside Neurology Partners", "Central Valley Hand Surgery", "{last} Medical Corp.",
    "Harbor Rehabilitation", "Foothill Surgery Center", "Golden State Physical Therapy", "{town} Community Hospital",
)  # fmt: skip
SPECIALTIES = (
    "Orthopedic Surgery", "Pain Management", "Physical Medicine and Rehabilitation", "Neurology", "Psychiatry",
    "Internal Medicine", "Occupational Medicine", "Hand Surgery",
)  # fmt: skip
DEGREES = ("M.D.", "MD", "D.O.", "D.C.", "M.D., Q.M.E.", "PA-C")


def sentence(rng: Random, facts: dict[str, str]) -> str:
    he = rng.choice(_HE).format(**facts)
    return rng.choice(_FORMS).format(
        he=he, he_low=he if he[0:2] in ("Mr", "Ms") else he.lower(), part=rng.choice(PARTS), n=rng.randint(2, 9),
        day=some_day(rng), care=rng.choice(CARE), find=rng.choice(FINDINGS), deg=rng.choice((20, 30, 45, 60, 90)),
        drug=rng.choice(DRUGS), doi=facts["doi"], other=rng.choice(LAST),
    )  # fmt: skip


def short_note(rng: Random) -> str:
    return rng.choice(_QUIET).format(n=rng.randint(2, 9), part=rng.choice(PARTS))


def some_day(rng: Random, year: int | None = None) -> str:
    month, day, year = rng.randint(1, 12), rng.randint(1, 28), year or rng.choice((2011, 2012, 2013))
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December")  # fmt: skip
    return rng.choice(
        (f"{month}/{day}/{year}", f"{month:02}/{day:02}/{year % 100:02}", f"{months[month - 1]} {day}, {year}")
    )


def paragraph(rng: Random, facts: dict[str, str], sentences: int) -> list[str]:
    return wrapped(" ".join(sentence(rng, facts) for _ in range(sentences)), rng.choice((78, 86, 95)))


def wrapped(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
