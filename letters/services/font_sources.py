"""The fonts of letters as the npm packages bring them, and their conversion to plain TrueType.

Packages hold each face in slices by script (woff2). Small scripts are merged into one face; Chinese, Japanese and
Korean stay in slices, converted one by one when a letter first needs them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Face:
    """One face to be made: a family and weight, and the slices that it is merged from."""

    family: str
    weight: int
    package: str
    slices: tuple[str, ...]

    @property
    def sources(self) -> list[Path]:
        stem = self.package.rpartition("/")[2]
        return [_files(self.package) / f"{stem}-{part}-{self.weight}-normal.woff2" for part in self.slices]

    @property
    def file_name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.weight}.ttf"


_SERIF = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese")
_SCRIPTS = (
    ("Noto Serif Armenian", "@fontsource/noto-serif-armenian", "armenian"),
    ("Noto Serif Hebrew", "@fontsource/noto-serif-hebrew", "hebrew"),
    ("Amiri", "@fontsource/amiri", "arabic"),  # one glyph a letter, so that the text can be read back
    ("Noto Serif Devanagari", "@fontsource/noto-serif-devanagari", "devanagari"),
    ("Noto Serif Thai", "@fontsource/noto-serif-thai", "thai"),
    ("Noto Serif Khmer", "@fontsource/noto-serif-khmer", "khmer"),
    ("Noto Serif Lao", "@fontsource/noto-serif-lao", "lao"),
)
REGULAR, BOLD = WEIGHTS = (400, 700)
FACES: tuple[Face, ...] = tuple(
    face
    for weight in WEIGHTS
    for face in (
        Face("Source Serif 4", weight, "@fontsource/source-serif-4", _SERIF),
        *(Face(family, weight, package, (part,)) for family, package, part in _SCRIPTS),
    )
)

#: Language key -> package of the sliced variable font, in the order in which they are asked.
HAN_PACKAGES: dict[str, str] = {
    "sc": "@fontsource-variable/noto-serif-sc",
    "tc": "@fontsource-variable/noto-serif-tc",
    "jp": "@fontsource-variable/noto-serif-jp",
    "kr": "@fontsource-variable/noto-serif-kr",
}
_NUMBERED = re.compile(r"-(\d+)-wght-normal\.woff2$")

# Layout tables that merging or cutting would leave wrong, and that horizontal text does not need.
_VERTICAL = ("vhea", "vmtx", "VVAR", "BASE", "VORG", "DSIG")
_UNUSED_IN_HAN = (*_VERTICAL, "GPOS", "GSUB", "GDEF", "HVAR", "MVAR", "STAT", "prep", "gasp")


class FontsMissing(RuntimeError):
    """The npm font packages are not installed."""


def han_sources(language: str) -> dict[int, Path]:
    """Slice number -> file of one language's font (the numbered slices hold its own script)."""
    found = {}
    for path in _files(HAN_PACKAGES[language]).glob("*.woff2"):
        if match := _NUMBERED.search(path.name):
            found[int(match[1])] = path
    return dict(sorted(found.items()))


def make_face(face: Face) -> bytes:
    """The face as one TrueType file."""
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    parts = []
    for path in face.sources:
        font = TTFont(path, recalcTimestamp=False)
        font.flavor = None
        parts.append(_bytes(font))
    if len(parts) > 1:
        font = Merger(Options(drop_tables=list(_VERTICAL))).merge([io.BytesIO(part) for part in parts])
        font.recalcTimestamp = False
        _stamp(font, parts[0])
    else:
        font = TTFont(io.BytesIO(parts[0]), recalcTimestamp=False)
    return _named(font, face.family, face.weight)


def make_han_slice(source: Path, family: str) -> bytes:
    """A slice of a variable font, fixed at the regular weight, under a family name of its own."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(source, recalcTimestamp=False)
    for tag in _UNUSED_IN_HAN:
        if tag in font:
            del font[tag]
    instantiateVariableFont(font, {"wght": REGULAR}, inplace=True)
    font.flavor = None
    return _named(font, family, REGULAR)


def characters_of(paths: Iterable[Path]) -> set[int]:
    """The code points that font files have glyphs for."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in paths:
        with TTFont(path, lazy=True) as font:
            found |= set(font.getBestCmap())
    return found


def _files(package: str) -> Path:
    folder = Path(settings.LETTER_FONT_PACKAGES) / package / "files"
    if not folder.is_dir():
        raise FontsMissing(f"The font package {package} is not installed. Run: npm ci")
    return folder


def _stamp(font: object, first_part: bytes) -> None:
    """The merger writes the clock into the file; the parts' own time makes the same file every time."""
    from fontTools.ttLib import TTFont

    original = TTFont(io.BytesIO(first_part), lazy=True)["head"]
    font["head"].created, font["head"].modified = original.created, original.modified  # type: ignore[index]


def _named(font: object, family: str, weight: int) -> bytes:
    names, style = font["name"], "Bold" if weight == BOLD else "Regular"  # type: ignore[index]
    names.names = [record for record in names.names if record.nameID in (0, 13, 14)]  # copyright and licence stay
    postscript = f"{re.sub(r'[^A-Za-z0-9]', '', family)}-{style}"
    for number, text in ((1, family), (2, style), (4, f"{family} {style}"), (6, postscript)):
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight  # type: ignore[index]
    return _bytes(font)


def _bytes(font: object) -> bytes:
    out = io.BytesIO()
    font.save(out)  # type: ignore[attr-defined]
    return out.getvalue()
