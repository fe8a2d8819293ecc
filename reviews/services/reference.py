"""The reference data of this app: numbers of the gate and the score; read once per process."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reviews.rules.facts import ConflictNumbers, GateNumbers, ScoreNumbers
from reviews.services.specialty_table import specialty_table

__all__ = ["OfferNumbers", "PanelNumbers", "panel_numbers", "specialty_table"]

FOLDER = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class OfferNumbers:
    """The [offer] table: hours to answer, by the case's priority."""

    response_hours: dict[str, int]


@dataclass(frozen=True)
class PanelNumbers:
    gate: GateNumbers
    conflicts: ConflictNumbers
    score: ScoreNumbers
    offer: OfferNumbers


@lru_cache(maxsize=1)
def panel_numbers() -> PanelNumbers:
    table = _read("panel.toml")
    return PanelNumbers(
        GateNumbers(**table["gate"]),
        ConflictNumbers(**table["conflicts"]),
        ScoreNumbers(**table["score"]),
        OfferNumbers(**table["offer"]),
    )


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as handle:
        return tomllib.load(handle)
