"""`__any_of` finds what `__in` finds, with one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Party
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def test_no_key_finds_nothing():
    make_case()
    assert list(Case.objects.filter(pk__any_of=[])) == []
    assert list(Party.objects.filter(case__any_of=set())) == []


def test_keys_rows_and_words_are_found_as_with_in():
    cases = [make_case() for _ in range(3)]
    some = [cases[0].pk, cases[2].pk]
    assert set(Case.objects.filter(pk__any_of=some)) == set(Case.objects.filter(pk__in=some)) == {cases[0], cases[2]}
    assert set(Case.objects.filter(number__any_of=[cases[1].number, "none"])) == {cases[1]}
    assert set(Case.objects.exclude(pk__any_of=some)) == {cases[1]}
    parties = Party.objects.order_by("pk")
    assert list(parties.filter(case__any_of=some)) == list(parties.filter(case__in=some)) != []
    assert list(parties.filter(case__any_of=cases[:1])) == list(parties.filter(case=cases[0]))


def test_a_thousand_keys_are_one_parameter():
    with CaptureQueriesContext(connection) as asked:
        list(Party.objects.filter(case__any_of=range(1000)))
    assert asked.captured_queries[0]["sql"].count("ANY(") == 1
    assert " IN (" not in asked.captured_queries[0]["sql"]
