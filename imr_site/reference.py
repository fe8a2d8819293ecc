"""Reference data that every installation needs, as steps that may run again: each fills what is missing or changed.

Importable without Django (`installation` asks for fingerprints before settings are read); what a step does is imported
when it runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from imr_site.paths import ROOT


@dataclass(frozen=True)
class Step:
    """One kind of reference data.

    name:   short key, kept in the table SetupStep.
    title:  what is said while it runs.
    files:  patterns below the project's root; the step is due when their content changes.
    run:    does it; harmless when done already.
    """

    name: str
    title: str
    files: tuple[str, ...]
    run: Callable[[], None]


#: In the order in which they depend on one another.
STEPS: tuple[Step, ...] = ()


def fingerprint(step: Step) -> str:
    """Hash of the names and contents of the step's files."""
    digest = hashlib.sha256()
    for pattern in step.files:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
