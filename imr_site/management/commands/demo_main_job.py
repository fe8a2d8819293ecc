from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.demo import make_demo_accounts


class Command(BaseCommand):
    help = "The sample cases, and one of them from its offer to the sealed letter. For bin/demo, which runs the worker."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stderr.write("Making the sample accounts ...")
        make_demo_accounts()
