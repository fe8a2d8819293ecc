from __future__ import annotations

from pathlib import Path

import pytest

import common.rules.characters
from common.errors import InputRefusal
from common.rules.characters import first_unprintable, refuse_unprintable


@pytest.mark.parametrize(
    ("text", "name", "code_point"),
    [
        ("pain \U0001f600", "GRINNING FACE", "U+1F600"),
        ("a\u2705", "WHITE HEAVY CHECK MARK", "U+2705"),
        ("\u10d0", "GEORGIAN LETTER AN", "U+10D0"),
        ("bell \x07", "a control character", "U+0007"),
        ("\x00", "a control character", "U+0000"),
        ("half \ud83d", "half of a character (an unpaired surrogate)", "U+D83D"),
        ("\ue000", "a private-use character", "U+E000"),
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE", "U+202E"),
        ("\u0378", "an unassigned code point", "U+0378"),
    ],
)
def test_a_character_that_no_letter_prints_is_refused_by_name(text, name, code_point):
    with pytest.raises(InputRefusal) as refused:
        refuse_unprintable(text, field="rationale")
    assert name in refused.value.message
    assert code_point in refused.value.message
    assert refused.value.message.startswith("rationale holds")
    refused.value.message.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Müller-Nguyễn, O’Brien — 5 ≤ x ≥ 3 ± ½ µg 37 °C\n\ttab\r\n",
        "Αλέξανδρος Παπαδόπουλος", "Наталія Їжакевич", "Արամ Խաչատրյան", "שרה כהן־לוי", "فاطمة الزهراء", "مریم‌زاده",
        "प्रिया शर्मा", "สมชาย ใจดี", "សុខ ចាន់ថា", "ສົມສັກ ພົມມະ", "王小明", "陳怡君 鄭", "𠮷田 花子 さくら サクラ", "김민준",
    ],
)  # fmt: skip
def test_the_scripts_of_the_letters_are_taken(text):
    assert first_unprintable(text) is None


def test_the_table_is_what_the_letter_fonts_have():
    from letters.services.character_table import table_text

    table = Path(common.rules.characters.__file__).with_name("letter_characters.txt")
    assert table.read_text(encoding="ascii") == table_text()
