"""Search in the pages of a case's records: PostgreSQL full text, one hit a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cases.models import Case, Document, Page
from cases.models.page import LEGIBLE, SEARCH_CONFIG

#: Signs of the private use area around a found word: no page's text keeps them, so they cannot be forged into markup.
_BEGIN, _END = "\ue000", "\ue001"
LIMIT = 50


@dataclass(frozen=True)
class PageHit:
    """A page that holds the words. number: counted from 1 in the document's file; snippet: safe HTML with <mark>."""

    document: Document
    number: int
    snippet: SafeString
    rank: float
    source: str
    confidence: int | None


def search_case(*, case: Case, text: str, limit: int = LIMIT) -> list[PageHit]:
    """Pages of the case's records that hold the words, best first; two statements.

    text: words; "quoted" ones stand together, `or` and `-word` mean what they mean elsewhere. No words: no hits.
    """
    if not text.strip():
        return []
    words = SearchQuery(text.replace("\x00", " "), config=SEARCH_CONFIG, search_type="websearch")
    pages = (
        _pages_of(case)
        .filter(vector=words)
        .annotate(
            rank=SearchRank(F("vector"), words),
            snippet=SearchHeadline(
                "text", words, config=SEARCH_CONFIG, start_sel=_BEGIN, stop_sel=_END, max_words=28, min_words=12,
                max_fragments=2, fragment_delimiter=" … ",
            ),
        )
        .order_by("-rank", "document_id", "number")
        .values("document_id", "number", "rank", "snippet", "source", "confidence")[:limit]
    )  # fmt: skip
    found = list(pages)
    documents = Document.objects.in_bulk({one["document_id"] for one in found})
    return [
        PageHit(
            document=documents[one["document_id"]],
            number=one["number"],
            snippet=_marked(one["snippet"]),
            rank=one["rank"],
            source=one["source"],
            confidence=one["confidence"],
        )
        for one in found
    ]


def hard_pages(case: Case, *, limit: int = LIMIT) -> list[tuple[Document, int]]:
    """The pages of the case's records that could hardly be read or not at all: what a search may have missed. At most
    `limit`, by document and page; two statements."""
    hard = _pages_of(case).filter(source=Page.Source.OCR, confidence__lt=LEGIBLE).order_by("document_id", "number")
    found = list(hard.values_list("document_id", "number")[:limit])
    documents = Document.objects.in_bulk({pk for pk, _ in found})
    return [(documents[pk], number) for pk, number in found]


def _pages_of(case: Case) -> QuerySet[Any]:
    """The pages that lie in the ranges of the case's documents, with `document_id`."""
    return Page.objects.filter(
        Q(file__documents__first_page=None)
        | Q(file__documents__first_page__lte=F("number"), file__documents__last_page__gte=F("number")),
        file__documents__case=case, file__documents__withdrawn_at=None,
    ).annotate(document_id=F("file__documents__pk"))  # fmt: skip


def _marked(snippet: str) -> SafeString:
    safe = escape(" ".join(snippet.split()))
    return mark_safe(safe.replace(_BEGIN, "<mark>").replace(_END, "</mark>"))  # noqa: S308  # nosec - escaped above
