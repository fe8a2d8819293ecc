from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from common.errors import InputRefusal, RuleRefusal
from letters.models import Wording
from letters.services.wording import choose_wording, import_wording, import_wording_file, load_own_wording
from tests.letters.conftest import NOW, shared
from tests.letters.test_compose import own_blocks

pytestmark = pytest.mark.django_db


def entry(**facts):
    return {
        "layout": "2016",
        "language": "en",
        "effective_from": "2016-01-01",
        "effective_to": None,
        "organization": "House",
        "blocks": own_blocks("2016"),
        **facts,
    }


def in_force(on="2016-12-19", layout="2016"):
    return choose_wording(layout=layout, language="en", on=dt.date.fromisoformat(on))


@pytest.mark.parametrize(
    ("facts", "rule", "named"),
    [
        ({"layuot": "x"}, "wording.shape", "layuot"),
        ({"effective_from": "2016-02-30"}, "wording.shape", "effective_from"),
        ({"effective_to": "2015-12-31"}, "wording.range", "effective_to"),
        ({"blocks": {**own_blocks("2016"), "foo": "x"}}, "wording.unknown_key", "foo"),
        ({"blocks": {**own_blocks("2016"), "cite_none": "{{ whom }}"}}, "wording.unknown_placeholder", "whom"),
        ({"blocks": {**own_blocks("2016"), "cite_none": "{{ who"}}, "wording.malformed", "cite_none"),
        ({"blocks": {**own_blocks("2016"), "cite_none": "\U0001f600"}}, "wording.character", "GRINNING FACE"),
        ({"blocks": {k: v for k, v in own_blocks("2016").items() if k != "summary_lead"}}, "wording.missing_key",
         "summary_lead"),
    ],
)  # fmt: skip
def test_a_faulty_wording_is_refused_by_name_and_nothing_of_the_file_is_kept(facts, rule, named):
    with pytest.raises(InputRefusal) as refused:
        import_wording(entries=[entry(), entry(**facts)], now=NOW)
    assert refused.value.rule == rule
    assert named in refused.value.message
    assert "wording 2" in refused.value.message
    assert not Wording.objects.exists()


def test_without_wording_no_letter_can_be_ordered():
    with pytest.raises(RuleRefusal, match="2016"):
        in_force()


def test_the_own_wording_is_loaded_once_and_an_organizations_wins_over_it():
    load_own_wording(now=NOW)
    assert all(not each.created for each in load_own_wording(now=NOW))
    own = in_force()
    assert own.organization == ""
    (imported,) = import_wording(entries=[entry(effective_to="2016-12-31")], now=NOW)
    assert in_force() == imported.wording
    assert in_force("2017-01-01") == own
    assert in_force("2014-02-24", layout="2014").organization == ""


def test_the_newest_import_wins_and_the_same_again_changes_nothing():
    first = import_wording(entries=[entry()], now=NOW)[0]
    second = import_wording(entries=[entry(blocks={**own_blocks("2016"), "cite_none": "None."})], now=NOW)[0]
    assert in_force() == second.wording
    assert import_wording(entries=[entry(blocks=second.wording.blocks)], now=NOW)[0].created is False
    again = import_wording(entries=[entry()], now=NOW)[0]
    assert again.created
    assert in_force() == again.wording
    assert again.wording.sha256 == first.wording.sha256


def test_a_wording_never_changes():
    wording = import_wording(entries=[entry()], now=NOW)[0].wording
    with pytest.raises(ProgrammingError), transaction.atomic():
        Wording.objects.filter(pk=wording.pk).update(organization="Other")
    with pytest.raises(ProgrammingError), transaction.atomic():
        wording.delete()


@pytest.mark.parametrize("layout", ["2014", "2016"])
def test_the_published_wording_files_are_taken(layout):
    (imported,) = import_wording_file(path=shared(f"wording/{layout}.json"), now=NOW)
    assert imported.wording.organization == "MAXIMUS Federal Services"


def test_a_file_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "wording.json"
    path.write_text('[{"layout": ', encoding="utf-8")
    with pytest.raises(InputRefusal):
        import_wording_file(path=path, now=NOW)
    path.write_text(json.dumps(entry()), encoding="utf-8")
    assert import_wording_file(path=path, now=NOW)[0].created
