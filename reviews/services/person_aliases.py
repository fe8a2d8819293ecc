"""Other spellings of reviewers and relations: typed by staff, or remembered from a decision at the desk of people."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.roles import require
from cases.rules.names import PERSON_KEY_LENGTH
from cases.rules.naming.people import read_person, typed_key
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal
from common.rules.characters import first_unprintable
from reviews.models import PersonAlias, PersonPair, Relation, Reviewer
from reviews.services.offering import lock_reviewer
from reviews.services.recheck import post_recheck

_RIGHT = "decide_names"
_LONGEST = 300


def add_alias(*, reviewer_id: int, subject: str, name: str, actor: Actor, now: dt.datetime) -> PersonAlias:
    """Keep another spelling of the reviewer (subject "") or of the relation of this folded name.

    Whoever is called so is that person from now on, in every part. Raises RightRefusal; InputRefusal where it is no
    whole name, the name on the roster itself, or nobody's; StateRefusal where it is kept already.
    """
    require(actor, _RIGHT)
    said = " ".join(name.split())
    key = typed_key(said)[:PERSON_KEY_LENGTH].rstrip()
    if not read_person(key) or len(said) > _LONGEST or first_unprintable(said):
        raise _bad("name", "Enter a given name and a surname.")
    with transaction.atomic(), acting(actor, "another spelling of a name"):
        reviewer = lock_reviewer(reviewer_id)
        if subject and not Relation.objects.filter(reviewer=reviewer, key=subject).exists():
            raise _bad("whose", "This person is not on the list of relations any more.")
        if key == (subject or reviewer.key):
            raise _bad("name", "This is the name on the roster.")
        made, new = PersonAlias.objects.get_or_create(
            reviewer=reviewer, subject=subject, key=key, defaults={"name": said}
        )
        if not new:
            raise StateRefusal("people.alias_there", f"“{made}” is kept already.")
        post_recheck(reviewer=reviewer, now=now)
        return made


def remove_alias(*, alias_id: int, actor: Actor, now: dt.datetime) -> Reviewer:
    """Take a spelling away again; its history stays. Raises RightRefusal; StateRefusal where it is gone, or rests on a
    decision, which is undone at the desk."""
    require(actor, _RIGHT)
    with transaction.atomic(), acting(actor, "a spelling of a name taken away"):
        alias = PersonAlias.objects.filter(pk=alias_id).first()
        if alias is None:
            raise StateRefusal("people.alias", "This spelling is not kept any more.")
        if alias.pair_id is not None:
            raise StateRefusal("people.alias_decided", f"“{alias}” was decided at the desk of names. Undo it there.")
        reviewer = lock_reviewer(alias.reviewer_id)
        alias.delete()
        post_recheck(reviewer=reviewer, now=now)
        return reviewer


def remember(pair: PersonPair) -> None:
    """After “the same”: the party's spelling is one of the person's."""
    PersonAlias.objects.get_or_create(
        reviewer_id=pair.reviewer_id, subject=pair.subject, key=pair.party_key,
        defaults={"name": pair.party_name, "pair": pair},
    )  # fmt: skip


def forget(pair: PersonPair) -> None:
    """After an undo: what this decision brought, and nothing else."""
    PersonAlias.objects.filter(pair=pair).delete()


def other_names(reviewer: Reviewer) -> list[tuple[PersonAlias, str]]:
    """Each with whose it is, in words. Reads the relations that `with_gate_facts` fetches."""
    whose = {one.key: str(one) for one in reviewer.relations.all()} | {"": "The reviewer"}
    return [(one, whose.get(one.subject, one.subject)) for one in reviewer.other_names.all()]


def _bad(field: str, said: str) -> InputRefusal:
    return InputRefusal(f"people.{field}", said, fields={field: said})
