"""The words of organizations' names: what they are short for, what they weigh, and what trade they speak of.

A name is recognized by its own words ("sedgwick", "larkmoor"). Words of a trade ("orthopedic", "insurance"), of a place
("fresno") and of a legal form ("inc") are shared by strangers, so that alone they make nobody alike.
"""

from __future__ import annotations

from cases.rules.naming.places import PLACES, TOWN


def listed(words: str) -> frozenset[str]:
    """Words written one beside the other."""
    return frozenset(words.split())


#: Written out before comparing. Several words may stand for one and one for several.
WRITTEN_OUT = {
    "ins": "insurance", "exch": "exchange", "neurosurgical": "neurosurgery", "neurosurgeons": "neurosurgery",
    "insur": "insurance", "insurace": "insurance", "mgmt": "management", "mgt": "management",
    "mngmt": "management", "svc": "services", "svcs": "services", "srvcs": "services", "serv": "services",
    "service": "services", "hosp": "hospital", "hospitals": "hospital", "hsp": "hospital", "med": "medical",
    "medcl": "medical", "mdcl": "medical", "ctr": "center", "cntr": "center", "cent": "center", "centre": "center",
    "centers": "center", "ctrs": "center", "univ": "university", "assn": "associates",
    "association": "associates", "assoc": "associates",
    "assocs": "associates", "asso": "associates", "associate": "associates", "dept": "department",
    "dpt": "department", "cty": "county", "cnty": "county", "natl": "national", "nat": "national",
    "intl": "international", "int": "international", "internatl": "international", "admin": "administrators",
    "admins": "administrators", "administrator": "administrators", "administration": "administrators",
    "admr": "administrators", "administrative": "administrators", "calif": "california", "cal": "california",
    "ca": "california", "grp": "group", "gp": "group", "amer": "american", "am": "american", "comp": "compensation",
    "indem": "indemnity", "ind": "indemnity", "indmnty": "indemnity", "cas": "casualty", "caslty": "casualty",
    "mut": "mutual", "fin": "financial", "finl": "financial", "prop": "property", "ppty": "property",
    "surg": "surgery", "surgical": "surgery", "surgeons": "surgery", "surgeon": "surgery", "ortho": "orthopedic",
    "orthopaedic": "orthopedic", "orthopaedics": "orthopedic", "orthopedics": "orthopedic", "orth": "orthopedic",
    "orthopedists": "orthopedic", "rehab": "rehabilitation", "rehabilitative": "rehabilitation",
    "chiro": "chiropractic", "inst": "institute", "instit": "institute", "lab": "laboratories",
    "labs": "laboratories", "laboratory": "laboratories", "pharma": "pharmaceuticals", "pharms": "pharmaceuticals",
    "pharmaceutical": "pharmaceuticals", "pharm": "pharmaceuticals", "tech": "technologies",
    "techs": "technologies", "technology": "technologies", "sys": "systems", "system": "systems",
    "hlth": "health", "healthcare": "health care", "dist": "district", "distr": "district", "sch": "school",
    "schools": "school", "schls": "school", "neuro": "neurology", "spinal": "spine", "phys": "physical",
    "pt": "physical therapy", "occ": "occupational", "occup": "occupational", "industrial": "industrial",
    "gen": "general", "mem": "memorial", "meml": "memorial", "reg": "regional", "regl": "regional",
    "comm": "community", "cmty": "community", "commty": "community", "fdn": "foundation", "fndn": "foundation",
    "found": "foundation", "physicians": "physicians", "physician": "physicians", "specialists": "specialists",
    "specialist": "specialists", "adj": "adjusters", "adjusting": "adjusters", "claim": "claims",
    "mfg": "manufacturing",
    "bros": "brothers", "dr": "doctor", "mt": "mount", "ft": "fort", "nw": "northwest", "ne": "northeast",
    "sw": "southwest", "se": "southeast", "no": "north", "so": "south", "hcare": "health care",
    "anesth": "anesthesia",
    "anesthesiology": "anesthesia", "radiological": "radiology", "imaging": "imaging", "dental": "dental",
    "gov": "government", "govt": "government", "auth": "authority", "transp": "transportation", "corr": "corrections",
    "solution": "solutions", "product": "products", "device": "devices", "clinics": "clinic", "surety": "surety",
    "u": "university", "unif": "unified", "elem": "elementary", "elec": "electric", "mngt": "management",
    "undrwrtrs": "underwriters", "risks": "risk", "wc": "workers compensation", "usa": "us", "consultants":
    "consulting", "evaluations": "evaluation", "networks": "network", "partner": "partners",
}  # fmt: skip

