"""The MTUS drug list: taken in from its file, and asked about one drug on one day."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import InputRefusal
from guidelines.models import FormularyDrug, FormularyEdition
from guidelines.rules.formulary import Fill, FillLimits, Finding, Listed, Prescription, Status, review_needed

FORMULARY_FILE = Path(__file__).parents[1] / "data" / "formulary.json"
_WORD = re.compile(r"#?[a-z0-9]+")  # "Tylenol #3" is another drug than Tylenol three times a day
_NUMBERS = (
    "special_visit_days", "special_supply_days", "before_surgery_days", "after_surgery_days",
    "perioperative_supply_days",
)  # fmt: skip


@dataclass(frozen=True)
class FormularyAnswer:
    """What the drug list says.

    status:    of the drug on that day; "unlisted" also when the list does not name it; None: no list was in force.
    drug:      the entry found, or None.
    others:    further entries that the words would fit (other dosage forms), for the reader to choose from.
    edition:   name of the edition, "" where none was in force. confirmed: somebody read it (the list, or this line
                of it) in the primary text.
    review:    prospective review needed, not needed, or None where a fact is missing. steps: the reasons in words.
    """

    status: Status | None
    drug: FormularyDrug | None
    others: tuple[FormularyDrug, ...]
    edition: str
    confirmed: bool
    review: bool | None
    steps: tuple[str, ...]


def formulary_status(
    *,
    drug: str,
    on: dt.date,
    fill: Fill = "",
    injury_on: dt.date | None = None,
    surgery_on: dt.date | None = None,
    supply_days: int | None = None,
) -> FormularyAnswer:
    """The status of a drug, named by ingredient or brand within any text ("Norco 10/325mg #60"), prescribed on a day.

    fill: "special" (first visit after the injury) or "perioperative", when one is claimed; then the dates and the days
    of supply are looked at. Two queries.
    """
    edition = FormularyEdition.objects.in_force(on).first()
    if edition is None:
        none = f"No drug list was in force on {on:%b} {on.day}, {on.year}."
        return FormularyAnswer(None, None, (), "", False, None, (none,))
    found = _named(drug, list(edition.drugs.all()))
    best = found[0] if found else None
    asked = Prescription(on, fill, injury_on, surgery_on, supply_days)
    finding = _finding(best, edition, asked)
    return FormularyAnswer(
        status=_status(best),
        drug=best,
        others=tuple(found[1:]),
        edition=edition.name,
        confirmed=edition.dates_confirmed or bool(best and best.confirmed),
        review=finding.review,
        steps=finding.steps,
    )


def _status(drug: FormularyDrug | None) -> Status:
    status: Any = drug.status if drug else FormularyDrug.Status.UNLISTED.value
    return status  # type: ignore[no-any-return]


def _finding(drug: FormularyDrug | None, edition: FormularyEdition, asked: Prescription) -> Finding:
    limits = FillLimits(edition.special_visit_days, edition.before_surgery_days, edition.after_surgery_days)
    if drug is None:
        return review_needed(Listed("unlisted"), asked, limits)
    special = drug.special_fill_days or edition.special_supply_days
    around = drug.perioperative_fill_days or edition.perioperative_supply_days
    listed = Listed(_status(drug), special if drug.special_fill else None, around if drug.perioperative_fill else None)
    return review_needed(listed, asked, limits)


def _named(text: str, drugs: list[FormularyDrug]) -> list[FormularyDrug]:
    """Entries whose ingredients or brand stand in the text: most ingredients first, the dosage form named before
    others. A combination ("Hydrocodone/acetaminophen") is meant only when all its ingredients are named.
    """
    words = _words(text)
    fitting = []
    for drug in drugs:
        brand = max((len(_words(name)) for name in drug.brand_names if _words(name) <= words), default=0)
        ingredients = _words(drug.ingredient)
        size = brand or (len(ingredients) if ingredients <= words else 0)
        form = _words(drug.dosage_form)
        if size:
            place = (not brand, -size, not (form and form <= words), bool(form), drug.ingredient, drug.pk)
            fitting.append((place, drug))
    fitting.sort(key=lambda pair: pair[0])
    if not fitting:
        return []
    best = fitting[0][1].ingredient.lower()
    return [drug for _, drug in fitting if drug.ingredient.lower() == best]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def load_formulary(*, path: Path = FORMULARY_FILE, actor: Actor | None = None) -> int:
    """Take the editions of a file in; what is there already and the same stays. Says how many drugs were written.

    Drugs that the file does not name stay: an editor may have added them. Raises InputRefusal, RightRefusal.
    """
    actor = actor or Actor.system("load_formulary")
    require(actor, "edit_guidelines")
    written = 0
    with transaction.atomic(), acting(actor, "load_formulary"):
        for row in json.loads(path.read_text(encoding="utf-8")):
            edition = _edition(row)
            known = {_key(drug): drug for drug in edition.drugs.all()}
            for facts in row["drugs"]:
                written += _write(edition, known, facts)
    return written


def _edition(row: dict[str, Any]) -> FormularyEdition:
    edition = FormularyEdition.objects.filter(name=row["name"]).first()
    if edition is None:
        if "effective_from" not in row:
            raise InputRefusal("formulary.day", f"{row['name']}: the day from which the list holds is missing.")
        edition = FormularyEdition.objects.create(
            name=row["name"],
            effective_from=dt.date.fromisoformat(row["effective_from"]),
            effective_to=dt.date.fromisoformat(row["effective_to"]) if row.get("effective_to") else None,
            source=row.get("source", ""),
            dates_confirmed=bool(row.get("dates_confirmed")),
            **{name: row[name] for name in _NUMBERS if name in row},
        )
    return edition


def _key(drug: FormularyDrug) -> tuple[str, str]:
    return drug.ingredient.lower(), drug.dosage_form.lower()


def _write(edition: FormularyEdition, known: dict[tuple[str, str], FormularyDrug], facts: dict[str, Any]) -> bool:
    """One drug; an entry that is there is left as its editors keep it."""
    key = (facts["ingredient"].lower(), facts.get("dosage_form", "").lower())
    if key in known:
        return False
    known[key] = FormularyDrug.objects.create(edition=edition, **facts)
    return True
