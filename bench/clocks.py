# ruff: noqa: E402 - Django first
"""The clock calculator against the day-by-day walk of the tests: 10,000 examples that agree, and the times of both.

python bench/clocks.py [--examples 10000]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")

import django

django.setup()

from hypothesis import given, settings

from tests.cases import test_clock_walk as tests
from tests.cases.clock_walk import ADDED, RULES, walk


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=10_000)
    count = parser.parse_args().examples
    settings(max_examples=count, deadline=None)(given(**tests.ARGUMENTS)(tests.agree))()
    print(f"{count:,} examples, every rule, 2013 to 2030: the calculator and the walk agree in all of them.")
    rows = [row for row in _rows(count) if RULES[row[0]][1] != "hours"]
    tests.worked_out(*rows[0])
    by_rule, by_walk = (_seconds(find, rows) for find in (tests.worked_out, walk))
    print(f"worked out with its derivation: {by_rule / len(rows) * 1e6:.0f} µs a date")
    print(f"walked, without a word:         {by_walk / len(rows) * 1e6:.0f} µs a date")
    print(f"ratio (calculator : walk):      {by_rule / by_walk:.2f}")


def _rows(count: int) -> list[tuple]:
    chance = random.Random(7)
    span = int((tests.LAST - tests.FIRST).total_seconds() // 60)
    return [
        (
            chance.choice(sorted(RULES)),
            tests.FIRST + tests.dt.timedelta(minutes=chance.randrange(span)),
            chance.choice(sorted(ADDED)),
            chance.choice(["", "office", "statutory"]),
        )
        for _ in range(count)
    ]


def _seconds(find, rows: list[tuple]) -> float:
    begin = time.perf_counter()
    for row in rows:
        find(*row)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
