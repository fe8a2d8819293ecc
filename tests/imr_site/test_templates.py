"""What the content policy forbids stands in no template: it would fail silently in the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent / "templates"
#: Mails and printed letters are no pages: their readers ask nobody for style sheets.
NO_PAGES = {"mail", "letters"}
PAGES = [path for path in sorted(ROOT.rglob("*.html")) if not NO_PAGES & set(path.relative_to(ROOT).parts[:-1])]

FORBIDDEN = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=|<style", re.IGNORECASE),
    "inline handler": re.compile(r"<[a-z][^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "htmx evaluation": re.compile(r"\shx-(on|vals=['\"]js:)", re.IGNORECASE),
    "Bootstrap script": re.compile(r"\sdata-bs-(toggle|dismiss|target)=", re.IGNORECASE),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_needs_what_the_content_policy_forbids(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(source)] == []
