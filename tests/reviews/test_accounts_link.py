from __future__ import annotations

import pytest

from accounts.services.invitations import accept, invite, token_of
from common.errors import InputRefusal
from reviews.models import Reviewer
from tests.accounts.people import actor, make_person
from tests.factories.cases import NOW
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db


def send(reviewer_id):
    return invite(
        actor=actor(make_person("administrator")), email="new@panel.example", name="New Reviewer", roles=["reviewer"],
        reviewer_id=reviewer_id, now=NOW,
    )  # fmt: skip


def test_an_invitation_names_a_roster_entry_that_is_there():
    with pytest.raises(InputRefusal, match="no reviewer R-nowhere on the roster"):
        send("R-nowhere")


def test_a_roster_entry_has_one_account():
    taken = make_reviewer(user=make_person("reviewer"))
    with pytest.raises(InputRefusal, match="has an account already"):
        send(taken.reviewer_id)


def test_who_accepts_an_invitation_becomes_the_roster_entrys_account():
    person = make_reviewer()
    user = accept(token=token_of(send(person.reviewer_id)), password="correct horse 4610 battery", now=NOW)
    assert Reviewer.objects.get(pk=person.pk).user == user
