"""Sample accounts for the demo, and only there."""

from __future__ import annotations

import dataclasses

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.roles import (
    ADMINISTRATOR,
    AUDITOR,
    COORDINATOR,
    GUIDELINE_EDITOR,
    MEDICAL_DIRECTOR,
    QUALITY_REVIEWER,
    REVIEWER,
)
from accounts.services.people import lay_roles
from common.errors import RuleRefusal

#: One password for all of them, said aloud: the demo holds invented cases only.
DEMO_PASSWORD = "open sesame 4610"  # noqa: S105  # nosec B105


@dataclasses.dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: str


DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("coordinator@demo.example", "Dana Coordinator", COORDINATOR),
    DemoAccount("reviewer@demo.example", "Robin Reviewer", REVIEWER),
    DemoAccount("reviewer2@demo.example", "Riley Reviewer", REVIEWER),
    DemoAccount("reviewer3@demo.example", "Rowan Reviewer", REVIEWER),
    DemoAccount("quality@demo.example", "Quinn Quality", QUALITY_REVIEWER),
    DemoAccount("director@demo.example", "Morgan Director", MEDICAL_DIRECTOR),
    DemoAccount("editor@demo.example", "Emery Editor", GUIDELINE_EDITOR),
    DemoAccount("auditor@demo.example", "Avery Auditor", AUDITOR),
    DemoAccount("administrator@demo.example", "Alex Administrator", ADMINISTRATOR),
    DemoAccount("administrator2@demo.example", "Ash Administrator", ADMINISTRATOR),
)


@transaction.atomic
def make_demo_accounts() -> list[User]:
    """One account for each role (two administrators, three reviewers), with DEMO_PASSWORD. Runs twice harmlessly.

    Raises RuleRefusal unless settings.DEMO is on.
    """
    if not settings.DEMO:
        raise RuleRefusal("demo.off", "Sample accounts exist only in the demo. Set IMR_DEMO=1 for a demo.")
    return [_account(sample) for sample in DEMO_ACCOUNTS]


def _account(sample: DemoAccount) -> User:
    user = User.objects.filter(email=sample.email).first()
    if user is None:
        user = User.objects.create_user(sample.email, DEMO_PASSWORD, name=sample.name)
        lay_roles(user, frozenset({sample.role}))
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user
