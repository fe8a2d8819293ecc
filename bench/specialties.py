# ruff: noqa: E402 - Django first
"""The set of same or similar specialties against one constant list of five, on who decided 60 real cases.

Beside it: both with what they have learnt taken from one half and measured on the other; the list of items that one
field treats; and how long a case takes.

python bench/specialties.py [--splits 200]
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")

import django

django.setup()

from reviews.services.specialties import specialties_of_row
from reviews.services.specialty_table import stand_by_shipped

FACTS = ROOT / "sample" / "data" / "determinations-facts.json"
ITEMS = ROOT / "tests" / "reviews" / "data" / "one_field_items.csv"
FIVE = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=200)
    splits = parser.parse_args().splits
    stand_by_shipped()
    cases = [_row(case) for case in json.loads(FACTS.read_text(encoding="utf-8"))]
    answers = [_names(case) for case in cases]
    held = [set(case["reviewer"]) for case in cases]
    hits = sum(bool(names_held & set(names)) for names_held, names in zip(held, answers, strict=True))
    size = sum(map(len, answers)) / len(cases)
    best = constant(held, FIVE)
    by_constant = sum(bool(one & best) for one in held)
    print(f"{len(cases)} real cases: {hits / len(cases):.3f} hold who decided, naming {size:.2f} on average.")
    print(
        f"  the best constant list of five, chosen on these very cases: {by_constant / len(cases):.3f} {sorted(best)}"
    )
    print(f"  ratio of misses (table : constant): {(len(cases) - hits) / max(1, len(cases) - by_constant):.2f}")
    _halves(cases, held, answers, splits)
    _one_field()
    _speed(cases)


def _row(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "diagnoses": case["diagnoses"],
        "items": [item["service"] for item in case["items"]],
        "reviewer": case["reviewer"]["certifications"],
    }


def _names(row: dict[str, Any]) -> list[str]:
    return [match.specialty for match in specialties_of_row(row).matches]


def constant(held: list[set[str]], size: int) -> set[str]:
    """The list of `size` names that holds most reviewers, by trying every one of the frequent names."""
    counted = Counter(name for one in held for name in sorted(one))
    frequent = [name for name, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:14]]
    return set(
        max(itertools.combinations(frequent, size), key=lambda names: sum(bool(one & set(names)) for one in held))
    )


def _halves(cases: list[dict[str, Any]], held: list[set[str]], answers: list[list[str]], splits: int) -> None:
    """What is learnt on a half, measured on the other: a constant list; and the table with its generalists learnt
    anew, kind of answer by kind of answer, at the same length. The gap to the table as it is shows how much of it was
    fitted to these cases."""
    chance = random.Random(60)
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(splits):
        places = list(range(len(cases)))
        chance.shuffle(places)
        learn, measure = places[: len(places) // 2], places[len(places) // 2 :]
        five = constant([held[place] for place in learn], FIVE)
        found["constant"].append(_share(bool(held[place] & five) for place in measure))
        anew = _learnt([held[place] for place in learn], [answers[place] for place in learn])
        found["relearnt"].append(
            _share(bool(held[place] & set(anew.get(tuple(answers[place]), answers[place]))) for place in measure)
        )
        found["table"].append(_share(bool(held[place] & set(answers[place])) for place in measure))
    for name, words in (
        ("constant", "a constant list of five, learnt on half"),
        ("relearnt", "the table, its lists of generalists learnt on half"),
        ("table", "the table as it is"),
    ):
        print(f"  {words}: {sum(found[name]) / splits:.3f} on the other half, mean of {splits} splits")


def _learnt(held: list[set[str]], answers: list[list[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each list of generalists in the answers: as many names that hold most of all such cases in this half."""
    general = [(one, tuple(names)) for one, names in zip(held, answers, strict=True) if len(names) >= FIVE - 1]
    return {
        names: tuple(constant([one for one, _ in general], len(names)))
        for names in {names for _, names in general}
    }  # fmt: skip


def _share(values: Any) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _one_field() -> None:
    with ITEMS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    named = best = 0
    for row in rows:
        names = _names({"diagnoses": row["diagnoses"].split(";"), "items": [row["item"]]})
        right = set(row["right"].split("|"))
        named += bool(right & set(names))
        best += names[0] in right
    print(f"{len(rows)} items of one field: {named / len(rows):.3f} name it, {best / len(rows):.3f} name it first.")


def _speed(cases: list[dict[str, Any]]) -> None:
    """Every text is new, so that nothing is remembered."""
    rows = [
        {**case, "items": [f"{item} no {place}" for item in case["items"]]}
        for place in range(50)
        for case in cases
    ]  # fmt: skip
    begin = time.perf_counter()
    for row in rows:
        specialties_of_row(row)
    fresh = time.perf_counter() - begin
    begin = time.perf_counter()
    for row in rows:
        specialties_of_row(row)
    again = time.perf_counter() - begin
    print(
        f"{len(rows):,} cases with new texts {fresh:.2f} s, the same again {again:.2f} s (ratio {fresh / again:.1f})."
    )


if __name__ == "__main__":
    main()