#: Sequences of words that are one, in the order in which they are looked for (longest first where it matters).
PHRASES = (
    ("united states of america", "us"), ("united states", "us"), ("north america", "america"),
    ("workmens compensation", "workers compensation"), ("work comp", "workers compensation"),
    ("workers comp", "workers compensation"), ("worker s compensation", "workers compensation"),
    ("regents of the university of california", "regents uc"), ("university of california at", "uc"),
    ("university of california", "uc"), ("university california", "uc"), ("univ of california", "uc"),
    ("univ of calif", "uc"), ("univ calif", "uc"),
    ("u of california", "uc"),
    ("u c", "uc"), ("la county", "county los angeles"), ("la unified", "los angeles unified"),
    ("california state polytechnic university", "cal poly"), ("california polytechnic state university", "cal poly"),
    ("california state university", "csu"), ("california state univ", "csu"), ("cal state", "csu"),
    ("unified school district", "usd"), ("unified sch dist", "usd"), ("union high school district", "uhsd"),
    ("community college district", "ccd"), ("comm coll dist", "ccd"),     ("socal", "southern california"),
    ("so cal", "southern california"),
    ("norcal", "northern california"),
    ("health system", "health"), ("health systems", "health"), ("health care system", "health care"),
    ("third party administrators", "tpa"), ("third party administrator", "tpa"),
    ("a professional medical corporation", ""), ("a professional medical corp", ""),
    ("professional medical corporation", ""), ("a professional corporation", ""), ("professional corporation", ""),
    ("a professional corp", ""), ("professional corp", ""), ("a prof corp", ""), ("prof corp", ""),
    ("a medical corporation", ""), ("a medical corp", ""), ("a medical group inc", "medical group"),
    ("a california corporation", ""), ("a california nonprofit", ""), ("a nonprofit corporation", ""),
    ("a chiropractic corporation", ""), ("chiropractic corporation", "chiropractic"), ("a law corporation", ""),
    ("a public corporation", ""), ("a limited liability company", ""), ("limited liability company", ""),
    ("limited partnership", ""), ("a partnership", ""), ("medical corporation", ""), ("medical corp", ""),
    ("public limited company", ""), ("joint powers authority", "jpa"), ("a california", ""),
)  # fmt: skip

LEGAL = frozenset({
    "inc", "incorporated", "llc", "llp", "lp", "corp", "corporation", "co", "company", "cos", "ltd", "limited", "the",
    "of", "and", "pc", "apc", "plc", "pllc", "na", "a", "an", "for", "at", "in", "by", "amc", "mc", "ag", "sa", "nv",
    "gmbh", "lllp", "pa", "apmc", "aprofcorp", "on", "md", "mds", "do", "dc", "phd", "dpm", "dds", "facs", "faaos",
    "np", "pac", "faap", "facp", "qme", "ame", "cpl", "dba", "rrg", "se", "kg", "spa", "bv", "pty", "kk",
})  # fmt: skip

#: Words that a name may carry or not and still mean the same house.
SOFT = frozenset({
    "group", "groups", "companies", "holdings", "holding", "services", "solutions", "systems", "international", "us",
    "america", "american", "enterprises", "associates", "partners", "worldwide", "global", "organization", "office",
    "offices", "branch", "division", "location", "district", "insured", "operations",
    "corporate", "headquarters", "network", "industries",
    "products", "brands", "affiliates", "care",
})  # fmt: skip
#: Soft only behind words of one's own in the name of a practice.
SOFT_FOR_PRACTICES = frozenset({"medical", "physicians", "specialists", "doctors", "clinic", "center", "doctor"})

