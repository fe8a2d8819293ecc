# ruff: noqa: E501 - lines of output
"""How many boundaries of invented bundles are found, beside the obvious way of looking for "page 1 of".

python bench/bundles.py                 # seeds 21 to 40, which the rules were not tuned on
python bench/bundles.py --tuning        # seeds 1 to 20
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cases.rules.bundles import FormTitle, propose
from tests.factories.bundles import make_bundle

ROOT = Path(__file__).resolve().parents[1]
SAME_NAME = 80
_PAGE_ONE = re.compile(r"page\s*1\s*of\s*\d+", re.IGNORECASE)


def forms() -> list[FormTitle]:
    table = tomllib.loads((ROOT / "cases" / "jurisdictions" / "california.toml").read_text())
    return [FormTitle(one["phrase"], one["kind"], one["name"]) for one in table.get("form_titles", [])]


def page_one_of(pages: list[str]) -> set[int]:
    return {number for number, page in enumerate(pages, 1) if number > 1 and _PAGE_ONE.search(page)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--misses", action="store_true", help="which papers the misses are")
    args = parser.parse_args()
    seeds = range(1, 21) if args.tuning else range(21, 41)
    known = forms() if (ROOT / "cases/jurisdictions/california.toml").exists() else []
    ours, naive, every, seconds = Counter(), Counter(), Counter(), 0.0
    kinds, missed, false = Counter(), Counter(), Counter()
    worst = 1.0
    for seed in seeds:
        bundle = make_bundle(seed=seed)
        began = time.perf_counter()
        proposed = propose(bundle.pages, forms=known)
        seconds += time.perf_counter() - began
        found = {one.first for one in proposed[1:]}
        truth = bundle.boundaries
        _count(ours, found, truth)
        _count(naive, page_one_of(bundle.pages), truth)
        _count(every, set(range(2, len(bundle.pages) + 1)), truth)
        worst = min(worst, len(found & truth) / len(truth))
        by_first = {record.first: record for record in bundle.truth}
        for one in proposed:
            if record := by_first.get(one.first):
                kinds["records"] += 1
                kinds["kind"] += one.kind == record.kind
                kinds["author"] += _same_name(one.author, record.author)
        missed.update(by_first[page].what + (" (bare)" if by_first[page].bare else "") for page in truth - found)
        owner = {page: record.what for record in bundle.truth for page in range(record.first, record.last + 1)}
        false.update(owner[page] for page in found - truth)
    print(
        f"bundles {min(seeds)} to {max(seeds)}, {sum(1 for _ in seeds)} of 300 pages; {seconds / len(seeds):.2f} s a bundle"
    )
    for name, counts in (("rules", ours), ('"page 1 of" alone', naive), ("every page", every)):
        print(f"  {name:20} recall {_share(counts, 'truth'):6.1%}   precision {_share(counts, 'found'):6.1%}")
    print(
        f"  ratio of recall to “page 1 of”: {_share(ours, 'truth') / max(_share(naive, 'truth'), 0.001):.1f}; worst bundle {worst:.1%}"
    )
    print(
        f"  of records found: kind right {kinds['kind'] / kinds['records']:.1%}, author {kinds['author'] / kinds['records']:.1%}"
    )
    if args.misses:
        print("  missed", missed.most_common(30))
        print("  too many", false.most_common(30))


def _count(counts: Counter, found: set[int], truth: set[int]) -> None:
    counts["right"] += len(found & truth)
    counts["found"] += len(found)
    counts["truth"] += len(truth)


def _share(counts: Counter, of: str) -> float:
    return counts["right"] / counts[of] if counts[of] else 0.0


def _same_name(one: str, other: str) -> bool:
    from rapidfuzz import fuzz

    return bool(one) and fuzz.partial_ratio(one.lower(), other.lower()) > SAME_NAME


if __name__ == "__main__":
    main()
