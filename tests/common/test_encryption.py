"""Files encrypted at rest: what is written is read again, in any stretch; what was changed is noticed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from common.encryption import DecryptedFile, Tampered, encrypted, plain_size
from common.services import files
from imr_site.settings import _file_keys

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
KEYS = {"2026": KEY}


def sealed(content: bytes, chunk: int = 16) -> bytes:
    return b"".join(encrypted(iter([content]), key_id="2026", key=KEY, chunk=chunk))


def opened(written: bytes) -> DecryptedFile:
    return DecryptedFile(io.BytesIO(written), KEYS)


@examples(max_examples=60, deadline=None)
@given(content=st.binary(max_size=100), start=st.integers(0, 120), size=st.integers(0, 120))
def test_any_stretch_of_any_file_is_read_as_it_was_written(content, start, size):
    written = sealed(content)
    assert plain_size(len(written), written) == len(content)
    with io.BufferedReader(opened(written)) as reader:
        assert reader.read() == content
        reader.seek(start)
        assert reader.read(size) == content[start : start + size]


@examples(max_examples=60, deadline=None)
@given(content=st.binary(min_size=1, max_size=100), data=st.data())
def test_no_changed_byte_goes_unnoticed(content, data):
    written = bytearray(sealed(content))
    place = data.draw(st.integers(28, len(written) - 1))
    written[place] ^= 1
    with pytest.raises(Tampered):
        opened(bytes(written)).read()


def test_a_file_cut_at_a_chunk_and_chunks_that_changed_places_are_noticed():
    written = sealed(b"x" * 64)
    with pytest.raises(Tampered):
        opened(written[: 40 + 32]).read()
    swapped = written[:40] + written[72:104] + written[40:72] + written[104:]
    with pytest.raises(Tampered):
        opened(swapped).read()


def test_a_file_of_an_unknown_key_says_which():
    with pytest.raises(Tampered, match="2026"):
        DecryptedFile(io.BytesIO(sealed(b"x")), {"2027": OTHER})


@pytest.fixture
def encrypted_site(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_KEYS = KEYS
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "common.storage.EncryptedFileStorage"}}
    return settings


@pytest.mark.django_db
def test_a_stored_file_is_not_on_the_disk_in_plain_and_is_read_whole(encrypted_site):
    content = b"Lumbar stenosis " * 20_000
    row = files.store(content, content_type="text/plain")
    on_disk = Path(default_storage.path(row.path)).read_bytes()
    assert b"stenosis" not in on_disk
    assert (files.read(row), default_storage.size(row.path)) == (content, len(content))
    with files.open_file(row) as handle:
        handle.seek(100_000)
        assert handle.read(16) == content[100_000:100_016]
    with files.on_disk(row) as path:
        assert path.read_bytes() == content
    assert not path.exists()
    before = Path(default_storage.path(row.path)).stat().st_ino
    assert files.store(content, content_type="text/plain") == row
    assert Path(default_storage.path(row.path)).stat().st_ino == before


@pytest.mark.django_db
def test_plain_files_stay_readable_and_the_command_encrypts_them_and_changes_the_key(encrypted_site, capsys):
    encrypted_site.STORAGES = {
        **encrypted_site.STORAGES, "default": {"BACKEND": "common.storage.WholeFileStorage"}
    }  # fmt: skip
    row = files.store(b"plain", content_type="text/plain")
    encrypted_site.STORAGES = {
        **encrypted_site.STORAGES, "default": {"BACKEND": "common.storage.EncryptedFileStorage"}
    }  # fmt: skip
    assert files.read(row) == b"plain"
    call_command("encrypt_files")
    assert Path(default_storage.path(row.path)).read_bytes().startswith(b"IMRENC01" + b"2026")
    encrypted_site.FILE_KEYS = {"2027": OTHER, **KEYS}
    call_command("encrypt_files")
    encrypted_site.FILE_KEYS = {"2027": OTHER}
    assert files.read(row) == b"plain"
    encrypted_site.FILE_KEYS = {}
    with pytest.raises(CommandError):
        call_command("encrypt_files")


def test_keys_are_checked_at_the_start():
    from django.core.exceptions import ImproperlyConfigured

    for wrong in ("2026:short", "2026:!!", ":" + "A" * 43 + "=", "2026"):
        with pytest.raises(ImproperlyConfigured):
            _file_keys([wrong])
    assert _file_keys(["2026:" + "A" * 43 + "="]) == {"2026": bytes(32)}
