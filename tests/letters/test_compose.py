from __future__ import annotations

import json
from pathlib import Path

import pytest

from letters.rules.citations import compose_citations
from letters.rules.compose import MissingFact, compose, item_heading, paragraphs, qualifications
from letters.rules.wording_keys import REQUIRED, faults
from tests.letters.conftest import exchange_document, shared, shared_blocks

OWN = Path(__file__).resolve().parents[2] / "letters/data/wording"


def own_blocks(layout):
    return json.loads((OWN / f"{layout}.json").read_text(encoding="utf-8"))[0]["blocks"]


def mtus(**facts):
    return {"basis": "MTUS", "publication": "P", "year": None, "sections": [], "pages": None, "text": None, **facts}


def other(**facts):
    return mtus(basis="Non-MTUS", **facts)


def words(text):
    """Everything the letter says, in order, as a list of words."""
    parts = [text.how_made_heading, *text.how_made, text.summary_heading, *text.summary_lead, *text.summary]
    parts += [text.issues_heading, *text.issues_lead]
    for item in text.items:
        parts.append(item.heading)
        for labelled in (item.administrator_guideline, item.reviewer_guideline, item.rationale):
            parts += [labelled.label, *labelled.paragraphs]
    return " ".join(parts).split()


# --- wording --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["2014", "2016"])
def test_the_own_wording_has_no_faults_and_none_of_the_sentences_of_the_published_letters(layout):
    own = own_blocks(layout)
    assert faults(own) == []
    published = shared_blocks(layout)
    assert not {text for key, text in own.items() if len(text.split()) > 9} & set(published.values()) - {
        published.get("header")
    }


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_required_key_is_named(key):
    blocks = {name: text for name, text in own_blocks("2014").items() if name != key}
    assert [(fault.rule, fault.key) for fault in faults(blocks)] == [("wording.missing_key", key)]


def test_an_unknown_key_and_an_unknown_placeholder_are_named():
    blocks = {**own_blocks("2014"), "letterhed": "x", "rationale": "{{ reviewer_name }}"}
    first, second = faults(blocks)
    assert "letterhed" in first.message
    assert "reviewer_name" in second.message
    assert "rationale" in second.message


# --- citations ------------------------------------------------------------------------------------------------------


@pytest.fixture
def blocks():
    return {
        **own_blocks("2014"),
        "administrator": "CA", "reviewer": "ER", "cite_none": "{{ who }} cited nothing.",
        "cite_outside_lead": "{{ who }} went outside.", "cite_mtus": "MTUS {{ entries }}.",
        "cite_mtus_separator": ", and ", "sections_separator": ", ", "cite_other": "Other {{ entries }}.",
        "cite_other_separator": " and Other ",
        "cite_mtus_entry": "{{ publication }} {{ year }}, Section(s): {{ sections }}",
        "cite_mtus_entry_no_section": "{{ publication }} {{ year }}",
        "cite_mtus_entry_bare": "{{ publication }} {{ year }}",
    }  # fmt: skip


def cite(citations, blocks, side="reviewer"):
    return compose_citations(citations, side=side, blocks=blocks)


def test_nothing_cited_is_said_in_words(blocks):
    assert cite([], blocks, "administrator") == "CA cited nothing."


def test_all_mtus_citations_come_first_in_one_sentence(blocks):
    citations = [other(publication="ODG"), mtus(year=2016, sections=["A, b", "C"]), other(pages="98-99"), mtus()]
    del blocks["cite_mtus_entry_no_pages"]
    assert cite(citations, blocks) == "MTUS P 2016, Section(s): A, b, C, and P. Other ODG and Other P, 98-99."


def test_citations_outside_the_mtus_alone_are_introduced_as_such(blocks):
    assert cite([other(sections=["S"])], blocks) == "ER went outside. Other P, S."


def test_a_given_text_replaces_the_entry_and_not_the_sentence(blocks):
    assert cite([mtus(text="As  filed, p. 3"), mtus(year=2009)], blocks) == "MTUS As  filed, p. 3, and P 2009."


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"sections": ["S"], "pages": "3"}, "full"),
        ({"sections": ["S"]}, "no pages"),
        ({"pages": "3"}, "no section"),
        ({}, "bare"),
        ({"sections": [" "], "pages": ""}, "bare"),
    ],
)
def test_each_variant_of_the_entry_has_its_case(blocks, facts, expected):
    blocks |= {
        "cite_mtus": "{{ entries }}", "cite_mtus_entry": "full", "cite_mtus_entry_no_pages": "no pages",
        "cite_mtus_entry_no_section": "no section", "cite_mtus_entry_bare": "bare",
    }  # fmt: skip
    assert cite([mtus(**facts)], blocks) == expected


