"""The table of printable characters (common/rules/letter_characters.txt), made from the letter fonts themselves."""

from __future__ import annotations

import unicodedata

from letters.services.font_sources import FACES, HAN_PACKAGES, characters_of, han_sources

#: Scripts that letters print (ISO 15924), with the common and inherited signs that their fonts bring.
SCRIPTS = frozenset(
    "Latn Grek Cyrl Armn Hebr Arab Deva Thai Khmr Laoo Hani Bopo Hira Kana Hang Zyyy Zinh".split()  # noqa: SIM905
)

# Format characters that writing needs: word breaks of Thai, Khmer and Lao, joiners, direction marks.
_FORMAT = frozenset({0x200B, 0x200C, 0x200D, 0x200E, 0x200F})
_NEVER = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})

# Characters that show as emoji by default (Unicode's Emoji_Presentation, in the basic plane).
_EMOJI = frozenset(
    code
    for first, last in (
        (0x231A, 0x231B), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615),
        (0x2648, 0x2653), (0x267F, 0x267F), (0x2693, 0x2693), (0x26A1, 0x26A1), (0x26AA, 0x26AB), (0x26BD, 0x26BE),
        (0x26C4, 0x26C5), (0x26CE, 0x26CE), (0x26D4, 0x26D4), (0x26EA, 0x26EA), (0x26F2, 0x26F3), (0x26F5, 0x26F5),
        (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728), (0x274C, 0x274C),
        (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x27B0, 0x27B0), (0x27BF, 0x27BF),
        (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55),
    )
    for code in range(first, last + 1)
)  # fmt: skip
_CONJOINING = frozenset([*range(0x1100, 0x1200), *range(0xA960, 0xA980), *range(0xD7B0, 0xD800)])
_PICTURES = range(0x1F000, 0x1FB00)
_ARABIC_LETTER_MARK = 0x61C
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_PLANES = range(0x20, 0x32000)  # the planes that hold the scripts


def ranges() -> list[tuple[int, int]]:
    """The printable characters as inclusive ranges, computed from the installed fonts."""
    base = characters_of(path for face in FACES if face.weight == FACES[0].weight for path in face.sources)
    han = characters_of(path for language in HAN_PACKAGES for path in han_sources(language).values())
    # A mark or a conjoining letter needs its base in the same font, which slices do not promise.
    han = {code for code in han if unicodedata.category(chr(code))[0] != "M" and code not in _CONJOINING}
    codes = sorted((base | han | _FORMAT) & {code for code in _PLANES if _belongs(code)})
    found: list[tuple[int, int]] = []
    for code in codes:
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def table_text() -> str:
    """The table as it stands in the file: one range a line, hexadecimal."""
    return "".join(f"{first:X}-{last:X}\n" if last > first else f"{first:X}\n" for first, last in ranges())


def _belongs(code: int) -> bool:
    from fontTools.unicodedata import script

    sign = chr(code)
    category = unicodedata.category(sign)
    if category in _NEVER or code in _EMOJI or code in _PICTURES:
        return False
    if category == "Cf" and code not in _FORMAT:
        return bool(script(sign) == "Arab") and code != _ARABIC_LETTER_MARK
    if any(code in selectors for selectors in _VARIATION_SELECTORS):
        return False
    return script(sign) in SCRIPTS
