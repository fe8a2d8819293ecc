from __future__ import annotations

import json

import pytest
from django.db import connection

from common.actor import Actor
from guidelines.services.library import load_library

EDITOR = Actor(name="editor@example.org", roles=frozenset({"guideline_editor"}))


@pytest.fixture
def editor():
    return EDITOR


@pytest.fixture
def filed(tmp_path):
    """Writes rows as an exchange file and gives its path."""

    def write(*rows, name="library.json"):
        path = tmp_path / name
        path.write_text(json.dumps(list(rows)), encoding="utf-8")
        return path

    return write


def neck(**changes):
    """A publication with two editions, as an exchange row."""
    row = {
        "publication": "Neck Care",
        "aliases": ["Neck Guide"],
        "basis": "MTUS",
        "issuer": "DWC",
        "licensed_text": False,
        "editions": [
            {"year": 2009, "effective_from": "2009-07-18", "effective_to": "2016-07-27", "pages": 127, "sections": []},
            {
                "year": 2016,
                "effective_from": "2016-07-28",
                "effective_to": None,
                "sections": [
                    {
                        "heading": "Exercise",
                        "pages": "98-99",
                        "topics": ["physical therapy", "PT"],
                        "limits": [{"condition": "strain", "unit": "visits", "min": 9, "max": 10, "weeks": 8}],
                    },
                    {"heading": "Traction", "parent": "Exercise", "summary": "Own words."},
                ],
            },
        ],
    }
    return {**row, **changes}


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """The project's library, kept for the tests of this file."""
    with django_db_blocker.unblock():
        load_library()
        yield
        with connection.cursor() as cursor:  # what was published goes by no other way
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE guidelines_publication CASCADE")
            cursor.execute("SET session_replication_role = DEFAULT")
