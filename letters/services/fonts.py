"""The fonts that letters see: made once from the npm packages, and nothing else of the machine.

`use_letter_fonts` must run before WeasyPrint is imported, because fontconfig reads its configuration once.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from django.conf import settings

from letters.services.font_sources import FACES, HAN_PACKAGES, characters_of, han_sources, make_face, make_han_slice

#: Counted up whenever the conversion changes what it writes.
_RECIPE = 1
_HAN_INDEX = "han.json"

#: The families of the body text, the first that has a character prints it.
FAMILIES = tuple(dict.fromkeys(face.family for face in FACES))


def use_letter_fonts() -> Path:
    """Make the fonts where they are missing and point fontconfig at them alone. Returns their folder.

    Raises FontsMissing when the npm packages are not installed.
    """
    folder = _ready_folder()
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    return folder


def han_slice(name: str) -> bytes:
    """The font file of one slice ("sc-12"), converted when this is the first letter that needs it.

    Kept for the next process where the folder may be written to.
    """
    language, _, number = name.partition("-")
    source = han_sources(language)[int(number)]
    kept = _ready_folder() / "han" / f"{name}.ttf"
    if kept.exists():
        return kept.read_bytes()
    content = make_han_slice(source, han_family(name))
    with contextlib.suppress(PermissionError):
        _write_whole(kept, content)
    return content


def every_han_slice() -> list[str]:
    """The names of all slices, for making them ahead of the first letter."""
    return [f"{language}-{number}" for language in HAN_PACKAGES for number in han_sources(language)]


def han_family(name: str) -> str:
    return f"Letter Han {name}"


@cache
def base_characters() -> frozenset[str]:
    """What the faces that are always there can print."""
    return frozenset(_index()["base"])


def han_slices_for(text: str) -> list[str]:
    """The slices needed for a text, in the order in which they are to be asked; empty for most letters.

    One language's shapes are kept through the whole letter where its font has the characters: kana ask for Japanese,
    hangul for Korean, bopomofo for traditional Chinese; otherwise the language with most of the characters.
    """
    needed = set(text) - base_characters()
    if not needed:
        return []
    slices: dict[str, dict[str, str]] = _index()["han"]
    found: list[str] = []
    for language in _languages(needed, slices):
        for number, characters in slices[language].items():
            if hit := needed & set(characters):
                found.append(f"{language}-{number}")
                needed -= hit
        if not needed:
            break
    return found


_TELLING = (("jp", "\u3040", "\u30ff"), ("kr", "\uac00", "\ud7a3"), ("tc", "\u3105", "\u312f"))


def _languages(needed: set[str], slices: dict[str, dict[str, str]]) -> list[str]:
    told = [language for language, first, last in _TELLING if any(first <= sign <= last for sign in needed)]
    rest = [language for language in HAN_PACKAGES if language not in told]
    have = {language: len(needed & set("".join(slices[language].values()))) for language in rest}
    return told + sorted(rest, key=lambda language: -have[language])


@cache
def _index() -> dict:
    loaded: dict = json.loads((_ready_folder() / _HAN_INDEX).read_text(encoding="utf-8"))
    return loaded


@cache
def _ready_folder() -> Path:
    parent = Path(settings.LETTER_FONTS_FOLDER)
    folder = parent / _digest()
    if not (folder / "fonts.conf").exists():
        parent.mkdir(parents=True, exist_ok=True)
        _build(folder)
    return folder


def _digest() -> str:
    """Names the sources and the place: another package version, recipe or place makes another folder.

    The place, because fontconfig is told it in full: faces that were moved are not found, and Pango stops the process.
    """
    import fontTools

    packages = sorted({face.package for face in FACES} | set(HAN_PACKAGES.values()))
    root = Path(settings.LETTER_FONT_PACKAGES)
    facts = [str(_RECIPE), str(fontTools.version), str(Path(settings.LETTER_FONTS_FOLDER))]
    for package in packages:
        described = root / package / "package.json"
        facts.append(described.read_text(encoding="utf-8") if described.exists() else package)
    return sha256("\n".join(facts).encode()).hexdigest()[:16]


def _build(folder: Path) -> None:
    """Make all faces beside the final place, then move them there in one step; the first of several builders wins."""
    building = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
    try:
        for name in ("faces", "han", "cache"):
            (building / name).mkdir()
        for face in FACES:
            (building / "faces" / face.file_name).write_bytes(make_face(face))
        index = {
            "base": _signs(characters_of((building / "faces").iterdir())),
            "han": {
                language: {str(number): _signs(characters_of([path])) for number, path in han_sources(language).items()}
                for language in HAN_PACKAGES
            },
        }
        (building / _HAN_INDEX).write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
        (building / "fonts.conf").write_text(
            "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'urn:fontconfig:fonts.dtd'>\n"
            f"<fontconfig><dir>{escape(str(folder / 'faces'))}</dir>"
            f"<cachedir>{escape(str(folder / 'cache'))}</cachedir></fontconfig>\n",
            encoding="utf-8",
        )
        building.chmod(0o755)
        try:
            building.rename(folder)
        except OSError:
            if not (folder / "fonts.conf").exists():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _signs(codes: set[int]) -> str:
    return "".join(map(chr, sorted(codes)))


def _write_whole(target: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".making-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(target)
