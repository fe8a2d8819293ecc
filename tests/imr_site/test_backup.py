"""Backup and restore between two real installations: two databases, two data folders, separate processes."""

from __future__ import annotations

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
from tests.support.processes import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def filed(settings, tmp_path) -> list[StoredFile]:
    settings.MEDIA_ROOT = tmp_path / "files-here"
    settings.SEAL_DEVELOPMENT_FOLDER = tmp_path / "seal"
    settings.SEAL_DEVELOPMENT_FOLDER.mkdir()
    (settings.SEAL_DEVELOPMENT_FOLDER / "certificate.pem").write_text("-----BEGIN CERTIFICATE-----")
    (settings.SEAL_DEVELOPMENT_FOLDER / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")
    return [store(content, content_type="application/pdf") for content in (b"one", b"two", b"three" * 1000)]


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


def test_private_keys_stay_out_of_the_backup(filed, tmp_path):
    backup(tmp_path / "backup")
    assert [path.name for path in (tmp_path / "backup" / "certificates").iterdir()] == ["certificate.pem"]
    assert not any(b"PRIVATE" in path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file())


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
