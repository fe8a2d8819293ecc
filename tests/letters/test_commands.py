from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from common.services import files
from letters.models import Wording
from letters.services.sealing import seal_letter
from tests.letters.conftest import NOW, shared
from tests.letters.test_compose import own_blocks

pytestmark = pytest.mark.django_db


def test_a_file_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("verify_letter", tmp_path / "none.pdf")
    assert error.value.returncode == 2


def test_a_changed_letter_gives_status_one_and_says_why(order, document, tmp_path, capsys):
    letter = seal_letter(letter_id=order(document).pk, now=NOW)
    path = tmp_path / "letter.pdf"
    path.write_bytes(files.read(letter.file) + b"\n%more\n")
    with pytest.raises(CommandError, match="added after sealing") as error:
        call_command("verify_letter", path, "--json")
    assert error.value.returncode == 1
    told = json.loads(capsys.readouterr().out)
    assert told["good"] is False
    assert told["covers_entire_file"] is False


def test_a_sealed_letter_is_good(order, document, tmp_path, capsys):
    letter = seal_letter(letter_id=order(document).pk, now=NOW)
    path = tmp_path / "letter.pdf"
    path.write_bytes(files.read(letter.file))
    call_command("verify_letter", path, "--json")
    told = json.loads(capsys.readouterr().out)
    facts = ("good", "bottom_line", "covers_entire_file", "issued", "pdf_ua", "pdf_a", "certificate_known")
    assert all(told[fact] is True for fact in facts)
    assert told["sha256"] == letter.pdf_sha256
    call_command("verify_letter", path)
    assert "letter.pdf: good" in capsys.readouterr().out


def test_a_faulty_wording_file_gives_status_one_and_names_the_key(tmp_path):
    path = tmp_path / "wording.json"
    blocks = {**own_blocks("2016"), "surprise": "x"}
    entry = {"layout": "2016", "language": "en", "effective_from": "2016-01-01", "organization": "O", "blocks": blocks}
    path.write_text(json.dumps([entry]))
    with pytest.raises(CommandError, match="surprise") as error:
        call_command("import_wording", path)
    assert error.value.returncode == 1
    assert not Wording.objects.exists()


def test_wording_is_published_once(capsys):
    for outcome in ("added", "unchanged"):
        call_command("import_wording", shared("wording/2014.json"), "--json")
        (row,) = json.loads(capsys.readouterr().out)["wordings"]
        assert row["outcome"] == outcome
