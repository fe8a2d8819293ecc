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


def _load_library() -> None:
    from common.actor import Actor
    from guidelines.services.library import load_library

    load_library(actor=Actor.system("setup_reference"))


def _load_formulary() -> None:
    from common.actor import Actor
    from guidelines.services.formulary import load_formulary

    load_formulary(actor=Actor.system("setup_reference"))


def _load_wording() -> None:
    from django.utils import timezone

    from letters.services.wording import load_own_wording

    load_own_wording(now=timezone.now())


def _load_register() -> None:
    from cases.services.starter_register import load_starter_register
    from common.actor import Actor

    load_starter_register(actor=Actor.system("setup_reference"))


def _load_earlier_determinations() -> None:
    from django.utils import timezone

    from common.actor import Actor
    from reviews.services.past_determinations import load_earlier_determinations

    actor = Actor.system("setup_reference")
    path = ROOT / "sample" / "earlier_determinations.json"
    load_earlier_determinations(path=path, layout="2016", actor=actor, now=timezone.now())


def _learn_citations() -> None:
    from reviews.services.citation_uses import rebuild_citation_uses

    rebuild_citation_uses()


_LIBRARY = ("guidelines/data/library.json", "guidelines/data/section_words.json", "guidelines/data/chapters/*.json")

#: In the order in which they depend on one another.
STEPS: tuple[Step, ...] = (
    Step("library", "Filling the guideline library", _LIBRARY, _load_library),
    Step("drug list", "Filling the drug list", ("guidelines/data/formulary.json",), _load_formulary),
    Step("wording", "Loading the letters' own wording", ("letters/data/wording/*",), _load_wording),
    Step("register", "Loading the register of organizations", ("cases/data/organizations.json",), _load_register),
    Step(
        "earlier determinations",
        "Taking earlier determinations over",
        ("sample/earlier_determinations.json",),
        _load_earlier_determinations,
    ),
    Step("citations", "Learning what earlier determinations cited", _LIBRARY, _learn_citations),
)


def fingerprint(step: Step) -> str:
    """Hash of the names and contents of the step's files."""
    digest = hashlib.sha256()
    for pattern in step.files:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def has_data(step: Step) -> bool:
    return any(path for pattern in step.files for path in ROOT.glob(pattern))