# --- headings, qualifications, paragraphs ---------------------------------------------------------------------------


def test_an_unknown_date_that_the_header_prints_is_an_error(document):
    document["injury_date"] = None
    with pytest.raises(MissingFact, match="injury_date"):
        compose(document, own_blocks("2016"))
    compose({**document, "layout": "2014"}, own_blocks("2014"))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "PT: Upheld"),
        ({"authorized": "3 visits"}, "PT: Upheld"),
        (
            {"authorized": "3 visits", "original_request": "9 visits"},
            (
                "Requested at first: 9 visits. Already approved by the claims administrator: 3 visits. "
                "Still disputed and decided here: PT: Upheld"
            ),
        ),
        ({"heading": "As published"}, "As published: Upheld"),
        ({"heading": "As published:"}, "As published: Upheld"),
        ({"heading": "The rest, 6 visits, is: "}, "The rest, 6 visits, is: Upheld"),
        ({"heading": "{{ service }}", "authorized": "a", "original_request": "b"}, "{{ service }}: Upheld"),
    ],
)
def test_item_headings(facts, expected):
    item = {"service": "PT", "decision": "upheld", **facts}
    assert item_heading(item, own_blocks("2014")) == expected


def test_qualifications_join_what_there_is(blocks):
    certifications = [{"specialty": "X", "subspecialty": "Y"}, {"specialty": "Z", "subspecialty": None}]
    blocks |= {"qualifications": "{{ certifications }} / {{ subspecialties }} / {{ licensed_states }}"}
    reviewer = {"certifications": certifications, "licensed_states": ["Texas", "Ohio"]}
    assert qualifications(reviewer, blocks) == "X and Z / Y / Texas, Ohio"
    blocks |= {"qualifications_no_subspecialty": "only {{ certifications }}"}
    assert qualifications({**reviewer, "certifications": certifications[1:]}, blocks) == "only Z"


def test_blank_lines_part_paragraphs_and_line_breaks_stay():
    assert paragraphs("a\r\nb\n \n\nc  d\n") == ("a\nb", "c  d")


def test_the_header_stands_only_where_the_wording_has_it(document):
    lines = compose(document, own_blocks("2016")).header
    assert [line.label for line in lines][:2] == ["Case Number:", "Date Assigned:"]
    assert [line.value for line in lines] == [
        "CM16-0000042", "11/18/2016", "03/07/2014", "12/19/2016", "11/09/2016", "Standard", "11/14/2016",
    ]  # fmt: skip
    assert compose(document, own_blocks("2014")).header == ()


# --- against the real letters ---------------------------------------------------------------------------------------


def test_the_seed_comes_out_word_for_word_with_its_own_wording():
    row = json.loads(shared("seed/determination-2014.json").read_text(encoding="utf-8"))[0]
    text = compose(exchange_document(row, layout="2014"), shared_blocks("2014"))
    assert words(text) == shared("seed/determination-2014.txt").read_text(encoding="utf-8").split()


def plainly(citations, who):
    """The published sentence of a side, put together without the wording engine."""
    mtus = [
        f"{each['publication']} {each['year']}"
        + (f", Section(s): {', '.join(each['sections'])}" if each["sections"] else "")
        for each in citations
        if each["basis"] == "MTUS"
    ]
    other = [
        ", ".join(part for part in (each["publication"], ", ".join(each["sections"]), each["pages"]) if part)
        for each in citations
        if each["basis"] != "MTUS"
    ]
    if not citations:
        return f"The {who} did not cite any medical evidence for its decision."
    first = f"Decision based on MTUS {', and '.join(mtus)}."
    outside = f"The {who} based their decision on recommendation(s) outside of the MTUS Guidelines."
    last = f"Decision based on Non-MTUS Citation {' and Other Medical Treatment Guidelines '.join(other)}."
    return " ".join([first if mtus else outside, *([last] if other else [])])


def test_every_guideline_line_of_the_sixty_real_cases_is_composed_as_the_published_wording_says():
    blocks = shared_blocks("2016")
    sides = {
        "claims_administrator": ("administrator", "Claims Administrator"),
        "reviewer": ("reviewer", "Expert Reviewer"),
    }
    cases = json.loads(shared("data/determinations.json").read_text(encoding="utf-8"))
    composed = 0
    for item in (item for case in cases for item in case["items"]):
        for side, (key, who) in sides.items():
            citations = item[f"{side}_guidelines"]
            assert compose_citations(citations, side=key, blocks=blocks) == plainly(citations, who)
            composed += 1
    assert composed == 2 * 122
