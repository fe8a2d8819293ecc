"""How long a letter takes in a warm process: render + seal + verify + store, and what the shared fonts are worth.

Run: .venv/bin/python bench/letters.py [--letters 100]. Starts servers of its own in a temporary folder and leaves
nothing behind. Prints seconds per letter, letters per second per core, and the ratio against two alternatives: a new
process for every letter, and a font configuration and style sheet made anew for each in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=100)
    letters = parser.parse_args().letters
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
            measure(letters)


def measure(letters: int) -> None:
    from django.utils import timezone

    from letters.services import rendering
    from letters.services.ordering import freeze, order_letter
    from letters.services.sealing import seal_letter
    from letters.services.wording import load_own_wording

    load_own_wording(now=timezone.now())
    number = iter(range(1, 1_000_000))

    def one() -> float:
        key = f"CM16-{next(number):07d}"
        now = timezone.now()
        frozen = freeze(content={**document(), "case_number": key}, now=now)
        letter = order_letter(frozen=frozen, key=key, version=1, now=now, to_worker=False)
        began = time.perf_counter()
        seal_letter(letter_id=letter.pk, now=now)
        return time.perf_counter() - began

    began = time.perf_counter()
    one()
    first = time.perf_counter() - began
    print(f"first letter of the process   {first:8.3f} s (imports, fonts, key)")
    for _ in range(3):
        one()
    processor = time.process_time()
    warm = [one() for _ in range(letters)]
    processor = (time.process_time() - processor) / letters

    def anew() -> float:
        rendering.forget_fonts()
        return one()

    cold = [anew() for _ in range(max(3, letters // 5))]
    median, without = statistics.median(warm), statistics.median(cold)
    print(f"warm letter, 2 pages          {median:8.3f} s median, {max(warm):.3f} s worst of {letters}")
    print(
        f"processor time                {processor:8.3f} s a letter = {1 / processor:.1f} letters per second per core"
    )
    print(f"a process for every letter    {first:8.3f} s: {first / median:.1f} times as long")
    print(f"fonts and style made anew     {without:8.3f} s median: {without / median:.1f} times as long")


def document() -> dict:
    """A determination of the seed's length: one item, two pages."""
    seed = ROOT.parent / "shared/seed/determination-2014.json"
    from tests.letters.conftest import DOCUMENT, exchange_document

    if seed.exists():
        return {**exchange_document(json.loads(seed.read_text(encoding="utf-8"))[0], layout="2014")}
    words = "The worker had physical therapy without lasting gain and asks for more of it. "
    item = {**DOCUMENT["items"][0], "rationale": words * 14}
    return {**DOCUMENT, "clinical_case_summary": words * 14, "items": [item]}


if __name__ == "__main__":
    main()
