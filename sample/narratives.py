"""Sentences for the invented narratives of the earlier determinations, by kind of treatment.

Real letters give the facts (what was asked, what was cited, what was decided); nobody's story is among them, so the
story is made up here. `{part}` is the body part, `{dx}` the diagnosis, `{weeks}` the weeks since the injury, `{pub}`
the first publication the reviewer cited.
"""

from __future__ import annotations

import re

# Which kind a service is: the first pattern that fits decides.
KINDS: tuple[tuple[str, str], ...] = (
    ("inpatient", r"inpatient|hospitalization"),
    (
        "surgery",
        r"arthroscopy (?:of|with)|knee arthroscopy|shoulder arthroscopy",
    ),
    ("preparation", r"pre-?op (?:chest|labs|urinalysis)"),
    ("psychology", r"psychological"),
    ("ancillary", r"pa assist|pre-?op|preoperative|associated surgical|post operative"),
    ("injection", r"injection|shockwave|platelet"),
    ("imaging", r"\bmri\b|\bmr arthrogram|x-?rays?|\bct scan"),
    ("nerve", r"\bemg\b|nerve conduction"),
    ("stimulation", r"\btens\b|e-stim|electrical stimulation|ultrasound|infrared|biofeedback"),
    ("chiropractic", r"chiropractic|manipulation|manual therapy"),
    ("acupuncture", r"acupuncture"),
    ("therapy", r"physical therapy|therapeutic exercise|pt/ot|occupational therapy|physical exam 2"),
    ("opioid", r"norco|tramadol"),
    ("topical", r"salonpas|anecream|voltaren|lidoderm|flurbiprofen|gabapentin 10%|cream base"),
    ("drug", r"\d ?mg\b"),
    ("testing", r"testing|urine|grip test|range of motion|capacity evaluation|urinalysis"),
    ("visit", r"exam\b|consultation|evaluation"),
    ("equipment", r"."),
)

MECHANISMS = (
    "a lifting task at work",
    "a slip on a wet floor",
    "a fall from a short ladder",
    "a push against a loaded cart",
    "repeated reaching and gripping at the work station",
    "a stumble over a pallet",
    "a twist while stepping off a truck",
    "a blow from a falling box",
    "a long shift of bending and pulling",
    "a collision with a moving cart",
)

CARE = (
    "Care so far has been rest, medicines from the clinic and a home exercise program",
    "The worker has had modified duty, ice and heat, and anti-inflammatory medicine",
    "Earlier care was a short course of supervised exercise together with medicines",
    "The first treatment was rest from heavy tasks, followed by a short trial of therapy",
    "Up to then the worker had been treated with medicines and advice on activity",
    "Care before this request was conservative, with medicines and work restrictions",
    "The clinic had so far used medicines, activity advice and stretching at home",
)

EXAM = (
    "the physician found tenderness and a painful loss of motion, with normal strength and reflexes",
    "the examination showed guarded movement; strength, sensation and reflexes were recorded as normal",
    "the worker reported pain of {pain} out of 10, and the physician noted tenderness on touch",
    "the physician described stiffness and soreness, and a steady gait without support",
    "pain was rated {pain} out of 10 and movement was limited at the end of its range",
    "the findings were local tenderness, mild swelling and discomfort on resisted movement",
    "the note described slow improvement, remaining pain of {pain} out of 10 and some loss of motion",
)

# Where the diagnoses speak of the mind rather than of the body.
MOOD_CARE = "Care so far has been talks with a counselor and medicine for mood and sleep"
MOOD_EXAM = "the worker reported low mood, worry and poor sleep, and the physician saw a tense and tearful person"

# Where the part that was hurt says how.
MECHANISM_OF = {"head": "a blow to the head at work", "mental health": "a run of frightening events at work"}

