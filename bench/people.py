"""How long the desk of people takes to find what waits to be decided, with an invented caseload.

Run: .venv/bin/python bench/people.py [--cases 1000] [--reviewers 200] [--relations 5]. Starts servers of its own in a
temporary folder. Prints how many pairs wait and the best of five times of finding them all and of one page. Exit status
1 when the page takes longer than LIMIT.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIMIT = 0.15
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, usual in (("cases", 1000), ("reviewers", 200), ("relations", 5)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imr-bench-")))
        folder.chmod(0o755)
        os.environ.update({"IMR_VAR": str(folder), "IMR_DEMO": "1"})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")
        from imr_site.embedded import embedded_servers

        stack.enter_context(embedded_servers())
        import django

        django.setup()
        logging.disable(logging.INFO)
        from django.core.management import call_command

        from bench.assignment import lay

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        lay(options.cases, options.reviewers)
        lay_relations(options.relations)
        slow = measure()
    sys.exit(slow)


def lay_relations(each: int) -> None:
    """So many relatives and colleagues a reviewer, of the names that the caseload has."""
    from cases.rules.names import person_key
    from cases.services.seeding import words
    from cases.services.seeding.pools import last_name
    from reviews.models import Relation, Reviewer

    chance = random.Random(4610)
    kinds = ("spouse", "child", "sibling", "business_partner", "co_author")
    rows = []
    for owner in Reviewer.objects.values_list("pk", flat=True):
        for place in range(each):
            first, last = chance.choice(words.FIRST_NAMES), last_name(chance)
            rows.append(
                Relation(
                    reviewer_id=owner, first_name=first, last_name=last, key=person_key(first, last),
                    kind=kinds[place % len(kinds)],
                )
            )  # fmt: skip
    Relation.objects.bulk_create(rows)


def measure() -> bool:
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from cases.models import Case
    from reviews.models import Relation
    from reviews.services import people_desk
    from tests.accounts.people import make_person, signed_in

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{Case.objects.in_work().count():,} open cases, {Relation.objects.count():,} relations")
    began = time.perf_counter()
    waiting = people_desk.waiting_people()
    first, again = (time.perf_counter() - began) * 1000, best(people_desk.waiting_people)
    print(f"{len(waiting):,} pairs wait, all found in {again:.0f} ms, the first time {first:.0f}")
    browser: Client = signed_in(make_person("coordinator"), SERVER_NAME="localhost")
    took = {name: best(partial(browser.get, reverse(f"reviews:{name}"))) for name in ("people", "names")}
    for name, each in took.items():
        print(f"page {name}: {each:.0f} ms")
    return took["people"] > LIMIT * 1000


def best(call) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


if __name__ == "__main__":
    main()
