"""A database goes on from the migrations that were squashed, or is told that it cannot."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db

SQUASHED = {
    "accounts.0001_squashed_0008", "cases.0001_squashed_0023", "guidelines.0001_squashed_0007",
    "letters.0001_squashed_0004", "reviews.0001_squashed_0011",
}  # fmt: skip


def squashed():
    loader = MigrationLoader(None)
    return {key: migration for key, migration in loader.disk_migrations.items() if migration.replaces}


def recorded():
    return set(MigrationRecorder.Migration.objects.values_list("app", "name"))


def forget(app, *names):
    assert MigrationRecorder.Migration.objects.filter(app=app, name__in=names).delete()[0] == len(names)


def migrate():
    call_command("migrate", verbosity=0, skip_checks=False)


def test_a_database_short_of_the_last_replaced_migration_is_refused_and_told_what_it_lacks():
    forget("reviews", "0001_squashed_0011", "0011_review_evidence")
    with pytest.raises(SystemCheckError, match=r"reviews.0001_squashed_0011 stands for, not 0011_review_evidence"):
        migrate()


def test_a_database_from_before_the_squash_before_is_refused_though_it_has_none_of_the_replaced():
    migration = squashed()["cases", "0001_squashed_0023"]
    forget("cases", migration.name, *(name for _, name in migration.replaces))
    MigrationRecorder.Migration.objects.create(app="cases", name="0018_question_notices")
    with pytest.raises(SystemCheckError, match=r"stands for, not 0001_squashed_0018"):
        migrate()


def test_a_database_at_the_last_replaced_migrations_has_nothing_to_do_and_takes_the_squashed_as_done():
    assert {f"{app}.{name}" for app, name in squashed()} == SQUASHED
    for app, name in squashed():
        forget(app, name)
    before = recorded()
    migrate()
    assert recorded() - before == set(squashed())
