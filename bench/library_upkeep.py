"""How long an editor waits: a list of 100,000 sections read and written, and "what changes" for 200 requests.

Run: .venv/bin/python bench/library_upkeep.py [--rows 100000] [--sections 2000] [--items 200]. Starts servers of its own
in a temporary folder. Reading and writing are what the worker does; beside them, in the same run, csv.DictReader and
bulk_create alone, which check, compare and can undo nothing. Beside "what changes": full text of PostgreSQL over the
same words, twice for each request, without the ranking.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime as dt
import io
import itertools
import logging
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)
PATIENCE_SECONDS = 5
REQUESTS = (
    "Physical therapy 2 times a week for 6 weeks, lumbar spine", "MRI of the cervical spine without contrast",
    "Lumbar epidural steroid injection L4-5", "Gabapentin 300mg #90", "TENS unit, 30 day trial", "Urine drug screen",
    "Right knee arthroscopy with partial meniscectomy", "Acupuncture 6 visits, neck", "Lidocaine patch 5% #30",
    "Work hardening program 10 sessions", "Norco 10/325mg #60", "Carpal tunnel release, left wrist",
    "Cognitive behavioral therapy 6 sessions", "Cyclobenzaprine 7.5mg #60", "EMG/NCV bilateral upper extremities",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--sections", type=int, default=2_000, help="invented ones beside the project's library")
    parser.add_argument("--items", type=int, default=200)
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
        from bench.search_speed import lay

        lay(options.sections)
        changes(options.items)
        lists(options.rows)


@contextlib.contextmanager
def measured(name: str) -> Iterator[None]:
    """Prints seconds, and the most memory that the process had more than before."""
    before, peak, done = _memory(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], _memory() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - began
        done.set()
        watcher.join()
    print(f"{name}: {took:.1f} s, {peak[0]:.0f} MB more memory", flush=True)


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2


def editor() -> Any:
    from django.contrib.auth.models import Group

    from accounts.models import User
    from common.actor import Actor

    user, _ = User.objects.get_or_create(email="editor@bench.example")
    user.groups.add(Group.objects.get_or_create(name="guideline_editor")[0])
    return Actor.of(user)


def changes(number: int) -> None:
    """What publishing a correction of the largest edition would change, for the last requests."""
    from django.contrib.postgres.search import SearchQuery, SearchRank
    from django.db.models import Count, F

    from guidelines.models import Edition, Section
    from guidelines.services import what_changes as service
    from guidelines.services.drafts import start_correction

    items = [service.RecentItem(text, "pain") for text in itertools.islice(itertools.cycle(REQUESTS), number)]
    service.register_recent_items(lambda asked: items[:asked])
    largest = Edition.objects.annotate(total=Count("sections")).order_by("-total")[0]
    draft = start_correction(edition_id=largest.pk, actor=editor())
    Section.every.filter(edition=draft).update(topics=["physical therapy", "epidural"])
    began = time.perf_counter()
    with measured(f"what changes, {number} requests, {Section.objects.count():,} sections"):
        found = service.what_changes(draft=draft, today=TODAY)
    took = time.perf_counter() - began
    print(f"  {len(found.moved)} moved; {PATIENCE_SECONDS} s: {'held' if took < PATIENCE_SECONDS else 'MISSED'}")
    with measured("  alternative: full text alone, twice a request"):
        for item in items * 2:
            asked = SearchQuery(" or ".join(item.text.split()), search_type="websearch", config="english")
            rows = Section.objects.filter(vector=asked).annotate(rank=SearchRank(F("vector"), asked))
            list(rows.order_by("-rank").values_list("pk", flat=True)[:5])


def lists(rows: int) -> None:
    """A list of new sections for an edition of its own: read and compared, written, taken back."""
    from common.models import OutboxJob
    from common.services import outbox
    from guidelines.models import Edition, Publication, Section
    from guidelines.services.drafts import start_edition
    from guidelines.services.upkeep import change_sets, filing

    actor = editor()
    text = "heading,parent,pages,topics\n" + "".join(
        f"Section {row},,{row % 90 + 1},word {row}; other {row}\n" for row in range(rows)
    )
    target = start_edition(
        publication_id=Publication.objects.create(name="Big guide").pk, year=2026, effective_from=TODAY,
        based_on_id=None, actor=actor,
    )  # fmt: skip
    began = time.perf_counter()
    change = filing.file_table(
        file=io.BytesIO(text.encode()), name="big.csv", source="", edition=target, actor=actor, now=NOW
    )
    print(f"{rows:,} rows: the web process answers after {time.perf_counter() - began:.1f} s ({change.state})")
    with measured("  dry run by the worker"):
        outbox.run(OutboxJob.objects.get(kind="guidelines.change_read").pk, now=NOW)
    began = time.perf_counter()
    change = change_sets.confirm(pk=change.pk, actor=actor, now=NOW)
    print(f"  confirmed: the web process answers after {time.perf_counter() - began:.1f} s ({change.state})")
    with measured("  write by the worker"):
        outbox.run(OutboxJob.objects.get(kind="guidelines.change_write").pk, now=NOW)
    print(f"  {Section.every.filter(edition=target).count():,} sections stand in the draft")
    plain = Edition.every.get(
        pk=start_edition(
            publication_id=target.publication_id, year=2027, effective_from=None, based_on_id=None, actor=actor
        ).pk
    )
    with measured("  alternative: DictReader and bulk_create, nothing checked, no way back"):
        read = csv.DictReader(io.StringIO(text))
        Section.every.bulk_create(
            (
                Section(edition=plain, heading=row["heading"], pages=row["pages"], topics=row["topics"].split("; "))
                for row in read
            ),
            batch_size=500,
        )
    began = time.perf_counter()
    change_sets.undo(pk=change.pk, actor=actor, now=NOW)
    print(f"  undo asked for: the web process answers after {time.perf_counter() - began:.1f} s")
    with measured("  undo by the worker"):
        outbox.run(OutboxJob.objects.get(kind="guidelines.change_undo").pk, now=NOW)
    print(f"  {Section.every.filter(edition=target).count():,} sections stand in the draft")


if __name__ == "__main__":
    main()
