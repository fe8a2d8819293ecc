"""Two people who take the next case at the same moment get two cases, and nobody waits."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from cases.models import Case
from cases.services.desk.queues import BY_KEY, Asker
from cases.services.desk.taking import take_next
from tests.accounts.people import actor, make_person
from tests.factories.cases import NOW, make_case


@pytest.mark.django_db(transaction=True)
def test_eight_people_take_six_cases_and_each_goes_to_one():
    cases = [make_case() for _ in range(6)]
    people = [make_person("coordinator") for _ in range(8)]
    start, got = threading.Barrier(len(people)), []

    def take(person):
        try:
            start.wait()
            got.append(take_next(tab=BY_KEY["unassigned"], actor=actor(person), asker=Asker(person.pk, NOW)))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [case.pk for case in got if case is not None]
    assert len(got) == 8
    assert len(taken) == len(set(taken))
    while (
        case := take_next(tab=BY_KEY["unassigned"], actor=actor(people[0]), asker=Asker(people[0].pk, NOW))
    ) is not None:
        taken.append(case.pk)
    assert sorted(taken) == sorted(case.pk for case in cases)
    assert not Case.objects.filter(owner=None).exists()
