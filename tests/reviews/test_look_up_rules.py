from __future__ import annotations

import datetime as dt

import pytest

from guidelines.rules.limits import Limit
from reviews.rules.citation_warnings import CitedFacts, EditionFacts, citation_warnings, standard_warning
from reviews.rules.limits import compare
from reviews.rules.quantity import asked
from reviews.rules.search_sequence import Looked, proposed_standard, step_of, told

DAY = dt.date(2016, 9, 1)
OLD = EditionFacts(2009, dt.date(2009, 7, 18), dt.date(2016, 7, 27), 127)
NEW = EditionFacts(2016, dt.date(2016, 7, 28), None, None)
LIMIT = Limit("visits", 9, 10, 8)


@pytest.mark.parametrize(
    "words",
    ["MRI of the left knee", "Facet joint injections L4-5, L5-S1", "Pepcid 20mg", "gauze 10x15 cm", "unknown quantity"],
)
def test_what_the_words_do_not_say_stays_unknown(words):
    assert asked(words) is None


@pytest.mark.parametrize(
    ("words", "least", "most", "unit", "weeks"),
    [
        ("12 sessions of physical therapy", 12, 12, "visits", None),
        ("Physical therapy 2-3 times a week for 6 weeks", 12, 18, "visits", 6),
        ("Physical therapy 1 to 2 times per week for 4 weeks", 4, 8, "visits", 4),
        ("PT 2x/week x 6 weeks", 12, 12, "visits", 6),
        ("Twice weekly for six weeks", 12, 12, "visits", 6),
        ("PT 3x3 cervical", 9, 9, "", None),
        ("Physical therapy two times four visits (8)", 8, 8, "", None),
        ("Norco 5/325mg #60, 1-2 tabs orally every 4-6 hours", 60, 60, "units", None),
        ("Voltaren gel 4 times a day, #60 grams", 60, 60, "units", None),
        ("Acupuncture sessions, lumbar spine #6", 6, 6, "visits", None),
        ("Physical therapy sessions, 12", 12, 12, "visits", None),
        ("Right L4 epidural steroid injection x 2", 2, 2, "", None),
    ],
)
def test_a_quantity_is_read_from_the_words_of_the_request(words, least, most, unit, weeks):
    found = asked(words)
    assert found is not None
    assert (found.least, found.most, found.unit, found.weeks) == (least, most, unit, weeks)


def test_two_numbers_that_disagree_are_said():
    found = asked("12 sessions, 2 times a week for 4 weeks")
    assert (found.least, found.doubt) == (12, "The words say 12, but 2 a week for 4 weeks makes 8.")


def test_the_first_text_that_says_a_quantity_counts():
    assert asked("Physical therapy, lumbar spine", "12 visits").most == 12


def test_a_limit_is_not_compared_with_what_is_not_known():
    for told_, had in ((None, 7), (asked("#60"), 7)):
        assert compare(asked=told_, had=had, limit=LIMIT).verdict == "unknown"
    open_end = compare(asked=asked("9 visits"), had=0, limit=Limit("visits", 6))
    assert (open_end.verdict, "names no most" in open_end.sentence) == ("unknown", True)


def test_the_arithmetic_of_a_limit_can_be_read():
    assert compare(asked=asked("9 visits"), had=7, limit=LIMIT).sentence == (
        "7 had + 9 asked = 16, limit 9-10 visits in 8 weeks: 6 above."
    )
    ranged = compare(asked=asked("PT 2-3 times a week for 6 weeks"), had=7, limit=LIMIT)
    assert ranged.sentence == (
        "7 had + 12 to 18 asked = 19 to 25 (2-3 a week for 6 weeks), limit 9-10 visits in 8 weeks: 9 to 15 above."
    )
    assert compare(asked=asked("3 visits"), had=7, limit=LIMIT).verdict == "within"


