"""The closed lists of notice wording: for each kind of notice its sections, its keys, and what each text may hold.

A notice is a layout named "notice.<kind>". Its page: letterhead, title, a table of facts (`re`), opening, the kind's
sections in their order, closing, and who gets it. A section has a heading (optional), paragraphs, and perhaps a list or
a table of facts of the case.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "notice."

#: Placeholders of every notice on one case; dates are printed MM/DD/YYYY.
_CASE = frozenset(
    {
        "case_number", "reference", "issued_on", "worker", "injury_date", "claim_number", "administrator", "employer",
        "requesting_physician", "application_received_on", "ur_decision_date", "priority",
    }
)  # fmt: skip
_MANY = frozenset({"reference", "issued_on", "administrator", "number_of_cases"})
_UPLOAD = frozenset({"upload_address"})
_ANSWER = frozenset({"answer_mail", "answer_electronic", "answer_expedited", "answer_length", "answer_by"})

#: Placeholders whose value is a date.
DATES = frozenset(
    {
        "issued_on", "injury_date", "application_received_on", "ur_decision_date", "until", "due_on", "certified_on",
        "answer_by", "authorized_on", "withdrawn_on", "asked_on", "answered_on",
    }
)  # fmt: skip

LIST, TABLE = "list", "table"


@dataclass(frozen=True)
class Section:
    """One section: the key of its text, and the further placeholders that text may hold.

    entries: placeholders of one line of its list or table; shape: LIST (key `<name>_entry`) or TABLE (key
    `<name>_columns`, a line `label: {{ value }}` per column); optional: a wording may leave it out, and a section with
    entries is printed only when the notice has some. for_expedited: `<name>_expedited` replaces its text then.
    """

    name: str
    placeholders: frozenset[str] = frozenset()
    entries: frozenset[str] = frozenset()
    shape: str = LIST
    optional: bool = False
    for_expedited: bool = False


def _plain(name: str, *placeholders: str, optional: bool = False) -> Section:
    return Section(name, frozenset(placeholders), optional=optional)


_ITEMS = Section("items", entries=frozenset({"service"}))
_SEND = Section("send", _UPLOAD)
_CONTACT = _plain("contact", optional=True)
_NEXT = _plain("next")

SECTIONS: dict[str, tuple[Section, ...]] = {
    "noarfi": (
        _ITEMS, Section("records", entries=frozenset({"record"})), Section("deadline", _ANSWER, for_expedited=True),
        _SEND, _plain("others"), _NEXT, _CONTACT,
    ),
    "receipt": (_ITEMS, _NEXT, _plain("check"), _CONTACT),
    "eligibility_question": (
        Section("questions", entries=frozenset({"question"})), Section("deadline", _ANSWER), _SEND, _NEXT, _CONTACT,
    ),
    "ineligible": (
        Section("reasons", entries=frozenset({"reason", "explanation", "source"})),
        Section("cure", entries=frozenset({"reason", "cure", "until"}), optional=True),
        _plain("appeal", "appeal_length"), _CONTACT,
    ),
    "deferred": (_plain("reason", "dispute"), _plain("next", "application_after_liability"), _CONTACT),
    "chaser": (
        Section("cases", entries=frozenset({"case_number", "worker", "claim_number", "missing", "due_on"}),
                shape=TABLE),
        _SEND, _plain("consequence"), _CONTACT,
    ),
    "terminated": (
        _plain("reason", "explanation"), Section("items", entries=frozenset({"service"}), optional=True), _NEXT,
        _CONTACT,
    ),
    "withdrawn": (_plain("reason", "explanation"), _NEXT, _CONTACT),
    "consolidated": (
        Section("cases", entries=frozenset({"case_number", "application_received_on", "items"}), shape=TABLE),
        _plain("reason", "kept_case_number"), _NEXT, _CONTACT,
    ),
    "party_request": (
        Section("questions", entries=frozenset({"question"})), Section("deadline", _ANSWER), _SEND, _plain("others"),
        _CONTACT,
    ),
    "party_answer": (
        Section("questions", entries=frozenset({"question"})),
        Section("answer", entries=frozenset({"document", "pages"})), _NEXT, _CONTACT,
    ),
    "expedited": (
        _plain("reason", "certified_on"), Section("deadline", _ANSWER), _SEND,
        _plain("next", "determination_expedited"), _CONTACT,
    ),
}  # fmt: skip

#: What the opening of a kind may say besides the shared facts.
_OPENINGS: dict[str, frozenset[str]] = {
    "party_request": frozenset({"asked"}),
    "party_answer": frozenset({"asked", "request", "asked_on", "answered_on"}),
    "expedited": frozenset({"certified_by", "certified_on"}),
}

#: The cover page of a piece of mail is worded like a notice, under the layout "notice.cover".
COVER = "cover"
_COVER: dict[str, frozenset[str]] = {
    "return_address": frozenset(),
    "heading": frozenset({"title"}),
    "contents": frozenset({"case_number", "reference", "pages"}),
    "code": frozenset(),
    "code_use": frozenset({"upload_address", "until"}),
    "reply": frozenset(),
}

#: Everything that a layout "notice.<kind>" may be for.
KINDS = frozenset(SECTIONS) | {COVER}

_FIXED_REQUIRED = ("letterhead", "title", "opening", "closing", "copies_heading", "copy_entry")
_COPY = frozenset({"name", "role", "method"})
#: Key -> what stands in for a wording that leaves it out.
DEFAULTS: dict[str, str] = {"copies_lead": "", "re": "", "by_mail": "mail", "by_electronic": "electronic service"}


def kind_of(layout: str) -> str | None:
    """The kind of notice that a layout is for; None for a layout of determinations."""
    return layout.removeprefix(PREFIX) if layout.startswith(PREFIX) else None


def facts_of(kind: str) -> frozenset[str]:
    """Every placeholder that a text of this kind may hold outside its lists: the facts that its document names."""
    sections = frozenset().union(*(section.placeholders for section in SECTIONS[kind]))
    return shared_placeholders(kind) | sections | _OPENINGS.get(kind, frozenset())


def shared_placeholders(kind: str) -> frozenset[str]:
    return _MANY if kind == "chaser" else _CASE


def placeholders(kind: str) -> dict[str, frozenset[str]]:
    """Key -> the placeholders that its text may hold, for a kind of SECTIONS."""
    if kind == COVER:
        return _COVER
    shared = shared_placeholders(kind)
    allowed = {
        "letterhead": frozenset[str](), "title": shared, "re": shared,
        "opening": shared | _OPENINGS.get(kind, frozenset()), "closing": shared,
        "copies_heading": frozenset[str](), "copies_lead": shared, "copy_entry": _COPY,
        "by_mail": frozenset[str](), "by_electronic": frozenset[str](),
    }  # fmt: skip
    for section in SECTIONS[kind]:
        allowed[f"{section.name}_heading"] = frozenset()
        allowed[section.name] = shared | section.placeholders
        if section.for_expedited:
            allowed[f"{section.name}_expedited"] = shared | section.placeholders
        if section.entries:
            allowed[list_key(section)] = section.entries
    return allowed


def required(kind: str) -> tuple[str, ...]:
    if kind == COVER:
        return tuple(_COVER)
    keys = list(_FIXED_REQUIRED)
    for section in SECTIONS[kind]:
        if not section.optional:
            keys.append(section.name)
        if section.entries and not section.optional:
            keys.append(list_key(section))
    return tuple(keys)


def list_key(section: Section) -> str:
    return f"{section.name}_{'columns' if section.shape == TABLE else 'entry'}"
