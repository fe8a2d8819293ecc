from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from accounts.roles import RIGHTS, ROLE_LABELS, ROLES, require, rights_of
from common.actor import Actor
from common.errors import RightRefusal
from tests.accounts.people import make_person


def test_a_role_of_another_name_grants_nothing():
    assert rights_of(["friend of the house"]) == frozenset()


def test_every_role_has_a_label_and_only_known_rights():
    assert set(ROLES) == set(ROLE_LABELS)
    assert all(rights <= set(RIGHTS) for rights in ROLES.values())


@pytest.mark.parametrize("role", ROLES)
def test_require_refuses_what_the_role_does_not_grant(role):
    actor = Actor("someone@example.org", frozenset({role}), 1)
    for right in RIGHTS:
        if right in ROLES[role]:
            require(actor, right)
        else:
            with pytest.raises(RightRefusal):
                require(actor, right)


@pytest.mark.django_db
def test_the_groups_in_the_database_hold_exactly_the_rights_of_the_code():
    for role, rights in ROLES.items():
        held = Permission.objects.filter(group=Group.objects.get(name=role))
        assert set(held.values_list("codename", flat=True)) == rights


@pytest.mark.django_db
def test_nobody_stands_above_the_roles():
    nobody = make_person(is_superuser=True)
    assert not any(nobody.has_right(right) for right in RIGHTS)


@pytest.mark.django_db
def test_a_closed_account_holds_no_right():
    person = make_person("coordinator")
    assert person.has_right("view_cases")
    person.is_active = False
    person.save()
    assert not User.objects.get(pk=person.pk).has_right("view_cases")
