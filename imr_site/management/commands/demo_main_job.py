from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from imr_site.sample_play import SampleFailed, play_sample
from letters.services.verification import verify_pdf


class Command(BaseCommand):
    help = "The sample cases, two of them to their sealed letters. For bin/demo, which runs the worker."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            path = play_sample(say=self.stderr.write)
        except SampleFailed as failure:
            raise CommandError(str(failure)) from None
        found = verify_pdf(path.read_bytes())
        good = {True: "yes", False: "NO"}
        self.stdout.write(f"Letter: {path}")
        self.stdout.write(
            f"Verification: {'good' if found.good else 'NOT GOOD'} "
            f"(signature {good[found.bottom_line]}, covers the whole file {good[found.covers_entire_file]}, "
            f"PDF/UA-1 {good[found.pdf_ua]}, PDF/A-3a {good[found.pdf_a]}, SHA-256 {found.sha256})"
        )
        if not found.good:
            raise CommandError(" ".join(found.problems))