def test_without_what_was_had_only_an_excess_is_certain():
    assert compare(asked=asked("9 visits"), had=None, limit=LIMIT).verdict == "unknown"
    over = compare(asked=asked("12 visits"), had=None, limit=LIMIT)
    assert over.sentence == "12 asked, limit 9-10 visits in 8 weeks: 2 above, whatever was had before."


def names(**facts):
    parts = facts.pop("item_parts", frozenset())
    return [one.name for one in citation_warnings(CitedFacts("Neck Care", **facts), on=DAY, item_parts=parts)]


def test_each_fault_of_a_citation_has_its_name():
    assert names(edition=OLD, in_force=NEW) == ["edition.superseded"]
    assert names(edition=OLD) == ["edition.not_in_force"]
    assert names(edition=EditionFacts(2020, dt.date(2020, 1, 1))) == ["edition.not_in_force"]
    assert names(edition=NEW, section="Exercise", section_pages="98-99", pages="474") == ["page.outside_section"]
    assert names(edition=EditionFacts(2016, None, None, 127), pages="474") == ["page.outside_edition"]
    assert names(parts=frozenset({"neck"}), item_parts=frozenset({"knee"})) == ["part.other"]


def test_a_sound_citation_and_one_that_the_library_does_not_know_are_left_alone():
    assert names(edition=NEW, in_force=NEW, section_pages="98-99", pages="98", parts=frozenset({"neck"}),
                 item_parts=frozenset({"neck", "shoulder"})) == []  # fmt: skip
    assert names(pages="474") == []


def test_a_superseded_edition_names_the_one_in_force():
    (found,) = citation_warnings(CitedFacts("Neck Care", edition=OLD, in_force=NEW), on=DAY, item_parts=frozenset())
    assert found.sentence == (
        "The edition of 2009 ended on Jul 27, 2016; on Sep 1, 2016 the edition of 2016 is in force."
    )


def test_a_lower_standard_needs_its_reason():
    assert standard_warning(standard="C", why_not_higher=" ").name == "standard.no_reason"
    for standard, why in (("A", ""), ("", ""), ("C", "The MTUS is silent.")):
        assert standard_warning(standard=standard, why_not_higher=why) is None


@pytest.mark.parametrize(
    ("publication", "step"),
    [
        ("Official Disability Guidelines, Low Back", 2),
        ("ACOEM Practice Guidelines, 3rd ed.", 2),
        ("AAOS clinical practice guideline on the knee", 3),
        ("Smith et al., J Bone Joint Surg 2012;94:1", 4),
        ("Cochrane systematic review of traction", 4),
        ("A book", 3),
    ],
)
def test_a_source_belongs_to_its_step_of_the_sequence(publication, step):
    assert step_of(basis="Non-MTUS", publication=publication) == step
    assert step_of(basis="MTUS", publication=publication) == 1


def test_the_sequence_is_told_step_by_step_and_half_typed_words_once():
    assert told([]) == ""
    rows = [
        Looked(1, "searched", "physical", 8), Looked(1, "searched", "physical therapy", 5),
        Looked(1, "opened", label="Exercise"), Looked(2, "searched", "traction", 0),
        Looked(1, "cited", label="Exercise"),
    ]  # fmt: skip
    assert told(rows).splitlines() == [
        "1. MTUS: searched for “physical therapy” (5 found); cited Exercise.",
        "2. current ACOEM or ODG: searched for “traction” (nothing found).",
        "3. other nationally recognized guidelines: no look-up recorded.",
        "4. peer-reviewed studies: no look-up recorded.",
    ]


@pytest.mark.parametrize(
    ("steps", "letter", "certain"),
    [([1], "A", True), ([1, 2], "A", False), ([2], "C", False), ([4], "B", False), ([3, 4], "B", False)],
)
def test_the_standard_follows_from_the_citations(steps, letter, certain):
    found = proposed_standard(steps)
    assert (found.letter, found.certain) == (letter, certain)
    assert proposed_standard([]) is None
