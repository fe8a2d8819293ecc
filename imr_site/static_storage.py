"""Static files under names that carry their hash, so that browsers may keep them for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Writes the hashed names into the imports of our own ES modules too: an old module never meets a new page.

    Django can do that for all scripts or none; the libraries' modules name files that they do not bring.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),  # noqa: SLF001
    )

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Pack the files that pages ask for (hashed names), each once: what has its hash in its name never changes."""
        hashed = set(self.hashed_files.values())
        fresh = [path for path in paths if path in hashed and not Path(f"{self.path(path)}.gz").exists()]
        yield from super().compress_files(fresh)
