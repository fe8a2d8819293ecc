from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from common.actor import Actor, acting
from imr_site.models import SetupStep
from imr_site.reference import STEPS, fingerprint, has_data


class Command(BaseCommand):
    help = "Fill the reference data: wording, library, specialties, register, earlier determinations. Harmless twice."

    def add_arguments(self, parser: CommandParser) -> None:
        names = [step.name for step in STEPS]
        parser.add_argument("steps", nargs="*", choices=[*names, []], help="only these steps; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        for step in STEPS:
            if options["steps"] and step.name not in options["steps"]:
                continue
            mark = fingerprint(step)  # before the step runs: data changed meanwhile make it due again
            if has_data(step):
                self.stderr.write(f"{step.title} ...")
                with acting(Actor.system("setup_reference"), f"set-up: {step.name}"):
                    step.run()
            else:
                self.stderr.write(f"{step.title}: skipped, there is no data yet.")
            SetupStep.objects.update_or_create(
                name=step.name, defaults={"fingerprint": mark, "done_at": timezone.now()}
            )
