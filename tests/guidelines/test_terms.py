from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.rules.ranking import Entry, rank
from guidelines.rules.terms import body_parts, meaning


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("", (), set()),
        ("PT 3x3 cervical", ("pt", "cervical"), {"neck"}),
        ("Physical therapy 2-3 times a week for 6 weeks", ("pt",), set()),
        ("Norco 10/325mg #60", ("norco",), set()),
        ("Lidoderm patch 5%, 1 box with 1 refill, DOS: 11/11/2016", ("lidoderm", "patch"), set()),
        ("LESI L4-5", ("lumbar", "esi"), {"low back"}),
        ("ESIs at C5-6", ("esi",), {"neck"}),
        ("X-rays of the left shoulder", ("x-ray", "shoulder"), {"shoulder"}),
        ("MRI without contrast, bilateral knees", ("mri", "contrast", "knee"), {"knee"}),
        ("e-stim", ("estim",), set()),
        ("TENS", ("tens",), set()),
        ("CRPS of the hand", ("crps", "hand"), {"hand"}),
        ("Pre-op labs: PT/PTT", ("preoperative", "lab", "prothrombin"), set()),
    ],
)
def test_doses_and_counts_are_dropped_and_abbreviations_understood(text, words, parts):
    meant = meaning(text)
    assert meant.words == words
    assert meant.parts == parts


def test_a_spelled_out_word_and_its_abbreviation_mean_the_same():
    assert meaning("magnetic resonance imaging").words == meaning("MRI").words
    assert meaning("MRI").read_as == {"mri": "magnetic resonance imaging"}
    assert meaning("magnetic resonance imaging").read_as == {}


@pytest.mark.parametrize(
    ("text", "parts"),
    [("hand-written note", {"hand"}), ("handicap", set()), ("T8 fracture", {"upper back"}), ("S1 nerve", {"low back"})],
)
def test_body_parts_are_whole_words(text, parts):
    assert body_parts(text) == parts


@given(st.text(max_size=300))
def test_any_text_can_be_taken_apart(text):
    assert all(word == word.strip() and word for word in meaning(text).all_words)


def entry(heading="", topics=(), parts=(), in_force=None, publication="Guide", codes=()):
    return Entry(publication, heading, tuple(topics), frozenset(parts), in_force, codes=tuple(codes))


def best(text, *entries, **facts):
    fits = rank(entries=entries, request=meaning(text), **facts)
    return max(range(len(fits)), key=lambda place: fits[place].score)


def test_an_entry_that_shares_nothing_scores_nothing():
    (fit,) = rank(entries=[entry("Imaging", ["MRI"])], request=meaning("acupuncture"))
    assert (fit.score, fit.why) == (0.0, ())


def test_the_chapter_of_another_body_part_is_held_back():
    knee, back = entry("Studies", ["MRI"], ["knee"]), entry("Studies", ["MRI"], ["low back"])
    assert best("MRI lumbar", knee, back) == 1
    assert best("MRI", knee, back, diagnosis=meaning("lumbar radiculopathy")) == 1


def test_a_code_is_no_word_and_names_no_vertebra():
    found = meaning("Fracture (T14.8)")
    assert (found.words, found.parts, found.codes) == (("fracture",), frozenset(), ("T14.8",))
    assert meaning("T8 fracture").parts == {"upper back"}


def test_a_code_outside_the_ranges_or_beside_a_request_without_words_decides_nothing():
    within, without, request = entry("MRI", codes=["M54-M54.9"]), entry("MRI"), meaning("MRI")
    plain, coded = (rank(entries=[within], request=request, diagnosis=meaning(text)) for text in ("", "(M17.1)"))
    assert plain == coded
    (fit,) = rank(entries=[within], request=meaning("acupuncture"), diagnosis=meaning("M54.16"))
    assert fit.score < rank(entries=[without], request=request)[0].score


