"""What reviewers cite, told to the guideline room: how often each section, and what was typed by hand."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from guidelines.services.editor_desk import TypedCitation, register_typed_citations
from guidelines.services.tree import Use, register_uses

_USES = """
    SELECT lower(c.publication), c.year, heading, count(*)
    FROM reviews_reviewercitation c CROSS JOIN LATERAL jsonb_array_elements_text(c.sections) AS heading
    WHERE %s::text IS NULL OR lower(c.publication) = lower(%s)
    GROUP BY 1, 2, 3
"""
_TYPED = """
    SELECT c.publication, c.year, COALESCE(c.sections->>0, ''), max(c.pages), count(*), max(r.saved_at)::date
    FROM reviews_reviewercitation c
    JOIN reviews_itemreview i ON i.id = c.item_review_id JOIN reviews_review r ON r.id = i.review_id
    WHERE c.section_id_in_library IS NULL AND c.publication <> ''
    GROUP BY 1, 2, 3 ORDER BY 5 DESC, 1, 3 LIMIT %s
"""


def cited(publication: str | None) -> Iterable[Use]:
    """One query; citations name their sections in words, which stay when the library changes."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, [publication, publication])
        return [(name, year, heading, times) for name, year, heading, times in cursor.fetchall()]


def typed(limit: int) -> Iterable[TypedCitation]:
    """Citations without a section of the library behind them, the most frequent first: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TYPED, [limit])
        return [TypedCitation(*row) for row in cursor.fetchall()]


register_uses(cited)
register_typed_citations(typed)
