"""The reference data of this app: numbers of the gate and the score; read once per process."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reviews.rules.facts import ConflictNumbers, GateNumbers, ScoreNumbers
from reviews.rules.flow import FlowNumbers
from reviews.rules.offers import EffortNumbers, FeeNumbers, OfferNumbers
from reviews.services.specialty_table import specialty_table

__all__ = ["OfferNumbers", "PanelNumbers", "panel_numbers", "specialty_table"]

FOLDER = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class CredentialNumbers:
    """The [credentials] table: days before an end, and months between evaluations."""

    expiring_days: int
    reminder_days: tuple[int, ...]
    evaluation_months: int


@dataclass(frozen=True)
class PanelNumbers:
    gate: GateNumbers
    credentials: CredentialNumbers
    conflicts: ConflictNumbers
    score: ScoreNumbers
    offer: OfferNumbers
    fee: FeeNumbers
    effort: EffortNumbers


@lru_cache(maxsize=1)
def panel_numbers() -> PanelNumbers:
    table = _read("panel.toml")
    return PanelNumbers(
        _gate_numbers(**table["gate"]),
        CredentialNumbers(
            table["credentials"]["expiring_days"],
            tuple(sorted(table["credentials"]["reminder_days"], reverse=True)),
            table["credentials"]["evaluation_months"],
        ),
        ConflictNumbers(**table["conflicts"]),
        ScoreNumbers(**table["score"]),
        _offer_numbers(**table["offer"]),
        FeeNumbers(**table["fee"]),
        EffortNumbers(**table["effort"]),
    )


def _gate_numbers(*, law_training: list[dict[str, Any]], **others: Any) -> GateNumbers:
    terms = sorted(((one["effective_from"], one["months"]) for one in law_training), reverse=True)
    return GateNumbers(law_training=tuple(terms), **others)


def _offer_numbers(*, reminder_percents: list[int], report_reminder_days: list[int], **others: Any) -> OfferNumbers:
    return OfferNumbers(
        reminder_percents=tuple(reminder_percents), report_reminder_days=tuple(report_reminder_days), **others
    )


@lru_cache(maxsize=1)
def flow_numbers() -> FlowNumbers:
    """The [assignment] table."""
    return FlowNumbers(**_read("panel.toml")["assignment"])


@lru_cache(maxsize=1)
def change_points() -> dict[str, int]:
    """The [changes] table."""
    return dict(_read("panel.toml")["changes"])


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as handle:
        return tomllib.load(handle)
