"""Static files as production collects them."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

HASHED = {"BACKEND": "imr_site.static_storage.HashedStaticStorage"}
EVERYTHING = ("br", "css", "gz", "html", "ico", "js", "json", "map", "svg", "ts", "txt", "scss", "woff", "woff2", "png")


def test_every_file_that_a_style_sheet_or_module_names_is_there_under_its_hash(tmp_path: Path, settings) -> None:
    storages = {**settings.STORAGES, "staticfiles": HASHED}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages, WHITENOISE_SKIP_COMPRESS_EXTENSIONS=EVERYTHING):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert Path(names["js/live.js"]).name in (tmp_path / names["js/copy.js"]).read_text()
    font = "vendor/public-sans/public-sans-latin-wght-normal.woff2"
    assert names[font] in (tmp_path / names["css/fonts.css"]).read_text()
