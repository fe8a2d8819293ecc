"""A frozen document and its wording as a PDF that waits for its seal: PDF/A-3a and PDF/UA-1 at once.

The same input with the same libraries gives the same bytes: dates and file id come from the document.
"""

from __future__ import annotations

import atexit
import datetime as dt
import io
import logging
import threading
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from letters.models import FrozenDocument, Wording
from letters.services.fonts import FAMILIES, han_family, han_slice, han_slices_for, use_letter_fonts
from letters.services.kinds import KINDS, LetterKind
from letters.services.pdf_structure import finish
from letters.services.speaking_text import speaking_stream
from letters.services.templates import DOCUMENT_FOLDER, render_template

_FONT_SCHEME = "letter-font:"


# Fonts and profile are shared by the threads of a process, and Pango's font map takes one at a time.
_ONE_AT_A_TIME = threading.Lock()


class RenderingError(RuntimeError):
    """The letter could not be rendered as it must be; the message says what is missing."""


@dataclass(frozen=True)
class _Engine:
    """What a process keeps between letters: fonts and parsed style."""

    font_config: Any
    styles: dict[str, Any]
    fetcher: Any
    han_styles: dict[str, Any]


def render_letter(*, frozen: FrozenDocument, wording: Wording) -> bytes:
    """The letter as an unsigned PDF with an empty signature field and the frozen text attached.

    Raises MissingFact when the wording prints a fact that the document lacks, RenderingError for a character without
    glyph.
    """
    content, kind = frozen.content, KINDS[frozen.kind]
    day = kind.day(content)
    moment = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    page = render_template(
        kind.template,
        {
            "text": kind.compose(content, wording.blocks),
            "language": content["language"],
            "title": kind.title(content),
            "subject": kind.subject(content),
            "keywords": f"version {content['version']}, content {frozen.sha256}, wording {wording.sha256}",
            "moment": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        },
    )
    return _print(page, attachment=frozen.text, moment=moment, identity=f"{frozen.sha256}{wording.sha256}", kind=kind)


def render_pages(*, template: str, style: str, facts: dict[str, Any]) -> bytes:
    """Pages that go out beside letters and bear no seal (cover sheets): a plain PDF in the letters' type.

    template, style: files of templates/letters/document. Raises RenderingError, UndefinedFactError.
    """
    page = render_template(template, facts)
    engine = _engine()
    from weasyprint import HTML

    with _ONE_AT_A_TIME, _glyphs_complete():
        pdf: bytes = HTML(string=page, url_fetcher=engine.fetcher).write_pdf(
            stylesheets=[_style(style, engine), *_font_styles(page, engine)],
            font_config=engine.font_config,
            presentational_hints=False,
        )
    return pdf


def _print(
    page: str, *, attachment: str, moment: dt.datetime, identity: str, kind: LetterKind = KINDS["determination"]
) -> bytes:
    engine = _engine()
    from weasyprint import HTML, Attachment

    with _ONE_AT_A_TIME, _glyphs_complete():
        document = HTML(string=page, url_fetcher=engine.fetcher).render(
            stylesheets=[_style(kind.style, engine), *_font_styles(page, engine)],
            font_config=engine.font_config,
            pdf_variant="pdf/a-3a",
            presentational_hints=False,
        )
        document.color_profiles["srgb"] = _color_profile()
        pdf: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a",
            output_intent="given",  # the profile above; by itself WeasyPrint would open its file and leave it open
            pdf_identifier=sha256(identity.encode()).hexdigest()[:32].encode(),
            attachments=[
                Attachment(
                    string=attachment,
                    name=kind.attachment,
                    description=kind.spoken,
                    created=moment,
                    modified=moment,
                    relationship="Data",
                    url_fetcher=engine.fetcher,
                )
            ],
            finisher=finish,
        )
    return pdf


def _font_styles(page: str, engine: _Engine) -> list[Any]:
    """Style sheets that bring the Chinese, Japanese and Korean slices of this letter; none for most letters."""
    from weasyprint import CSS

    names = han_slices_for(page.replace("\n", ""))
    if not names:
        return []
    for name in names:
        if name not in engine.han_styles:
            face = f'@font-face {{ font-family: "{han_family(name)}"; src: url("{_FONT_SCHEME}{name}") }}'
            engine.han_styles[name] = CSS(string=face, font_config=engine.font_config, url_fetcher=engine.fetcher)
    return [*(engine.han_styles[name] for name in names), CSS(string=_families(han_family(name) for name in names))]


def _families(more: Any = ()) -> str:
    listed = ", ".join(f'"{family}"' for family in (*FAMILIES, *more))
    return f"html {{ font-family: {listed} }}"


@cache
def _engine() -> _Engine:
    use_letter_fonts()
    import weasyprint.pdf
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    weasyprint.pdf.Stream = speaking_stream()

    class OnlyLetterFonts(URLFetcher):
        """Answers for the font slices of this project; everything else ends the rendering."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(_FONT_SCHEME):
                raise FatalURLFetchingError(f"letters load nothing from elsewhere: {url[:80]}")
            return URLFetcherResponse(url, han_slice(url.removeprefix(_FONT_SCHEME)))

    fetcher, font_config = OnlyLetterFonts(allow_redirects=False), FontConfiguration()
    atexit.register(forget_fonts)  # while the modules that clean up after it are still there
    return _Engine(
        font_config=font_config,
        styles={},
        fetcher=fetcher,
        han_styles={},
    )


def _style(name: str, engine: _Engine) -> Any:
    """The parsed style sheet of that name, with the letters' typefaces before it."""
    from weasyprint import CSS

    if name not in engine.styles:
        text = f"{_families()}\n{(DOCUMENT_FOLDER / name).read_text(encoding='utf-8')}"
        engine.styles[name] = CSS(string=text, font_config=engine.font_config, url_fetcher=engine.fetcher)
    return engine.styles[name]


def forget_fonts() -> None:
    """Drop what this process keeps between letters; the next letter makes it anew."""
    _engine.cache_clear()


def _color_profile() -> Any:
    """A profile of its own for every letter: one that was written once gives other bytes the second time."""
    from weasyprint.css import ColorProfile

    return ColorProfile(io.BytesIO(_profile_bytes()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


@cache
def _profile_bytes() -> bytes:
    import weasyprint.pdf

    return (files(weasyprint.pdf) / "sRGB2014.icc").read_bytes()


class _glyphs_complete(logging.Handler):  # noqa: N801 - used as a context
    """Turns WeasyPrint's warnings and errors into an error: a letter with a box instead of a letter is none."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())

    def __enter__(self) -> None:
        logging.getLogger("weasyprint").addHandler(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)
        if kind is None and self.said:
            raise RenderingError("; ".join(self.said[:5]))
