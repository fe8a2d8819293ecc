"""What the rule of names is worth on the labelled pairs, beside a plain ratio; and what it costs at the gate.

Run: .venv/bin/python bench/names.py [--organizations 50000] [--affiliations 100000]. Starts servers of its own in a
temporary folder. Prints per list: of same and parent pairs the share answered different, of what was answered same,
parent or sibling the share that is so, and the share unsure; for the rule and for rapidfuzz's ratio of the folded names
at its best threshold. Then the time in which one case's organizations find who of the panel they may be.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organizations", type=int, default=50_000)
    parser.add_argument("--affiliations", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="imr-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["IMR_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")
        from imr_site.embedded import embedded_servers

        with embedded_servers():
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            accuracy()
            without_a_share_of_the_register()
            gate(options.organizations, options.affiliations)


def accuracy() -> None:
    from rapidfuzz import fuzz

    from cases.rules.names import name_key
    from tests.cases.naming.lists import LISTS, answers_to, figures, rows_of, starter_register

    register = starter_register()
    for name in LISTS:
        rows = rows_of(name)
        begin = time.perf_counter()
        found = figures(rows, answers_to(rows, register))
        each = (time.perf_counter() - begin) / len(rows) * 1e6
        print(f"{name}: {said(found)}, {each:.0f} µs a pair")
        scores = [fuzz.ratio(name_key(row["left"]), name_key(row["right"])) for row in rows]
        tried = {
            limit: figures(rows, ["same" if score >= limit else "different" for score in scores])
            for limit in range(30, 100, 5)
        }
        limit, best = min(tried.items(), key=lambda one: one[1].missed + (1 - one[1].right))
        print(f"  plain ratio from {limit} on: {said(best)}")


def said(found) -> str:
    return (
        f"{found.pairs} pairs, related called different {found.missed:.1%}, answers right {found.right:.1%}, "
        f"unsure {found.unsure:.1%}"
    )


def without_a_share_of_the_register() -> None:
    """Names that the register does not have: the same lists while a random share of its entries is missing."""
    from cases.rules.naming.register import Register
    from tests.cases.naming.lists import LISTS, answers_to, figures, rows_of, starter_register

    whole, rows = starter_register(), [row for name in LISTS for row in rows_of(name)]
    for share in (0.1, 0.3):
        chance = random.Random(7)
        entries = [entry for entry in whole.entries.values() if chance.random() >= share]
        kept = {entry.id for entry in entries}
        links = [link for link in whole.links if link.child in kept and link.parent in kept]
        found = figures(rows, answers_to(rows, Register(entries, links)))
        print(f"with {share:.0%} of the register missing: {said(found)}")


def gate(organizations: int, affiliations: int) -> None:
    from django.db import connection

    from cases.models import Organization
    from cases.rules.names import name_key
    from cases.rules.naming.likely import may_be_one
    from cases.rules.naming.parsing import read_name
    from cases.services.register import current_register
    from cases.services.starter_register import load_starter_register
    from common.actor import Actor
    from reviews.models import Affiliation
    from reviews.services.gate_ties import ties_and_names
    from tests.factories.reviewers import make_reviewer

    load_starter_register(actor=Actor.system("bench"))
    chance = random.Random(11)
    names = {name_key(name): name for name in (invented(chance) for _ in range(organizations * 2))}
    typed = [Organization(name=name, key=key, source="bench") for key, name in list(names.items())[:organizations]]
    Organization.objects.bulk_create(typed, batch_size=5000, ignore_conflicts=True)
    ids = list(Organization.objects.filter(registered=False).values_list("pk", flat=True))
    reviewers = [make_reviewer().pk for _ in range(50)]
    Affiliation.objects.bulk_create(
        (
            Affiliation(reviewer_id=chance.choice(reviewers), organization_id=chance.choice(ids), organization_name="x",
                        role="employee")
            for _ in range(affiliations)
        ),
        batch_size=5000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    parties = [
        Organization(pk=10_000_000 + place, name=name, key=name_key(name))
        for place, name in enumerate(invented(chance) for _ in range(10))
    ]
    current_register()
    by_index = median(lambda: ties_and_names(parties, None))
    register, held = current_register(), list(Organization.objects.filter(pk__in=ids).values_list("name", flat=True))
    begin = time.perf_counter()
    for party in parties[:1]:
        for name in held:
            may_be_one(read_name(party.name), read_name(name), register)
    pairwise = (time.perf_counter() - begin) * 1000 * len(parties)
    print(
        f"{len(parties)} organizations of a case against {len(ids):,} with {affiliations:,} affiliations: "
        f"{by_index:.0f} ms by index, {pairwise:.0f} ms pair by pair, ratio {pairwise / by_index:.0f}"
    )


def median(act) -> float:
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1000)
    return sorted(times)[3]


_SYLLABLES = "ba ber cal dan dor el fen gar hol jin kel lar mon nor or pel quin ros sul tar ul ver wes yor zan".split()  # noqa: SIM905
_TRADES = (
    "Orthopedic Medical Group", "Pain Institute", "Claims Services", "Insurance Company", "Surgery Center",
    "Physical Therapy", "Farms Inc", "Hospital", "Chiropractic", "Logistics LLC", "Neurology Associates",
)  # fmt: skip
_PLACES = ("Fresno", "San Diego", "Pacific", "Valley", "Golden State", "Coast", "Los Angeles", "Sierra", "")


def invented(chance: random.Random) -> str:
    """A name of the usual shape: words of its own or common ones, a trade, at times a place."""
    own = "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3)))).title() if chance.random() < 0.8 else ""  # noqa: PLR2004
    return " ".join(filter(None, [own, chance.choice(_PLACES), chance.choice(_TRADES)]))


if __name__ == "__main__":
    main()
