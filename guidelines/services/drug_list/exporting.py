"""The drug list as a file that reads back: CSV, XLSX, or JSON as set-up loads it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from accounts.roles import require
from common.actor import Actor
from common.rules.csv_cells import csv_lines
from guidelines.models import FormularyEdition
from guidelines.rules.drug_rows import DRUG_KEYS, drug_cell
from guidelines.services.drug_list.editing import LIST_FACTS, RIGHT
from guidelines.services.exporting import workbook


def drugs_csv(*, edition: FormularyEdition, actor: Actor) -> Iterator[str]:
    require(actor, RIGHT)
    return csv_lines([DRUG_KEYS, *_rows(edition)])


def drugs_xlsx(*, edition: FormularyEdition, actor: Actor) -> bytes:
    require(actor, RIGHT)
    return workbook("Drugs", [DRUG_KEYS, *_rows(edition)])


def drugs_json(*, edition: FormularyEdition, actor: Actor) -> str:
    require(actor, RIGHT)
    told = {name: getattr(edition, name) for name in LIST_FACTS}
    for name in ("effective_from", "effective_to"):
        told[name] = told[name].isoformat() if told[name] else None
    drugs = [{key: getattr(drug, key) for key in DRUG_KEYS} for drug in edition.drugs.all()]
    return json.dumps([{**told, "drugs": drugs}], ensure_ascii=False, indent=1)


def _rows(edition: FormularyEdition) -> Iterator[list[str]]:
    for drug in edition.drugs.all():
        yield [drug_cell(key, getattr(drug, key)) for key in DRUG_KEYS]
