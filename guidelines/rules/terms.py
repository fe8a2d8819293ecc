"""What the words of a request mean: abbreviations, body parts, and what is only a dose or a count. Pure text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from guidelines.rules.icd10 import codes_in, without_codes

#: Abbreviation -> words. The abbreviation itself is looked up too.
ABBREVIATIONS: dict[str, str] = {
    "acdf": "cervical fusion", "acl": "anterior cruciate ligament", "aed": "antiepileptic anticonvulsant",
    "cbt": "cognitive behavioral therapy", "chiro": "chiropractic",
    "cmt": "chiropractic manipulation", "crps": "complex regional pain syndrome", "ct": "computed tomography",
    "cts": "carpal tunnel syndrome", "ddd": "degenerative disc disease", "dme": "durable medical equipment",
    "emg": "electromyography electrodiagnostic", "esi": "epidural steroid injection", "estim": "electrical stimulation",
    "eswt": "shockwave therapy", "fce": "functional capacity evaluation", "frp": "functional restoration program",
    "hep": "home exercise program", "hnp": "herniated disc", "hhc": "home health care",
    "ifc": "interferential stimulation", "lllt": "low level laser therapy",
    "lso": "lumbar brace", "mbb": "medial branch block facet", "med": "morphine equivalent dose",
    "mme": "morphine equivalent dose", "mra": "magnetic resonance", "mri": "magnetic resonance imaging",
    "mua": "manipulation under anesthesia", "ncs": "nerve conduction study electrodiagnostic",
    "ncv": "nerve conduction velocity electrodiagnostic", "nmes": "neuromuscular electrical stimulation",
    "nsaid": "anti-inflammatory", "ot": "occupational therapy", "pdmp": "prescription monitoring",
    "pft": "pulmonary function test", "ppi": "proton pump inhibitor", "prp": "platelet-rich plasma",
    "psych": "psychological", "pt": "physical therapy", "ptsd": "posttraumatic stress disorder",
    "rct": "rotator cuff tear", "rfa": "radiofrequency ablation", "rsd": "complex regional pain syndrome",
    "scs": "spinal cord stimulator", "sij": "sacroiliac joint", "slap": "labral tear shoulder",
    "snrb": "selective nerve root block", "snri": "antidepressant", "ssri": "antidepressant",
    "tca": "tricyclic antidepressant", "tens": "transcutaneous electrical nerve stimulation",
    "tfcc": "triangular fibrocartilage wrist",
    "tka": "total knee arthroplasty", "tkr": "total knee replacement", "tpi": "trigger point injection",
    "uds": "urine drug screen", "udt": "urine drug testing", "xray": "x-ray",
    "rue": "right upper extremity", "lue": "left upper extremity", "bue": "bilateral upper extremity",
    "rle": "right lower extremity", "lle": "left lower extremity", "ble": "bilateral lower extremity",
}  # fmt: skip

#: Abbreviations that say two things at once.
_COMPOSED = {
    "cesi": "cervical esi",
    "lesi": "lumbar esi",
    "tfesi": "transforaminal esi",
    "e-stim": "electrical stimulation",
    "pt/ptt": "prothrombin",
    "pt/ot": "pt ot",
    "x ray": "x-ray",
    "®": " ",
    "post operative": "postoperative",
    "post-operative": "postoperative",
    "post surgical": "postoperative",
    "post-surgical": "postoperative",
    "postsurgical": "postoperative",
    "post op ": "postoperative ",
    "post-op ": "postoperative ",
    "postop ": "postoperative ",
    "after surgery": "postoperative",
    "pre-operative": "preoperative",
    "pre operative": "preoperative",
    "pre-op ": "preoperative ",
}

#: Words and phrases -> body part as the library names it.
_PARTS: dict[str, tuple[str, ...]] = {
    "neck": ("neck", "cervical", "c-spine", "cervicalgia", "whiplash", "trapezius", "cervicothoracic"),
    "upper back": ("upper back", "thoracic", "t-spine", "mid back", "midback"),
    "low back": (
        "low back", "lower back", "lumbar", "lumbosacral", "l-spine", "lumbago", "sciatica", "sacroiliac", "sacrum",
        "sacral", "back pain", "coccyx",
    ),
    "shoulder": ("shoulder", "rotator cuff", "acromioclavicular", "glenohumeral", "subacromial", "clavicle", "scapula"),
    "elbow": ("elbow", "epicondylitis", "cubital", "olecranon", "epicondyle"),
    "forearm": ("forearm",),
    "wrist": ("wrist", "carpal", "tfcc"),
    "hand": ("hand", "finger", "thumb", "metacarpal", "interphalangeal"),
    "hip": ("hip", "groin", "pelvis", "acetabular", "femoroacetabular", "trochanteric"),
    "knee": ("knee", "meniscus", "meniscal", "meniscectomy", "patella", "patellar", "patellofemoral", "cruciate"),
    "ankle": ("ankle", "achilles", "talus"),
    "foot": ("foot", "feet", "toe", "heel", "plantar", "metatarsal", "hallux", "calcaneus"),
    "head": ("head", "headache", "migraine", "concussion", "brain"),
    "eye": ("eye", "eyes", "vision", "cornea", "corneal"),
    "lung": ("lung", "lungs", "pulmonary", "chest"),
    "mind": (
        "psychological", "psychiatric", "mental health", "anxiety", "panic", "phobia", "depression", "depressive",
        "dysthymia", "stress", "ptsd", "posttraumatic",
    ),
}  # fmt: skip
_PART_OF = {re.sub(r"\W+", " ", phrase): part for part, phrases in _PARTS.items() for phrase in phrases}
_LEVELS = ((re.compile(r"\bc[2-7]\b"), "neck"), (re.compile(r"\bt\d{1,2}\b"), "upper back"),
           (re.compile(r"\bl[1-5]\b|\bs1\b"), "low back"))  # fmt: skip
_LEVEL = re.compile(r"[ctls]\d{1,2}(-?[ctls]?\d{1,2})*")

#: Said in most requests and telling little about which section is meant.
WEAK = frozenset(
    {
        "visit", "session", "treatment", "therapy", "therapeutic", "test", "testing", "study", "unit", "care",
        "service", "program", "pain", "chronic", "use", "evaluation", "medication", "drug", "medical", "management",
        "initial", "follow", "surgery", "surgical", "injection", "cream", "gel", "patch", "trial", "comprehensive",
        "complete", "full", "kit", "system", "device", "supply", "acute", "severe", "consultation", "specialist",
    }
)  # fmt: skip
_NOISE = frozenset(
    {
        "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "one", "or", "over", "per", "the",
        "to", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "with",
        "without", "x", "times", "time", "week", "weekly", "weeks", "day", "daily", "days", "month", "months", "hour",
        "hours", "year", "dos", "date", "left", "right", "bilateral", "additional", "continue", "continued", "further",
        "unknown", "unspecified", "quantity", "qty", "number", "request", "requested", "refill", "refills", "tablet",
        "tablets", "tab", "tabs", "capsule", "capsules", "caps", "mg", "mcg", "ml", "gm", "gram", "grams", "orally",
        "mouth", "oral", "needed", "prn", "affected", "area", "box", "every", "once", "twice", "qd", "bid", "tid",
        "qid", "her", "his", "patient", "retrospective", "associated", "purchase", "rental", "apply", "under",
        "guidance", "possible", "vs", "spine", "spinal", "low", "lower", "upper", "mid", "back", "leg", "arm", "body",
    }
)  # fmt: skip
_DOSES = re.compile(
    r"\b\d+(\.\d+)?\s?[-/]?\s?\d*(\.\d+)?\s?(mg|mcg|ml|gm?s?|grams?|%|cm|units?)(?![a-z])|#\s?\d+"
    r"|\b\d+\s?x\s?\d+\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
)
_WORD = re.compile(r"[a-z][a-z0-9'-]*|\d+[a-z]+")


@dataclass(frozen=True)
class Meaning:
    """A request taken apart.

    words:   what carries meaning, each in one form; words that have an abbreviation stand as the abbreviation ("pt").
    read_as: abbreviation -> the words it stands for, for those that were typed as abbreviations.
    parts:   body parts in the library's words.
    codes:   ICD-10 codes, as diagnoses name them.
    """

    words: tuple[str, ...] = ()
    read_as: dict[str, str] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    codes: tuple[str, ...] = ()

    @property
    def all_words(self) -> tuple[str, ...]:
        """The words with those that the abbreviations stand for."""
        spelled = (long for word in self.words for long in spelled_out(word))
        return tuple(dict.fromkeys([*self.words, *spelled]))


def meaning(text: str) -> Meaning:
    """Take a request ("PT 3x3 cervical", "Norco 10/325mg #60") apart; doses, counts and small words are dropped."""
    codes = codes_in(text)
    lowered = _composed(without_codes(text) if codes else text)
    typed = [_known(word) for word in stems(_DOSES.sub(" ", lowered))]
    words = [word for word in collapse(tuple(typed)) if word not in _NOISE and not _LEVEL.fullmatch(word)]
    read_as = {word: ABBREVIATIONS[word] for word in typed if word in ABBREVIATIONS}
    return Meaning(tuple(dict.fromkeys(words)), read_as, body_parts(lowered), codes)


def _composed(text: str) -> str:
    lowered = f"{text.lower()} "
    for short, long in _COMPOSED.items():
        lowered = lowered.replace(short, long)
    return lowered


def _known(word: str) -> str:
    """Plurals of abbreviations are read as the abbreviation: "ESIs"."""
    return word.removesuffix("s") if word.removesuffix("s") in ABBREVIATIONS else word


@lru_cache(maxsize=65536)
def collapse(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same words with every spelled-out abbreviation written short: physical, therapy -> pt."""
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 1, -1):
            short = _SHORT_OF.get(words[place : place + length])
            if short:
                found.append(short)
                place += length
                break
        else:
            found.append(words[place])
            place += 1
    return tuple(found)


