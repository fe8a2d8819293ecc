"""Deciding what two alike names mean: rights, races, rings, and that undoing loses nothing."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections, transaction

from cases.models import Organization, OrganizationAlias, OrganizationPair, OrganizationParent
from cases.rules.names import name_key
from cases.services import naming_desk
from cases.services.alike_names import alike_of_each
from cases.services.organizations import find_or_add
from cases.services.register import current_register
from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, StateRefusal
from tests.cases.naming.lists import rows_of
from tests.factories.cases import COORDINATOR, NOW, make_case
from tests.factories.reviewers import make_organization, make_reviewer

pytestmark = pytest.mark.django_db
ACTS = {"actor": COORDINATOR, "now": NOW}


def typed(name: str) -> Organization:
    return find_or_add([name], source="typed in a test")[name]


def a_pair(registered="Larkmoor Claims Services", other="Larkmoor Claims") -> OrganizationPair:
    kept = make_organization(registered, kind="administrator")
    return OrganizationPair.objects.get(first=kept, second=typed(other))


def test_a_name_that_resembles_nobody_waits_for_nobody():
    make_organization("Larkmoor Claims Services")
    make_organization("Fresno Orthopedic Medical Group")
    for name in ("Quillfeather Mutual", "Sacramento Orthopedic Medical Group", "Pacific Medical Group"):
        typed(name)
    assert not OrganizationPair.objects.exists()


def test_a_name_like_one_of_the_register_or_like_another_typed_one_waits_once():
    pair = a_pair()
    assert (pair.decision, pair.relation) == ("open", "same")
    other = typed("Larkmor Claims")
    assert OrganizationPair.objects.of(other.pk).count() == 2  # the registered one, and the one typed before
    typed("Larkmoor Claims")
    assert OrganizationPair.objects.count() == 3


def test_few_names_in_the_index_and_many_in_memory_find_the_same():
    names = {row["left"] for row in rows_of("pairs.csv")} | {row["right"] for row in rows_of("pairs_blind.csv")}
    Organization.objects.bulk_create(
        Organization(name=name, key=name_key(name), source="test") for name in {name_key(n): n for n in names}.values()
    )
    asked = {number: [row["right"]] for number, row in enumerate(rows_of("pairs.csv")[::4])}
    facts = {"among": Organization.objects.all(), "register": current_register()}
    by_index = alike_of_each(asked, many=len(asked), **facts)
    assert sum(map(len, by_index.values())) > len(asked)
    assert alike_of_each(asked, many=0, **facts) == by_index


def test_only_who_has_the_right_decides():
    pair = a_pair()
    actor = Actor(name="a", roles=frozenset({"auditor", "reviewer", "medical_director"}))
    for act in (naming_desk.decide_same, naming_desk.decide_different, naming_desk.undo):
        with pytest.raises(RightRefusal):
            act(pair_id=pair.pk, actor=actor, now=NOW)
    with pytest.raises(RightRefusal):
        naming_desk.decide_parent(pair_id=pair.pk, parent_id=pair.first_id, actor=actor, now=NOW)
    pair.refresh_from_db()
    assert pair.decision == "open"


def test_what_is_not_there_or_not_decided_is_refused():
    pair = a_pair()
    with pytest.raises(InputRefusal, match="no such pair"):
        naming_desk.decide_same(pair_id=0, **ACTS)
    with pytest.raises(StateRefusal, match="Nothing is decided"):
        naming_desk.undo(pair_id=pair.pk, **ACTS)
    with pytest.raises(InputRefusal, match="Name one of the two"):
        naming_desk.decide_parent(pair_id=pair.pk, parent_id=0, **ACTS)
    with pytest.raises(InputRefusal, match="before it begins"):
        naming_desk.decide_parent(
            pair_id=pair.pk, parent_id=pair.first_id, since=dt.date(2020, 1, 2), until=dt.date(2020, 1, 1), **ACTS
        )


def test_the_same_hangs_everything_onto_the_registered_one_and_undo_takes_all_of_it_back():
    pair = a_pair()
    kept, gone = pair.first, pair.second
    case = make_case()
    party = case.parties.exclude(organization=None).first()
    party.organization = gone
    party.save()
    reviewer = make_reviewer(affiliations=[{"organization": gone.name, "role": "employee"}])
    other = make_organization("Oakmere Holding")
    OrganizationParent.objects.create(child=gone, parent=other, from_date=dt.date(2019, 1, 1))
    OrganizationAlias.objects.create(organization=gone, name="Larkmoor West", key="larkmoor west")
    naming_desk.decide_same(pair_id=pair.pk, **ACTS)
    party.refresh_from_db()
    assert party.organization == kept
    assert reviewer.affiliations.get().organization == kept
    assert (
        Organization.objects.named("Larkmoor Claims").get() == kept == Organization.objects.named("LARKMOOR WEST").get()
    )
    assert kept.parent_links.get().parent == other
    gone.refresh_from_db()
    assert gone.merged_into == kept
    with pytest.raises(StateRefusal, match=r"coordinator@example\.org decided already"):
        naming_desk.decide_different(pair_id=pair.pk, **ACTS)
    naming_desk.undo(pair_id=pair.pk, **ACTS)
    party.refresh_from_db()
    gone.refresh_from_db()
    assert (party.organization, gone.merged_into) == (gone, None)
    assert reviewer.affiliations.get().organization == gone
    assert sorted(gone.aliases.values_list("name", flat=True)) == ["Larkmoor West"]
    assert gone.parent_links.get().from_date == dt.date(2019, 1, 1)
    assert not kept.parent_links.exists()
    assert Organization.objects.named("Larkmoor Claims").get() == gone
    history = apps.get_model("cases", "OrganizationPairHistory").objects.filter(pgh_obj_id=pair.pk).order_by("pgh_id")
    assert [row.decision for row in history] == ["open", "same", "open"]


def test_a_decision_is_remembered_and_a_merged_name_is_not_asked_again():
    pair = a_pair()
    naming_desk.decide_different(pair_id=pair.pk, **ACTS)
    typed("Larkmoor Claims")
    assert OrganizationPair.objects.get().decision == "different"
    naming_desk.undo(pair_id=pair.pk, **ACTS)
    naming_desk.decide_same(pair_id=pair.pk, **ACTS)
    assert typed("Larkmoor Claims") == pair.first
    assert OrganizationPair.objects.count() == 1


def test_a_pair_whose_name_was_merged_elsewhere_is_not_decided_any_more():
    pair = a_pair()
    third = typed("Larkmor Claims")
    among_typed = OrganizationPair.objects.get(first=pair.second, second=third)
    naming_desk.decide_same(pair_id=pair.pk, **ACTS)
    with pytest.raises(StateRefusal, match="was merged into"):
        naming_desk.decide_same(pair_id=among_typed.pk, **ACTS)


def test_an_undo_waits_for_what_was_decided_upon_it():
    pair = a_pair()
    third = make_organization("Larkmoor Claims Administration of Nevada")
    naming_desk.decide_same(pair_id=pair.pk, **ACTS)
    later = OrganizationPair.objects.create(first=pair.first, second=third, relation="unsure", score=50)
    Organization.objects.filter(pk=pair.first_id).update(registered=False)
    naming_desk.decide_same(pair_id=later.pk, **ACTS)
    with pytest.raises(StateRefusal, match="Undo that first"):
        naming_desk.undo(pair_id=pair.pk, **ACTS)


def test_a_parent_is_linked_with_its_period_and_the_link_goes_with_the_undo():
    pair = a_pair(other="Larkmoor Select Claims Network")
    since = dt.date(2018, 7, 1)
    decided = naming_desk.decide_parent(pair_id=pair.pk, parent_id=pair.first_id, since=since, **ACTS)
    assert decided.decision == "first_is_parent"
    link = OrganizationParent.objects.get()
    assert (link.child_id, link.parent_id, link.from_date) == (pair.second_id, pair.first_id, since)
    assert Organization.objects.get(pk=pair.second_id).registered
    naming_desk.undo(pair_id=pair.pk, **ACTS)
    assert not OrganizationParent.objects.exists()
    assert not Organization.objects.get(pk=pair.second_id).registered


def test_a_ring_of_parents_is_refused_by_the_service_and_by_the_database():
    pair = a_pair(other="Larkmoor Select Claims Network")
    middle = make_organization("Oakmere Holding")
    OrganizationParent.objects.create(child=pair.first, parent=middle)
    OrganizationParent.objects.create(child=middle, parent=pair.second)
    with pytest.raises(InputRefusal, match="cannot also be its parent"):
        naming_desk.decide_parent(pair_id=pair.pk, parent_id=pair.first_id, **ACTS)
    with pytest.raises(InputRefusal, match="cannot be one"):
        naming_desk.decide_same(pair_id=pair.pk, **ACTS)
    with pytest.raises(IntegrityError, match="belong to itself"), transaction.atomic():
        OrganizationParent.objects.create(child=pair.second, parent=pair.first)
    link = OrganizationParent.objects.get(child=middle)
    with pytest.raises(IntegrityError, match="belong to itself"), transaction.atomic():
        OrganizationParent.objects.filter(pk=link.pk).update(parent=pair.first)
    pair.refresh_from_db()
    assert (pair.decision, OrganizationParent.objects.count()) == ("open", 2)


# --- races ---------------------------------------------------------------------------------------------------------


def at_once(*acts) -> list[object]:
    """What each act answered, started together on a connection of its own."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait()
            answers[place] = act()
        except (Refusal, IntegrityError) as refusal:
            answers[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_decide_the_same_pair_one_wins_and_the_other_is_told():
    pair = a_pair()
    connection.close()
    answers = at_once(
        lambda: naming_desk.decide_same(pair_id=pair.pk, **ACTS),
        lambda: naming_desk.decide_different(pair_id=pair.pk, **ACTS),
    )
    (refusal,) = (one for one in answers if isinstance(one, Exception))
    assert isinstance(refusal, StateRefusal)
    decided = OrganizationPair.objects.get()
    assert decided.decision in ("same", "different")
    assert (Organization.objects.get(pk=pair.second_id).merged_into_id is not None) == (decided.decision == "same")


@pytest.mark.django_db(transaction=True)
def test_two_links_that_close_a_ring_together_are_never_both_written():
    one, other = make_organization("Oakmere Holding"), make_organization("Saltmarsh Holding")
    connection.close()
    answers = at_once(
        lambda: OrganizationParent.objects.create(child=one, parent=other),
        lambda: OrganizationParent.objects.create(child=other, parent=one),
    )
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1
    assert OrganizationParent.objects.count() == 1
