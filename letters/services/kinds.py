"""What letters there are: determination and notice differ in words, page and attachment, not in how they are made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from letters.rules.compose import compose
from letters.rules.compose_notice import compose_notice


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter.

    compose: (document, wording blocks) -> what the template reads as `text`; template, style: files of
    templates/letters/document; attachment: name under which the document travels inside the PDF, `spoken` what it is.
    title, subject, day: of a document, for the file's metadata and the choice of wording.
    """

    compose: Callable[[Mapping[str, Any], Mapping[str, str]], Any]
    template: str
    style: str
    attachment: str
    spoken: str
    title: Callable[[Mapping[str, Any]], str]
    subject: Callable[[Mapping[str, Any]], str]
    day: Callable[[Mapping[str, Any]], dt.date]


def _determined(content: Mapping[str, Any]) -> dt.date:
    return dt.date.fromisoformat(content["determined_on"])


def _issued(content: Mapping[str, Any]) -> dt.date:
    return dt.date.fromisoformat(content["issued_on"])


KINDS: dict[str, LetterKind] = {
    "determination": LetterKind(
        compose=compose,
        template="determination.html",
        style="determination.css",
        attachment="determination.json",
        spoken="The determination in machine-readable form",
        title=lambda content: f"Independent Medical Review determination {content['case_number']}",
        subject=lambda content: f"Final determination of {_determined(content):%m/%d/%Y}",
        day=_determined,
    ),
    "notice": LetterKind(
        compose=compose_notice,
        template="notice.html",
        style="notice.css",
        attachment="notice.json",
        spoken="The notice in machine-readable form",
        title=lambda content: f"Independent Medical Review notice {content['reference']}",
        subject=lambda content: f"Notice of {_issued(content):%m/%d/%Y}",
        day=_issued,
    ),
}