def spelled_out(word: str) -> tuple[str, ...]:
    """The words that an abbreviation stands for; nothing for any other word."""
    return stems(ABBREVIATIONS.get(word, ""))


@lru_cache(maxsize=65536)
def forms(phrase: str) -> tuple[frozenset[str], frozenset[str]]:
    """A topic or heading as sets of words: as it is spelled, and with abbreviations; body parts are left out."""
    spelled = stems(_composed(phrase))
    short = collapse(tuple(_known(word) for word in spelled))
    return (
        frozenset(word for word in spelled if not is_body_part(word)),
        frozenset(word for word in short if not is_body_part(word)),
    )


@lru_cache(maxsize=65536)
def is_body_part(word: str) -> bool:
    """Conditions of the mind are no parts of the body: which of them it is decides the chapter."""
    return bool(body_parts(word) - {"mind"})


@lru_cache(maxsize=4096)
def body_parts(text: str) -> frozenset[str]:
    """The body parts that a text names, in the library's words; spinal levels count ("L4-5" is the low back)."""
    plain = f" {re.sub(r'[^a-z0-9]+', ' ', text.lower())} "
    found = {part for phrase, part in _PART_OF.items() if f" {phrase} " in plain or f" {phrase}s " in plain}
    found |= {part for pattern, part in _LEVELS if pattern.search(plain)}
    return frozenset(found)


@lru_cache(maxsize=4096)
def parts_begun(beginning: str) -> frozenset[str]:
    """The body parts that a word may be about to name: "kn" the knee."""
    return frozenset(part for phrase, part in _PART_OF.items() if phrase.startswith(beginning.lower()))


@lru_cache(maxsize=65536)
def stems(text: str) -> tuple[str, ...]:
    """The words of a phrase, each in one form for singular and plural; "x-ray" stays one word."""
    return tuple(_stem(word.strip("'-")) for word in _WORD.findall(text.lower()) if word.strip("'-"))


_PLURAL_FROM = 4


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) < _PLURAL_FROM or word in ABBREVIATIONS or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word.removesuffix("s")


_SHORT_OF = {stems(long): short for short, long in ABBREVIATIONS.items() if len(stems(long)) > 1}
_LONGEST = max(len(words) for words in _SHORT_OF)