_SECTORS = {
    "insurance": """insurance indemnity casualty assurance surety fire reinsurance underwriters underwriting mutual
        compensation insurers liability property accident insured exchange lloyds workers guaranty lines specialty
        indemnities insurer commercial excess protection marine""",
    "claims": """claims adjusters administrators tpa risk management utilization review managed bill audit mpn
        evaluation examination reviewers""",
    "medicine": """medical hospital clinic health orthopedic surgery spine pain rehabilitation physical therapy
        chiropractic dental neurology neurosurgery physicians doctors doctor radiology imaging anesthesia
        psychology psychiatry psychiatric behavioral wellness urgent occupational medicine clinical specialists
        cardiology cardiovascular cancer oncology childrens womens community regional memorial general foundation
        ambulatory outpatient surgicenter acupuncture podiatry foot ankle hand shoulder knee joint sports vision
        eye ophthalmology optometry dermatology pediatrics family internal interventional evaluators patient
        nursing hospice home ipa permanente physiatry urology gastroenterology ent plastic bone
        doctors care mpn diagnostic diagnostics mri nurses healing treatment primary trauma emergency""",
    "maker": """devices pharmaceuticals biologics laboratories neuromodulation orthobiologics implants scientific
        biosciences therapeutics surgicals instruments biopharma biotech drugs healthcareproducts orthopaedicsdevices
        medtech biomet technologies generics neuro biomedical prosthetics bracing vaccines""",
    "public": """county city state department district school university college usd uhsd ccd authority jpa public
        government federal municipal police sheriff fire_department transit water superior court csu uc
        unified elementary corrections education transportation agency bureau commission town""",
    "law": "law attorneys lawyers legal counsel",
}
#: Word of a trade -> the trades it may speak of.
SECTORS: dict[str, frozenset[str]] = {}
for _sector, _words in _SECTORS.items():
    for _word in _words.split():
        SECTORS[_word] = SECTORS.get(_word, frozenset()) | {_sector}

#: Public bodies are written either way round: "County of Fresno", "Fresno County".
PUBLIC = frozenset({"county", "city", "state", "usd", "ccd", "uhsd", "uc", "csu", "university", "department"})

#: Words that say what kind of house it is; two houses of one name and different kinds are two.
KINDS_OF_HOUSE = {
    "hospital": "hospital", "clinic": "clinic", "foundation": "foundation", "university": "university",
    "college": "college", "insurance": "insurance", "indemnity": "insurance", "casualty": "insurance",
    "assurance": "insurance", "pharmacy": "pharmacy", "city": "city", "county": "county", "state": "state",
    "usd": "usd", "ccd": "ccd", "uhsd": "uhsd", "uc": "uc", "csu": "csu", "dental": "dental", "ipa": "ipa",
    "surgery": "surgery", "imaging": "imaging", "radiology": "imaging", "chiropractic": "chiropractic",
    "pain": "pain", "orthopedic": "orthopedic", "therapy": "therapy", "psychology": "mind", "psychiatry": "mind",
}  # fmt: skip

_ALSO_GENERIC = """institute center association services institute consulting consultants financial trust fund
    union bank capital properties development construction manufacturing foods farms agency association advanced
    integrated comprehensive professional prof premier preferred select quality express total best complete
    north south east west northern southern eastern western central bay coast valley pacific national
    united first new golden american america us international california
    partners practice plan plans company board office program research staffing personnel employment security
    academy society po box store stores market markets motors energy electric gas power communications media studios
    """
GENERIC = frozenset(SECTORS) | SOFT | frozenset(_ALSO_GENERIC.split())

#: Words of one's own that so many strangers carry that one of them alone says little.
COMMON = listed(
    """
    pacific golden summit alliance premier valley coast coastal sierra united national american first liberty
    hartford providence mercy saint st general community memorial regional bay central western eastern northern
    southern north south east west universal continental century republic state home travelers farmers security
    great old new pioneer heritage eagle star sun sunrise sunset desert mountain mission vista mesa canyon river
    lake ocean harbor beach hills hill park oak redwood cypress evergreen crown royal imperial empire capital
    federal federated allied associated consolidated integrated advanced modern global world trinity cornerstone
    keystone landmark gateway frontier horizon pinnacle apex elite select choice preferred optimal optimum prime
    metro metropolitan california americas inland peninsula foothill gold silver blue green red white black
    standard republic hope grace good samaritan sacred heart holy cross queen angels angel joseph mary john
    francis jude luke paul agnes vincent bernardine rose elizabeth anthony helena providence faith victory unity
    union independence freedom patriot colonial guardian sentinel zenith atlas olympus phoenix delta alpha omega
    sigma omni smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez
    wilson anderson thomas taylor moore jackson martin lee perez thompson harris clark lewis robinson walker young
    allen king wright scott torres nguyen hill flores adams nelson baker hall rivera campbell mitchell carter
    roberts kim baptist methodist presbyterian lutheran deaconess adventist christian jewish covenant parkview
    """
)


def is_place(word: str) -> bool:
    return word in PLACES or word.startswith(TOWN)


def is_own(word: str) -> bool:
    """Whether a word is one by which a house is recognized: of no trade, no place, no figure of speech."""
    return word not in GENERIC and not is_place(word) and len(word) > 1
