from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from letters.checks import check_seal_key
from letters.services.seal_key import seal_key
from tests.letters.test_sealing import make_key


@pytest.fixture(autouse=True)
def fresh_key():
    seal_key.cache_clear()
    yield
    seal_key.cache_clear()


def found(settings, tmp_path, private, **facts):
    path = tmp_path / "seal.p12"
    path.write_bytes(make_key(private, **facts)[1])
    settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSPHRASE = str(path), "secret"
    return [finding.id for finding in check_seal_key(None)]


def test_production_refuses_the_development_key():
    assert [finding.id for finding in check_seal_key(None)] == ["imr.E020"]


def test_production_refuses_the_development_key_given_as_a_file(settings, tmp_path):
    from letters.services.seal_key import DEVELOPMENT_NAME

    key = ec.generate_private_key(ec.SECP256R1())
    assert found(settings, tmp_path, key, name=DEVELOPMENT_NAME) == ["imr.E020"]


def test_production_refuses_a_weak_key(settings, tmp_path):
    assert found(settings, tmp_path, rsa.generate_private_key(65537, 2048)) == ["imr.E021"]


def test_production_refuses_a_key_that_cannot_be_opened(settings, tmp_path):
    settings.SEAL_PKCS12 = str(tmp_path / "none.p12")
    assert [finding.id for finding in check_seal_key(None)] == ["imr.E022"]


def test_production_takes_a_strong_key(settings, tmp_path):
    assert found(settings, tmp_path, ec.generate_private_key(ec.SECP256R1())) == []
