"""How often look-up names what the reviewer cited, over the items of real determinations, beside two alternatives.

Run: .venv/bin/python bench/lookup.py [--file ../shared/data/determinations.json] [--show]. Starts servers of its own
in a temporary folder. The earlier determinations that search learns from are those of *other* cases only. Recall@5:
the share of an item's cited (publication, edition, section) among the first five hits, averaged over items; for
publications the share of cited publications. The words are the request's own; the day is that of the determination.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import hashlib
import json
import logging
import math
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FIRST = 5
LIMITS = {"section": 0.80, "publication": 0.95}
Row = tuple[str, int | None, str | None]


@dataclass(frozen=True)
class Item:
    case: str
    service: str
    diagnoses: str
    on: dt.date
    cited: frozenset[Row]

    @property
    def half(self) -> int:
        """Halves by case, not chosen by hand: knowledge written for one shows whether it helps the other."""
        return hashlib.sha256(self.case.encode()).digest()[0] % 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=ROOT.parent / "shared" / "data" / "determinations.json")
    parser.add_argument("--show", action="store_true", help="print every item of which something was missed")
    options = parser.parse_args()
    cases = json.loads(options.file.read_text(encoding="utf-8"))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imr-bench-")))
        folder.chmod(0o755)
        os.environ.update({"IMR_VAR": str(folder), "IMR_DEMO": "1"})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")
        from imr_site.embedded import embedded_servers

        stack.enter_context(embedded_servers(durable=False))
        import django

        django.setup()
        logging.disable(logging.INFO)
        measure(cases, show=options.show)


def measure(cases: list[dict[str, Any]], *, show: bool) -> None:
    from django.core.management import call_command

    from guidelines.services.library import load_library
    from guidelines.services.search import search

    call_command("migrate", verbosity=0)
    load_library()
    learn(cases)
    items = list(items_of(cases))

    def ours(item: Item, *, precedents: bool = True) -> list[Row]:
        hits = search(
            text=item.service, on=item.on, diagnosis=item.diagnoses, limit=FIRST, precedents=precedents,
            exclude_case=item.case,
        )  # fmt: skip
        return [(hit.publication, hit.edition_year, hit.section) for hit in hits]

    began = time.perf_counter()
    found = report("look-up", items, ours, show=show)
    print(f"  {1000 * (time.perf_counter() - began) / len(items):.0f} ms a suggestion")
    report("  without earlier determinations", items, lambda item: ours(item, precedents=False))
    for half in (0, 1):
        report(f"  half {half + 1} of the cases", [item for item in items if item.half == half], ours)
    report("alternative: BM25 over headings", items, by_headings())
    report("alternative: the nearest earlier cases", items, by_neighbours(items))
    for kind, limit in LIMITS.items():
        print(
            f"{kind} recall@{FIRST}: {found[kind]:.3f}, wanted {limit}: {'held' if found[kind] >= limit else 'MISSED'}"
        )


def items_of(cases: list[dict[str, Any]]) -> Iterator[Item]:
    """Every disputed item for which the reviewer cited the MTUS."""
    for number, case in enumerate(cases):
        for item in case["items"]:
            cited = frozenset(row for row in _rows(item) if row)
            if cited:
                on = dt.date.fromisoformat(case["determined"])
                yield Item(f"case {number}", item["service"], "; ".join(case["diagnoses"] or []), on, cited)


def _rows(item: dict[str, Any]) -> Iterator[Row]:
    for entry in item["reviewer_guidelines"] or []:
        if entry["basis"] == "MTUS":
            yield from ((entry["publication"], entry["year"], heading) for heading in entry["sections"] or [None])


def learn(cases: list[dict[str, Any]]) -> None:
    from guidelines.services.precedents import CitedItem, record_uses

    for number, case in enumerate(cases):
        record_uses(
            case_key=f"case {number}",
            items=[
                CitedItem(
                    place, item["service"],
                    [(one["publication"], one["year"], one["sections"]) for one in item["reviewer_guidelines"] or []],
                )
                for place, item in enumerate(case["items"], start=1)
            ],
            diagnoses=case["diagnoses"] or [],
            decided_on=dt.date.fromisoformat(case["determined"]),
        )  # fmt: skip


def report(
    name: str, items: list[Item], answer: Callable[[Item], list[Row]], *, show: bool = False
) -> dict[str, float]:
    """Print and return the recall of one way of answering."""
    sums: Counter[str] = Counter()
    for item in items:
        named = answer(item)[:FIRST]
        publications = {row[0] for row in item.cited}
        sums["section"] += len(item.cited & set(named)) / len(item.cited)
        sums["publication"] += len(publications & {row[0] for row in named}) / len(publications)
        sums["any"] += bool(item.cited & set(named))
        if show and item.cited - set(named):
            print(
                f"    {item.service[:60]} | {item.diagnoses[:40]} | missed {sorted(map(str, item.cited - set(named)))}"
            )
    shares = {kind: total / len(items) for kind, total in sums.items()}
    print(
        f"{name}: section recall@{FIRST} {shares['section']:.3f} (at least one {shares['any']:.3f}),"
        f" publication recall@{FIRST} {shares['publication']:.3f}, {len(items)} items"
    )
    return shares


# --- the alternatives -----------------------------------------------------------------------------------------------


def by_headings() -> Callable[[Item], list[Row]]:
    """BM25 (k1 1.2, b 0.75) of the request's and diagnoses' words over publication names and headings."""
    from guidelines.models import Edition, Section
    from guidelines.rules.terms import stems

    rows: dict[Row, list[str]] = {}
    for section in Section.objects.select_related("edition__publication"):
        name = section.edition.publication.name
        rows[name, section.edition.year, section.heading] = list(stems(f"{name} {section.heading}"))
    for edition in Edition.objects.select_related("publication"):
        rows[edition.publication.name, edition.year, None] = list(stems(edition.publication.name))
    mean = sum(map(len, rows.values())) / len(rows)
    met = Counter(word for words in rows.values() for word in set(words))

    def score(words: list[str], asked: set[str]) -> float:
        counts, total = Counter(words), 0.0
        for word in asked & set(words):
            rarity = math.log(1 + (len(rows) - met[word] + 0.5) / (met[word] + 0.5))
            total += rarity * counts[word] * 2.2 / (counts[word] + 1.2 * (0.25 + 0.75 * len(words) / mean))
        return total

    def answer(item: Item) -> list[Row]:
        asked = set(stems(f"{item.service} {item.diagnoses}"))
        return sorted(rows, key=lambda row: (-score(rows[row], asked), str(row)))[:FIRST]

    return answer


def by_neighbours(items: list[Item]) -> Callable[[Item], list[Row]]:
    """What the items of other cases with the most similar words cited (cosine over counts), nearest first."""
    from guidelines.rules.terms import stems

    words = {item: Counter(stems(f"{item.service} {item.diagnoses}")) for item in items}
    length = {item: math.sqrt(sum(n * n for n in counts.values())) or 1.0 for item, counts in words.items()}

    def answer(item: Item) -> list[Row]:
        votes: dict[Row, float] = defaultdict(float)
        for other in items:
            if other.case != item.case:
                dot = sum(n * words[other][word] for word, n in words[item].items())
                for row in other.cited:
                    votes[row] += (dot / (length[item] * length[other])) ** 4
        return sorted(votes, key=lambda row: (-votes[row], str(row)))[:FIRST]

    return answer


if __name__ == "__main__":
    main()
