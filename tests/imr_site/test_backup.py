"""Backup and restore between two real installations: two databases, two data folders, separate processes."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.models import StoredFile
from common.services.files import store
from imr_site.paths import ROOT
from letters.models import Letter, SealCertificate
from letters.services.ordering import freeze, order_letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from tests.letters.conftest import DOCUMENT, NOW
from tests.support.processes import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def filed(settings, tmp_path) -> list[StoredFile]:
    settings.MEDIA_ROOT = tmp_path / "files-here"
    return [store(content, content_type="application/pdf") for content in (b"one", b"two", b"three" * 1000)]


@pytest.fixture
def letters(filed) -> list[Letter]:
    """Two sealed letters, one that supersedes the other."""
    load_own_wording(now=NOW)
    made: list[Letter] = []
    for version in (1, 2):
        letter = order_letter(
            frozen=freeze(content={**copy.deepcopy(DOCUMENT), "version": version}, now=NOW),
            key=DOCUMENT["case_number"],
            version=version,
            supersedes=made[-1] if made else None,
            to_worker=False,
            now=NOW,
        )
        made.append(seal_letter(letter_id=letter.pk, now=NOW))
    return made


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of an empty installation beside the test's own."""
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(f'drop database if exists "{name}"')
        server.execute(f'create database "{name}" template template0')
    yield {**os.environ, "IMR_VAR": str(tmp_path / "var"), "DATABASE_URL": database_url(name)}
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(f'drop database "{name}" with (force)')


def backup(folder: Path) -> dict:
    out = StringIO()
    call_command("backup", folder, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def restore(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "restore", str(folder), "--json"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_restored_installation_holds_every_row_and_every_file(filed, elsewhere, tmp_path):
    written = backup(tmp_path / "backup")
    done = restore(tmp_path / "backup", elsewhere)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert (found["files"], found["rows"]) == (written["files"], written["rows"])
    assert found["files"] == len(filed)
    restored = tmp_path / "var" / "files" / filed[2].path
    assert restored.read_bytes() == b"three" * 1000


def test_every_sealed_letter_verifies_in_the_restored_installation(letters, elsewhere, tmp_path):
    assert backup(tmp_path / "backup")["letters"] == len(letters)
    done = restore(tmp_path / "backup", elsewhere)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["letters"] == len(letters)


def test_a_letter_that_no_longer_verifies_is_told_by_its_case_number(letters, elsewhere, tmp_path):
    backup(tmp_path / "backup")
    (tmp_path / "backup" / letters[0].file.path).unlink()
    done = restore(tmp_path / "backup", elsewhere)
    assert done.returncode == 1
    assert f"letter {letters[0]}" in done.stderr
    assert f"letter {letters[1]}" not in done.stderr


def test_certificates_are_kept_and_the_private_key_is_not(letters, tmp_path, settings):
    backup(tmp_path / "backup")
    certificate = SealCertificate.objects.get()
    kept = tmp_path / "backup" / "certificates" / f"{certificate.sha256}.pem"
    assert kept.read_text() == certificate.pem
    key = next(Path(settings.SEAL_DEVELOPMENT_FOLDER).glob("*.p12")).read_bytes()
    everything = [path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert not any(key in content or b"PRIVATE KEY" in content for content in everything)


def test_a_backup_needs_a_folder_of_its_own(filed, tmp_path):
    backup(tmp_path / "backup")
    with pytest.raises(CommandError, match="not empty"):
        backup(tmp_path / "backup")


def test_a_damaged_stored_file_ends_the_backup_without_a_manifest(filed, settings, tmp_path):
    (settings.MEDIA_ROOT / filed[1].path).write_bytes(b"other")
    with pytest.raises(CommandError, match=filed[1].sha256):
        backup(tmp_path / "backup")
    assert not (tmp_path / "backup" / "manifest.json").exists()


def test_only_an_empty_installation_is_filled(filed, elsewhere, tmp_path):
    backup(tmp_path / "backup")
    assert restore(tmp_path / "backup", elsewhere).returncode == 0
    again = restore(tmp_path / "backup", elsewhere)
    assert again.returncode == 1
    assert "already holds" in again.stderr


def test_a_damaged_backup_is_told_file_by_file(filed, elsewhere, tmp_path):
    backup(tmp_path / "backup")
    (tmp_path / "backup" / filed[0].path).write_bytes(b"0ne")
    (tmp_path / "backup" / filed[1].path).unlink()
    done = restore(tmp_path / "backup", elsewhere)
    assert done.returncode == 1
    assert filed[0].sha256 in done.stderr
    assert filed[1].sha256 in done.stderr
    assert json.loads(done.stdout)["files"] == 1


def test_an_unfinished_backup_and_a_damaged_dump_are_refused_before_anything_is_written(filed, elsewhere, tmp_path):
    backup(tmp_path / "backup")
    manifest = tmp_path / "backup" / "manifest.json"
    kept = manifest.read_text()
    manifest.unlink()
    assert "no finished backup" in restore(tmp_path / "backup", elsewhere).stderr
    manifest.write_text(kept)
    with open(tmp_path / "backup" / "database.dump", "ab") as dump:
        dump.write(b"x")
    assert "database.dump is missing or damaged" in restore(tmp_path / "backup", elsewhere).stderr
    assert not (tmp_path / "var" / "files").exists()


def test_a_backup_is_open_to_its_owner_alone(filed, tmp_path):
    backup(tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
