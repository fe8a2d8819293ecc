"""Recommendations that disagree: marked by the reviewer, weighed source by source, stored and frozen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import User
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import Review, Weighing
from reviews.services.document import build_document
from reviews.services.look_ups import open_row
from reviews.services.review import CitationDraft, submit
from reviews.services.weighing import answer_question, mark_disagreement, set_level, weighed_of
from tests.accounts.people import signed_in
from tests.factories.cases import NOW, an_item
from tests.factories.reviews import CITATION, fill_in, hold_case, make_user

pytestmark = pytest.mark.django_db
ODG = CitationDraft(basis="Non-MTUS", publication="Official Disability Guidelines", sections=("Low back",))
MTUS_NAME = "Chronic Pain Medical Treatment (2016), Physical medicine treatment"
ODG_NAME = "Official Disability Guidelines, Low back"


def held(*citations):
    case, actor = hold_case(items=[an_item("Physical therapy 9 visits, lumbar spine")])
    fill_in(case=case, actor=actor, citations=citations or (CITATION, ODG))
    return case, actor


def mark(case, actor, *, disagree=True):
    return mark_disagreement(case=case, position=1, disagree=disagree, actor=actor, now=NOW)


def level(case, actor, source, letter):
    return set_level(case=case, position=1, source=source, level=letter, actor=actor, now=NOW)


def seen(case, actor, held_levels=()):
    return weighed_of(open_row(case=case, position=1, actor=actor), held_levels)


def test_one_recommendation_does_not_disagree_with_itself():
    case, actor = held(CITATION)
    with pytest.raises(InputRefusal):
        mark(case, actor)
    assert not seen(case, actor).may_compete


def test_nothing_is_weighed_where_nothing_disagrees_or_is_not_cited():
    case, actor = held()
    with pytest.raises(InputRefusal):
        level(case, actor, ODG_NAME, "3")
    mark(case, actor)
    for source, letter in (("A book", "3"), (ODG_NAME, "9")):
        with pytest.raises(InputRefusal):
            level(case, actor, source, letter)
    assert Weighing.objects.get().sources == {}


def test_nobody_but_the_holder_weighs_and_only_while_the_review_is_open():
    case, actor = held()
    with pytest.raises(RightRefusal):
        mark(case, Actor.of(make_user("reviewer")))
    weighing = mark(case, actor)
    review = Review.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Weighing.objects.update(disagree=False)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    with pytest.raises(StateRefusal):
        mark(case, actor, disagree=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        Weighing.objects.create(item_review=weighing.item_review, disagree=False, by_id=actor.user_id, at=NOW)


def test_plain_answers_lead_to_a_level_and_a_stale_window_changes_nothing():
    case, actor = held()
    mark(case, actor)
    asked = {"case": case, "position": 1, "source": ODG_NAME, "actor": actor, "now": NOW}
    assert answer_question(answered=0, answer=False, **asked)
    assert answer_question(answered=0, answer=True, **asked) is None
    assert answer_question(answered=1, answer=True, **asked)
    assert answer_question(answered=2, answer=True, **asked)
    assert answer_question(answered=3, answer=True, **asked) is None
    weighed = seen(case, actor, ["2", ""])
    assert [(one.name, one.walk.level, one.held) for one in weighed.sources] == [
        (MTUS_NAME, "", "2"), (ODG_NAME, "1b", ""),
    ]  # fmt: skip
    assert weighed.judged.higher == ()
    level(case, actor, MTUS_NAME, "2")
    assert seen(case, actor).judged.higher == (ODG_NAME,)
    level(case, actor, ODG_NAME, "")
    assert seen(case, actor).sources[1].walk.answered == ()


def test_a_source_that_is_no_longer_cited_does_not_count():
    case, actor = held()
    mark(case, actor)
    level(case, actor, ODG_NAME, "1a")
    fill_in(case=case, actor=actor)
    weighed = seen(case, actor)
    assert (weighed.disagree, weighed.judged, len(weighed.sources)) == (False, None, 1)


def document(case):
    return build_document(
        case=case, review=Review.objects.get(), qualifications={}, layout="2016", version=1, supersedes=None,
        determined_on=dt.date(2016, 9, 1),
    )["items"][0]  # fmt: skip


def test_only_what_was_weighed_and_still_disagrees_is_frozen():
    case, actor = held()
    mark(case, actor)
    level(case, actor, ODG_NAME, "3")
    assert "evidence" not in document(case)
    level(case, actor, MTUS_NAME, "1b")
    evidence = document(case)["evidence"]
    assert evidence["levels"] == [{"source": MTUS_NAME, "level": "1b"}, {"source": ODG_NAME, "level": "3"}]
    assert evidence["line"].startswith("Strength of evidence (8 CCR 9792.25.1): Chronic Pain")
    mark(case, actor, disagree=False)
    assert "evidence" not in document(case)


def test_the_helper_asks_one_question_at_a_time_and_takes_the_librarys_level():
    case, actor = held()
    browser = signed_in(User.objects.get(pk=actor.user_id))
    shown, act = (reverse(f"reviews:{name}", args=[case.number, 1]) for name in ("weighing", "weigh"))
    assert "They disagree: weigh the evidence" in browser.get(shown).text
    assert "Is it a systematic review" in browser.post(act, {"act": "disagree"}).text
    answer = browser.post(act, {"act": "no", "source": ODG_NAME, "answered": "0"})
    assert "formed its groups by chance" in answer.text
    assert browser.post(act, {"act": "held", "source": "A book", "level": "2"}).status_code == 422
    browser.post(act, {"act": "held", "source": MTUS_NAME, "level": "2"})
    for answered in ("1", "2"):
        answer = browser.post(act, {"act": "yes", "source": ODG_NAME, "answered": answered})
    assert "By the evidence Official Disability Guidelines, Low back prevails" in answer.text
    assert "Put the evidence into the rationale" in answer.text
    assert "They disagree: weigh the evidence" in browser.post(act, {"act": "agree"}).text
