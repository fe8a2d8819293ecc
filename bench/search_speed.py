"""How fast look-up answers with a library of 50,000 sections: while somebody types, and a suggestion for an item.

Run: .venv/bin/python bench/search_speed.py [--sections 50000] [--rate 20] [--seconds 20]. Starts servers of its own in
a temporary folder. Typing is open-loop: a request is due every 1/rate seconds whether or not the last one is answered,
and its time counts from when it was due. Beside it, in the same run, the words sought with ILIKE.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import itertools
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TYPING_MS, SUGGESTION_MS = 30, 100
ON = dt.date(2026, 11, 23)
TYPED = (
    "physical therapy lumbar", "mri cervical spine", "epidural steroid injection", "gabapentin 300mg", "tens unit",
    "rotator cuff repair", "urine drug screen", "knee arthroscopy", "acupuncture", "lidocaine patch", "ondansetron",
    "work hardening", "psychotherapy", "carpal tunnel release", "omeprazole", "cyclobenzaprine",
)  # fmt: skip
DIAGNOSES = ("lumbar radiculopathy", "cervical strain", "knee pain", "shoulder impingement", "depression")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sections", type=int, default=50_000)
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
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
        lay(options.sections)
        measure(options.rate, options.seconds)


def lay(sections: int) -> None:
    """The project's library, and invented publications whose sections mix the words of real ones."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from guidelines.models import Edition, Publication, PublishingAct, Section
    from guidelines.services.library import load_library

    call_command("migrate", verbosity=0)
    load_library()
    chance = random.Random(50_000)
    known = Section.objects.values_list("topics", flat=True)
    words = sorted({topic for topics in known for topic in topics})
    each = 500
    for number in range(-(-sections // each)):
        publication = Publication.objects.create(name=f"Invented guide {number}", issuer="bench")
        now = dt.datetime.now(dt.UTC)
        with transaction.atomic():
            edition = Edition.objects.create(
                publication=publication, year=2020, effective_from=dt.date(2020, 1, 1), published_at=now
            )
            PublishingAct.objects.create(kind=PublishingAct.Kind.IMPORT, edition=edition, at=now)
            Section.objects.bulk_create(
                Section(
                    edition=edition, position=place, heading=f"{' '.join(chance.sample(words, 2))} {place}"[:500],
                    topics=chance.sample(words, 12), pages=str(place + 1),
                )
                for place in range(min(each, sections - number * each))
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{Section.objects.count():,} sections")


def measure(rate: int, seconds: int) -> None:
    from guidelines.models import Section
    from guidelines.services.search import search

    def ours(text: str) -> object:
        return search(text=text, on=ON, limit=12, typing=True)

    def alternative(text: str) -> object:
        rows = Section.objects.all()
        for word in text.split():
            rows = rows.filter(words__contains=word.lower())
        return list(rows.select_related("edition__publication")[:12])

    for text in TYPED:
        ours(text)
    high = typing("look-up as you type", ours, rate, seconds)
    typing("alternative: LIKE over the same words", alternative, rate, seconds)
    print(f"  limit {TYPING_MS} ms at the 95th percentile: {'held' if high < TYPING_MS else 'MISSED'}")
    took = []
    for text, diagnosis in itertools.product(TYPED, DIAGNOSES):
        began = time.perf_counter()
        search(text=text, on=ON, diagnosis=diagnosis, limit=10)
        took.append(1000 * (time.perf_counter() - began))
    high = statistics.quantiles(took, n=20)[-1]
    print(
        f"suggestion for an item: median {statistics.median(took):.0f} ms, 95th percentile {high:.0f} ms;"
        f" limit {SUGGESTION_MS} ms: {'held' if high < SUGGESTION_MS else 'MISSED'}"
    )


def typing(name: str, answer: Callable[[str], object], rate: int, seconds: int) -> float:
    """Each key of each text is a request; returns the 95th percentile in milliseconds."""
    keys = [text[:end] for text in TYPED for end in range(2, len(text) + 1)]
    chance = random.Random(20)
    asked = [chance.choice(keys) for _ in range(rate * seconds)]
    began = time.perf_counter() + 0.2

    def at(number: int, text: str) -> float:
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        answer(text)
        return 1000 * (time.perf_counter() - due)

    with ThreadPoolExecutor(max_workers=8) as pool:
        took = list(pool.map(at, range(len(asked)), asked))
    high = statistics.quantiles(took, n=20)[-1]
    print(f"{name}: median {statistics.median(took):.0f} ms, 95th percentile {high:.0f} ms, {len(took)} requests")
    return high


if __name__ == "__main__":
    main()
