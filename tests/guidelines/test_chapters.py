from __future__ import annotations

import pytest

from guidelines.rules.chapters import sections_of

COMMON = {
    "tests": {"heading": "Diagnostic testing", "topics": ["imaging"]},
    "mri": {"heading": "MRI", "topics": ["MRI", "open MRI"], "drugs": ["gadolinium"], "limits": [{"unit": "scans"}]},
}


def chapter(*groups, **facts):
    usual = {"publication": "Knee", "words": ["knee"], "body_parts": ["knee"], "icd10_ranges": ["M23"]}
    return {**usual, **facts, "groups": list(groups)}


def test_what_is_like_nothing_known_is_refused():
    with pytest.raises(KeyError):
        sections_of(chapter({"sections": [{"like": "xray"}]}), COMMON)


def test_the_chapters_own_words_come_before_the_common_ones_and_its_name_comes_last():
    (row,) = sections_of(chapter({"sections": [{"like": "mri", "topics": ["meniscus", "mri"]}]}), COMMON)
    assert row["topics"] == ["meniscus", "mri", "open MRI", "knee"]
    assert (row["heading"], row["drugs"], row["limits"]) == ("MRI", ["gadolinium"], [{"unit": "scans"}])
    assert (row["body_parts"], row["icd10_ranges"]) == (["knee"], ["M23"])


def test_what_a_section_says_itself_takes_the_place_of_the_rest():
    own = {"like": "mri", "heading": "Scans", "icd10_ranges": ["M22"], "limits": []}
    (row,) = sections_of(chapter({"sections": [own]}), COMMON)
    assert (row["heading"], row["icd10_ranges"], row["limits"]) == ("Scans", ["M22"], [])


def test_a_group_stands_above_its_sections_and_one_without_a_heading_at_the_top():
    rows = sections_of(
        chapter({"sections": [{"heading": "First"}]}, {"like": "tests", "sections": [{"like": "mri"}]}), COMMON
    )
    assert [(row["heading"], row.get("parent")) for row in rows] == [
        ("First", None), ("Diagnostic testing", None), ("MRI", "Diagnostic testing"),
    ]  # fmt: skip


def test_nothing_is_said_of_pages_evidence_and_text():
    (row,) = sections_of(chapter({"sections": [{"like": "mri"}]}), COMMON)
    assert (row["pages"], row["strength_of_evidence"], row["summary"]) == (None, None, None)