OPENING = (
    "The question is whether the requested {service} should be given for {dx}.",
    "This injured worker is treated for {dx}, and the treating physician asks for {service}.",
    "At issue is {service}. The condition under treatment is {dx}.",
    "The records describe {dx}; the disputed treatment is {service}.",
    "For {dx} the treating physician asked for {service}.",
    "The treating physician seeks {service}. The working diagnosis is {dx}.",
)

# A date near both ends keeps two letters from sharing a long run of words.
SOURCE = (
    "The {requested} request is judged by {pub} and by the report of {reported}.",
    "On {requested} it was asked for; {pub} governs, with the report dated {reported}.",
    "Dated {requested}, the request stands under {pub} and rests on the report of {reported}.",
    "Asked for on {requested}, it is held against {pub} and what was noted on {reported}.",
)

# The same where the reviewer named no publication.
REPORT = (
    "The {requested} request rests on the report of {reported}.",
    "On {requested} it was asked for, after the visit of {reported}.",
)

BETWEEN = (
    "By {decided} the injury was {weeks} weeks old.",
    "{weeks} weeks after the injury, on {decided}, came the answer.",
    "{weeks} weeks separate the injury from the answer of {decided}.",
)

CONCLUSION = (
    "Therefore, the request for {service} is {word}.",
    "For these reasons the requested {service} is held to be {word}.",
    "It follows that what was asked for, {service}, is {word}.",
    "On this record the treatment ({service}) is {word}.",
    "Accordingly, the request for {service} is {word}.",
)