def test_a_section_whose_icd10_ranges_hold_the_diagnosis_comes_first_and_says_so():
    plain, coded = entry("MRI"), entry("MRI", codes=["M50-M51.9", "M54-M54.9"])
    fits = rank(entries=[plain, coded], request=meaning("MRI"), diagnosis=meaning("Radiculopathy (M54.16)"))
    assert fits[1].score > fits[0].score > 0
    assert "diagnosis M54.16 lies in M54-M54.9" in fits[1].why
    assert not any("lies in" in reason for reason in fits[0].why)


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("acupuncture", ()),
        ("acupuncture, low back", ()),
        ("PT low back", ("pt",)),
        ("low back", ("low back",)),
        ("knee", ()),
    ],
)
def test_a_fit_says_what_of_the_request_brought_it_up_and_not_of_the_diagnosis(text, matched):
    one = entry("Exercise", ["physical therapy"], ["low back"], codes=["M54"])
    (fit,) = rank(entries=[one], request=meaning(text), diagnosis=meaning("physical therapy for low back pain M54.5"))
    assert fit.matched == matched


def test_an_edition_in_force_comes_before_one_that_is_not():
    assert best("MRI", entry("A", ["MRI"], in_force=False), entry("A", ["MRI"], in_force=True)) == 1


def test_what_an_entry_is_about_counts_more_than_what_it_mentions():
    mentions = entry("Summary", [*(f"other {number}" for number in range(12)), "physical therapy"])
    assert best("PT", mentions, entry("Exercise", ["physical therapy"])) == 1


def test_the_reasons_are_told():
    (fit,) = rank(entries=[entry("Exercise", ["physical therapy"], ["neck"], True)], request=meaning("PT neck"))
    assert fit.why == (
        "PT read as physical therapy",
        'topic "physical therapy"',
        "body part neck",
        "edition in force",
    )


@given(
    st.lists(st.text(alphabet="abc xyz", min_size=1, max_size=8), max_size=4), st.text(alphabet="abc xyz", max_size=12)
)
def test_scores_are_never_negative_and_do_not_depend_on_the_order(topics, text):
    entries = [entry("A", topics), entry("B", topics[::-1]), entry("C", ["abc"])]
    forward = rank(entries=entries, request=meaning(text))
    assert all(fit.score >= 0 for fit in forward)
    assert rank(entries=entries[::-1], request=meaning(text))[::-1] == forward


def test_a_condition_of_the_mind_is_a_word_as_well_as_a_part():
    ptsd = entry("Antidepressants", ["SSRI", "PTSD"], ["mind"], publication="Trauma")
    depression = entry("Antidepressants", ["SSRI", "depression"], ["mind"], publication="Low mood")
    assert best("SSRI", ptsd, depression, diagnosis=meaning("major depression")) == 1
    assert best("SSRI", depression, ptsd, diagnosis=meaning("posttraumatic stress disorder")) == 1


def test_an_abbreviation_is_no_beginning_of_a_longer_one():
    therapy, trauma = entry("Physical therapy", ["PT"]), entry("Trauma", ["PTSD"])
    for typed in ("physical therapy", "pt"):
        fits = rank(entries=[therapy, trauma], request=meaning(typed), last_is_prefix=True)
        assert (fits[0].score > 0, fits[1].score) == (True, 0)


def test_without_a_body_part_chapters_of_none_come_first():
    knee, whole = entry("NSAIDs", ["ibuprofen"], ["knee"]), entry("NSAIDs", ["ibuprofen"])
    assert best("ibuprofen", knee, whole) == 1
    assert best("ibuprofen, left knee", knee, whole) == 0


def test_the_same_heading_of_a_former_edition_stands_below_another_former_heading():
    current = entry("Traction", ["traction"], in_force=True)
    same, other = entry("Traction", ["traction"], in_force=False), entry("Pulling", ["traction"], in_force=False)
    scores = [fit.score for fit in rank(entries=[current, same, other], request=meaning("traction"))]
    assert scores[0] > scores[2] > 0
    assert scores[1] < scores[0] / 5


def test_former_editions_do_not_change_how_rare_a_word_is():
    current = [entry("Traction", ["traction"], in_force=True), entry("Heat", ["heat"], in_force=True)]
    former = [entry("Traction", ["traction"], in_force=False)] * 9
    alone, among = (rank(entries=rows, request=meaning("traction"))[0].score for rows in (current, current + former))
    assert alone == among
