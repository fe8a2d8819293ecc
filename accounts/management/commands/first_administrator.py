from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.services.first_administrator import make_first_administrator
from common.actor import Actor, acting
from common.errors import Refusal


class Command(BaseCommand):
    help = "Make the account of a new site's first administrator, who then invites everybody else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("name", metavar="NAME", help="as colleagues know the person")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with acting(Actor.system("first_administrator"), "first_administrator"):
                user = make_first_administrator(email=options["email"], name=options["name"], now=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        address = settings.SITE_URL.rstrip("/") + reverse("account_reset_password")
        self.stdout.write(f"{user.email} is administrator. The password is chosen at {address}, by mail.")
