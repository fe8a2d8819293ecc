from __future__ import annotations

import re
from pathlib import Path

import pytest

from letters.services import fonts


@pytest.fixture
def made_anew(settings, monkeypatch):
    """Forgets what the process knows of its fonts, before and after."""
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    for known in (fonts._ready_folder, fonts._index, fonts.base_characters):
        known.cache_clear()
    yield
    for known in (fonts._ready_folder, fonts._index, fonts.base_characters):
        known.cache_clear()


def test_fonts_that_were_moved_with_the_checkout_are_made_anew(settings, tmp_path, made_anew, monkeypatch):
    monkeypatch.setattr(fonts, "HAN_PACKAGES", {})
    settings.LETTER_FONTS_FOLDER = tmp_path / "before"
    fonts.use_letter_fonts()
    (tmp_path / "before").rename(tmp_path / "after")
    fonts._ready_folder.cache_clear()
    settings.LETTER_FONTS_FOLDER = tmp_path / "after"
    folder = fonts.use_letter_fonts()
    named = Path(re.search(r"<dir>(.*?)</dir>", (folder / "fonts.conf").read_text())[1])
    assert any(named.iterdir())
