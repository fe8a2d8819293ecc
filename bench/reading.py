"""How long a large born-digital PDF takes from its last byte until every page is found, and what memory that takes.

Run: .venv/bin/python bench/reading.py [--pages 2000]. Starts a database of its own in a temporary folder and leaves
nothing behind. Prints seconds, peak memory of the worker and of its reading programs, and the ratio against a named
alternative: poppler's pdftotext for the whole file and one INSERT a page, in the worker's own process.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WORDS = str.split(
    "patient reports lumbar pain radiating to the left leg after lifting at work physical therapy twice weekly was "
    "ordered imaging shows disc protrusion at the fourth level with moderate stenosis range of motion is limited"
)
LIMIT_SECONDS, LIMIT_BYTES = 60, 1024**3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    pages = parser.parse_args().pages
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
            measure(pages)


def measure(pages: int) -> None:
    content = report(pages)
    ours = site(content, pages)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    other = alternative(content, pages)
    print(f"file: {pages:,} pages, {len(content) / 1024**2:.1f} MB")
    print(f"checked, filed and every page searchable after its last byte: {ours:.1f} s (limit {LIMIT_SECONDS} s)")
    print(
        f"peak memory: worker {own / 1024**2:.0f} MiB, its reading program {child / 1024**2:.0f} MiB (limit 1,024 MiB)"
    )
    print(f"pdftotext and one INSERT a page, without any check: {other:.1f} s; ratio {ours / other:.2f}")
    if ours > LIMIT_SECONDS or max(own, child) > LIMIT_BYTES:
        sys.exit("over the limit")


def report(pages: int) -> bytes:
    """Pages of some 450 words each, all different."""
    from tests.factories.files import text_pdf

    def line(page: int, row: int) -> str:
        return " ".join(WORDS[(page * 7 + row * 11 + place * 3) % len(WORDS)] for place in range(10))

    return text_pdf(*("\n".join([f"marker{page}", *(line(page, row) for row in range(45))]) for page in range(pages)))


def site(content: bytes, pages: int) -> float:
    """Seconds from the last byte until the last page is found, by the site's own services, one job after another."""
    from django.utils import timezone

    from cases.models import Arrival, Case, Claim, Worker
    from cases.services.arrivals import CHECK_JOB, receive
    from cases.services.page_search import search_case
    from cases.services.page_text import OCR_JOB, TEXT_JOB
    from common.actor import Actor
    from common.models import OutboxJob
    from common.services import outbox

    now = timezone.now()
    case = Case.objects.create(
        number="CM26-0000001", worker=Worker.objects.create(), claim=Claim.objects.create(), created_at=now
    )
    began = time.perf_counter()
    receive(
        content=io.BytesIO(content), name="report.pdf", door=Arrival.Door.STAFF, received_at=now, case=case,
        actor=Actor.system("bench"),
    )  # fmt: skip
    while job := OutboxJob.objects.waiting().filter(kind__in=[CHECK_JOB, TEXT_JOB, OCR_JOB]).order_by("pk").first():
        outbox.run(job.pk, now=timezone.now())
    found = search_case(case=case, text=f"marker{pages - 1}")
    taken = time.perf_counter() - began
    if [hit.number for hit in found] != [pages]:
        sys.exit("the last page is not found")
    return taken


def alternative(content: bytes, pages: int) -> float:
    """The same pages by pdftotext, one statement each."""
    from cases.models import Page
    from common.services import files

    row = files.store(content + b"\n", content_type="application/pdf")
    began = time.perf_counter()
    with files.on_disk(row) as path:
        said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
    for number, text in enumerate(said.decode("utf-8", "replace").split("\f")[:pages], 1):
        Page.objects.create(file=row, number=number, text=text, source=Page.Source.BORN)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