# kind -> (what such care is for, reasons to uphold, reasons to overturn)
REASONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "therapy": (
        (
            "Supervised exercise is meant to be time-limited, with visits tapering until the worker goes on alone.",
            "A therapist's help is useful at the start, and again when a clear new loss of function has to be treated.",
            "Therapy should be active, aim at stated goals, and hand over to a home program.",
        ),
        (
            "No goal for the {part} is stated, and the notes do not say what earlier visits achieved.",
            "Some {weeks} weeks after the injury there is no measured gain that further visits would build on.",
            "Nothing shows why exercises for the {part} could not now be done at home without a therapist.",
            "More visits are asked for than a first trial has, and results of such a trial are not reported.",
        ),
        (
            "A loss of motion in the {part} is measured in the report, and the number of visits is modest.",
            "The worker has not yet had a full first course for the {part}, and a taper to home exercise is planned.",
        ),
    ),
    "imaging": (
        (
            "A picture of the {part} is worth taking when it can change what is done next.",
            "Imaging is for warning signs, for a clear change on examination, or for planning a procedure.",
            "Early pictures of the {part} often show changes of age that do not explain the pain.",
        ),
        (
            "The examination records no warning sign and no loss of strength or feeling.",
            "No new injury, no operation in planning and no sign of a serious disease is described.",
            "After {weeks} weeks the notes show no change that a picture of the {part} would help to explain.",
            "The request does not say what would be done differently once the result is known.",
        ),
        (
            "Symptoms of the {part} have lasted in spite of care, and the findings point to a tear or nerve trouble.",
            "Findings on examination suggest structural damage, and the next step depends on what the picture shows.",
        ),
    ),
    "nerve": (
        (
            "Electrical tests of muscles and nerves help when the examination raises a question about a nerve.",
            "Such a test is of use where numbness or weakness follows a pattern that needs to be sorted out.",
        ),
        (
            "Feeling, strength and reflexes are recorded as normal, so there is no question for the test to answer.",
            "The notes describe pain but no numbness or weakness along one nerve.",
            "The report does not say which nerve is thought to be affected or how the result would guide care.",
            "Complaints on this side are not described in a way that points to nerve damage.",
        ),
        ("Numbness in a clear pattern is recorded and the source is not yet known.",),
    ),
    "stimulation": (
        (
            "Passive treatments of this sort have little proof behind them when used on their own.",
            "Where such a device is tried at all, a short supervised trial inside an exercise program comes first.",
            "Hands-off applications may soothe for an hour; lasting gain comes from active treatment.",
        ),
        (
            "No trial with a written result is on file, and the active program it would belong to is not described.",
            "The records do not name a functional goal for the {part} that this treatment serves.",
            "Nothing in the reports shows that function improved while this treatment was used.",
            "How often, for how long and with what expected gain for the {part} is not set out.",
        ),
        ("A supervised trial gave measured relief and is part of an active program.",),
    ),
    "chiropractic": (
        (
            "Hands-on treatment starts with a short trial, and more visits depend on a measured gain.",
            "Manipulation is an option for pain of the spine when it leads to better function within a few visits.",
        ),
        (
            "A gain in function from visits already allowed is not reported.",
            "The request exceeds a first trial for the {part}, and no result of a trial is available.",
            "Neither goals nor a plan to end the treatment of the {part} is described.",
        ),
        (
            "This is a first trial of few visits for a recent complaint of the {part}.",
            "Six visits are within a first trial, and care so far had left the worker short of regular duty.",
        ),
    ),
    "acupuncture": (
        (
            "A first trial of needles is three to six treatments, and more of them follow a documented gain.",
            "Needle treatment may be used beside exercise when medicines are cut down or badly tolerated.",
        ),
        (
            "Improvement after the treatments already allowed is not shown in the notes.",
            "The number asked for is not tied to any result of a first trial.",
            "A first trial for the {part} cannot be recognized in this request.",
        ),
        (
            "The worker has not had this treatment before, and the request stays within a first trial.",
            "It is joined to an exercise program for the {part}, and medicines have not been well tolerated.",
        ),
    ),
    "surgery": (
        (
            "An operation on the {part} is for a lesion proven by examination and picture that resisted other care.",
            "Before an operation, non-operative care of sufficient length should have failed.",
        ),
        (
            "Failure of a full course of exercise for the {part} is not documented.",
            "The picture and the examination do not agree on a lesion that an operation would mend.",
            "Locking, giving way or a mechanical block of the {part} is not described.",
        ),
        ("Examination and picture agree, and other care has failed.",),
    ),
    "preparation": (
        (
            "Tests before an operation are chosen by the health of the worker and the size of the procedure.",
            "A test before anesthesia has a place when its result could change the plan.",
        ),
        (
            "Nothing in the history points to a disorder that this test would show.",
            "No bleeding, no such illness in the family and no medicine of that kind is described.",
        ),
        (
            "The operation has been allowed, and this is a usual and modest part of preparing for it.",
            "The worker's age and history make this check a sensible step before anesthesia.",
            "A result here could change how the anesthesia is given.",
        ),
    ),
    "ancillary": (
        (
            "What accompanies an operation depends on whether the operation itself is needed.",
            "It is asked for around an operation and is judged together with it.",
            "Support around an operation has no purpose of its own apart from it.",
        ),
        (
            "The main procedure for the {part} is not supported, so this request has nothing left to serve.",
            "No procedure on the {part} is going to take place on the present record.",
            "Without the operation there is no use for it.",
        ),
        ("The operation has been allowed, and this is an ordinary part of it.",),
    ),
    "psychology": (
        (
            "Tests of mood and thinking are of use when an interview leaves a question open.",
            "A set of tests follows a first interview and answers a question that the interview raised.",
        ),
        (
            "The diagnosis is already made, and the request does not say what the tests would add.",
            "Which tests are meant, and how their result would change treatment, is not explained.",
        ),
        ("A first interview left the diagnosis open, and treatment depends on it.",),
    ),
    "injection": (
        (
            "An injection should follow clear findings that point to the place where it is given.",
            "A needle procedure is weighed by proof of benefit against its risk.",
        ),
        (
            "The examination does not show which structure of the {part} is the source of the pain.",
            "Findings that match the picture are not recorded, and other care has not been exhausted.",
            "Good studies that show lasting benefit for this condition of the {part} are lacking.",
            "The number of treatments and the place on the body are left open.",
        ),
        ("Findings, picture and history agree on the level to be treated.",),
    ),
    "drug": (
        (
            "A medicine is continued when it is the right choice for the condition and its effect is written down.",
            "The lowest useful dose for the shortest useful time is the rule for this group of medicines.",
            "Tablets of this group are for short use, and longer use calls for a reason.",
        ),
        (
            "The notes do not say what this medicine changed in pain or in daily activity.",
            "No condition is recorded that this medicine is meant for.",
            "A first-choice medicine has not been tried, or the reason to pass over it is missing.",
            "Use beyond a short period is planned, though no flare-up is described.",
            "Risk factors that would call for it are not found in the history.",
        ),
        (
            "It is a usual first choice for this complaint, in a usual dose, and no reason against it is recorded.",
            "The quantity is modest and the reason for it is plain from the record.",
        ),
    ),
    "opioid": (
        (
            "Strong pain medicine asks for measured gain in function, agreed rules and regular checks.",
            "Opioid tablets are for severe pain over a short time, after safer choices.",
        ),
        (
            "Function with and without the tablets is not compared; a check of the state register is not recorded.",
            "Pain is described as moderate, and safer choices are not shown to have failed.",
            "An agreement with the worker and a plan to taper are missing from the notes.",
        ),
        ("A few days of use after an operation that has been allowed is accepted practice.",),
    ),
    "topical": (
        (
            "Creams and patches are used mainly after tablets have failed, for a small number of conditions.",
            "A mixture is only as well supported as its weakest ingredient.",
            "Medicine through the skin is an option for joints close to the surface.",
        ),
        (
            "Trial and failure of first-choice tablets is not reported.",
            "At least one ingredient is not supported for use on the skin.",
            "The {part} lies too deep, or the condition is not one for which this product is advised.",
            "Which effect the product had earlier is not written down.",
        ),
        ("First-choice tablets were not tolerated and the site suits the product.",),
    ),
    "testing": (
        (
            "A test has a place when its result goes beyond what an ordinary examination tells.",
            "Tests are ordered for a reason that can be read in the record.",
        ),
        (
            "The treating physician can measure the same during an ordinary visit.",
            "No medicine that needs this control is being prescribed at present.",
            "The reason for the test, and what would follow from it, is not explained.",
            "A decision about work or treatment that would rest on the result is not in view.",
        ),
        ("The result guides preparation that has been allowed.",),
    ),
    "visit": (
        (
            "A visit to a further physician is useful when the first one needs help with a question.",
            "How many visits are needed depends on the worker's complaints and progress.",
        ),
        (
            "The question for that visit is not stated, and the present physician is able to manage the case.",
            "An examination of this kind is already part of the care that the worker receives.",
            "Earlier examinations on file answer the same question.",
        ),
        ("The worker's state calls for it without delay.",),
    ),
    "inpatient": (
        (
            "Round-the-clock or day-long care is for workers whose needs cannot be met in ordinary visits.",
            "The setting of care should match how much nursing and therapy the worker can take and needs.",
        ),
        ("Needs that ordinary visits could not meet are not described.",),
        (
            "The worker needs hours of treatment a day under medical control, which the lesser program does not offer.",
            "The risk described in the notes calls for daily supervised care, which an evaluation would not provide.",
        ),
    ),
    "equipment": (
        (
            "Equipment should serve a medical purpose and be of proven use for the condition.",
            "Aids for home or work are judged by what they let the worker do.",
            "A support is at best a short help, and lasting use may weaken the body.",
        ),
        (
            "The record does not tell what this item would let the worker do.",
            "Benefit of this item for the {part} has not been shown in good studies.",
            "It is mainly a matter of comfort or hygiene and has no specific medical purpose here.",
            "No finding on the {part} that would call for it is recorded.",
        ),
        ("Sitting is what brings on the pain, and change of position at work lets the worker stay on the job.",),
    ),
}


def kind_of(service: str) -> str:
    """The kind of treatment that a service text names (a key of `REASONS`)."""
    lowered = service.lower()
    return next(kind for kind, pattern in KINDS if re.search(pattern, lowered))
